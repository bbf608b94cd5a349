"""The client of the fork server: runs of the program, each a process of its own, tens a second."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Ended:
    """exit: minus the signal's number for a killed one. places: the failpoints it reached, in order."""

    exit: int
    places: tuple[str, ...]
    out: str
    err: str


class Forks:
    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        environ = {name: value for name, value in os.environ.items() if not name.startswith("RECONCILER_")}
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.stage.entry", "--serve"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**environ, "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true"},
        )
        assert self._server.stdout and self._server.stdout.readline() == "ready\n"

    def run(
        self,
        cwd: Path,
        env: Mapping[str, str],
        argv: Sequence[str],
        stdin: str = "",
        failpoint: str = "",
        seconds: int = 0,
    ) -> Ended:
        """seconds: after so many it is killed by SIGALRM, and its memory is bounded; 0 for neither."""
        out, err = self._scratch / "out", self._scratch / "err"
        request = {
            "cwd": str(cwd),
            "env": dict(env),
            "argv": list(argv),
            "stdin": stdin,
            "failpoint": failpoint,
            "seconds": seconds,
            "out": str(out),
            "err": str(err),
        }
        assert self._server.stdin and self._server.stdout
        self._server.stdin.write(json.dumps(request) + "\n")
        self._server.stdin.flush()
        answer = json.loads(self._server.stdout.readline())
        return Ended(answer["exit"], tuple(answer["places"]), out.read_text("utf-8"), err.read_text("utf-8"))

    def close(self) -> None:
        with self._server:
            assert self._server.stdin
            self._server.stdin.close()
