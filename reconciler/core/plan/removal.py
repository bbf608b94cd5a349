"""What happens to a record that was removed from the YAML. By default nothing, and a guard refuses the plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import cast

from msgspec.structs import replace

from reconciler.core.journal.record import Record
from reconciler.core.journal.state import State
from reconciler.core.model import OnRemove, Resource, Space
from reconciler.core.plan.change import Change, Removal
from reconciler.core.plan.match import Wanted, identity, in_use, serves
from reconciler.errors import Problem
from reconciler.kinds import KINDS
from reconciler.kinds.table import START
from reconciler.kinds.types import TYPES, ResourceType


def removed(space: Space, record: Record) -> Change | Problem:
    """The removal. It is planned even if a guard will refuse it, so that people see what it would be."""
    removal = _by_disposition(space, record, "it was removed from the YAML")
    return removal if isinstance(removal, Problem) else _leaving(space, record, removal)


def destroyed(space: Space, state: State, wanted: Wanted, planned: Collection[str]) -> Iterator[Change | Problem]:
    """The removals of everything recorded in a space, also of what is declared, by the on_remove of its block.

    What a space declares that is not destroyed as well is on its way there.
    """
    for record in sorted(state.records.values(), key=lambda record: record.address):
        there, at = wanted.get(record.id, space), f"{space.name}/{record.address}"
        if there.space_id not in planned:
            what = f"{at} is declared in {there.name}, which is not to be destroyed"
            hint = f"Run `reconciler apply` for the move first, or leave it out with --exclude {at}."
            yield Problem("move-first", what, hint=hint, address=at)
            continue
        block = next((each for each in there.resources if identity(each) == record.id), None)
        removal = _by_disposition(space, record, "everything is to be destroyed", block)
        yield removal if isinstance(removal, Problem) else _leaving(space, record, removal)


def said_for_all(space: Space, state: State, elsewhere: Collection[str], refused: str) -> dict[str, OnRemove]:
    """`removed:` entries for everything recorded in a space, by name; by number or contact where a name means several.

    What no operation removes needs no entry. elsewhere: ids of what other spaces declare. refused: forget, or remove
        for the type's mildest way that calls, in place of refuse; "" leaves it.
    """
    declared = {identity(each): each for each in space.resources}
    going = [each for id, each in state.records.items() if id not in elsewhere and TYPES[each.type].undoing]
    names = Counter(name for record in going for name in {record.address.partition("/")[2], record.key})
    found: dict[str, OnRemove] = {}
    for record in sorted(going, key=lambda record: record.address):
        said = declared[record.id].on_remove if record.id in declared else _disposition(space, record)[0]
        if said == "refuse" and refused:
            said = TYPES[record.type].removing[1] if refused == "remove" else "forget"
        found[_entry(space, record, names)] = cast(OnRemove, said)
    return found


def _entry(space: Space, record: Record, names: Mapping[str, int]) -> str:
    """What to call it under `removed`: a contact's name may be the key of another block. An entry by number or contact
    takes precedence, so one that is there already is written over."""
    name = record.address.partition("/")[2]
    return name if names[name] == 1 and record.key not in space.removed else record.key


def never_recorded(space: Space, state: State | None) -> Iterator[Problem]:
    """`removed:` entries for names that were never recorded. Skipped if that is not known: no state, or one of an
    old program."""
    if state is None or not state.hash or state.forgotten.keys() - state.gone.keys():
        return
    from difflib import get_close_matches  # slow import, rarely needed

    addresses = {*(record.address for record in state.records.values()), *state.gone.values()}
    names = {address.partition("/")[2] for address in addresses}
    keys = {id.partition("/")[2] for id in (*state.records, *state.gone)}
    for name in filter(lambda name: name not in names | addresses | keys, space.removed):
        near = get_close_matches(name, names, 1)
        hint = f"Did you mean `{near[0]}`?" if near else ""
        what = f"nothing of this name or number is or was recorded in {space.name}"
        undone = (row.name for row in TYPES.values() if space.removed[name] in row.removing[1:])
        # A number is no part of an address, and plans are published.
        address = None if name.startswith("+") else f"{space.name}/{next(undone, next(iter(TYPES)))}/{name}"
        found = name if address else None
        yield Problem("removed-unknown", what, space.places.get(f"removed {name}"), found, hint, address)


def moved_already(space: Space, states: Mapping[str, State]) -> Iterator[Problem]:
    """`moved:` entries that mean nothing any more. Skipped if that is not known."""
    state = states.get(space.space_id)
    if state is None or not state.hash:
        return
    if space.moved and (space.moved not in states or not states[space.moved].records):
        what = f"{space.name}: nothing is recorded under its earlier space_id any more"
        yield Problem("moved-already", what, space.places.get("moved"))
    addresses = {record.address.partition("/")[2] for record in state.records.values()}
    for old in (old for old in space.renamed if not space.was_called(old) & addresses):
        what = f"{space.name}: nothing is recorded as `{old}` any more"
        yield Problem("moved-already", what, space.places.get(f"moved {old}"))


def moved_away(space: Space, record: Record, target: Space) -> Change:
    """Forgotten here once it is ready in the target space, or once it is begun there if it was not ready here.

    A record that was never begun is forgotten at once.
    """
    kind = KINDS[record.kind]
    removal = _way_out(space.name, record, f"moves to {target.name} ({target.space_id})", forgets=True)
    if kind.row.directory_wide or not _untouched(record):
        ready = kind.in_space and serves(record)
        then = "forgotten here once it is ready there" if ready else "forgotten here once it is begun there"
        then = "its record goes along" if kind.row.directory_wide else then
        left = removal.left if not (kind.row.directory_wide or ready) else ""
        reason = f"{removal.reason}; {then}"
        removal = replace(removal, reason=reason, left=left, after=(target.space_id, record.id))
    return _leaving(space, record, removal)


def displaced(space: Space, record: Record, holder: str, there: str) -> Removal | Problem:
    """Removes the record whose address another number or contact takes, once that one has arrived.

    holder: id of the record that takes it. there: id of the space that declares it.

    One that never came into service is only forgotten, and can be found again.
    """
    reason = "its key now means another one"
    removal = _by_disposition(space, record, reason)
    if isinstance(removal, Problem) or _untouched(record):
        return removal
    if removal.refused and not in_use(record):
        removal = _way_out(space.name, record, f"{reason}; it never came into service, so it is forgotten", True)
    then = f"{removal.reason}; it leaves once that one is {'ready' if in_use(record) else 'begun'}"
    row = TYPES[record.type]
    # Its address means the new one by now.
    left = f"{row.label} {_in_short(row, record)}: {removal.left}" if removal.left else ""
    return replace(removal, reason=removal.reason if removal.refused else then, left=left, after=(there, holder))


def _in_short(row: ResourceType, record: Record) -> str:
    return f"…{record.key[-4:]}" if row.keyed_by_number else record.key


def leaves_its_key(space: Space, record: Record, holder: str, there: str) -> Change | Problem:
    """The same as a change of its own, where the one that takes its place has nothing else ahead."""
    removal = displaced(space, record, holder, there)
    return removal if isinstance(removal, Problem) else _leaving(space, record, removal)


def _untouched(record: Record) -> bool:
    return KINDS[record.kind].reached(record.phase, record.facts) == START and not record.intents


def _by_disposition(space: Space, record: Record, reason: str, declared: Resource | None = None) -> Removal | Problem:
    row = TYPES[record.type]
    disposition, why = _disposition(space, record)
    if declared and row.undoing:
        disposition, why = declared.on_remove, f"on_remove is {declared.on_remove}"
    if disposition not in ("refuse", *row.removing):
        at = f"{space.name}/{record.address}"
        what = f"{at}: `{disposition}` is not for a {row.label}"
        return Problem("no-such-way-out", what, hint=f"Say {either(row.removing)}.", address=at)
    untouched = _untouched(record)
    reason += "; it was never begun" if untouched else f"; {why}"
    removal = _way_out(space.name, record, reason, disposition == "forget", disposition == row.detaching)
    return replace(removal, refused=disposition == "refuse" and not untouched)


def halfway(space: str, record: Record, reason: str, kind: str = "") -> Removal:
    """Removes a record that was not ready, by an operation if there is one.

    kind: of the one that is made of it. What is in the space it finds there, so that is not left behind. A migration is
    neither begun with what is in the space, nor cancelled by another onboarding. What none removes is set again.
    """
    removal, row = _way_out(space, record, reason, forgets=False), TYPES[record.type]
    finds = kind and KINDS[kind].in_space and KINDS[record.kind].in_space and row.moving not in (kind, record.kind)
    return replace(removal, left="") if finds or not row.undoing else removal


def stays_away(desired: Resource, removal: Removal) -> Problem | None:
    """A problem if it would not come back after its removal: a migration only brings what is elsewhere."""
    if not removal.door or desired.kind != TYPES[desired.type].moving:
        return None
    what = f"{desired.address}: once deregistered it stays in its space, and a migration only brings what is elsewhere"
    place = desired.places.get("onboarding", desired.place)
    return Problem("no-migration-back", what, place, address=desired.address)


def _disposition(space: Space, record: Record) -> tuple[str, str]:
    """What happens to the record, and why: an entry of `removed:`, otherwise the recorded on_remove.

    Without the space's file nothing is removed; what no operation removes is forgotten without a word on it.
    """
    if not TYPES[record.type].undoing:
        return "forget", "no operation undoes it"
    if not space.file:
        return "refuse", f"on_remove is {record.on_remove}, and there is no file of its space"
    name = record.address.partition("/")[2]
    entries = [space.removed[each] for each in (record.key, record.address, name) if each in space.removed]
    if entries:
        # A contact's name may be the key of a number's block: then the word is one for numbers.
        said = next((each for each in entries if each in ("refuse", *TYPES[record.type].removing)), entries[0])
        return said, f"`removed` says {said}"
    row, why = TYPES[record.type], f"on_remove is {record.on_remove}"
    if row.ends(record.on_remove) and not record.ends:
        # Recorded by an earlier version, in which `delete` did what `detach` does now.
        return row.detaching, f"{why}, recorded when that let its members keep messaging it"
    return record.on_remove, f"{why}; its members keep messaging it" if record.on_remove == row.detaching else why


def either(words: Sequence[str]) -> str:
    """`forget, detach or delete`."""
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _way_out(space: str, record: Record, reason: str, forgets: bool, detaches: bool = False) -> Removal:
    kind = KINDS[record.kind]
    phase = kind.reached(record.phase, record.facts)
    door = "" if forgets else kind.ways_out.get(phase, "")
    door = kind.detached.get(door, door) if detaches else door
    left = "" if door else kind.left.get(phase, _LEFT_IN_DOUBT if record.intents else "")
    return Removal(record.id, f"{space}/{record.address}", kind.name, record.key, record.version, reason, door, left)


def _leaving(space: Space, record: Record, removal: Removal) -> Change:
    return Change(
        f"{space.name}/{record.address}",
        record.kind,
        record.key,
        "delete" if removal.door else "forget",
        removal.reason,
        record.facts,
        None,
        on_remove=record.on_remove,
        version=record.version,
        removal=removal,
    )


_LEFT_IN_DOUBT = "it may have been created: a call was made and its answer is not known"
