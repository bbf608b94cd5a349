"""`python -m tests.mutants [NAME …]`: each bug, by what it was caught, in what time. Exits 1 if one survives."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.mutants.bugs import BUGS
from tests.mutants.trial import Caught, Copy


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="words of a bug's name; all of them by default")
    names = parser.parse_args().names
    chosen = [bug for bug in BUGS if not names or any(name in bug.name for name in names)]
    print("| bug | caught by | seconds |\n|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copy = Copy(Path(folder))
        survived = [caught for caught in map(copy.trial, chosen) if not _told(caught)]
    return 1 if survived or not chosen else 0


def _told(caught: Caught) -> bool:
    by = caught.by or f"nothing: {caught.why or 'it survives'}"
    print(f"| {caught.bug} | {by} | {caught.seconds:.1f} |", flush=True)
    return bool(caught.by)


if __name__ == "__main__":
    sys.exit(main())
