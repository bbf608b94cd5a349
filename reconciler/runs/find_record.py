"""Finds the record that a person means: by address, by a unique key, or by number."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from reconciler.core.journal.record import Record
from reconciler.core.journal.state import State
from reconciler.errors import Problem, UsageError
from reconciler.kinds import KINDS
from reconciler.kinds.spelling import phone
from reconciler.kinds.types import TYPES
from reconciler.runs.workspace import Workspace

# Three or more digits of any script, also separated.
_CODE = re.compile(r"\d(?:[^\w/]?_?\d){2,}")


class Found(NamedTuple):
    """A record and its space.

    state: of the space.
    record: of the resource.
    """

    state: State
    record: Record

    @property
    def address(self) -> str:
        """With the space's name."""
        return f"{self.state.name}/{self.record.address}"


def find_record(workspace: Workspace, typed: str) -> Found:
    """The record of an address, a key or a number; of several with one number, the one that waits.

    Raises UsageError if there is none, or a key is ambiguous.
    """
    space, slash, _ = typed.partition("/")
    near = workspace.near([space]) if slash else None
    if near and (found := list(filter(_addressed(typed), records_of(near.values())))):
        return _that_waits(found)
    recorded = records_of(workspace.recorded.values())
    meant = _numbered(typed) if typed.startswith("+") else _addressed(typed)
    found = [each for each in recorded if meant(each)] or [each for each in recorded if _ends_so(typed, each)]
    addresses = sorted({each.address for each in found})
    if not found:
        raise UsageError(_unknown(typed, [each.address for each in recorded]))
    if len(addresses) > 1 and not typed.startswith("+"):
        hint = f"Name one of them: {', '.join(addresses[:5])}{', …' if len(addresses) > 5 else ''}."
        what = f"{len(addresses)} resources are called so"
        raise UsageError(Problem("ambiguous-address", what, found=_CODE.sub("…", typed), hint=hint))
    return _that_waits(found)


def records_of(states: Iterable[State]) -> list[Found]:
    """All records in these states."""
    return [Found(state, record) for state in states for record in state.records.values()]


def _that_waits(found: Iterable[Found]) -> Found:
    """Of several at one address, as while one replaces another, the newest of those that wait; else the newest."""
    return min(found, key=lambda each: (each.record.phase in KINDS[each.record.kind].ends, -each.record.version))


def find_waiting(workspace: Workspace, typed: str) -> Found:
    """The same for answers: a waiting record with this exact address is found without reading other spaces."""
    return _where_declared(workspace, typed) or find_record(workspace, typed)


def _where_declared(workspace: Workspace, typed: str) -> Found | None:
    space_id = workspace.space_ids.get(typed.partition("/")[0], "") if "/" in typed else ""
    state = workspace.recorded_of(space_id) if space_id else None
    found = filter(_addressed(typed), records_of([state] if state else ()))
    waiting = [each for each in found if each.record.phase not in KINDS[each.record.kind].ends]
    return _that_waits(waiting) if waiting else None


def _addressed(typed: str) -> Callable[[Found], bool]:
    r"""Also in the escaped form for terminals without Unicode: `\u5f20` for a Chinese character."""
    return lambda found: typed in (found.address, found.address.encode("ascii", "backslashreplace").decode())


def _numbered(number: str) -> Callable[[Found], bool]:
    same = phone(number)
    return lambda found: TYPES[found.record.type].keyed_by_number and phone(found.record.key) == same


def _ends_so(typed: str, found: Found) -> bool:
    """`support` and `phone_number/support` for `acme/phone_number/support`."""
    return bool(typed) and found.address.endswith(f"/{typed}")


def _unknown(typed: str, known: list[str]) -> Problem:
    """Digits are not shown: the text may be a code in the wrong place."""
    import difflib

    names = {address.rpartition("/")[2]: address for address in reversed(known)} | {
        address: address for address in known
    }
    close = difflib.get_close_matches(typed, names, 1)
    hint = f"Did you mean {names[close[0]]}?" if close else ""
    return Problem("unknown-address", "nothing is recorded at this address", found=_CODE.sub("…", typed), hint=hint)
