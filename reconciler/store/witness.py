"""What this working copy has seen of each journal, so that a state that vanished or was rolled back is found out.

A memory beside the configuration, not a state: losing it loses nothing but the warning.
"""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from reconciler.core.journal import State
from reconciler.errors import Problem, StateError

NAME = ".reconciler/seen.json"

Seen = dict[str, dict[str, tuple[str, int]]]


@dataclass(frozen=True, slots=True)
class Witness:
    """url: of the backend; one working copy may know several."""

    path: Path
    url: str

    def check(self, states: dict[str, State]) -> None:
        """Raises StateError for each space of which less is there than was seen before."""
        problems = [
            _less(space_id, serial, states.get(space_id))
            for space_id, (lineage, serial) in self._read().get(self.url, {}).items()
            if not _as_much(states.get(space_id), lineage, serial)
        ]
        if problems:
            raise StateError.of(problems)

    def note(self, states: dict[str, State]) -> None:
        """Remember how far these journals have come. A memory that cannot be written is done without."""
        seen = self._read()
        come = {id: (state.lineage, state.serial) for id, state in states.items() if state.serial}
        seen[self.url] = {**seen.get(self.url, {}), **come}
        self._write(seen)

    def _write(self, seen: Seen) -> None:
        draft = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        with contextlib.suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            draft.write_text(json.dumps(seen), encoding="utf-8")
            draft.replace(self.path)

    def accept(self, states: dict[str, State]) -> None:
        """What is there now is all there is to be: somebody restored it on purpose."""
        seen = self._read()
        seen[self.url] = {}
        self._write(seen)
        self.note(states)

    def _read(self) -> Seen:
        with contextlib.suppress(OSError, ValueError, TypeError, AttributeError):
            seen = json.loads(self.path.read_text("utf-8"))
            return {u: {i: (str(row[0]), int(row[1])) for i, row in rows.items()} for u, rows in seen.items()}
        return {}


def _as_much(state: State | None, lineage: str, serial: int) -> bool:
    return state is not None and state.lineage == lineage and state.serial >= serial


def _less(space_id: str, serial: int, state: State | None) -> Problem:
    if state is None or not state.serial:
        return Problem("state-vanished", f"{space_id}: {serial} entries were recorded, and now there is nothing")
    what = f"{space_id}: {serial} entries were seen here before, and now there are {state.serial} or others"
    return Problem("state-rolled-back", what)
