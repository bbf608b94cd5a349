"""`python -m tests.mutants [NAME …]`: each bug, by what it was caught, in what time. Exits 1 if one survives.

`--random N --seed S` tries N changes that the seed draws, in place of the table's, and names the survivors at the end:
a person says which of them change nothing.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence

from tests.mutants.bugs import seeded
from tests.mutants.pool import begin, tried
from tests.mutants.random_bugs import drawn
from tests.mutants.trial import PATIENCE, Bug, Caught


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="words of a bug's name; all of them by default")
    parser.add_argument("--random", type=int, metavar="N", help="changes to draw")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="what draws them")
    parser.add_argument("--patience", type=float, default=PATIENCE, metavar="SECONDS", help="for the tests of one bug")
    given = parser.parse_args()
    every = seeded() if given.random is None else drawn(given.random, given.seed)
    chosen = [bug for bug in every if not given.names or any(name in bug.name for name in given.names)]
    print("| bug | caught by | seconds |\n|---|---|---|")
    survived = [caught for caught in _tried(chosen, given.patience) if not _told(caught)]
    print(f"\n{len(chosen) - len(survived)} of {len(chosen)} caught")
    for caught in survived if given.random is not None else ():
        print(f"  {caught.bug}")
    return 1 if survived or not chosen else 0


def _tried(bugs: Sequence[Bug], patience: float) -> Iterator[Caught]:
    """In as many copies as there are processors."""
    processes = multiprocessing.get_context("spawn")
    with (
        tempfile.TemporaryDirectory(prefix="mutants-") as folder,
        processes.Pool(os.cpu_count(), begin, (folder, patience)) as pool,
    ):
        yield from pool.imap(tried, bugs)


def _told(caught: Caught) -> bool:
    by = caught.by or f"nothing: {caught.why or 'it survives'}"
    print(f"| {caught.bug} | {by} | {caught.seconds:.1f} |", flush=True)
    return bool(caught.by)


if __name__ == "__main__":
    sys.exit(main())
