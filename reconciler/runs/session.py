"""A run: takes the leases, passes effects to the executor, handles signals, gives the leases back."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cache
from typing import TYPE_CHECKING, Any

from reconciler.core.answer import Answer, NotSent
from reconciler.core.consent import NONE, Consent
from reconciler.core.journal.state import State
from reconciler.core.model import Limits
from reconciler.core.outcome import Outcome
from reconciler.core.plan.budget import Budget, Count, LateCount, OwnCount
from reconciler.core.times import stamp
from reconciler.errors import CloudError, StateError
from reconciler.executor.drive import Caller, Hands, Tell, silent
from reconciler.operations import OF_CONTACTS, OPERATIONS, Effect, Product
from reconciler.runs.account import check_accounts
from reconciler.runs.circuit_breaker import circuit_breaker
from reconciler.runs.interrupt import Interrupt, Patient
from reconciler.runs.lease import leased
from reconciler.runs.workspace import Workspace, now
from reconciler.store.journal import Journal, other_account
from reconciler.store.lease import Results
from reconciler.store.quota import AccountCount, Quota

if TYPE_CHECKING:
    from reconciler.config.settings import Settings

Reader = Callable[[str, Mapping[str, Any]], Answer]


@contextlib.contextmanager
def run(
    workspace: Workspace,
    verb: str,
    spaces: Mapping[str, str],
    limits: Limits,
    products: Sequence[Product],
    wait: float,
    plan: str = "",
    consent: Consent = NONE,
    tell: Tell = silent,
) -> Iterator[tuple[dict[str, Journal], Hands, Results]]:
    """A run with its leases. Yields the journals by space id, what the executor is given for the run (`Hands`), and the
    dictionary for the run's results.

    spaces: id -> name. wait: seconds for the leases. plan: digest of the plan; "" without one. tell: reports progress.
    """
    workspace.emergency.check()
    with contextlib.ExitStack() as stack:
        quota = stack.enter_context(_quota(workspace))
        check_accounts(workspace, limits, products)
        signer = workspace.signer(products)
        cloud = workspace.cloud(limits, signer, lambda operation, _: tell("throttled", "", operation), quota)
        stack.callback(cloud.close)
        interrupt = Interrupt(workspace.start.alert)
        patient = Patient(workspace.backend, interrupt.patience)
        said = workspace.settings
        account, asked = said.account, "cams" in products or (bool(products) and said.contacts_account == said.account)
        leases = leased(workspace, verb, spaces, workspace.identity, wait, plan, patient, account, asked)
        with leases as (journals, results):
            call = interrupt.patient(circuit_breaker(_answering(cloud.call)))
            count = LateCount(lambda: daily_count(workspace, quota, journals))
            hands = Hands(
                call,
                now,
                lambda: stamp(cloud.time()),
                Budget(limits, count),
                tell,
                interrupt.stop,
                consent.adopt,
                consent.allow_metered,
            )
            with interrupt.heard(cloud):
                yield journals, hands, results


def daily_count(workspace: Workspace, quota: Quota | None, journals: Mapping[str, Journal]) -> Count:
    """Counts the messages of the last 24 hours, beginning with those recorded in all spaces of the account; those to
    contacts by the account that keeps the contacts."""
    states = {**workspace.everywhere, **{space_id: journal.state for space_id, journal in journals.items()}}.values()
    settings = workspace.settings
    here = cache(lambda daily: {"", *_accounts(settings, daily)})
    sent = [(at, daily) for state in states for at, daily in state.messages if state.account in here(daily)]
    capped = [(at, daily) for state in states for daily, at in state.capped.items() if state.account in here(daily)]
    if not quota:
        return OwnCount(sent, capped)
    return AccountCount(quota, lambda daily: f"{workspace.identity} {_sender(settings, daily)}".rstrip(), sent, capped)


def _sender(settings: Settings, daily: str) -> str:
    """The account whose messages a daily limit counts."""
    return settings.contacts_account if daily == OF_CONTACTS else settings.account


def _accounts(settings: Settings, daily: str) -> set[str]:
    """Accounts of the environments that share this one's count."""
    shared = (one.account for one in settings.sets if _sender(one, daily) == _sender(settings, daily))
    return {settings.account, *shared}


@contextlib.contextmanager
def reading(workspace: Workspace, states: Sequence[State], products: Sequence[Product]) -> Iterator[Reader]:
    """A function that reads the cloud for spaces without their leases, within the shared rate limit. It can call
    nothing that has an effect.

    Raises StateError if a space is another account's.
    """
    limits, account = workspace.settings.limits, workspace.settings.account
    for state in states:
        if state.account not in ("", account):
            raise StateError(other_account(state, account))
    check_accounts(workspace, limits, products)
    with (
        _shared_pace(workspace) as quota,
        contextlib.closing(workspace.cloud(limits, workspace.signer(products), shared=quota)) as cloud,
    ):
        yield read_only(_answering(cloud.call))


def read_only(call: Caller) -> Reader:
    """Passes reads on, and raises ValueError for any other operation before anything is sent."""

    def read(operation: str, params: Mapping[str, Any]) -> Answer:
        if OPERATIONS[operation].effect is not Effect.READ:
            raise ValueError(f"{operation} is no read")
        return call(operation, params, None)

    return read


def _quota(workspace: Workspace) -> AbstractContextManager[Quota | None]:
    """The account's shared count, if the backend has one."""
    quota = workspace.backend.quota()
    return contextlib.closing(quota) if quota else contextlib.nullcontext()


def _shared_pace(workspace: Workspace) -> AbstractContextManager[Quota | None]:
    """The same for reads, which need no right to write to the state: without it, the rate limit is this run's own."""
    try:
        return _quota(workspace)
    except StateError:
        return contextlib.nullcontext()


def _answering(call: Caller) -> Caller:
    """If the credentials fail during a run, returns NotSent instead of raising CloudError."""

    def answering(*asked: Any) -> Answer:
        try:
            return call(*asked)
        except CloudError as error:
            return NotSent(error.problems[0].what)

    return answering


def tallied(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """How many outcomes have each result."""
    return dict(Counter(outcome.result for outcome in outcomes))
