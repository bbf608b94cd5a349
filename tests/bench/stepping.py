"""A writer of a journal: for each line it reads it appends one number's whole life, entry by entry, each on the disk.

`python -m tests.bench.stepping FOLDER` prints the median of what one such step took, on the wall and of processor time.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from itertools import count, islice
from pathlib import Path
from typing import Any

from reconciler.core.times import stamp
from reconciler.store import open_backend
from reconciler.store.journal import Journal
from reconciler.store.lease import this_process
from reconciler.store.safety.emergency import NAME, Emergency
from tests.bench.lives import life
from tests.bench.rows import Row
from tests.bench.workspaces import BEGINNING, ENDPOINT, STATE

LIVES = 5
AT = stamp(BEGINNING.replace(year=2026, month=11))


def main() -> None:
    folder = Path(sys.argv[1])
    with closing(open_backend(STATE, folder)) as backend:
        journal = Journal(backend, "cams-s0000", lambda: AT, Emergency(folder / NAME))
        journal.open_run(this_process(os.environ).run("apply", AT, 60.0), "s0000", ENDPOINT)
        numbers = count()
        print("ready", flush=True)
        for _ in sys.stdin:
            took = [
                _timed(journal, entry) for row in map(_row, islice(numbers, LIVES)) for entry in life("s0000", row, AT)
            ]
            print(*(statistics.median(each) for each in zip(*took, strict=True)), flush=True)


def _row(number: int) -> Row:
    return Row(f"m{number}", f"+86137{number:08}", "register", "More", "forget")


def _timed(journal: Journal, entry: Mapping[str, Any]) -> tuple[float, float]:
    wall, processor = time.perf_counter(), time.process_time()
    journal.append(entry)
    return time.perf_counter() - wall, time.process_time() - processor


if __name__ == "__main__":
    main()
