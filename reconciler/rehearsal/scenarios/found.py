"""What came of a step, in the words that a scenario uses. Numbers are shown as addresses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from reconciler.core.journal.state import State
from reconciler.core.model import Attributes, Project
from reconciler.core.outcome import Outcome, exit_code
from reconciler.core.plan.change import Change, Plan
from reconciler.core.plan.forecast import forecast
from reconciler.core.rehearsal.expectations import ABSENT, StepResult
from reconciler.kinds import KINDS
from reconciler.rehearsal.reporting import violation
from reconciler.render import mask
from reconciler.sandbox.contacts.confirmations import address as recipient
from reconciler.sandbox.people.visitor import Visitor


class StepRun(NamedTuple):
    """How a step went.

    plan: that was made.
    refused: codes of the problems for which it was refused.
    exit: the exit code; None if the outcomes decide.
    outcomes: of the last apply.
    """

    plan: Plan
    refused: tuple[str, ...]
    exit: int | None
    outcomes: Sequence[Outcome] = ()


class Earlier(NamedTuple):
    """How much of what the sandbox keeps belongs to earlier steps.

    calls: how many.
    messages: how many.
    violations: how many.
    """

    calls: int
    messages: int
    violations: int

    @classmethod
    def now(cls, visitor: Visitor) -> Earlier:
        """All that is there by now."""
        ledger = visitor.ledger()
        return cls(len(ledger["calls"]), len(visitor.inbox()), len(ledger["violations"]))


def found(
    result: StepRun, seen: Earlier, visitor: Visitor, project: Project, states: Mapping[str, State]
) -> StepResult:
    """What came of a step. seen: what belongs to earlier ones."""
    ledger, about = visitor.ledger(), _addresses(project, states)
    spaces = {**{id: state.name for id, state in states.items()}, **{s.space_id: s.name for s in project.spaces}}
    failed = [each for each in result.outcomes if each.result in ("failed", "unknown", "blocked")]
    left_out = tuple(each.code for each in result.plan.left_out)
    code = exit_code({each.result for each in result.outcomes}) or int(bool(left_out))
    return StepResult(
        {change.address: tuple(_words(change)) for change in result.plan.changes},
        forecast(result.plan).messages,
        (*result.refused, *left_out),
        code if result.exit is None else result.exit,
        tuple((row["operation"], _about(row, about, spaces)) for row in ledger["calls"][seen.calls :]),
        tuple((each["channel"], about.get(each["to"], "")) for each in visitor.inbox()[seen.messages :]),
        {**_absent(project), **_phases(states)},
        {each.address: _awaited(each) for each in result.outcomes if each.result == "paused"},
        {each.address: each.problem.code if each.problem else each.result for each in failed},
        tuple(violation(row) for row in ledger["violations"][seen.violations :]),
    )


def _words(change: Change) -> Iterator[str]:
    if change.is_kept:
        yield "refused"
        return
    if change.phase and change.action == "create":
        yield "resume"
    yield change.action


def _awaited(outcome: Outcome) -> str:
    """A daily limit is waited for, too."""
    return outcome.challenge.kind if outcome.challenge else "time"


def _absent(project: Project) -> dict[str, tuple[str, ...]]:
    return {each.address: (ABSENT,) for space in project.spaces for each in space.resources}


def _phases(states: Mapping[str, State]) -> dict[str, tuple[str, ...]]:
    records = ((state.name, record) for state in states.values() for record in state.records.values())
    return {
        f"{name}/{record.address}": (record.phase, *(["ready"] if record.phase == KINDS[record.kind].ready else []))
        for name, record in records
    }


def _addresses(project: Project, states: Mapping[str, State]) -> dict[str, str]:
    """Number or address of a person -> address of the resource."""
    recorded = ((f"{s.name}/{record.address}", record.facts) for s in states.values() for record in s.records.values())
    declared = ((each.address, each.attributes) for space in project.spaces for each in space.resources)
    return {to: address for address, facts in (*recorded, *declared) for to in _recipients(facts)}


def _recipients(facts: Attributes) -> Iterator[str]:
    if number := facts.get("number"):
        yield str(number)
    if phone := facts.get("phone"):
        yield recipient(str(phone).removeprefix("+"))
    if email := facts.get("email"):
        yield str(email)


def _about(row: Mapping[str, Any], about: Mapping[str, str], spaces: Mapping[str, str]) -> str:
    """The address that a call is about, or the space."""
    to = str(row["to"])
    return about.get(to, mask.target(to)) if to else spaces.get(str(row["space"]), "")
