"""What `plan --preflight` foresees of each change. It only reads, and appends nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from reconciler.core.answer import Ok
from reconciler.core.consent import Consent
from reconciler.core.journal.state import State
from reconciler.core.plan.budget import Budget
from reconciler.core.plan.change import Change, Plan, SpacePlan
from reconciler.core.review.preflight import Foreseen, PreflightReport, Walked, foreseen
from reconciler.errors import Problem
from reconciler.executor.apply import WORKERS
from reconciler.executor.drive import SharedReads
from reconciler.executor.foresee import AssumedJournal, foresee
from reconciler.kinds import KINDS, wire
from reconciler.kinds.looks import ACCOUNT, BUSINESS, FOUND, UNCLEAR
from reconciler.kinds.table import START
from reconciler.operations import OPERATIONS, Effect, Product
from reconciler.runs.planning import stand_in
from reconciler.runs.planning.guards import is_refused
from reconciler.runs.readings.check import Asked, Readings, Watching, other_spaces
from reconciler.runs.session import daily_count, reading
from reconciler.runs.workspace import Workspace, now
from reconciler.store.side_by_side import side_by_side

Ahead = tuple[SpacePlan, Change]


def preflight(workspace: Workspace, plan: Plan, consent: Consent, watch: Watching) -> PreflightReport:
    """Raises StateError if a space is another account's, and Stale where published state is used instead of recorded
    state.

    plan: made from recorded state. watch: is shown the progress.
    """
    stand_in.refuse(workspace)
    ahead = _ahead(plan)
    if not ahead:
        return PreflightReport(now(), 0, ())
    states = {space.space_id: State(space.space_id, space.name) for space in plan.spaces} | workspace.everywhere
    with reading(workspace, [states[space.space_id] for space in plan.spaces], _products(ahead)) as read:
        made = Readings(read, workspace.settings.limits.calls_per_second, watch)
        return foresee_all(plan, states, other_spaces(workspace), made, consent, now(), _closed(workspace))


def foresee_all(
    plan: Plan,
    states: Mapping[str, State],
    others: Sequence[State],
    made: Readings,
    consent: Consent,
    at: str,
    closed: Mapping[str, str],
) -> PreflightReport:
    """states: of all spaces, by id, as recorded. others: spaces that may have a number which the plan adds. closed: as
    in foresee; each change is foreseen alone."""
    ahead = _ahead(plan)
    journals = {id: AssumedJournal(state, at) for id, state in states.items()}

    def one(pair: Ahead) -> Foreseen:
        # Each walk notes what it could not read itself; `made` asks the cloud once for all.
        walked = foresee(*pair, journals, made.answer, SharedReads(), at, consent, closed)
        sure, unread = _listed_elsewhere(*pair, walked, others, made)
        walked = walked._replace(unread=walked.unread or bool(unread))
        unsure = _business(*pair, walked, made)
        return foreseen(pair[1], walked, [*_stated(plan, pair[1]), *sure, *unread, *unsure])

    made.ahead(each for pair in ahead for each in _first_reads(*pair))
    found = tuple(side_by_side(one, ahead, WORKERS))
    return PreflightReport(at, made.calls, found, is_refused(plan.refusals))


def _closed(workspace: Workspace) -> dict[str, str]:
    budget, at = Budget(workspace.settings.limits, daily_count(workspace, None, {})), now()
    found = {daily: budget.take(daily, at) for daily in {row.daily for row in OPERATIONS.values()} if daily}
    return {daily: until for daily, until in found.items() if until}


def _ahead(plan: Plan) -> list[Ahead]:
    """The changes that call something, or are imported."""
    every = ((space, change) for space in plan.spaces for change in space.shown)
    return [(space, change) for space, change in every if change.all_calls or change.action == "import"]


def _products(ahead: Iterable[Ahead]) -> list[Product]:
    kinds = {change.kind for _, change in ahead} | {change.removal.kind for _, change in ahead if change.removal}
    return sorted({step.api.product for name in kinds for step in KINDS[name].steps.values()})


def _first_reads(space: SpacePlan, change: Change) -> Iterator[Asked]:
    """The reads before the first step: known at once, so that the progress of most reads can be shown."""
    kind, phase = KINDS[change.kind], change.door or change.phase or START
    known = {"phase": phase, "space_id": space.space_id, "begun": False}
    facts = {**(change.after or {}), **change.learned, **known}
    if change.after is not None and phase in kind.steps:
        yield from ((look, facts) for look in kind.steps[phase].before if look.needed(facts))


def _stated(plan: Plan, change: Change) -> Iterator[Problem]:
    """What the plan itself says of this change: what a guard refuses, and a number that may not get the message."""
    yield from (each for each in plan.refusals if each.address == change.address)
    if any(call.channel for call in change.calls):
        warned = (each for each in plan.warnings if each.address == change.address)
        yield from (each for each in warned if each.code == "sms-to-landline")


def _listed_elsewhere(
    space: SpacePlan, change: Change, walked: Walked, others: Sequence[State], made: Readings
) -> tuple[list[Problem], list[Problem]]:
    """Whether another space of ours lists a number that is to be added, and why some could not be read. The cloud
    refuses to add such a number; a migration takes it over."""
    row = KINDS[change.kind].row
    adds = walked.call and OPERATIONS[walked.call].effect is Effect.CREATE and row.keyed_by_number
    if not adds or change.kind == row.moving:
        return [], []
    there, unread = [], []
    for other in (each for each in others if each.space_id != space.space_id):
        facts = {"number": change.key, "space_id": other.space_id}
        data = made.look(FOUND, facts)
        if isinstance(data, Problem):
            unread.append(data)
        elif word := FOUND.says(facts, data):
            what = f"the space {other.name} has it already"
            code = UNCLEAR.get(word, "in-another-space")
            there.append(Problem(code, what, found=FOUND.shows(facts, data), address=change.address))
    return there, unread


def _business(space: SpacePlan, change: Change, walked: Walked, made: Readings) -> Iterator[Problem]:
    """A migration wants the account's business to be verified. What its status is called is in no document, so another
    word is shown, and decides nothing."""
    starts = walked.call and OPERATIONS[walked.call].effect is Effect.CREATE
    if not starts or change.kind != KINDS[change.kind].row.moving:
        return
    here = {"CustSpaceId": space.space_id}
    account = made.answer(ACCOUNT.operation, here)
    waba = wire.text(wire.data(account.data), "Id") if isinstance(account, Ok) else ""
    answer = made.answer(BUSINESS, {**here, "WabaId": waba}) if waba else None
    status = wire.text(wire.data(answer.data), "VerificationStatus") if isinstance(answer, Ok) else ""
    if status.lower() != "verified":
        what = "that the business of the account is verified cannot be read"
        yield Problem("business-not-verified", what, found=status or "nothing", address=change.address)
