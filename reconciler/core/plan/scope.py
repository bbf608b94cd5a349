"""What a plan is limited to: some resources, all but some, the removal of everything, or the record of what is there
already. Pure.

Changes that depend on each other, such as the two ends of a move, are kept or left out together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from msgspec.structs import replace

from reconciler.core.journal.state import State
from reconciler.core.model import Space
from reconciler.core.plan.basis import Scope
from reconciler.core.plan.change import Change
from reconciler.core.plan.match import Pair, identity, local
from reconciler.errors import Problem
from reconciler.kinds.table import START

Found = Mapping[str, list[Change | Problem]]
"""Space id -> its changes, and problems in place of changes."""


def kept(scope: Scope, found: Found) -> tuple[Found, int]:
    """The changes that a scope leaves, and how many it leaves out."""
    if not scope.partial:
        return found, 0
    every = [each for changes in found.values() for each in changes]
    names = scope.targets or scope.excludes
    ids = _with_partners((each for each in every if _is_named(each, names)), every)
    chosen = {
        space: [each for each in changes if bool(_ids(each) & ids or _is_named(each, names)) == bool(scope.targets)]
        for space, changes in found.items()
    }
    return chosen, len(every) - sum(map(len, chosen.values()))


def _with_partners(named: Iterable[Change | Problem], every: Iterable[Change | Problem]) -> set[str]:
    """Ids of all records that the named changes concern, and of those that leave or arrive with them."""
    ids = {id for each in named for id in _ids(each)}
    while more := {id for each in every if _ids(each) & ids for id in _ids(each)} - ids:
        ids |= more
    return ids


def _ids(change: Change | Problem) -> set[str]:
    if isinstance(change, Problem):
        return set()
    removal = change.removal
    after = {removal.after[1]} if removal and removal.after else set()
    return {change.id, *after, *([removal.id] if removal else [])}


def _is_named(change: Change | Problem, names: Iterable[str]) -> bool:
    own = {change.address, change.previous} if isinstance(change, Change) else {change.address}
    return any(_below(address, name) for address in own if address for name in names)


def _below(address: str, name: str) -> bool:
    """`acme` and `acme/phone_number` name all that is below them."""
    return address == name or address.startswith(f"{name}/")


def unknown(scope: Scope, spaces: Iterable[Space], states: Iterable[State]) -> Iterator[Problem]:
    """Addresses at which nothing is declared or recorded. What is replaced has to be declared."""
    declared = {resource.address for space in spaces for resource in space.resources}
    known = declared | {f"{state.name}/{record.address}" for state in states for record in state.records.values()}
    for name in (*scope.targets, *scope.excludes):
        if not any(_below(each, name) for each in known):
            yield _unknown(name, known)
    yield from (_unknown(name, declared) for name in scope.replaces if name not in declared)


def _unknown(name: str, known: Iterable[str]) -> Problem:
    from difflib import get_close_matches  # slow import, rarely needed

    near = get_close_matches(name, sorted(known), 1)
    hint = f"Did you mean {near[0]}?" if near else "Name an address such as acme/phone_number/support, or a space."
    return Problem("unknown-address", "nothing is declared or recorded at this address", found=name, hint=hint)


def partial_warning(scope: Scope, left: int) -> tuple[Problem, ...]:
    """That a plan is partial, and what it leaves out."""
    if not scope.partial:
        return ()
    label, names = ("only", scope.targets) if scope.targets else ("all but", scope.excludes)
    shown = ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
    others = {0: "no other change is", 1: "1 other change is"}.get(left, f"{left} other changes are")
    return (Problem("plan-partial", f"this plan is partial: {label} {shown}; {others} left out"),)


_SHOWN = 5


def joined(left_out: Collection[str], found: Mapping[str, Iterable[Change | Problem]]) -> dict[str, list[Problem]]:
    """Further spaces to leave out, with the reason: half a move is not planned."""
    links = [
        (id, other, change.address)
        for id, changes in found.items()
        for change in changes
        if isinstance(change, Change)
        for other in _others(change)
    ]
    also: dict[str, list[Problem]] = {}
    out = set(left_out)
    while more := {id: address for id, other, address in links if other in out and id not in out}:
        out |= more.keys()
        what = "moves to or from a space that is left out, and so is its own"
        also |= {id: [Problem("space-left-out", f"{at} {what}", address=at)] for id, at in more.items()}
    return also


def _others(change: Change) -> set[str]:
    ends = (change.carried, change.removal.after if change.removal else None)
    return {end[0] for end in ends if end} | ({moved} if (moved := change.learned.get("moved_from")) else set())


def imported(space: Space, pair: Pair, change: Change | Problem, states: Mapping[str, State]) -> Change | Problem:
    """A creation of what is listed under `import` records what is there instead. What moves here is no creation."""
    begun = pair.record and (pair.record.phase != START or pair.record.intents)
    if begun or isinstance(change, Problem) or change.action != "create" or change.local not in space.imports:
        return change
    if pair.elsewhere:
        there = f"{states[pair.elsewhere[0]].name}/{pair.elsewhere[1].address}"
        what = f"`import` lists {change.address}, which is recorded as {there}: it would move here"
        return Problem("import-moves", what, space.places.get("import"), address=change.address)
    return replace(change, action="import", reason="it is listed under `import`; it is read, nothing is sent", phase="")


def imported_already(spaces: Iterable[Space], states: Mapping[str, State]) -> Iterator[Problem]:
    """A line under `import` about something that is recorded means nothing."""
    for space in spaces:
        records = states[space.space_id].records.values() if space.space_id in states else ()
        ids = {record.id for record in records if record.phase != START or record.intents}
        recorded = {local(each) for each in space.resources if identity(each) in ids}
        done = sorted(space.imports & recorded)
        if done:
            whole = done if space.imports - recorded else ["all of it"]
            what = f"{space.name}: `import` lists what is recorded already: {', '.join(whole[:3])}"
            what += f" and {len(whole) - 3} more" if len(whole) > 3 else ""
            yield Problem("import-recorded", what, space.places.get("import"))
