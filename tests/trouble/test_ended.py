"""Whoever ends a command need not wait for a store that is in trouble."""

from __future__ import annotations

import signal
import time

import pytest

from tests.heavy import heavy
from tests.stage.cloud import Cloud, until
from tests.stage.project import APPLY, HEARS, Project
from tests.trouble.day import SPACE
from tests.trouble.rows import ROWS, troubled

SECONDS = 5.0


@pytest.mark.parametrize("trouble", ["stall", heavy("503")])
@pytest.mark.parametrize("kind", ["list", "create"])
@pytest.mark.parametrize("backend", [name for name, row in ROWS.items() if "create" in row.requests])
def test_a_signal_ends_what_waits_for_a_store(
    project: Project, cloud: Cloud, backend: str, kind: str, trouble: str
) -> None:
    """Before the run, while all is read, and in it, when an entry is written: within five seconds."""
    cloud.hurry()
    project.write("spaces/acme.yaml", SPACE)
    request = ROWS[backend].requests[kind]
    with troubled(backend, project.scratch) as (where, line):
        project.environment |= {"RECONCILER_STATE": where.url, **where.environ}
        line.arm(trouble, 60, request.method, request.part, request.nth[-1])
        process = project.start(*APPLY, before=HEARS)
        until(lambda: line.seen)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        began = time.monotonic()
        done = project.end(process)
        took = time.monotonic() - began
        line.recover()
    assert (done.code, took < SECONDS) == (130, True), (took, done)
