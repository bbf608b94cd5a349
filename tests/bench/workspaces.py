"""Makes a project of so many numbers, with the recorded state that a real apply would have left.

`python -m tests.bench.workspaces FOLDER --numbers N [--files N] [--workload unchanged|changed|created]`
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from reconciler.cloud.endpoints import endpoints, identity
from reconciler.core.journal.state import State
from reconciler.core.times import stamp
from reconciler.store import open_backend
from reconciler.store.backend import Backend
from reconciler.store.journal import Journal
from reconciler.store.lease import this_process
from reconciler.store.safety.emergency import NAME, Emergency
from reconciler.store.safety.last_seen import NAME as SEEN
from reconciler.store.safety.last_seen import Witness
from tests.bench.lives import life
from tests.bench.rows import WORKLOADS, Row, declared, recorded, shared_out

ENDPOINT = identity(endpoints()["cams"])
STATE = "sqlite:.reconciler/state.db"
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
A_DAY = 500
"""Numbers registered in one day."""
ASKED = 5
"""Entries of a number's life up to the answer that a code was sent."""


def make(folder: Path, numbers: int, files: int = 1, workload: str = "unchanged") -> None:
    """folder: an empty one, or none yet. In `created` nothing is recorded, else all numbers are registered."""
    (folder / "spaces").mkdir(parents=True)
    (folder / "reconciler.yaml").write_text(f"guards:\n  max_messages: {numbers}\n")
    for place, rows in enumerate(shared_out(declared(numbers, workload), files)):
        (folder / "spaces" / f"{_name(place)}.yaml").write_text(_space(_name(place), rows))
    if workload != "created":
        leave(folder, shared_out(recorded(numbers), files))


def _name(place: int) -> str:
    return f"s{place:04}"


def _space(name: str, rows: Sequence[Row]) -> str:
    return f"space: {name}\nspace_id: cams-{name}\nphone_numbers:\n{''.join(map(_block, rows))}"


def _block(row: Row) -> str:
    return (
        f'  {row.name}:\n    number: "{row.number}"\n    onboarding: {row.onboarding}\n'
        f"    display_name: {row.display_name}\n    on_remove: {row.on_remove}\n"
    )


def leave(folder: Path, spaces: Sequence[Sequence[Row]], endpoint: str = ENDPOINT, waiting: int = 0) -> None:
    """The journals, written by the program's own, and what the working copy remembers of them.

    waiting: how many numbers of the last space, at its end, wait for their codes.
    """
    with closing(open_backend(STATE, folder)) as backend:
        states = [
            _lived(backend, folder, _name(place), rows, endpoint, waiting * (place == len(spaces) - 1))
            for place, rows in enumerate(spaces)
        ]
        Witness(folder / SEEN, backend.url).note({state.space_id: state for state in states})


def _lived(backend: Backend, folder: Path, name: str, rows: Sequence[Row], endpoint: str, waiting: int) -> State:
    """One space: a run in which every number took each of its steps, many side by side, some hundreds a day."""
    clock = [BEGINNING]
    journal = Journal(backend, f"cams-{name}", lambda: stamp(clock[0]), Emergency(folder / NAME))
    journal.open_run(this_process(os.environ).run("apply", stamp(BEGINNING), 60.0), name, endpoint)
    for start in range(0, len(rows), A_DAY):
        batch = [life(name, row, stamp(clock[0])) for row in rows[start : start + A_DAY]]
        for number, step in enumerate(zip(*batch, strict=True)):
            journal.append(*(step[:-waiting] if waiting and number >= ASKED else step))
        clock[0] += timedelta(days=1)
    journal.close_run({"done": len(rows)})
    return journal.state


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--numbers", type=int, default=10_000)
    parser.add_argument("--files", type=int, default=1)
    parser.add_argument("--workload", choices=WORKLOADS, default="unchanged")
    chosen = parser.parse_args()
    make(chosen.folder, chosen.numbers, chosen.files, chosen.workload)


if __name__ == "__main__":
    main()
