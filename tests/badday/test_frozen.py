"""The state's server stops while calls are under way, as a machine that is swapping does: neither answer nor error."""

from __future__ import annotations

import signal
import time

from tests.badday.test_signals import FIRST, SENT, SPACE
from tests.stage.cloud import Cloud, until
from tests.stage.failing import EMERGENCY
from tests.stage.project import APPLY, Project
from tests.stage.servers.postgres import database, frozen, url

# Less than the state's own patience with its server.
SECONDS = 10.0


def test_a_signal_ends_a_run_whose_state_does_not_answer(project: Project, cloud: Cloud) -> None:
    """It ends in time; what was under way is unknown, and kept; once the server is back nothing is done twice."""
    project.write("spaces/acme.yaml", SPACE)
    for operation in FIRST:
        cloud.fault(operation, "late:30")
    with database() as name:
        project.environment["RECONCILER_STATE"] = url(name)
        process = project.start(*APPLY)
        until(lambda: project.run("log", "--json").out.count('"type": "intent"') == len(FIRST))
        with frozen(name):
            process.send_signal(signal.SIGTERM)
            began = time.monotonic()
            done = project.end(process)
            took = time.monotonic() - began
            assert (done.code, took < SECONDS) == (130, True), (took, done)
        assert "3 unknown, 0 not started" in done.last
        assert len((project.root / EMERGENCY).read_text().splitlines()) == len(FIRST)
        assert project.run("state", "recover").code == 0
        assert project.run(*APPLY).code == 3
    assert sorted(cloud.changes()) == sorted((*FIRST, *SENT))
