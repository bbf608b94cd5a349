"""What guards refuse in a plan, and what consent allows for this run."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from msgspec.structs import replace

from reconciler.core.consent import Consent
from reconciler.core.journal.state import State
from reconciler.core.plan.change import Plan
from reconciler.core.plan.guards import remaining_refusals
from reconciler.core.plan.settings import Base, guards
from reconciler.errors import Problem, Refused
from reconciler.runs.workspace import Workspace, now

# These pass with time: the same plan can be applied later.
PASSING = frozenset({"metered-out"})


def check_guards(
    workspace: Workspace, plan: Plan, consent: Consent, besides: Collection[str] = (), base: Base | None = None
) -> None:
    """Raises Refused with every guard's refusal, except these codes."""
    refused = guard_refusals(workspace, plan, consent, workspace.recorded, base)
    refused = [problem for problem in refused if problem.code not in besides]
    if refused:
        raise Refused(*refused)


def guard_refusals(
    workspace: Workspace, plan: Plan, consent: Consent, states: Mapping[str, State], base: Base | None = None
) -> list[Problem]:
    """The refusals with this consent. base: its guards count as well."""
    return remaining_refusals(plan, workspace.project, guards(workspace.project, base), consent, states, now())


def consented(
    workspace: Workspace, plan: Plan, consent: Consent, states: Mapping[str, State], base: Base | None
) -> Plan:
    """The plan with the refusals that remain, and with those that this consent avoids."""
    if not plan.refusals or consent == Consent():
        return plan
    left = guard_refusals(workspace, plan, consent, states, base)
    still = {(problem.code, problem.address) for problem in left}
    allowed = [problem for problem in plan.refusals if (problem.code, problem.address) not in still]
    return replace(plan, refusals=tuple(left), allowed=tuple(allowed))


def is_refused(problems: Iterable[Problem]) -> bool:
    """Whether apply would be refused, not just for a time."""
    return any(problem.code not in PASSING for problem in problems)
