"""Submits a person's code or confirmation: one run each, for any person and from any source.

Nothing is held while a person is asked: no lease, no open state. First comes the code, then the lease, then the
comparison of what is waited for with what was asked about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from msgspec import structs

from reconciler.core.code import Code
from reconciler.core.journal.record import Record
from reconciler.core.outcome import Challenge, Outcome
from reconciler.errors import Locked, Problem, ReconcilerError
from reconciler.executor.apply import WORKERS
from reconciler.executor.drive import Hands
from reconciler.executor.submit import look, open_challenge, resume, submit
from reconciler.kinds import KINDS
from reconciler.kinds.table import START
from reconciler.operations import Product
from reconciler.render.text.outcome import resent
from reconciler.runs.find_record import Found, find_waiting
from reconciler.runs.session import reading, run, tallied
from reconciler.runs.workspace import Workspace, now
from reconciler.runtime.failpoints import reached
from reconciler.store.journal import Journal
from reconciler.store.lease import holder

Typed = Sequence[tuple[Challenge, Code | None]]
Asker = Callable[[Challenge, Problem | None, str], Code | None]
"""Asks a person: the challenge, why it is asked again, the run that holds the space -> the code, or None for later.

KeyboardInterrupt ends all questions.
"""


def answer(workspace: Workspace, address: str, ask: Asker, resend: bool, lock_wait: float) -> Outcome:
    """Reads, asks and submits until the code is accepted, is left for later, or cannot be given. Raises UsageError."""
    found = find_waiting(workspace, address)
    outcome = _resent(workspace, found, lock_wait) if resend else _looked(workspace, found, lock_wait)
    while (waits := outcome.challenge) and waits.kind == "code" and not waits.parked and outcome.result == "paused":
        held = holder(find_waiting(workspace, address).state)
        workspace.close()
        reached(f"ask.before:{waits.operation}")
        code = ask(waits, outcome.problem, held)
        reached(f"ask.after:{waits.operation}")
        if code is None:
            break
        (outcome,) = submit_all(workspace, [(waits, code)], lock_wait)
        workspace.close()
        if outcome.problem and outcome.problem.code == "already-ready":
            return structs.replace(outcome, result="done", problem=None)  # somebody else was faster
    return outcome


def _resent(workspace: Workspace, found: Found, lock_wait: float) -> Outcome:
    workspace.recorded  # noqa: B018 - messages of all spaces are counted before another one is sent
    outcome = gone_on(workspace, found, True, lock_wait)
    if outcome.challenge and (told := resent(found.record.messages_sent, outcome.challenge)):
        workspace.start.notify(told)
    return outcome


def _looked(workspace: Workspace, found: Found, lock_wait: float) -> Outcome:
    """If it was answered elsewhere meanwhile, nobody is asked."""
    waits = open_challenge(*found)
    if isinstance(waits, Outcome):
        return waits
    with reading(workspace, [found.state], [_product(found.record)]) as call:
        paused = look(*found, call, now())
    return paused or gone_on(workspace, found, False, lock_wait)


def gone_on(workspace: Workspace, found: Found, resend: bool, lock_wait: float) -> Outcome:
    """A run without a code: continues with what can be read, or sends one more message."""
    job = Job(found, partial(resume, found.record.id, found.address, resend=resend))
    (outcome,) = _in_one_run(workspace, [job], lock_wait)
    return outcome


def submit_all(workspace: Workspace, typed: Typed, lock_wait: float) -> Iterator[Outcome]:
    """Submits codes for one space concurrently in one run; None only reads. Outcomes in the order given.

    Raises Locked, StateError or CloudError if nothing was submitted.
    """
    jobs = [Job(find_waiting(workspace, waits.address), partial(submit, waits, code)) for waits, code in typed]
    try:
        yield from _in_one_run(workspace, jobs, lock_wait)
    except Locked as error:
        raise Locked(*(replace(each, what=f"{each.what}; nothing was submitted") for each in error.problems)) from None


class Job(NamedTuple):
    """One answer in a run.

    found: the record.
    work: submits the answer.
    """

    found: Found
    work: Callable[[Journal, Hands], Outcome]


def _in_one_run(workspace: Workspace, jobs: Sequence[Job], lock_wait: float) -> Iterator[Outcome]:
    """For one space. Raises KeyboardInterrupt if a signal left something unfinished."""
    state, limits = jobs[0].found.state, workspace.settings.limits
    products = sorted({_product(job.found.record) for job in jobs})
    outcomes: list[Outcome] = []
    with run(workspace, "verify", {state.space_id: state.name}, limits, products, lock_wait) as (
        journals,
        hands,
        results,
    ):
        with ThreadPoolExecutor(WORKERS) as pool:
            for outcome in pool.map(lambda job: _guarded(job, journals[state.space_id], hands), jobs):
                outcomes.append(outcome)
                yield outcome
        results[state.space_id] = tallied(outcomes)
    if hands.stop.interrupted and any(_is_open(outcome) for outcome in outcomes):
        raise KeyboardInterrupt


def _is_open(outcome: Outcome) -> bool:
    """What only needs time was not interrupted."""
    awaited = outcome.challenge is not None and outcome.challenge.kind == "time"
    return not awaited and outcome.result != "done"


def _guarded(job: Job, journal: Journal, hands: Hands) -> Outcome:
    try:
        return job.work(journal, hands)
    except ReconcilerError as error:
        hands.stop.set()  # the journal cannot be written, so nothing else may be called
        return failed(job.found.address, error.problems[0])
    except Exception:
        hands.stop.set()
        raise


def _product(record: Record) -> Product:
    kind = KINDS[record.kind]
    return kind.steps[record.phase if record.phase in kind.steps else START].api.product


def failed(address: str, problem: Problem) -> Outcome:
    """The outcome of an answer that was not submitted."""
    return Outcome(address, "verify", "failed", problem)
