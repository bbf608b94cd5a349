"""The test entry point of the program: the only one that arms failpoints, and a server that forks runs of it.

`RECONCILER_FAILPOINT="place nth action"` with `kill`, `raise:<errno>`, `sleep:<s>`: the nth time `place` is reached, by
any thread of the process; `*` means each time. Every place reached is written to the file descriptor given, so that a
killed process, too, tells how far it came.
"""

from __future__ import annotations

import errno
import gc
import importlib
import json
import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from reconciler.cli.main import VERBS, group, run_command
from reconciler.operations import VERSIONS
from reconciler.runtime import failpoints
from reconciler.store import BACKENDS

MEMORY = 2 << 30


class Failing:
    def __init__(self, spec: str, trace: int) -> None:
        """spec: `place nth action`, several of them separated by `; `, or nothing. trace: a file descriptor."""
        spec, _, more = spec.partition("; ")
        self._more = Failing(more, os.open(os.devnull, os.O_WRONLY)) if more else None
        self._trace = trace
        self._lock = threading.Lock()
        self._place, nth, self._action = spec.split(" ") if spec else ("", "0", "")
        self._always = nth == "*"
        self._left = 0 if self._always else int(nth)

    def __call__(self, place: str) -> None:
        os.write(self._trace, f"{place}\n".encode())
        if self._more:
            self._more(place)
        if place != self._place:
            return
        with self._lock:
            self._left -= 1
            due = self._always or self._left == 0
        if due:
            act(self._action)


def act(action: str) -> None:
    what, _, detail = action.partition(":")
    if what == "kill":
        os.kill(os.getpid(), signal.SIGKILL)  # so that no `finally` runs
    elif what == "raise":
        number = getattr(errno, detail)
        raise OSError(number, os.strerror(number))
    elif what == "sleep":
        time.sleep(float(detail))
    else:
        raise ValueError(action)


def serve() -> None:
    """One JSON request a line on stdin, one JSON answer a line on stdout; each request is one forked process."""
    _load_everything()
    print("ready", flush=True)
    for line in sys.stdin:
        print(json.dumps(_forked(json.loads(line))), flush=True)


def _load_everything() -> None:
    """So that a fork has nothing left to import."""
    for name in VERBS:
        group.get_command(None, name)  # type: ignore[arg-type]
    import deepdiff
    import phonenumbers

    import reconciler.cloud.client
    import reconciler.cloud.credentials
    import reconciler.config.project
    import reconciler.render.documents.events

    for module, _ in BACKENDS.values():
        importlib.import_module(module)
    phonenumbers.parse("+8613800001234")
    deepdiff.DeepDiff({"a": 1}, {"a": 2})
    # What a first reading prepares (schemas, patterns, numbering plans) is prepared once for all forks.
    reconciler.config.project.load_project(Path(__file__).parents[2] / "examples" / "quickstart")
    _call_nobody()
    gc.freeze()


def _call_nobody() -> None:
    """The first call loads half of an HTTP client; port 9 of this machine answers nobody."""
    from reconciler.cloud.client import Cloud
    from reconciler.cloud.credentials import Given, Key
    from reconciler.core.model import Limits

    endpoints = dict.fromkeys(VERSIONS, "http://127.0.0.1:9")
    cloud = Cloud(endpoints, Given(Key("id", "secret")), Limits(calls_per_second=0))
    params = {"CustSpaceId": "c", "PhoneNumber": "1", "Method": "sms", "Locale": "en_US"}
    cloud.call("GetChatappVerifyCode", params)
    cloud.close()


def _forked(request: Mapping[str, object]) -> dict[str, object]:
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        os._exit(_run(request, write))
    os.close(write)
    with os.fdopen(read, "rb") as trace:
        places = trace.read().decode().splitlines()
    _, status = os.waitpid(child, 0)
    return {"exit": os.waitstatus_to_exitcode(status), "places": places}


def _run(request: Mapping[str, object], trace: int) -> int:
    os.environ.update(request["env"])  # type: ignore[call-overload]
    os.chdir(str(request["cwd"]))
    for stream, number in (("out", 1), ("err", 2)):
        file = os.open(str(request[stream]), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(file, number)
    given = os.memfd_create("stdin")
    os.write(given, str(request["stdin"]).encode())
    os.lseek(given, 0, os.SEEK_SET)
    os.dup2(given, 0)
    sys.stdin = os.fdopen(0, encoding="utf-8")
    sys.stdout, sys.stderr = (os.fdopen(number, "w", encoding="utf-8") for number in (1, 2))
    failpoints.arm(Failing(str(request["failpoint"]), trace))
    if request["seconds"]:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        signal.alarm(int(str(request["seconds"])))
    code = run_command(request["argv"])  # type: ignore[arg-type]
    sys.stdout.flush()
    sys.stderr.flush()
    return code


def main(environ: Mapping[str, str], leave: Callable[[int], None]) -> None:
    """One run, as the installed command would be, with whatever RECONCILER_FAILPOINT says."""
    null = os.open(environ.get("RECONCILER_TRACE", os.devnull), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    failpoints.arm(Failing(environ.get("RECONCILER_FAILPOINT", ""), null))
    leave(run_command(sys.argv[1:]))


if __name__ == "__main__":
    if sys.argv[1:] == ["--serve"]:
        serve()
    else:
        main(os.environ, sys.exit)
