"""Journals as one JSON document, and back. Pure.

The document also holds the folded state, for people and scripts; only entries and checkpoints are read back. One digest
covers everything, so a truncated or edited document is refused.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from reconciler.core.journal.complete import Whole, whole
from reconciler.core.journal.snapshot import state_row
from reconciler.core.journal.state import canonical, digest
from reconciler.errors import Problem, StateError

FORMAT = 2


def exported(wholes: Sequence[Whole]) -> dict[str, Any]:
    """JSON values. serial: the number of entries ever written, over all spaces. Phone numbers are not masked."""
    spaces = [_row(each) for each in wholes]
    return {"format": FORMAT, "serial": serial(wholes), "digest": digest(canonical(spaces)), "spaces": spaces}


def serial(wholes: Sequence[Whole]) -> int:
    """The number of entries ever written, over all spaces."""
    return sum(each.last for each in wholes)


def _row(each: Whole) -> dict[str, Any]:
    return {**state_row(each.state), "first": each.first, "snapshot": each.snapshot, "entries": list(each.lines)}


def opened(text: str, name: str) -> list[Whole]:
    """Reads a document of `state pull`. name: of the file, for messages. Raises StateError for anything else."""
    try:
        data = json.loads(text)
        if data["format"] != FORMAT:
            raise _unusable("it was pulled by another version of this program")
        if data["digest"] != digest(canonical(data["spaces"])):
            raise _unusable("it is not as it was pulled, but cut or edited")
        return [whole(row["space_id"], row["entries"], row["snapshot"]) for row in data["spaces"]]
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        raise StateError(Problem("pull-unreadable", f"{name} is no document of `state pull`")) from None
    except StateError as error:
        raise StateError(Problem("pull-unreadable", f"{name}: {error.problems[0].what}")) from None


def _unusable(what: str) -> StateError:
    return StateError(Problem("pull-unreadable", what))
