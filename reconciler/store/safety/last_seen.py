"""The last entry that this working copy has seen of each journal, to detect a state that vanished or was rolled back.

It is not state: losing it loses only the warning. If it is damaged, that is reported.
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
"""The digest of a backend's URL -> space id -> tip."""


def name_of_place(url: str) -> str:
    """A backend's name in this file: a digest, because a forge's cache may be readable by people who may not know
    the URL."""
    return digest(re.sub(r"//[^/@]*@", "//", url))[:16] if ":" in url else url


@dataclass(frozen=True, slots=True)
class Witness:
    """The file of last entries.

    path: of the file.
    url: of the backend; one working copy may use several.
    """

    path: Path
    url: str

    def seen(self) -> dict[str, Tip]:
        """Space id -> last entry. Read it before the state, because another run may advance both in between."""
        return self._read().get(name_of_place(self.url), {})

    def check(self, states: dict[str, State], seen: dict[str, Tip] | None = None) -> None:
        """Raises StateError for each space that has fewer entries than seen before, or another last entry.

        seen: as seen() returned it earlier. By default it is read now, for states that nobody else writes.
        """
        tips = self.seen() if seen is None else seen
        check(states, tips, "here before")

    def note(self, states: dict[str, State]) -> None:
        """Remembers the last entries of these journals. Errors are ignored."""
        with contextlib.suppress(StateError, OSError):
            seen = self._read()
            place = name_of_place(self.url)
            seen[place] = {**seen.get(place, {}), **tips_of(states.values())}
            write_whole(self.path, json.dumps(seen))

    def accept(self, states: dict[str, State]) -> None:
        """Takes the present state as right, because it was restored on purpose. Raises StateError."""
        seen: Seen = {}
        with contextlib.suppress(StateError):
            seen = self._read()
        seen[name_of_place(self.url)] = {}
        try:
            write_whole(self.path, json.dumps(seen))
        except OSError as error:
            if not os.path.lexists(self.path):
                return  # nothing is remembered, so there is nothing to forget
            what = f"{self.path} cannot be written: {error.strerror}"
            raise StateError(
                Problem("witness-unreadable", what, hint="Remove it, or change its permissions.")
            ) from None
        self.note(states)

    def _read(self) -> Seen:
        """Raises StateError if the file was modified: it may be what would have warned."""
        try:
            return seen_from(json.loads(regular_files.read(self.path, LARGEST)))
        except (FileNotFoundError, PermissionError):
            return {}
        except OSError as error:
            raise StateError(Problem("witness-unreadable", f"{self.path} cannot be read: {error.strerror}")) from None
        except (ValueError, TypeError, AttributeError, RecursionError):
            raise StateError(Problem("witness-unreadable", f"{self.path} is not as it was written")) from None


def check(states: Mapping[str, State], tips: Tips, seen: str) -> None:
    """Raises StateError for each space that has fewer entries than its tip, or another last entry. seen: where the
    tips come from."""
    if problems := list(short_of(tips, states, seen)):
        raise StateError.of(problems)


def seen_from(found: Any) -> Seen:
    """The file's content. Raises ValueError, TypeError or AttributeError for anything else. Older files contain
    URLs."""
    seen = {name_of_place(name): {id: Tip(*row) for id, row in rows.items()} for name, rows in found.items()}
    if not all([type(value) for value in tip] == [str, int, str] for rows in seen.values() for tip in rows.values()):
        raise ValueError("not a lineage, a serial and a hash")
    return seen
