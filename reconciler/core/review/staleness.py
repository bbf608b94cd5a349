"""Whether a plan still matches recorded state. Its own runs, and codes typed meanwhile, do not make it stale."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from msgspec.structs import replace

from reconciler.core.codec import encode
from reconciler.core.journal.state import State
from reconciler.core.model import Space
from reconciler.core.plan.change import Change, Plan, SpacePlan
from reconciler.core.plan.space_digest import space_digest
from reconciler.errors import Problem
from reconciler.kinds import KINDS
from reconciler.operations import Effect

NOTHING: Mapping[str, State] = {}
LastChange = Callable[[str, str, int], str]
"""Space id, record id, version -> when and by whom it was changed after that; "" if unknown."""


def staleness(
    plan: Plan,
    states: Mapping[str, State],
    spaces: Mapping[str, Space],
    endpoint: str,
    changed: LastChange = lambda space_id, id, version: "",
    accounts: tuple[str, str] = ("", ""),
) -> Iterator[Problem]:
    """Why the plan may not be applied; nothing if it may. spaces: as declared now, by id."""
    if plan.endpoint != endpoint:
        yield Problem("plan-other-endpoint", f"the plan is for {plan.endpoint}, and this is {endpoint}")
    if (plan.account, plan.contacts_account) != accounts:
        label = f"the environment {plan.environment}, " if plan.environment else ""
        its, ours = (_named(*each) for each in ((plan.account, plan.contacts_account), accounts))
        what = f"the plan is for {label}{its}, and this is {ours}"
        yield Problem("plan-other-account", what)
    for planned in plan.spaces:
        state, space = states.get(planned.space_id), spaces.get(planned.space_id)
        yield from _space(planned, plan.digest, state, space, changed)


def _named(account: str, contacts: str) -> str:
    return f"account {account or 'any'}" + (f" with contacts in {contacts}" if contacts else "")


def _space(
    planned: SpacePlan, plan_digest: str, state: State | None, space: Space | None, changed: LastChange
) -> Iterator[Problem]:
    if planned.config != space_digest(space or Space(planned.name, planned.space_id, "")):
        yield Problem("plan-other-config", f"{planned.name}: the configuration changed since the plan was made")
    lineage = state.lineage if state else ""
    if planned.lineage not in ("", lineage):
        yield Problem("plan-other-lineage", f"{planned.name}: the plan was made against another journal")
    for change in planned.changes:
        yield from _change(change, plan_digest, state or State(planned.space_id), changed)


def _change(change: Change, plan_digest: str, state: State, changed: LastChange) -> Iterator[Problem]:
    versions = {change.id: change.version}
    if change.removal:
        versions[change.removal.id] = change.removal.version
    for id, version in versions.items():
        record = state.records.get(id)
        done = change.removal is not None and id == change.removal.id
        if record is None and state.version(id) != version and not done:
            told = changed(state.space_id, id, version)
            what = f"{change.address} was forgotten {told} since the plan was made".replace("  ", " ")
            yield Problem("plan-stale", what, address=change.address)
        if record and record.version != version and not (record.plan == plan_digest and record.base <= version):
            told = changed(state.space_id, id, version) or f"{record.changed_at} by {record.changed_by}"
            what = f"{change.address} was changed {told} since the plan was made"
            yield Problem("plan-stale", what, address=change.address)


def remaining(saved: Plan, derived: Plan, states: Mapping[str, State] = NOTHING) -> tuple[Plan, list[Problem]]:
    """What is left to do of a saved plan, and why it may not be done.

    A plan file limits what may be done. What is done is derived again from configuration and record, and must lie
    within the file's plan. So a forged file can do nothing that it does not show.
    """
    now = {space.space_id: space for space in derived.spaces}
    spaces, problems = [], []
    for planned in saved.spaces:
        changes = {change.id: change for change in now[planned.space_id].changes} if planned.space_id in now else {}
        changes |= {each.id: each for each in _still_to_replace(saved, planned, states.get(planned.space_id))}
        pairs = [(shown, changes[id]) for shown in planned.changes for id in _ids(shown) if id in changes]
        problems += [_exceeds(shown.address) for shown, change in pairs if not _within(shown, change)]
        spaces.append(replace(now.get(planned.space_id, planned), changes=tuple(change for _, change in pairs)))
    return replace(derived, spaces=tuple(spaces)), problems


def _still_to_replace(saved: Plan, planned: SpacePlan, state: State | None) -> Iterator[Change]:
    """Replacements that were asked for, and whose old record has not gone yet: the configuration does not show them."""
    asked = saved.scope.replaces if saved.scope else ()
    for change in planned.changes:
        record = state.records.get(change.id) if state and change.address in asked else None
        if record is None or change.action != "replace" or change.removal is None:
            continue
        begun = record.door == "delete" and record.plan == saved.digest
        if begun or record.version == change.removal.version:
            yield change


def _exceeds(address: str) -> Problem:
    return Problem("plan-edited", f"{address}: what there is to do is not what the plan shows", address=address)


def _ids(change: Change) -> dict[str, None]:
    """Of a replacement whose new one is finished, the removal of the old one is left."""
    return dict.fromkeys((change.id, change.removal.id) if change.removal else (change.id,))


def _within(shown: Change, change: Change) -> bool:
    """Whether a change does no more than the shown one: same resource, same values, no further calls or recipients."""
    if shown == change:
        return True
    if shown.new_first and change.removal and change.id == change.removal.id != shown.id:
        return _calls(change) <= _calls(shown) and _end(change) == _end(shown)
    same = ("key", "kind", "local", "on_remove")
    return (
        all(getattr(shown, name) == getattr(change, name) for name in same)
        and _wanted(shown) == _wanted(change)
        and _calls(change) <= _calls(shown)
        and _end(change) in ((), _end(shown))
    )


def _wanted(change: Change) -> bytes:
    """The declared values as JSON, in which lists and tuples are equal."""
    return encode([*map((change.after or {}).get, ATTRIBUTES)])


def _calls(change: Change) -> set[tuple[str, str, str]]:
    return {(call.operation, call.channel, call.to) for call in change.all_calls if call.effect != READ}


READ = Effect.READ.value


def _end(change: Change) -> tuple[str, bool] | tuple[()]:
    return (change.removal.id, bool(change.removal.door)) if change.removal else ()


ATTRIBUTES = sorted({name for kind in KINDS.values() for name in kind.needs | kind.fixed | kind.updated})
