"""A replacement, a destroy and an offboarding, killed anywhere and resumed by others: exactly the calls expected."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.heavy import heavy
from tests.stage.failing import Failing, Stage
from tests.stage.project import APPLY, SALES, SUPPORT

ADDRESS = "acme/phone_number/support"
OFF = "ChatappPhoneNumberDeregister"
FILE = """space: acme
space_id: cams-acme
phone_numbers:
  support: {{number: "{0}", onboarding: register, display_name: Acme, on_remove: deregister}}
"""
ENDS = {
    "replacement": (*APPLY, "--lock-wait", "10s"),
    "destroy": ("destroy", "--auto-approve", "--no-input", "--allow-irreversible", "--lock-wait", "10s"),
    "offboarding": (*APPLY, "--lock-wait", "10s"),
}
MEMBER = "1000000000000011"
COMMON = f'title: CEO, message_types: [FaultMessage], members: ["{MEMBER}"]'
BOUND = f"""space: acme
space_id: cams-acme
contacts:
  boss: {{email: boss@example.com, {COMMON}, on_remove: delete}}
  desk: {{email: desk@example.com, {COMMON}, on_remove: detach}}
"""
DELETE = "DeleteMessageContact"
FEW = 5
"""Every so manieth place, where there is little time."""


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with closing(Stage()) as found:
        yield found


def in_service(run: Failing, stage: Stage, story: str, term: str = "0.1") -> None:
    """The first SIM is in service, and the file says how it ends. term: seconds of a lease."""
    run.project.environment |= {"RECONCILER_LEASE_TERM": term}
    run.project.write("spaces/acme.yaml", FILE.format(SUPPORT))
    assert run(*APPLY).code == 3
    assert run("verify", ADDRESS, stdin=f"{stage.cloud.code(SUPPORT)}\n").code == 0
    if story == "replacement":
        run.project.write("spaces/acme.yaml", FILE.format(SALES))
    if story == "offboarding":
        assert run("offboard", "acme").code == 0


def until_ended(run: Failing, stage: Stage, story: str, place: str = "", nth: int = 0) -> tuple[int, list[str]]:
    """Each command by another person on another host, until nothing is left; kills, and the places reached.

    If no message came, and the program says that it does not know, the person asks for one.
    """
    kills, places = 0, list[str]()
    for number in range(12):
        person = {"RECONCILER_WHO": f"person{number}", "RECONCILER_HOST": f"host{number}"}
        code = stage.cloud.code(SALES) if number % 2 else ""
        doubt = story == "replacement" and number in (3, 5) and not stage.cloud.messages(SALES)
        words = ("verify", ADDRESS, "--lock-wait", "10s") if code else ENDS[story]
        if doubt:
            stage.cloud.tell("allow", to=SALES, messages=1)
            words = ("verify", ADDRESS, "--lock-wait", "10s", "--resend")
        left = nth - places.count(place)
        at = f"{place} {left} kill" if place and not kills else ""
        done = run(*words, at=at, stdin=f"{code}\n" if code else "", **person)
        places += done.places
        kills += done.code == -signal.SIGKILL
        if done.code == 0 and words == ENDS[story]:
            return kills, places
    raise AssertionError(f"it never ended: {done}")


@pytest.mark.parametrize("step", [FEW, heavy(1)], ids=["few", "all"])
@pytest.mark.parametrize("story", ENDS)
def test_killed_anywhere(stage: Stage, story: str, step: int) -> None:
    """One message for each number, the old one off once and not before the new one answers, nothing left to do."""
    with stage.failing() as run:
        in_service(run, stage, story, "60")  # no sign of life, which a busy machine may write or not
        _, places = until_ended(run, stage, story)
        expected = stage.cloud.changes()
    for at in range(0, len(places), step):
        with stage.failing() as run:
            in_service(run, stage, story)
            nth = places[: at + 1].count(places[at])
            kills, _ = until_ended(run, stage, story, places[at], nth)
            where = f"{places[at]} {nth}"
            assert kills == 1, where
            assert Counter(stage.cloud.changes()) - Counter(expected) <= Counter({OFF: 1}), where
            assert Counter(expected) <= Counter(stage.cloud.changes()), where
            assert max(Counter(each["to"] for each in stage.cloud.messages()).values()) == 1, where
            assert stage.cloud.changes()[-1] == OFF, where
            assert stage.cloud.violations() == [], where
            if story != "destroy":
                assert run("plan", "--detailed-exitcode").code == 0, where


def bound(run: Failing, stage: Stage, story: str) -> None:
    """Two contacts are confirmed and bound to a member; one is to be detached from it, the other one to end there."""
    run.project.environment |= {"RECONCILER_LEASE_TERM": "0.1"}
    run.project.write("spaces/acme.yaml", BOUND)
    assert run(*APPLY).code == 3
    for to in ("boss@example.com", "desk@example.com"):
        stage.cloud.tell("confirm", to=to)
    assert run(*APPLY).code == 0
    assert [each["members"] for each in stage.cloud.see("world")["truth"]["contacts"]] == [[MEMBER], [MEMBER]]
    if story == "offboarding":
        assert run("offboard", "acme").code == 0


def kept_in_members(run: Failing) -> dict[str, set[bool]]:
    """Contact -> what was asked for each time, by what is written before a call."""
    found: dict[str, set[bool]] = {}
    for entry in run.entries():
        if entry["type"] == "intent" and entry["operation"] == DELETE:
            found.setdefault(entry["id"].partition("/")[2], set()).add(
                entry["params"].get("RetainContactInMembers", True)
            )
    return found


@pytest.mark.heavy
@pytest.mark.parametrize("story", ["destroy", "offboarding"])
def test_contacts_killed_anywhere(stage: Stage, story: str) -> None:
    """Each is deleted as its on_remove says, and no message is sent; what is uncertain is asked of the cloud again."""
    with stage.failing() as run:
        bound(run, stage, story)
        _, places = until_ended(run, stage, story)
        expected = stage.cloud.changes()
        assert expected[-2:] == [DELETE, DELETE]
    for at in range(len(places)):
        with stage.failing() as run:
            bound(run, stage, story)
            sent, nth = len(stage.cloud.messages()), places[: at + 1].count(places[at])
            kills, _ = until_ended(run, stage, story, places[at], nth)
            where = f"{places[at]} {nth}"
            assert kills <= 1, where  # what is ready together is written together, so there may be fewer places
            assert Counter(stage.cloud.changes()) - Counter(expected) <= Counter({DELETE: 2}), where
            assert kept_in_members(run) == {"boss": {False}, "desk": {True}}, where
            assert (len(stage.cloud.messages()), stage.cloud.see("world")["truth"]["contacts"]) == (sent, []), where
            assert stage.cloud.violations() == [], where
            assert run("state", "list").out == "", where
