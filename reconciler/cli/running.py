"""A run: leases taken, hands given to the executor, signals heard, leases given back."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import FrameType
from typing import TYPE_CHECKING, Any

from reconciler.apply import Hands, nobody
from reconciler.cli.workspace import Workspace, now
from reconciler.core.answer import Answer, NotSent
from reconciler.core.budget import Budget
from reconciler.core.model import Limits
from reconciler.core.outcome import Outcome
from reconciler.errors import CloudError
from reconciler.operations import Product
from reconciler.store.journal import Journal
from reconciler.store.lease import TERM, held, this_process

if TYPE_CHECKING:
    from reconciler.cloud.client import Cloud

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextlib.contextmanager
def run(
    workspace: Workspace,
    verb: str,
    spaces: Mapping[str, str],
    limits: Limits,
    products: Sequence[Product],
    wait: float,
    plan: str = "",
) -> Iterator[tuple[dict[str, Journal], Hands, dict[str, int]]]:
    """spaces: id -> name. Yields journals by id, the hands, and a dict that takes the run's results."""
    cloud = workspace.cloud(limits, products)
    me = this_process(os.environ)
    journals = {space_id: workspace.journal(space_id) for space_id in spaces}
    opened = me.run(verb, now(), float(os.environ.get("RECONCILER_LEASE_TERM", TERM)), plan)
    leases = {space_id: (journal, spaces[space_id]) for space_id, journal in journals.items()}
    try:
        with held(leases, opened, workspace.identity, me, wait) as results:
            sent = [message for state in workspace.states().values() for message in state.messages]
            hands = Hands(_careful(cloud.call), now, Budget(limits, sent), nobody)
            with interruptible(hands, cloud):
                yield journals, hands, results
    finally:
        cloud.close()


def _careful(call: Callable[[str, Mapping[str, Any]], Answer]) -> Callable[[str, Mapping[str, Any]], Answer]:
    """Credentials that fail midway fail before anything is sent: that is an answer, too."""

    def careful(operation: str, params: Mapping[str, Any]) -> Answer:
        try:
            return call(operation, params)
        except CloudError as error:
            return NotSent(error.problems[0].what)

    return careful


@contextlib.contextmanager
def interruptible(hands: Hands, cloud: Cloud) -> Iterator[None]:
    """The first signal finishes the call under way and starts no other; at a prompt it ends the prompt."""

    def stopped(number: int, frame: FrameType | None) -> None:
        again, hands.interrupted = hands.interrupted, True
        hands.stop.set()
        cloud.stop()
        if again or _prompting.is_set():
            raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, stopped) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


_prompting = threading.Event()


@contextlib.contextmanager
def prompting() -> Iterator[None]:
    _prompting.set()
    try:
        yield
    finally:
        _prompting.clear()


def tallied(outcomes: Sequence[Outcome]) -> dict[str, int]:
    return dict(Counter(outcome.result for outcome in outcomes))
