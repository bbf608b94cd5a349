"""A line to a server that is some way off: what goes along it arrives later, and is counted.

A process of its own, which ends when it is told nothing any more: `python -m tests.stage.distance UPSTREAM SECONDS`.
UPSTREAM is a port of this machine, or the path of a socket. Each line that it reads makes it print what passed since.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

LIST = re.compile(rb"GET \S*[?&]list-type=")
CHUNK = 1 << 16


@dataclass
class Passed:
    """requests: how often the near end spoke after the far end had. lists: those that list objects. Bytes each way."""

    requests: int = 0
    lists: int = 0
    sent: int = 0
    received: int = 0


class Line:
    """seconds: there and back. A connection takes that once by itself, as TCP's does; TLS would take it once more."""

    def __init__(self, upstream: str, seconds: float) -> None:
        self._upstream, self._seconds = upstream, seconds
        self.passed = Passed()

    async def carry(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        far, there = await self._connected()
        await asyncio.sleep(self._seconds)
        turn = [True]
        await asyncio.gather(self._pump(near, there, turn, is_near=True), self._pump(far, back, turn, is_near=False))

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._upstream.isdigit():
            return await asyncio.open_connection("127.0.0.1", int(self._upstream))
        return await asyncio.open_unix_connection(self._upstream)

    async def _pump(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, turn: list[bool], is_near: bool
    ) -> None:
        """What is read arrives half the way's time later, however much is under way."""
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        arriving = asyncio.create_task(_arrive(under_way, sink))
        data = b"-"
        while data:
            with suppress(OSError):
                data = await source.read(CHUNK)
            self._count(data, turn, is_near)
            under_way.put_nowait((asyncio.get_running_loop().time() + self._seconds / 2, data))
        await arriving

    def _count(self, data: bytes, turn: list[bool], is_near: bool) -> None:
        if is_near and data and turn[0]:
            self.passed.requests += 1
            self.passed.lists += bool(LIST.match(data))
        if data:
            turn[0] = not is_near
        self.passed.sent += len(data) * is_near
        self.passed.received += len(data) * (not is_near)


async def _arrive(under_way: asyncio.Queue[tuple[float, bytes]], sink: asyncio.StreamWriter) -> None:
    data = b"-"
    while data:
        due, data = await under_way.get()
        await asyncio.sleep(max(0.0, due - asyncio.get_running_loop().time()))
        with suppress(OSError):
            if data:
                sink.write(data)
                await sink.drain()
    sink.close()


async def _serve(upstream: str, seconds: float) -> None:
    line, loop = Line(upstream, seconds), asyncio.get_running_loop()
    server = await asyncio.start_server(line.carry, "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    while await loop.run_in_executor(None, sys.stdin.readline):
        print(json.dumps(asdict(line.passed)), flush=True)
        line.passed = Passed()
    os._exit(0)  # connections that are kept alive would be waited for


class Distance:
    """port: of the line's near end."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.port = int(self._out.readline())

    @property
    def _out(self) -> IO[str]:
        assert self._process.stdout
        return self._process.stdout

    def passed(self) -> Passed:
        """Since this was asked last."""
        assert self._process.stdin
        print(file=self._process.stdin, flush=True)
        return Passed(**json.loads(self._out.readline()))


@contextmanager
def distant(upstream: str, seconds: float) -> Iterator[Distance]:
    command = [sys.executable, "-m", "tests.stage.distance", upstream, str(seconds)]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Distance(process)


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], float(sys.argv[2])))
