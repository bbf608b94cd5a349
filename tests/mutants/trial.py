"""A copy of the repository with one bug in it, and whether the tests named for it fail there.

The copy has an interpreter of its own that knows no other copy of the package, so that the installed command is the
mutated one as well. The repository itself is never touched.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
import venv
from collections.abc import Sequence
from compileall import compile_dir
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from py_compile import PycInvalidationMode

ROOT = Path(__file__).parents[2]
PARTS = ("reconciler", "schemas", "examples", "tests", "docs", "pyproject.toml", "README.md")
COMMAND = "#!{python}\nimport sys\nfrom reconciler.cli import main\nsys.exit(main())\n"
PATIENCE = 400.0
_HUNG = re.compile(r"(tests/[\w/]+\.py)(?=[^+]*\++ Timeout \+)", re.DOTALL)
_ENDLESS = ", without an end"
FAILED, NO_RUN = 1, (2, 4)
"""pytest's exit codes when tests ran and some failed, and when none could run, which says something about the bug only
if it names its file."""


@dataclass(frozen=True, slots=True)
class Bug:
    """text: the whole file's, with the bug in it. by: the tests, any of which must fail."""

    name: str
    file: str
    text: str
    by: Sequence[str]

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Caught:
    """by: the test that failed first, "" if none did. why: what kept the trial from telling anything."""

    bug: Bug
    by: str
    seconds: float
    why: str = ""


class Copy:
    """One copy serves for many trials: each bug is taken out again. patience: seconds for the tests of one bug."""

    def __init__(self, folder: Path, patience: float = PATIENCE) -> None:
        self.folder, self._patience = folder, patience
        for part in PARTS:
            copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
            copy(ROOT / part, folder / part, **_without_bytecode(ROOT / part))
        # By the content of its source: two bugs of one file within a second would be the same to a time stamp.
        compile_dir(folder / "reconciler", quiet=2, invalidation_mode=PycInvalidationMode.CHECKED_HASH)
        self.python = _interpreter(folder)

    def trial(self, bug: Bug) -> Caught:
        file = self.folder / bug.file
        sound = file.read_text("utf-8")
        file.write_text(bug.text, encoding="utf-8")
        try:
            return self._tested(bug)
        finally:
            file.write_text(sound, encoding="utf-8")

    def _tested(self, bug: Bug) -> Caught:
        began = time.monotonic()
        code, printed = self.run(bug.by)
        if code in NO_RUN and bug.file in printed:
            return Caught(bug, "every test: it cannot be imported", time.monotonic() - began)
        by = _failed(printed) if code == FAILED else ""
        why = "" if by or code == 0 else f"pytest ended with {code}: {printed[-300:]}"
        if by and not by.endswith(_ENDLESS) and self.run((by,))[0] == 0:
            by, why = "", f"{by} failed once, then passed"
        return Caught(bug, by, time.monotonic() - began, why)

    def run(self, tests: Sequence[str]) -> tuple[int, str]:
        """pytest's exit code and what it printed."""
        command = [str(self.python), "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
        environment = {**os.environ, "PYTHONPATH": ""}
        for name in [name for name in environment if name.startswith("PYTEST_")]:
            del environment[name]
        try:
            return _ended(command, self.folder, environment, self._patience)
        except subprocess.TimeoutExpired:
            return FAILED, f"FAILED {tests[0]}{_ENDLESS}"


def _failed(printed: str) -> str:
    """The first test that failed, or a module that could not be imported; "" if none."""
    lines = [line.partition(" ")[2] for line in printed.splitlines() if line.startswith(("FAILED ", "ERROR tests/"))]
    hung = [f"{test}{_ENDLESS}" for test in _HUNG.findall(printed)[-1:]]
    return next((line.partition(" - ")[0] for line in [*lines, *hung]), "")


def _ended(command: Sequence[str], folder: Path, environment: dict[str, str], patience: float) -> tuple[int, str]:
    """Its exit code and what it printed. What it started ends with it, also where it is stopped half-way."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as printed:
        tests = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=printed, stderr=subprocess.STDOUT, process_group=0
        )
        try:
            code = tests.wait(patience)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(tests.pid, signal.SIGKILL)
            tests.wait()
        printed.seek(0)
        return code, printed.read()


def _without_bytecode(part: Path) -> dict[str, object]:
    return {"ignore": shutil.ignore_patterns("__pycache__")} if part.is_dir() else {}


def _interpreter(folder: Path) -> Path:
    """What this one has installed, but of our package the copy."""
    home = folder / "venv"
    venv.create(home, symlinks=True)
    python = home / "bin/python"
    packages = home / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    (packages / "copy.pth").write_text(f"{folder}\n{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    command = home / "bin/reconciler"
    command.write_text(COMMAND.format(python=python), encoding="utf-8")
    command.chmod(0o755)
    return python
