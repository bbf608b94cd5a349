"""The program, seen from within: at each failpoint it notes which of SQLite's files it has open without a lock."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from reconciler.cli.main import run_command
from reconciler.runtime import failpoints
from tests.together.locks import opened, unlocked

seen: list[str] = []


def look(place: str) -> None:
    seen.append(f"{place} {len(opened())} {' '.join(map(str, unlocked()))}".rstrip())


if __name__ == "__main__":
    failpoints.arm(look)
    code = run_command(sys.argv[1:])
    Path(os.environ["WATCHED"]).write_text("\n".join(seen), encoding="utf-8")
    sys.exit(code)
