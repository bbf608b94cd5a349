"""Signals while several calls are under way: an end in time, a closed run, true outcomes, and the next run goes on."""

from __future__ import annotations

import signal
import time

import pytest

from tests.stage.cloud import Cloud, until
from tests.stage.failing import Failing
from tests.stage.project import APPLY, Project

SPACE = """space: acme
space_id: cams-e2e
phone_numbers:
  one: {number: "+8613800001234", onboarding: register, display_name: One}
  two: {number: "+8613800001235", onboarding: migrate}
contacts:
  tom: {email: tom@example.com, title: CEO, message_types: [FaultMessage]}
"""
FIRST = ("AddChatappPhoneNumber", "CreateChatappMigrationInitiate", "AddMessageContact")
SENT = ("GetChatappVerifyCode", "GetMigrationVerifyCode", "SendEmailVerificationForMessageContact")
SECONDS = 5.0


def interrupted(
    failing: Failing, cloud: Cloud, operations: tuple[str, ...], fault: str, number: signal.Signals, times: int
) -> str:
    """The last line of an apply that got the signal while all of these calls were under way. It ends 130, in time."""
    for operation in operations:
        cloud.fault(operation, fault)
    process = failing.project.start(*APPLY)
    until(lambda: set(operations) <= set(intended(failing)))
    began = time.monotonic()
    for _ in range(times):
        process.send_signal(number)
        time.sleep(0.2)
    done = failing.project.end(process)
    assert (done.code, time.monotonic() - began < SECONDS) == (130, True), done
    return done.last


def intended(failing: Failing) -> list[str]:
    return [entry["operation"] for entry in failing.entries() if entry["type"] == "intent"]


def closed(failing: Failing) -> bool:
    """Whether the newest run gave its lease back."""
    return bool(failing.entries()[-1]["type"] == "run_closed")


@pytest.mark.parametrize(
    ("operations", "paused", "number"),
    [
        (FIRST, 0, signal.SIGTERM),
        (FIRST, 0, signal.SIGHUP),
        (FIRST, 0, signal.SIGINT),
        (FIRST, 0, signal.SIGQUIT),
        (SENT, 2, signal.SIGTERM),
    ],
)
def test_once_lets_the_calls_under_way_finish(
    failing: Failing, project: Project, cloud: Cloud, operations: tuple[str, ...], paused: int, number: signal.Signals
) -> None:
    """Their answers are recorded, no call follows, and the next apply does the rest, once.

    A number whose code was sent waits for a person, as it would without the signal.
    """
    project.write("spaces/acme.yaml", SPACE)
    last = interrupted(failing, cloud, operations, "delay:0.8", number, 1)
    told = f"{paused} paused, 0 failed, 0 unknown, {3 - paused} not started"
    assert last == f"Apply paused: 0 added, 0 changed, 0 destroyed, {told}."
    outcomes = [entry["result"] for entry in failing.entries() if entry["type"] == "outcome"]
    assert (closed(failing), outcomes) == (True, ["ok"] * len(cloud.changes()))
    assert failing(*APPLY).code == 3
    assert sorted(cloud.changes()) == sorted((*FIRST, *SENT))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_twice_calls_what_is_under_way_unknown(
    failing: Failing, project: Project, cloud: Cloud, number: signal.Signals
) -> None:
    """What may have been done is called unknown; what can be looked up is, and then nothing is done a second time."""
    project.write("spaces/acme.yaml", SPACE)
    last = interrupted(failing, cloud, FIRST, "late:30", number, 2)
    assert last == "Apply failed: 0 added, 0 changed, 0 destroyed, 0 paused, 0 failed, 3 unknown, 0 not started."
    listed = failing("state", "list").out
    assert (closed(failing), [f"unknown: {operation}" in listed for operation in FIRST]) == (True, [True] * 3)
    assert failing(*APPLY).code == 3
    assert sorted(cloud.changes()) == sorted((*FIRST, *SENT))


def test_twice_while_messages_are_under_way_leaves_a_question(failing: Failing, project: Project, cloud: Cloud) -> None:
    """Nothing tells whether a message went out, so a person is asked, and none is sent again by itself."""
    project.write("spaces/acme.yaml", SPACE)
    last = interrupted(failing, cloud, SENT, "late:30", signal.SIGINT, 2)
    assert last == "Apply failed: 0 added, 0 changed, 0 destroyed, 0 paused, 0 failed, 3 unknown, 0 not started."
    again = failing(*APPLY)
    assert (again.code, closed(failing)) == (3, True)
    assert again.out.count("may have been sent") >= 2
    assert sorted(cloud.changes()) == sorted((*FIRST, *SENT))
