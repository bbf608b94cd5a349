"""A local cloud: both products over real HTTP on 127.0.0.1, so that everything can be tried without an account.

    with Sandbox() as sandbox:
        ...  # point a client at sandbox.url, with sandbox.access_key_id and sandbox.access_key_secret

It never reaches a real phone or a real cloud.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from reconciler.errors import CloudError, Problem
from reconciler.sandbox.contrary import draw
from reconciler.sandbox.event_file import Memory
from reconciler.sandbox.gateway import Gateway
from reconciler.sandbox.http.server import Clock, Server
from reconciler.sandbox.http.serving import serving
from reconciler.sandbox.http.wire import Reply, Request, parameters
from reconciler.sandbox.people.inbox import ELSEWHERE, Inbox
from reconciler.sandbox.sts import ACTION

__all__ = ["Sandbox"]


class Sandbox:
    """A local cloud. The port is taken on creation, so `url` is known before `start`. Raises CloudError.

    port: 0 for any free one. data: a folder that keeps the world; None to forget it. contrary: the seed that draws
        everything unknown about the real cloud; None for a kind world. Limits: 0 for none, None for the world's own.
    """

    def __init__(
        self,
        port: int = 0,
        data: Path | None = None,
        calls_per_second: int | None = None,
        contact_messages_per_day: int | None = None,
        code_messages_per_day: int | None = None,
        contrary: int | None = None,
        account: str | None = None,
    ) -> None:
        asked = {
            "calls_per_second": calls_per_second,
            "contact_messages_per_day": contact_messages_per_day,
            "code_messages_per_day": code_messages_per_day,
            "account": account,
        }
        figures = {name: figure for name, figure in asked.items() if figure is not None}
        clock = Clock()
        with ExitStack() as undo:
            self._memory = Memory(data)
            undo.callback(self._memory.close)
            self._server = _listen(port, clock, self._answer)
            undo.callback(self._server.server_close)
            world = None if contrary is None else draw(contrary)
            self._gateway = Gateway(self._memory, figures, clock, self._server.ending.wait, world)
            undo.pop_all()
        self._inbox = Inbox(self._gateway, self.url)
        self._running = ExitStack()

    @property
    def url(self) -> str:
        """The address, without a slash at the end."""
        return self._server.url

    @property
    def access_key_id(self) -> str:
        """The only key that it accepts."""
        return self._gateway.key[0]

    @property
    def access_key_secret(self) -> str:
        """The secret of that key."""
        return self._gateway.key[1]

    def start(self) -> Self:
        """Serves in a thread of its own."""
        self._running.enter_context(serving(self._server))
        return self

    def stop(self) -> None:
        """Stops serving, and releases port and folder."""
        self._running.close()
        self._server.server_close()
        self._memory.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def _answer(self, request: Request) -> Reply:
        if request.path == "/" and parameters(request).get("Action") == ACTION:
            return self._gateway.assume(request)
        if request.path.startswith("/_sandbox") or request.method == "GET":
            return self._inbox.reply(request)
        return self._gateway.call(request, f"{self.url}{ELSEWHERE}")


def _listen(port: int, clock: Clock, answer: Callable[[Request], Reply]) -> Server:
    try:
        return Server(port, clock, answer)
    except (OSError, OverflowError) as error:
        raise CloudError(Problem("sandbox-port-taken", f"Port {port} cannot be used: {error}")) from error
