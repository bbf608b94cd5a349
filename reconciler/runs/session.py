"""A run: leases taken, hands given to the executor, signals heard, leases given back."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from queue import SimpleQueue
from types import FrameType
from typing import TYPE_CHECKING, Any

from reconciler.core.answer import Answer, Error, NotSent, Unknown
from reconciler.core.explain import explain, why_stopped
from reconciler.core.journal.state import stamp
from reconciler.core.model import Limits
from reconciler.core.outcome import Outcome
from reconciler.core.plan.budget import Budget, OwnCount
from reconciler.errors import CloudError
from reconciler.executor.drive import Caller, Hands, Stopping, Tell, silent
from reconciler.operations import Product
from reconciler.runs.consent import NONE, Consent
from reconciler.runs.interrupt import PATIENCE, Patience, Patient
from reconciler.runs.lease import leased
from reconciler.runs.start import Say
from reconciler.runs.workspace import Workspace, now
from reconciler.store.journal import Journal
from reconciler.store.lease import Results
from reconciler.store.quota import AccountCount, Quota

if TYPE_CHECKING:
    from reconciler.cloud.client import Cloud

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
FIRST = f"Interrupted: no new call is made; what is under way has {PATIENCE:g} seconds. Once more ends it now."
AGAIN = "Interrupted again: what is under way is not waited for; its outcome is unknown."
EVERYTHING, UNREACHED, UNLISTED = "*", 3, 3
_REFUSES = ("permission-denied", "credentials-refused", "clock-skew", "not-activated")

First = Callable[[], None] | None
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
    """spaces: id -> name. tell: progress. Yields journals by id, the hands, and what takes the run's results."""
    workspace.emergency.check()
    found = workspace.recorded
    with contextlib.ExitStack() as stack:
        quota = stack.enter_context(_quota(workspace))

        def throttled(operation: str, seconds: float) -> None:
            tell("throttled", "", operation)

        cloud = stack.enter_context(contextlib.closing(workspace.cloud(limits, products, throttled, quota)))
        interrupt = Interrupt(workspace.start.alert)
        patient = Patient(workspace.backend, interrupt.patience)
        with leased(workspace, verb, spaces, workspace.identity, wait, plan, patient) as (journals, results):
            now_held = {space_id: journal.state for space_id, journal in journals.items()}
            states = {**found, **now_held}.values()
            sent = [message for state in states for message in state.messages]
            capped = [(at, daily) for state in states for daily, at in state.capped.items()]
            call = interrupt.patient(_refused_once(_careful(cloud.call)))
            count = AccountCount(quota, workspace.identity, sent, capped) if quota else OwnCount(sent, capped)
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


@contextlib.contextmanager
def reading(workspace: Workspace, limits: Limits, products: Sequence[Product]) -> Iterator[Reader]:
    """What reads the cloud without a lease, at the pace that all runs share."""
    with (
        _quota(workspace) as quota,
        contextlib.closing(workspace.cloud(limits, products, lambda operation, seconds: None, quota)) as cloud,
    ):
        call = _careful(cloud.call)
        yield lambda operation, params: call(operation, params, None)


@contextlib.contextmanager
def _quota(workspace: Workspace) -> Iterator[Quota | None]:
    """What all runs of the account share, where the backend can keep it."""
    quota = workspace.backend.quota()
    with contextlib.closing(quota) if quota else contextlib.nullcontext():
        yield quota


def _careful(call: Caller) -> Caller:
    """Credentials that fail midway fail before anything is sent: that is an answer, too."""

    def careful(operation: str, params: Mapping[str, Any], first: First) -> Answer:
        try:
            return call(operation, params, first)
        except CloudError as error:
            return NotSent(error.problems[0].what)

    return careful


def _refused_once(call: Caller) -> Caller:
    """What will not be otherwise for the next resource is not tried a thousand times; everything else goes on.

    Permissions belong to an operation, and so do codes that no list has; credentials, this machine's clock and the
    network to all of them. What waits for its turn when that is found out is not sent any more.
    """
    refused: dict[str, Error | NotSent] = {}
    unreached, unlisted = Counter[str](), Counter[str]()

    def begin(operation: str, first: First) -> None:
        if operation in refused:
            raise _Stopped
        if first:
            first()

    def once(operation: str, params: Mapping[str, Any], first: First) -> Answer:
        known = refused.get(operation) or refused.get(EVERYTHING)
        if known:
            return known
        try:
            answer = call(operation, params, lambda: begin(operation, first))
        except _Stopped:
            return refused[operation]
        if isinstance(answer, Unknown) and answer.code:
            unlisted[operation] += 1
            if unlisted[operation] >= UNLISTED:
                refused[operation] = NotSent(why_stopped(answer), stopped=True)
                return replace(answer, stops=True)
        unreached[EVERYTHING] = unreached[EVERYTHING] + 1 if isinstance(answer, NotSent) else 0
        if isinstance(answer, NotSent) and unreached[EVERYTHING] >= UNREACHED:
            refused[EVERYTHING] = answer
        elif isinstance(answer, Error) and (code := explain(operation, answer).code) in _REFUSES:
            refused[operation if code == "permission-denied" else EVERYTHING] = answer
        return answer

    return once


class _Stopped(Exception):
    """It is the call's turn, and meanwhile its operation was stopped."""


class Interrupt:
    """What a person's signal does: no new call, some patience with the one under way, none after a second signal."""

    def __init__(self, alert: Say) -> None:
        self._alert = alert
        self.stop = Stopping()
        self.patience = Patience()

    def patient(self, call: Caller) -> Caller:
        """One that is given up is a call whose answer is unknown."""

        def patient(operation: str, params: Mapping[str, Any], first: First) -> Answer:
            return self.patience.wait_for(
                lambda: call(operation, params, first), lambda: Unknown("interrupted before the answer came")
            )

        return patient

    @contextlib.contextmanager
    def heard(self, cloud: Cloud) -> Iterator[None]:
        heard: SimpleQueue[bool] = SimpleQueue()

        def signalled(number: int, frame: FrameType | None) -> None:
            """Takes no lock: it runs in the midst of anything, of itself as well."""
            again = self.stop.interrupt()
            self._alert(AGAIN if again else FIRST)
            self.patience.lose(0.0 if again else PATIENCE)
            heard.put(True)

        def stopped() -> None:
            while heard.get():
                self.stop.set()
                cloud.stop()

        stopper = threading.Thread(target=stopped, name="signals", daemon=True)
        stopper.start()
        before = {number: signal.signal(number, signalled) for number in SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            heard.put(False)
            stopper.join()


def tallied(outcomes: Sequence[Outcome]) -> dict[str, int]:
    return dict(Counter(outcome.result for outcome in outcomes))
