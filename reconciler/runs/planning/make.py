"""Makes a plan from recorded state, or from what a plan uses instead of it. It cannot call a cloud."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial

from msgspec.structs import replace

from reconciler.core.consent import NONE, Consent
from reconciler.core.plan import make as planning
from reconciler.core.plan.basis import Scope
from reconciler.core.plan.change import Plan, Unchanged
from reconciler.core.plan.make import States
from reconciler.core.plan.match import identity
from reconciler.core.plan.scope import unknown
from reconciler.core.plan.settings import Base, in_force, settings_changed
from reconciler.errors import ConfigError, Problem, ReconcilerError, StateError, UsageError
from reconciler.runs.planning.changed_since import chosen, declared_or_recorded
from reconciler.runs.planning.guards import consented
from reconciler.runs.planning.stand_in import stand_in
from reconciler.runs.recorded import owned
from reconciler.runs.workspace import Workspace, now
from reconciler.store.journal import other_account
from reconciler.store.side_by_side import begun


def make(
    workspace: Workspace,
    only: Sequence[str],
    since: str = "",
    against: str = "",
    consent: Consent = NONE,
    base: Base | None = None,
    scope: Scope | None = None,
) -> Plan:
    """Makes a plan.

    since: a revision; only spaces changed after it are planned. against: a revision to use instead of recorded state.
        base: its guards count as well; those of `against` always do. scope: what it is limited to.
    """
    near = _near(workspace, only) if only and not (since or against) and scope is None else None
    workspace.check_pace(workspace.project.limits)
    workspace.emergency.check()  # otherwise every apply of the plan would be refused
    if found := stand_in(workspace, against):
        states, endpoint, basis, base = found
        plan = replace(made(workspace, states, endpoint, only, since, base, scope), basis=basis)
        return consented(workspace, plan, consent, states, base)
    if near and (nothing := _nothing_to_do(workspace, only, base, near())):
        return nothing
    states = _own(workspace, workspace.everywhere)
    plan = made(workspace, states, workspace.identity, only, since, base, scope)
    plan = consented(workspace, plan, consent, states, base)
    return replace(plan, since=replace(plan.since, waiting=_waiting(workspace, only))) if plan.since else plan


def _near(workspace: Workspace, only: Sequence[str]) -> Callable[[], States | None]:
    """Reads these spaces: from a server, while the configuration is read."""
    read = partial(workspace.near, only)
    with suppress(ReconcilerError):  # reported after the errors of the configuration
        if not workspace.state_is_local:
            return begun(read).result
    return read


def _nothing_to_do(workspace: Workspace, only: Sequence[str], base: Base | None, states: States | None) -> Plan | None:
    """The plan of spaces in which everything is done and recorded, made without reading the others; None if there is
    more to do. states: of these spaces, None if they cannot be read alone.

    Other spaces only matter for how a change is made, its messages and its guards. There is no change if everything
    declared is recorded.
    """
    declared = {space.name for space in workspace.project.spaces}
    if states is None or not declared.issuperset(only) or any(state.aside for state in states.values()):
        return None
    try:
        plan = made(workspace, _own(workspace, states), workspace.identity, only, "", base)
    except ConfigError:
        return None
    more = plan.all_changes or plan.refusals or plan.left_out
    return None if more else replace(plan, sent={})


def _own(workspace: Workspace, recorded: States) -> States:
    """Without the spaces that other environments declare.

    Raises StateError for a space of another cloud or account, and for a resource that such a space has recorded.
    """
    project, endpoint = workspace.project, workspace.identity
    declared = {space.space_id for space in project.spaces}
    mine = owned(recorded, declared, project.elsewhere, project.account) if project.environment else recorded
    others = [state for id, state in recorded.items() if id not in mine]
    for state in mine.values():
        if state.endpoint != endpoint:
            what = f"{state.name}: recorded against {state.endpoint}, and this is {endpoint}"
            raise StateError(Problem("other-endpoint", what))
        if state.account not in ("", project.account):
            raise StateError(other_account(state, project.account))
    wanted = {identity(each): each for space in project.spaces for each in space.resources} if others else {}
    for state in others:
        for id in wanted.keys() & state.records.keys():
            there = f"{state.name}/{state.records[id].address}"
            what = f"{wanted[id].address} is recorded as {there} of another environment"
            raise StateError(Problem("other-environment", what, wanted[id].place))
    return mine


def _waiting(workspace: Workspace, only: Sequence[str]) -> int:
    from reconciler.runs.codes.open_challenges import open_challenges

    found = (each.address.partition("/")[0] for each in open_challenges(workspace, ()).listed)
    return sum(not only or name in only for name in found)


def made(
    workspace: Workspace,
    states: States,
    endpoint: str,
    only: Sequence[str],
    since: str,
    base: Base | None = None,
    scope: Scope | None = None,
) -> Plan:
    """A plan from these states. Raises UsageError for an address in the scope at which nothing is."""
    if scope and (problems := list(unknown(scope, workspace.project.spaces, states.values()))):
        raise UsageError(*problems)
    names = sorted(chosen(workspace, states, only, since)) if since else only
    if since and not names:
        known = declared_or_recorded(workspace, states)
        warnings = tuple(settings_changed(workspace.project, base, states.values()))
        return Plan(
            endpoint,
            since=Unchanged(since, len(known & set(only) if only else known)),
            warnings=warnings,
            settings=in_force(workspace.project),
            account=workspace.project.account,
            contacts_account=workspace.project.contacts_account,
            environment=workspace.project.environment,
        )
    workspace.check_names(names, declared_or_recorded(workspace, states))
    return planning.plan(workspace.project, states, endpoint, now(), names, base, scope)
