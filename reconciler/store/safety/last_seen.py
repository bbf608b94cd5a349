"""What this working copy has seen of each journal, so that a state that vanished or was rolled back is found out.

A memory beside the configuration, not a state: losing it loses nothing but the warning. Damaged, it warns as well.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from reconciler.core.journal.state import State
from reconciler.errors import Problem, StateError
from reconciler.runtime import regular_files
from reconciler.store.filesystem import write_whole

NAME = ".reconciler/seen.json"
LARGEST = 64 << 20


class Tip(NamedTuple):
    """How far a journal had come: the serial and the hash of its last entry."""

    lineage: str
    serial: int
    hash: str


Seen = dict[str, dict[str, Tip]]


@dataclass(frozen=True, slots=True)
class Witness:
    """url: of the backend; one working copy may know several."""

    path: Path
    url: str

    def seen(self) -> dict[str, Tip]:
        """Of each space. To be asked before the state is read: another run may move on both in between."""
        return self._read().get(self.url, {})

    def check(self, states: dict[str, State], seen: dict[str, Tip] | None = None) -> None:
        """Raises StateError for each space of which less is there than was seen before, or another last entry.

        seen: what seen() said before; by default it is asked now, which is for states that nobody else writes.
        """
        tips = self.seen() if seen is None else seen
        problems = [problem for id, tip in tips.items() for problem in _missing(id, tip, states.get(id))]
        if problems:
            raise StateError.of(problems)

    def note(self, states: dict[str, State]) -> None:
        """Remember how far these journals have come. A memory that cannot be kept is done without."""
        with contextlib.suppress(StateError, OSError):
            seen = self._read()
            come = {id: Tip(state.lineage, state.serial, state.hash) for id, state in states.items() if state.serial}
            seen[self.url] = {**seen.get(self.url, {}), **come}
            write_whole(self.path, json.dumps(seen))

    def accept(self, states: dict[str, State]) -> None:
        """What is there now is all there is to be: somebody restored it on purpose. Raises StateError."""
        seen: Seen = {}
        with contextlib.suppress(StateError):
            seen = self._read()
        seen[self.url] = {}
        try:
            write_whole(self.path, json.dumps(seen))
        except OSError as error:
            if not os.path.lexists(self.path):
                return  # nothing is remembered, so nothing will be missed
            what = f"{self.path} cannot be written: {error.strerror}"
            raise StateError(Problem("witness-unreadable", what, hint="Remove it, or mend its permissions.")) from None
        self.note(states)

    def _read(self) -> Seen:
        """Raises StateError for a memory that is not as it was written: it may be what would have warned."""
        try:
            return _seen(json.loads(regular_files.read(self.path, LARGEST)))
        except (FileNotFoundError, PermissionError):
            return {}
        except OSError as error:
            raise StateError(Problem("witness-unreadable", f"{self.path} cannot be read: {error.strerror}")) from None
        except (ValueError, TypeError, AttributeError, RecursionError):
            raise StateError(Problem("witness-unreadable", f"{self.path} is not as it was written")) from None


def _seen(found: Any) -> Seen:
    seen = {url: {id: Tip(*row) for id, row in rows.items()} for url, rows in found.items()}
    if not all([type(value) for value in tip] == [str, int, str] for rows in seen.values() for tip in rows.values()):
        raise ValueError("not a lineage, a serial and a hash")
    return seen


def _missing(space_id: str, tip: Tip, state: State | None) -> Iterator[Problem]:
    """The chain of hashes holds every entry but the last, which no other one follows."""
    if state is None or not state.serial:
        what = f"{space_id}: {tip.serial} entries were recorded, and now there is nothing"
        yield Problem("state-vanished", what)
    elif state.lineage != tip.lineage or state.serial < tip.serial:
        what = f"{space_id}: {tip.serial} entries were seen here before, and now there are {state.serial} or others"
        yield Problem("state-rolled-back", what)
    elif state.serial == tip.serial and state.hash != tip.hash:
        yield Problem("state-edited", f"{space_id}: the last entry is not the one that was seen here before")
