"""plan(): declared against recorded. Pure: no cloud, no clock, no files. Every change states its reason."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from msgspec.structs import replace

from reconciler.core.journal.entries import unusable
from reconciler.core.journal.record import Record
from reconciler.core.journal.state import State
from reconciler.core.model import Project, Resource, Space
from reconciler.core.plan.basis import Scope
from reconciler.core.plan.budget import sent_lately
from reconciler.core.plan.change import Change, Plan, SpacePlan
from reconciler.core.plan.compare import anew, carried_along, compared
from reconciler.core.plan.forecast import silent_contacts
from reconciler.core.plan.guards import refusals
from reconciler.core.plan.match import (
    Elsewhere,
    Pair,
    Successors,
    Wanted,
    addresses_of,
    elsewhere,
    identity,
    in_use,
    is_whole,
    leaving_for,
    moves_so_far,
    outdated,
    pairs,
    serves,
    successors,
    unfinished_move,
    vanished,
    wanted,
)
from reconciler.core.plan.removal import (
    destroyed,
    displaced,
    leaves_its_key,
    moved_already,
    moved_away,
    never_recorded,
    removed,
)
from reconciler.core.plan.scope import imported, imported_already, joined, kept, partial_warning
from reconciler.core.plan.settings import Base, guards, in_force, settings_changed
from reconciler.core.plan.space_digest import space_digest
from reconciler.errors import ConfigError, Problem
from reconciler.kinds import KINDS
from reconciler.kinds.types import TYPES

States = Mapping[str, State]


class Context(NamedTuple):
    """What the change of one resource may depend on beyond its own pair: other spaces and their records.

    states: by space id.
    elsewhere: resources recorded in another space.
    wanted: record id -> the space that declares it.
    successors: record id -> id of what is to take its place.
    planned: ids of the planned spaces.
    replaces: addresses of what is made again.
    """

    states: States
    elsewhere: Elsewhere
    wanted: Wanted
    successors: Successors
    planned: Collection[str]
    replaces: Collection[str] = ()


def plan(
    project: Project,
    states: States,
    endpoint: str,
    now: str,
    only: Collection[str] = (),
    base: Base | None = None,
    scope: Scope | None = None,
) -> Plan:
    """Plans all spaces, or those named in `only`.

    states: of every space in the backend, by space id. now: for the messages of the last 24 hours and for guards. The
        changes and the digest do not depend on it. base: its guards count as well. scope: what the plan is limited to.

    A space with a change that no operation can make is left out, with those that exchange resources with it. Raises
    ConfigError with all such changes if no space is left. What a guard refuses is in the plan.
    """
    spaces = [space for space in (*project.spaces, *vanished(project, states)) if not only or space.name in only]
    declared = wanted(project.spaces)
    scope, ids = scope or Scope(), {space.space_id for space in spaces}
    successor = successors(states.values(), declared)
    context = Context(states, elsewhere(states.values(), declared), declared, successor, ids, scope.replaces)
    found, left = kept(scope, {space.space_id: _changes(space, context, scope.destroy) for space in spaces})
    wrong = {space.space_id: [*_problems(space, found[space.space_id], states)] for space in spaces}
    left_out = {id: problems for id, problems in wrong.items() if problems}
    left_out |= joined(left_out, found)
    problems = [problem for each in left_out.values() for problem in each]
    if problems and len(left_out) == len(spaces):
        raise ConfigError.of(problem for problem in problems if problem.code != "space-left-out")
    spaces = [space for space in spaces if space.space_id not in left_out]
    planned = tuple(
        _space_plan(space, states.get(space.space_id), [c for c in found[space.space_id] if isinstance(c, Change)])
        for space in spaces
    )
    whole = Plan(
        endpoint,
        planned,
        settings=in_force(project),
        sent=sent_lately(states.values(), project.limits, now),
        left_out=tuple(problems),
        account=project.account,
        contacts_account=project.contacts_account,
        environment=project.environment,
        scope=None if scope == Scope() else scope,
    )
    known = [states[space.space_id] for space in spaces if space.space_id in states]
    noted = [*partial_warning(scope, left), *(each for space in spaces for each in moved_already(space, states))]
    noted += (*imported_already(spaces, states), *settings_changed(project, base, known), *_warnings(project, whole))
    found_wrong = tuple(refusals(whole, spaces, guards(project, base), states, now))
    return replace(whole, refusals=found_wrong, warnings=tuple(noted))


def _problems(space: Space, changes: Iterable[Change | Problem], states: States) -> Iterator[Problem]:
    yield from (change for change in changes if isinstance(change, Problem))
    yield from never_recorded(space, states.get(space.space_id))


def _warnings(project: Project, plan: Plan) -> tuple[Problem, ...]:
    """Finished resources need no warning. `found` is dropped because plans are published, and it may hold a number."""
    changed = {"", *(change.address for change in plan.changes)}
    about = [dataclasses.replace(each, found=None) for each in project.warnings if (each.address or "") in changed]
    return (*about, *silent_contacts(plan))


def _space_plan(space: Space, state: State | None, changes: list[Change]) -> SpacePlan:
    touched = {change.id for change in changes if not change.waits}
    unchanged = sum(1 for id in (state.records if state else ()) if id not in touched)
    return SpacePlan(
        space.name,
        space.space_id,
        state.lineage if state else "",
        space_digest(space),
        tuple(changes),
        unchanged,
        len(state.records) if state else 0,
        state.changed_at if state else "",
        state.serial if state else 0,
        state.hash if state else "",
    )


def _changes(space: Space, context: Context, destroys: bool) -> list[Change | Problem]:
    state = context.states.get(space.space_id)
    if destroys:
        return list(destroyed(space, state, context.wanted, context.planned)) if state else []
    found = pairs(space, state, context.elsewhere, context.wanted, context.successors)
    return [change for pair in found for change in _of_pair(space, pair, context)]


def _of_pair(space: Space, pair: Pair, context: Context) -> Iterator[Change | Problem]:
    """A replacement is one change, as long as the new one is not finished; then what it replaced is left to remove."""
    change, old = _change(space, pair, context), pair.displaced
    change = change and imported(space, pair, change, context.states)
    if old and isinstance(change, Change) and change.action == "create":
        yield _displacing(space, change, old)
        return
    if old and isinstance(change, Change) and change.action == "import":
        change = replace(change, learned=_instead_of(old, change))
    if change is not None:
        yield change
    if old and pair.desired:
        yield leaves_its_key(space, old, identity(pair.desired), space.space_id)


def _change(space: Space, pair: Pair, context: Context) -> Change | Problem | None:
    if pair.desired is None:
        assert pair.record
        return _gone_from_file(space, pair.record, context)
    desired = _moving_in(pair.desired, pair, context)
    if found := _put_back(space, desired, pair, context):
        return found
    if pair.record is None:
        return _create(space, desired, pair, context)
    if desired.address in context.replaces and is_whole(pair.record):
        return anew(desired, pair.record)
    return compared(desired, pair.record)


def _put_back(space: Space, desired: Resource, pair: Pair, context: Context) -> Change | None:
    """Restores a record that was set aside, if it is declared as before and came into service nowhere else since."""
    state, id = context.states.get(space.space_id), identity(desired)
    aside = state.aside.get(id) if state else None
    if state is None or aside is None or unusable(aside) or desired.kind != aside.kind:
        return None
    if (pair.record and pair.record.kind == aside.kind) or outdated(aside, context.states.values()):
        return None
    change = compared(desired, aside)
    if not isinstance(change, Change) or change.differences or change.removal:
        return None
    doubt = "; what another onboarding began may exist as well" if pair.record and pair.record.intents else ""
    reason = f"declared again as before, so it continues where it stopped{doubt}"
    return replace(change, reason=reason, version=state.version(id), carried=(space.space_id, id))


def _gone_from_file(space: Space, record: Record, context: Context) -> Change | Problem | None:
    target, at = context.wanted.get(record.id), f"{space.name}/{record.address}"
    if target is None:
        return _leaving(space, record, context)
    if target.space_id not in context.planned:
        what = f"{at} moves to {target.name}, which is not planned"
        return Problem("move-needs-both", what, address=at)
    arrived = TYPES[record.type].directory_wide or KINDS[record.kind].arrived(record.phase)
    old = _records(context, target.space_id).get(record.id)
    if arrived and unfinished_move(record, old, target.space_id, space.space_id):
        what = f"{at}: its move here from {target.name} is not finished"
        return Problem("move-first", what, address=at)
    if record.door == "delete":
        return Problem("removal-first", f"{at} is being removed, and {target.name} declares it", address=at)
    return moved_away(space, record, target)


def _leaving(space: Space, record: Record, context: Context) -> Change | Problem:
    """Once what takes its place is in service, if anything does, in whichever space that is declared by now."""
    if holder := context.successors.get(record.id):
        there = context.wanted[holder]
        if there.space_id in context.planned:
            return leaves_its_key(space, record, holder, there.space_id)
        what = f"{space.name}/{record.address}: what takes its place moves to {there.name}, which is not planned"
        return Problem("move-needs-both", what, address=f"{space.name}/{record.address}")
    new = next((each for each in space.resources if record.address in addresses_of(space, each)), None)
    return leaves_its_key(space, record, identity(new), space.space_id) if new else removed(space, record)


def _records(context: Context, space_id: str) -> Mapping[str, Record]:
    return context.states[space_id].records if space_id in context.states else {}


def _create(space: Space, desired: Resource, pair: Pair, context: Context) -> Change | Problem:
    source = pair.elsewhere[0] if pair.elsewhere else ""
    name = context.states[source].name if source else ""
    if source and source not in context.planned:
        what = f"{desired.address} moves here from {name}, which is not planned"
        return Problem("move-needs-both", what, desired.place, address=desired.address)
    change = Change(
        desired.address,
        desired.kind,
        desired.key,
        "create",
        f"moves here from {name} ({source})" if source else "it is new in the YAML",
        None,
        desired.attributes,
        desired.on_remove,
        learned=_brought(*pair.elsewhere) if pair.elsewhere else {},
        version=context.states[space.space_id].version(identity(desired)) if space.space_id in context.states else 0,
    )
    if pair.elsewhere and TYPES[desired.type].directory_wide:
        return carried_along(change, pair.elsewhere, name)
    if pair.displaced is None:
        return change
    key = TYPES[desired.type].key
    return replace(change, reason=f"{key} changed, and that is another {key}")


def _brought(source: str, record: Record) -> dict[str, Any]:
    """What a record learns of the one in another space that it continues."""
    kept = {"instead_of": old} if (old := leaving_for(record)) else {}
    return {"moved_from": source, "moves": moves_so_far(record) + 1, **kept}


def _displacing(space: Space, change: Change, record: Record) -> Change | Problem:
    """Both stand side by side until the new one has arrived. A record that was never begun leaves at once."""
    removal = displaced(space, record, change.id, space.space_id)
    learned = _instead_of(record, change)
    made = {"action": "replace", "removal": removal, "before": record.facts, "learned": learned}
    return removal if isinstance(removal, Problem) else replace(change, **made)


def _instead_of(old: Record, change: Change) -> dict[str, Any]:
    return {**change.learned, "instead_of": old.id} if in_use(old) else {**change.learned}


def _moving_in(desired: Resource, pair: Pair, context: Context) -> Resource:
    """A number that is ready in another space arrives by migration: anything else would be an outage.

    Unless it is ready here as well, as declared.
    """
    own = pair.record and KINDS[desired.kind].arrived(pair.record.phase)
    if pair.elsewhere is None or own:
        return desired
    record = pair.elsewhere[1]
    kind = KINDS[record.kind]
    return desired._replace(kind=kind.row.moving) if kind.in_space and serves(record) else desired
