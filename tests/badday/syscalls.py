"""A run of the installed command in which the kernel itself refuses the nth write or sync of each thread.

Then the good day after: whatever was kept is brought home, the number is made ready, and nothing was done twice.
"""

from __future__ import annotations

import functools
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.stage import canary
from tests.stage.cloud import Cloud
from tests.stage.failing import Failing, alone
from tests.stage.forks import Forks
from tests.stage.project import APPLY, SUPPORT, Done

CALLS = "fsync,fdatasync,pwrite64,write"
ADDRESS = "acme/phone_number/support"
ONCE = ["AddChatappPhoneNumber", "GetChatappVerifyCode", "ChatappVerifyAndRegister"]


@dataclass(frozen=True)
class Case:
    """for_good: that call fails, and all after it. kept: there is a state already: a run that was killed."""

    error: str
    nth: int
    for_good: bool = False
    kept: bool = False


@functools.cache
def missing() -> str:
    """Why system calls cannot be made to fail here, or nothing."""
    if not shutil.which("strace"):
        return "strace is not installed"
    tried = subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, text=True)
    return f"strace may not trace here: {tried.stderr.strip()}" if tried.returncode else ""


@dataclass(frozen=True)
class BadDay:
    failing: Failing
    cloud: Cloud

    def __call__(self, case: Case) -> tuple[bool, list[str]]:
        """Whether the failure was met, and what is wrong."""
        self.failing.project.declare("support")
        if case.kept:
            self.failing(*APPLY, at="append.before:declared 1 kill")
        done, hit = self._struck(case)
        return hit, [f"{case}: {what}" for what in (*self._ended(case, done), *self._mended())]

    def _struck(self, case: Case) -> tuple[Done, bool]:
        trace = self.failing.project.scratch / "trace"
        inject = f"inject={CALLS}:error={case.error}:when={case.nth}{'+' * case.for_good}"
        strace = ("strace", "-f", "--seccomp-bpf", "-qq", "-e", "signal=none", "-o", str(trace))
        done = self.failing.project.run(*APPLY, before=(*strace, "-e", f"trace={CALLS}", "-e", inject))
        text = trace.read_text()
        trace.unlink()  # which is not the program's
        return done, "(INJECTED)" in text

    def _ended(self, case: Case, done: Done) -> Iterator[str]:
        # Once every write fails, the interpreter's own last one does, too: even what goes to /dev/null.
        if done.code not in ((1, 3, 120) if case.for_good else (1, 3)):
            yield f"it ended {done.code}: {done.err[-300:]}"
        if self.failing.kept.exists():
            before = self.cloud.calls()
            if done.code == 3 or self.failing(*APPLY).code != 1 or self.cloud.calls() != before:
                yield "an outcome was kept, and a run began"

    def _mended(self) -> Iterator[str]:
        self.failing("state", "recover")
        again = self.failing(*APPLY)
        if again.code != 3:
            yield f"the next apply ended {again.code}: {again.err[-300:]}"
            return
        if not self.cloud.messages(SUPPORT):
            self.failing("verify", ADDRESS, "--resend")  # a person saw that none came
        verified = self.failing("verify", ADDRESS, stdin=self.cloud.code(SUPPORT))
        if verified.code or self.cloud.changes() != ONCE:
            yield f"it ended {verified.code} with the calls {self.cloud.changes()}: {verified.err[-300:]}"
        yield from (str(violation) for violation in self.cloud.violations())


@contextmanager
def bad_day(cloud: Cloud, forks: Forks) -> Iterator[BadDay]:
    """A project of its own, where at the end nothing that was written holds a code, and no traceback was printed."""
    with alone(cloud, forks) as failing:
        yield BadDay(failing, cloud)
        assert canary.found(failing.project, cloud.codes(), cloud.secret) == []
        assert [each.text for each in failing.project.said if "error[bug]" in each.text] == []
