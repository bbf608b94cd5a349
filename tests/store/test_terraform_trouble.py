"""A second of trouble with a state server, at each kind of request: the apply goes on, and nothing is left in doubt."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import product
from subprocess import Popen

import pytest

from reconciler.errors import StateError
from reconciler.store.terraform.journals import open_terraform
from tests.heavy import heavy, mostly_heavy
from tests.stage.cloud import Cloud, until
from tests.stage.failing import Failing
from tests.stage.project import APPLY, HEARS, Project
from tests.stage.servers.terraform import Spell, World, environment, serving

METHODS = ("GET", "LOCK", "POST", "UNLOCK")
HOW = ("503", "429", "502", "502 done", "cut", "cut done", "stall", "stall done")
LIGHT = {
    ("GET", "503"),
    ("LOCK", "cut done"),
    ("POST", "429"),
    ("POST", "502"),
    ("POST", "stall done"),
    ("UNLOCK", "cut"),
}
TERM = "12"


@pytest.fixture
def world(project: Project) -> Iterator[World]:
    """The state of this project is on a server of Terraform's protocol."""
    with serving() as (world, url):
        project.environment |= {"RECONCILER_STATE": "http:", "RECONCILER_LEASE_TERM": TERM, **environment(url)}
        yield world


@pytest.mark.parametrize(("method", "how"), [each if each in LIGHT else heavy(*each) for each in product(METHODS, HOW)])
def test_a_second_of_trouble_is_survived(
    world: World, failing: Failing, project: Project, cloud: Cloud, method: str, how: str
) -> None:
    """The apply pauses for its codes as on any day: each was asked for once, no call is open, and no lock is left."""
    project.declare("support", "sales")
    world.spell = Spell(method, how, 1.0, nth=3, retry_after="1" if how == "429" else "")
    done = failing(*APPLY)
    assert (done.code, world.spell.heard > 3) == (3, True), done.err
    assert len(cloud.messages()) == 2
    assert [entry["type"] for entry in failing.entries()].count("intent") == len(cloud.changes())
    waiting = json.loads(failing("pending", "--json").out)
    assert [each["in_doubt"] for each in waiting] == [False, False]
    assert world.locks == {}


def test_longer_trouble_is_told_and_waited_for(world: World, failing: Failing, project: Project) -> None:
    """A person is told what is asked again, and for how much longer."""
    project.declare("support")
    world.spell = Spell("LOCK", "503", 4.0, nth=2)
    done = failing(*APPLY)
    assert done.code == 3
    told = [line for line in done.err.splitlines() if "Retrying in" in line]
    assert told
    assert all("cannot be used as state: LOCK: status 503. Retrying in" in line for line in told)


def test_a_server_is_left_alone_for_as_long_as_it_asks(world: World, failing: Failing, project: Project) -> None:
    """Nothing else is sent for the second that a 429 asks for."""
    project.declare("support")
    world.spell = Spell("POST", "429", 0.8, nth=2, retry_after="1")
    assert failing(*APPLY).code == 3
    posts = [(method, query) for method, path, query in world.heard if method == "POST" and path.endswith("/cams-e2e")]
    asked = [query for _, query in posts]
    assert len(asked) - len(set(asked)) == 1


def test_trouble_without_end_ends_within_the_lease() -> None:
    """What is certainly not there is called so, and the lock is given back; the time is a share of the lease."""
    with serving() as (world, url):
        environ = environment(url) | {"RECONCILER_LEASE_TERM": "2"}
        with closing(open_terraform("http:", environ)) as backend:
            backend.append("acme", 0, ["a"])
            world.spell = Spell("POST", "429", 60.0)
            began = time.monotonic()
            with pytest.raises(StateError, match="POST: status 429"):
                backend.append("acme", 1, ["b"])
            assert (time.monotonic() - began < 2, world.locks) == (True, {})


def interrupted(world: World, project: Project, running: Popen[bytes]) -> None:
    """In the midst of the trouble: it ends as an interrupt does, within five seconds."""
    until(lambda: world.spell and world.spell.until, 20)
    time.sleep(0.5)
    began = time.monotonic()
    os.kill(running.pid, signal.SIGINT)
    done = project.end(running)
    assert time.monotonic() - began < 5
    assert done.code == 130


def test_an_interrupt_ends_a_run_whose_state_stalls(world: World, project: Project) -> None:
    """Within five seconds, whatever is waited for."""
    project.declare("support", "sales")
    world.spell = Spell("POST", "stall", 60.0, nth=4)
    interrupted(world, project, project.start(*APPLY))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("nth", mostly_heavy((2, 1, 4), 1))
def test_an_interrupt_leaves_no_lock(world: World, project: Project, method: str, nth: int) -> None:
    """Whichever request is under way at a slow server, before the run or in it: nobody has to release it by hand."""
    project.declare("support", "sales")
    world.spell = Spell(method, "slow", 60.0, nth)
    running = project.start(*APPLY, before=HEARS)
    until(lambda: world.spell and world.spell.until, 20)
    time.sleep(0.2)
    running.send_signal(signal.SIGINT)
    assert project.end(running).code == 130
    assert world.locks == {}


@pytest.mark.parametrize("how", ["stall", "503"])
def test_an_interrupt_ends_a_reading_that_stalls(world: World, failing: Failing, project: Project, how: str) -> None:
    """So it is for what only reads."""
    project.declare("support")
    project.declare_elsewhere("sales")
    assert failing(*APPLY).code == 3
    world.spell = Spell("GET", how, 60.0, nth=3)
    interrupted(world, project, project.start("plan", before=HEARS, RECONCILER_LEASE_TERM="60"))
