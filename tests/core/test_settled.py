"""What a read settled: which calls are open afterwards."""

from __future__ import annotations

import pytest

from reconciler.core.journal.record import Record
from reconciler.core.lifecycle.settle import not_there, settled
from reconciler.kinds import KINDS
from reconciler.kinds.table import Kind


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_only_an_end_is_final(kind: Kind) -> None:
    """At an end no call is open any more; anywhere else, and where nothing was made, the others stay open."""
    for phase, step in kind.steps.items():
        record = Record("id", "phone_number/support", kind.name, "+8613800001234", phase, {})
        led = [settled(kind, record, step, word, {}, "seen") for word in step.leads]
        assert [entry["final"] for entry in led] == [entry["phase"] in kind.ends for entry in led]
        assert not_there(record, step)["final"] is False
