"""The parts joined in this process, under a lease, as reconciler/runs joins them. Clock and cloud are the caller's."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from reconciler.core.journal.entries import Run
from reconciler.core.journal.state import State
from reconciler.core.model import Limits
from reconciler.core.plan.budget import Budget, OwnCount
from reconciler.store.journal import Journal
from reconciler.store.lease import Holder, held

ENDPOINT = "loopback"


@contextmanager
def leased(
    journals: Mapping[str, Journal],
    names: Mapping[str, str],
    run: Run,
    me: Holder,
    found: Mapping[str, State],
    limits: Limits,
    wait: float = 0.0,
    monotonic: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], object] = time.sleep,
) -> Iterator[Budget]:
    """What may be sent in this run, counted from what is recorded. names: of the journals' spaces. found: anywhere."""
    leases = {space_id: (journal, names[space_id]) for space_id, journal in journals.items()}
    with held(leases, run, ENDPOINT, me, wait, monotonic, sleep):
        states = {**found, **{space_id: journal.state for space_id, journal in journals.items()}}.values()
        sent = [message for state in states for message in state.messages]
        capped = [(at, daily) for state in states for daily, at in state.capped.items()]
        yield Budget(limits, OwnCount(sent, capped))
