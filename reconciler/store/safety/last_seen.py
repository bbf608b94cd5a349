"""What this working copy has seen of each journal, so that a state that vanished or was rolled back is found out.

A memory beside the configuration, not a state: losing it loses nothing but the warning. Damaged, it warns as well.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reconciler.core.journal.state import State, digest
from reconciler.core.journal.tip import Tip, Tips, short_of, tips_of
from reconciler.errors import Problem, StateError
from reconciler.runtime import regular_files
from reconciler.store.filesystem import write_whole

NAME = ".reconciler/seen.json"
LARGEST = 64 << 20


Seen = dict[str, dict[str, Tip]]
"""Place -> space id -> tip."""


def name_of_place(url: str) -> str:
    """What a memory calls a place: one name for those who read and those who write it, and no address in it, as a
    forge's cache may be read by more people than may know that."""
    return digest(re.sub(r"//[^/@]*@", "//", url))[:16] if ":" in url else url


@dataclass(frozen=True, slots=True)
class Witness:
    """url: of the backend; one working copy may know several."""

    path: Path
    url: str

    def seen(self) -> dict[str, Tip]:
        """Of each space. To be asked before the state is read: another run may move on both in between."""
        return self._read().get(name_of_place(self.url), {})

    def check(self, states: dict[str, State], seen: dict[str, Tip] | None = None) -> None:
        """Raises StateError for each space of which less is there than was seen before, or another last entry.

        seen: what seen() said before; by default it is asked now, which is for states that nobody else writes.
        """
        tips = self.seen() if seen is None else seen
        check(states, tips, "here before")

    def note(self, states: dict[str, State]) -> None:
        """Remember how far these journals have come. A memory that cannot be kept is done without."""
        with contextlib.suppress(StateError, OSError):
            seen = self._read()
            place = name_of_place(self.url)
            seen[place] = {**seen.get(place, {}), **tips_of(states.values())}
            write_whole(self.path, json.dumps(seen))

    def accept(self, states: dict[str, State]) -> None:
        """What is there now is all there is to be: somebody restored it on purpose. Raises StateError."""
        seen: Seen = {}
        with contextlib.suppress(StateError):
            seen = self._read()
        seen[name_of_place(self.url)] = {}
        try:
            write_whole(self.path, json.dumps(seen))
        except OSError as error:
            if not os.path.lexists(self.path):
                return  # nothing is remembered, so nothing will be missed
            what = f"{self.path} cannot be written: {error.strerror}"
            raise StateError(
                Problem("witness-unreadable", what, hint="Remove it, or change its permissions.")
            ) from None
        self.note(states)

    def _read(self) -> Seen:
        """Raises StateError for a memory that is not as it was written: it may be what would have warned."""
        try:
            return seen_from(json.loads(regular_files.read(self.path, LARGEST)))
        except (FileNotFoundError, PermissionError):
            return {}
        except OSError as error:
            raise StateError(Problem("witness-unreadable", f"{self.path} cannot be read: {error.strerror}")) from None
        except (ValueError, TypeError, AttributeError, RecursionError):
            raise StateError(Problem("witness-unreadable", f"{self.path} is not as it was written")) from None


def check(states: Mapping[str, State], tips: Tips, seen: str) -> None:
    """Raises StateError for each space of which less is there than these tips say, or another last entry.

    seen: where they are from, for people.
    """
    if problems := list(short_of(tips, states, seen)):
        raise StateError.of(problems)


def seen_from(found: Any) -> Seen:
    """Raises ValueError, TypeError or AttributeError for what is no memory. Older ones name places by their URLs."""
    seen = {name_of_place(name): {id: Tip(*row) for id, row in rows.items()} for name, rows in found.items()}
    if not all([type(value) for value in tip] == [str, int, str] for rows in seen.values() for tip in rows.values()):
        raise ValueError("not a lineage, a serial and a hash")
    return seen
