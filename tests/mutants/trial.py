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
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PARTS = ("reconciler", "schemas", "examples", "tests", "docs", "pyproject.toml", "README.md")
COMMAND = "#!{python}\nimport sys\nfrom reconciler.cli import main\nsys.exit(main())\n"
PATIENCE = 400.0
_HUNG = re.compile(r"(tests/[\w/]+\.py)(?=[^+]*\++ Timeout \+)", re.DOTALL)
FAILED = 1  # pytest's exit code when tests ran and some failed; any other says nothing about the bug


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
        code, said = self.run(bug.by)
        seconds = time.monotonic() - began
        # A module that cannot even be imported has caught the bug, too.
        failed = [line.split()[1] for line in said.splitlines() if line.startswith(("FAILED ", "ERROR tests/"))]
        failed += [f"{test}, without an end" for test in _HUNG.findall(said)[-1:]]
        if code == FAILED and failed:
            return Caught(bug, failed[0], seconds)
        return Caught(bug, "", seconds, "" if code == 0 else f"pytest ended with {code}: {said[-300:]}")

    def run(self, tests: Sequence[str]) -> tuple[int, str]:
        """pytest's exit code and what it printed."""
        command = [str(self.python), "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
        # Without bytecode: two bugs of one file within a second could be taken for each other.
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": ""}
        for name in [name for name in environment if name.startswith("PYTEST_")]:
            del environment[name]
        try:
            return _ended(command, self.folder, environment, self._patience)
        except subprocess.TimeoutExpired:
            return FAILED, f"FAILED {tests[0]} - without an end"


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
