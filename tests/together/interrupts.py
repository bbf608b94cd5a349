"""Signals at every prompt, beside other work: each ends the program in time, and leaves the terminal as it was.

The program is loaded once; each run is a fork with a terminal of its own, of a process without threads: whatever lock
one of them holds stays locked in a fork. A signal is sent at a random moment around the prompt's appearing: that is
when one can be lost. `python -m tests.together.interrupts PROMPT FIRST` is one case, by hand.
"""

from __future__ import annotations

import errno
import os
import pty
import random
import select
import signal
import subprocess
import sys
import tempfile
import termios
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from reconciler.cli.main import _end_like_an_interrupt, run_command
from tests.stage.cloud import serving
from tests.stage.entry import _load_everything
from tests.stage.project import SUPPORT, Project

PROMPTS: dict[str, tuple[tuple[str, ...], bytes]] = {
    "approval": (("apply", "--space", "other"), b"Type yes: "),
    "code of apply": (("apply", "--space", "acme", "--auto-approve"), b"skip for now): "),
    "code of verify": (("verify", "acme/phone_number/support"), b"skip for now): "),
    "code of another message": (("verify", "acme/phone_number/support", "--resend"), b"skip for now): "),
    "address of rm": (("state", "rm", "acme/phone_number/support"), b"Address: "),
}
SIGNALS = (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP)
KEYS = {signal.SIGINT: b"\x03", signal.SIGQUIT: b"\x1c"}
AT_ONCE, SECONDS, PATIENCE = 5, 5.0, 30.0
BUSY = """
import os, time
end, parent = time.monotonic() + 60, os.getppid()
while time.monotonic() < end and os.getppid() == parent:
    pass
"""


def cases(size: int) -> Iterator[tuple[str, int]]:
    """(prompt, number of its first signal): AT_ONCE signals a case."""
    return ((name, first) for first in range(0, size, AT_ONCE) for name in PROMPTS)


class Worker:
    def __init__(self) -> None:
        _load_everything()

    def __call__(self, case: tuple[str, int]) -> tuple[Counter[str], list[str]]:
        name, first = case
        with tempfile.TemporaryDirectory(prefix="interrupts-") as folder, _busy(), serving(Path(folder)) as cloud:
            project = Project(Path(folder), cloud.environment)
            project.write("reconciler.yaml", "limits: {calls_per_second: 0}\nguards: {max_messages: 1000}\n")
            project.declare("support")
            project.declare_elsewhere("desk")
            cloud.tell("settings", calls_per_second=0, watched_calls_per_second=0)
            cloud.tell("allow", to=SUPPORT, messages=AT_ONCE)
            assert project.run("apply", "--space", "acme", "--auto-approve", "--no-input").code == 3
            ended = [_interrupted(project, name, random.Random(f"{name} {first + n}")) for n in range(AT_ONCE)]
            wrong = [each for each in ended if each] + [str(each) for each in cloud.violations()]
        return Counter({"signals": AT_ONCE}), wrong


def _interrupted(project: Project, name: str, draw: random.Random) -> str:
    """What is wrong with how it ended, or nothing."""
    arguments, prompt = PROMPTS[name]
    child, terminal = _forked(project, arguments)
    try:
        shown = _until(terminal, prompt)
        if prompt not in shown:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return f"{name}: no prompt: {shown[-300:]!r}"
        number, began = draw.choice(SIGNALS), time.monotonic()
        time.sleep(draw.choice((0.0, 0.0, 0.001, 0.01, 0.1)))
        if number in KEYS:
            os.write(terminal, KEYS[number])
        else:
            os.kill(child, number)
        shown, seconds = _until(terminal, b"", 2 * SECONDS), time.monotonic() - began
        if seconds > SECONDS:
            os.kill(child, signal.SIGKILL)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        echo = termios.tcgetattr(terminal)[3] & termios.ECHO
        fine = code in (3, 130) and seconds < SECONDS and b"Traceback" not in shown and echo
        return "" if fine else f"{name}: {number.name}: {code} after {seconds:.1f} s: {shown[-300:]!r}"
    finally:
        os.close(terminal)


def _until(terminal: int, text: bytes, seconds: float = PATIENCE) -> bytes:
    """What is shown until a text comes, or the end."""
    shown, deadline = b"", time.monotonic() + seconds
    while (not text or text not in shown) and time.monotonic() < deadline:
        if select.select([terminal], [], [], 1.0)[0]:
            try:
                shown += os.read(terminal, 4096)
            except OSError as ended:  # how Linux says that nobody has the terminal open any more
                assert ended.errno == errno.EIO
                break
    return shown


def _forked(project: Project, arguments: tuple[str, ...]) -> tuple[int, int]:
    child, terminal = pty.fork()
    if child:
        return child, terminal
    code = 70
    try:
        _as_started(project.env({}), project.here)
        code = run_command(arguments)
    finally:
        os._exit(code)


def _as_started(environment: Mapping[str, str], here: Path) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(here)
    sys.stdin, sys.stdout, sys.stderr = (os.fdopen(n, "r" if n == 0 else "w", encoding="utf-8") for n in range(3))
    assert termios.tcgetattr(0)
    for number in set(SIGNALS):
        signal.signal(number, signal.default_int_handler if number is signal.SIGINT else signal.SIG_DFL)
    _end_like_an_interrupt()


@contextmanager
def _busy() -> Iterator[None]:
    """Beside other work: a process for each that is tried, which does nothing but keep the machine busy."""
    with subprocess.Popen([sys.executable, "-c", BUSY]) as process:
        try:
            yield
        finally:
            process.kill()


if __name__ == "__main__":
    found = Worker()((sys.argv[1], int(sys.argv[2])))[1]
    print("\n".join(found))
    sys.exit(bool(found))
