"""The program itself, as it is installed beside the interpreter that runs this."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.bench.terraform import counted
from tests.bench.workspaces import make

__all__ = ["PROGRAM", "command", "counted", "environ", "make"]

PROGRAM = str(Path(sys.executable).with_name("reconciler"))


def command(program: str, folder: Path) -> list[str]:
    return [program, "-C", str(folder), "plan"]


def environ() -> Mapping[str, str]:
    """What somebody has set for a project of theirs does not count."""
    return {name: value for name, value in os.environ.items() if not name.startswith("RECONCILER_")}
