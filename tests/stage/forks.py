"""The client of the fork server: runs of the program, each a process of its own, tens a second."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.stage.project import ROOT, Done


class Forks:
    def __init__(self) -> None:
        self._scratch = tempfile.TemporaryDirectory(prefix="forks-")
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
    ) -> Done:
        """seconds: after so many it is killed by SIGALRM, and its memory is bounded; 0 for neither."""
        out, err = (Path(self._scratch.name, name) for name in ("out", "err"))
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
        return Done(answer["exit"], out.read_text("utf-8"), err.read_text("utf-8"), tuple(answer["places"]))

    def close(self) -> None:
        with self._server:
            assert self._server.stdin
            self._server.stdin.close()
        self._scratch.cleanup()
