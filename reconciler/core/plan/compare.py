"""One declared resource against its record: no change, a change with a reason, or a change that no operation can
make."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from reconciler.core.diff import differences
from reconciler.core.journal.record import Record
from reconciler.core.journal.state import canonical
from reconciler.core.journal.tries import is_parked
from reconciler.core.model import Attributes, Resource
from reconciler.core.plan.challenge import last_refusal
from reconciler.core.plan.change import Change, Removal
from reconciler.core.plan.match import local
from reconciler.core.plan.removal import halfway, stays_away
from reconciler.core.plan.route import update_starts
from reconciler.errors import Problem
from reconciler.kinds import KINDS
from reconciler.kinds.lookalikes import difference
from reconciler.kinds.table import START, Kind
from reconciler.kinds.types import TYPES
from reconciler.kinds.wire import same_text
from reconciler.operations import OPERATIONS, Effect

Difference = tuple[str, Any, Any]
# Texts that the cloud may write differently, and whether case matters.
_TEXTS = {"display_name": True, "email": False}
_COMPARED = {name: (*kind.fixed, *kind.updated) for name, kind in KINDS.items()}


def compared(desired: Resource, record: Record) -> Change | Problem | None:
    """The change of a resource, a problem if no operation can make it, None if there is nothing to do.

    desired.kind: the kind with which it would be created now. A ready record keeps its own.
    """
    kind = KINDS[record.kind]
    desired = _without_values(desired, record, kind)
    if _removal_not_started(record, kind):
        return _revived(desired, record)
    if record.phase == kind.review:
        return _under_review(_as_recorded(desired, record), record, kind)
    untouched = record.phase == START and not record.intents
    if not untouched:
        desired = _as_recorded(desired, record)
    if phase := kind.turns.get(desired.kind, {}).get(record.phase):
        return _turned(desired, record, phase)
    if record.door == "delete" or (_other_way(desired, record, kind) and not untouched):
        return _replaced(desired, record)
    if untouched:
        kind = KINDS[desired.kind]
    ready = record.phase == kind.ready
    found = () if untouched else _found(desired, record, kind)
    stuck = [each for each in found if not _can_change(each, kind)]
    if stuck:
        return _no_way_back(desired, stuck[0])
    if ready and not found:
        return _bookkeeping(desired, record)
    if record.phase == START or (kind.served and not kind.arrived(record.phase)):
        # A creation in doubt continues with its old values; the next plan shows the difference. Settings of a number
        # that is not in service yet are sent as they are declared by then.
        found = ()
    return _change(desired, record, kind, found)


def _without_values(desired: Resource, record: Record, kind: Kind) -> Resource:
    """Declares the trailing attributes that the record has and the file has not as empty: they are undone."""
    undone: dict[str, list[str]] = {
        name: [] for name in kind.trailing if name in record.facts and name not in desired.attributes
    }
    return desired._replace(attributes={**desired.attributes, **undone}) if undone else desired


def _as_recorded(desired: Resource, record: Record) -> Resource:
    """Replaces declared texts by the recorded ones if the cloud treats both as equal: an update would change
    nothing."""
    same = {
        name: record.facts[name]
        for name, case in _TEXTS.items()
        if same_text(desired.attributes.get(name), record.facts.get(name), case)
    }
    return desired._replace(attributes={**desired.attributes, **same}) if same else desired


def _removal_not_started(record: Record, kind: Kind) -> bool:
    """Whether its removal was recorded but no call was made yet."""
    was = record.facts.get("was", "")
    door = kind.ways_out.get(was, "")
    begun = record.phase not in (door, kind.detached.get(door)) or record.phase == was
    return record.door == "delete" and not record.intents and not begun


def _under_review(desired: Resource, record: Record, kind: Kind) -> Change | Problem | None:
    """Nothing but waiting, if it is declared as recorded. Otherwise it is compared as if in its phase before the
    review."""
    before = kind.reached(record.phase, record.facts)
    declared = {name: record.facts.get(name) for name in desired.attributes}
    in_space = before == kind.review  # in service but for the review
    if canonical(declared) == canonical(desired.attributes) and (desired.kind == record.kind or in_space):
        return _change(desired, record, kind, ())
    back = replace(record, phase=kind.ready if in_space else before)
    change = compared(desired, back)
    if isinstance(change, Problem) or (change and change.removal):
        return change
    if in_space or change is None:
        return _change(desired, record, kind, ())
    return replace(change, door=before, learned={**change.learned, "before_review": ""})


def _revived(desired: Resource, record: Record) -> Change | Problem | None:
    """Restores its phase without a call: deregistering a number to register it again would be an outage."""
    facts = {name: value for name, value in record.facts.items() if name != "was"}
    back = replace(record, phase=record.facts["was"], door="create", facts=facts)
    change = compared(desired, back)
    if isinstance(change, Problem):
        return change
    if change is None:
        change = replace(_base(desired, back, back.kind), after=facts)
    reason = "declared again before anything of it was removed"
    return replace(change, reason=reason, door=change.door or back.phase)


def _change(desired: Resource, record: Record, kind: Kind, found: tuple[Difference, ...]) -> Change:
    if record.phase == START:
        sought = record.intents and kind.steps[START].api.effect is not Effect.IDEMPOTENT
        after = record.facts if sought else {**_where_from(record), **desired.attributes}
    else:
        after = {**_kept(record.facts, desired, kind), **desired.attributes}
    ready = record.phase == kind.ready
    calls = any(value is not None for _, _, value in found) or not ready
    learned = kind.anew({**record.facts, "phase": record.phase}, desired.attributes) if found and calls else {}
    door = update_starts(kind, record.phase, [name for name, *_ in found]) if found and calls else ""
    change = _base(desired, record, kind.name)
    return replace(
        change,
        action="update" if ready or record.door == "update" else "create",
        reason=_why(found),
        before=record.facts if found or _goes_elsewhere(record, after) else None,
        after=after,
        differences=found,
        phase="" if ready else record.phase,
        requested_at="" if door else requested_at(record, kind),
        parked=is_parked(record),
        refusal=None if ready else last_refusal(record),
        in_doubt=any(OPERATIONS[name].effect is Effect.NOTIFY for name in record.intents),
        door=door,
        learned=learned,
    )


def _goes_elsewhere(record: Record, after: Attributes) -> bool:
    """Whether callbacks that were reviewed for it change, though none was sent yet."""
    names = TYPES[record.type].callbacks
    return any(record.facts.get(name) and record.facts[name] != after.get(name) for name in names)


def _kept(facts: Attributes, desired: Resource, kind: Kind) -> Attributes:
    """The recorded facts, without those that are no longer declared."""
    gone = kind.forgettable - desired.attributes.keys()
    return {name: value for name, value in facts.items() if name not in gone}


def _why(found: tuple[Difference, ...]) -> str:
    gone = ", ".join(name for name, _, value in found if value is None)
    changed = ", ".join(name for name, _, value in found if value is not None)
    unsent = f"{gone} removed from the YAML: not sent any more" if gone else ""
    said = [*([f"{changed} changed"] if changed else []), *([unsent] if unsent else [])]
    return "; ".join(said) or "it was begun and is not finished"


def _where_from(record: Record) -> Attributes:
    return {name: record.facts[name] for name in ("moved_from", "moves", "instead_of") if name in record.facts}


def requested_at(record: Record, kind: Kind) -> str:
    """When the message was requested whose code or confirmation it needs next; "" if it needs none."""
    return record.requested_at if record.phase in kind.resend else ""


def _base(desired: Resource, record: Record, kind: str) -> Change:
    moved = record.address != local(desired)
    return Change(
        desired.address,
        kind,
        desired.key,
        "update",
        "",
        record.facts,
        desired.attributes,
        desired.on_remove,
        version=record.version,
        previous=f"{desired.space}/{record.address}" if moved else None,
    )


def _bookkeeping(desired: Resource, record: Record) -> Change | None:
    """Without a call: a new address, or another on_remove."""
    earlier = desired.on_remove == record.on_remove and TYPES[record.type].ends(desired.on_remove) and not record.ends
    if desired.on_remove == record.on_remove and record.address == local(desired) and not earlier:
        return None
    change = replace(_base(desired, record, record.kind), after=record.facts)
    if desired.on_remove != record.on_remove or earlier:
        before = f"{record.on_remove}, its members keep messaging it" if earlier else record.on_remove
        after = f"{desired.on_remove}, its members stop messaging it" if earlier else desired.on_remove
        reason = f"on_remove {'means more now' if earlier else 'changed'}; only recorded, nothing is called"
        return replace(change, reason=reason, differences=(("on_remove", before, after),))
    return replace(change, action="move", reason="the key was renamed; nothing is called")


def _replaced(desired: Resource, record: Record) -> Change | Problem:
    """The old record is removed first, because both are the same thing in the cloud: it was declared again during its
    removal, or its onboarding changed before it was ready."""
    reason = "declared again while it was being removed"
    if record.door != "delete":
        reason = f"onboarding changed from {record.kind} to {desired.kind} halfway"
    reason += f"; it is the same {TYPES[record.type].label}, so the old way ends first"
    return _made_again(desired, record, reason, halfway(desired.space, record, reason, desired.kind))


def _made_again(desired: Resource, record: Record, reason: str, removal: Removal) -> Change | Problem:
    change = replace(_base(desired, record, desired.kind), action="replace", reason=reason, removal=removal)
    return stays_away(desired, removal) or change


def _turned(desired: Resource, record: Record, phase: str) -> Change | Problem:
    """Continues in the table of the new onboarding: the number is where that one would have brought it."""
    change = compared(desired, replace(record, kind=desired.kind, phase=phase))
    if isinstance(change, Problem):
        return change
    if change is None:
        change = replace(_base(desired, record, desired.kind), after=record.facts)
    reason = f"onboarding changed from {record.kind} to {desired.kind}; it continues, nothing is repeated"
    return replace(change, reason=reason, door=phase)


def anew(desired: Resource, record: Record) -> Change | Problem:
    """A replacement that was asked for: the record is removed, by an operation if there is one, and made again."""
    reason = f"--replace asks for it; it is the same {TYPES[record.type].label}, so the old one goes first"
    removal = replace(halfway(desired.space, record, reason), refused=desired.on_remove == "refuse")
    return _made_again(desired, record, reason, removal)


def _other_way(desired: Resource, record: Record, kind: Kind) -> bool:
    return desired.kind != record.kind and not (kind.in_space and kind.arrived(record.phase))


def _found(desired: Resource, record: Record, kind: Kind) -> tuple[Difference, ...]:
    """The differences. A fixed value counts only if declared and recorded: a migrated number has a name that nobody
    declared."""
    compared = _COMPARED[kind.name]
    if _awaits_signup(record, kind):
        return ()
    if [*map(record.facts.get, compared)] == [*map(desired.attributes.get, compared)]:
        return ()
    names = kind.updated | {n for n in kind.fixed if desired.attributes.get(n) and record.facts.get(n)}
    return differences(_only(record.facts, names), _only(desired.attributes, names))


def _awaits_signup(record: Record, kind: Kind) -> bool:
    """Then nothing that is declared has been sent anywhere yet."""
    step = kind.steps.get(record.phase)
    return step is not None and step.awaits(record.facts) == "signup"


def _only(facts: Attributes, names: frozenset[str]) -> Attributes:
    chosen = {name: facts[name] for name in names if facts.get(name) is not None}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in chosen.items()}


def _can_change(change: Difference, kind: Kind) -> bool:
    name, _, after = change
    return name in kind.updated and (after is not None or name in kind.forgettable)


def _no_way_back(desired: Resource, stuck: Difference) -> Problem:
    name, before, after = stuck
    points = difference(str(before), found) if (found := "" if after is None else str(after)) else ""
    what = f"{desired.address}: {name} is {before!r} and cannot be changed by any operation"
    what += f"; they differ by {points}" if points else ""
    hint = f"Put {name} back to {before!r}. To start over: `reconciler state rm`, then clean up in the console."
    return Problem("no-way-back", what, desired.places.get(name, desired.place), found, hint, desired.address)


def carried_along(change: Change, source: tuple[str, Record], name: str) -> Change:
    """Contacts belong to the whole directory: a contact declared by another file takes its record along, without a
    call. source: the other space's id, and the record. name: of that space."""
    space_id, record = source
    kind = KINDS[record.kind]
    return replace(
        change,
        action="move",
        previous=f"{name}/{record.address}",
        phase="" if record.phase == kind.ready else record.phase,
        requested_at=requested_at(record, kind),
        before=record.facts,
        after=record.facts,
        carried=(space_id, record.id),
    )
