"""From every phase that can be recorded, in process: the sandbox is seeded so that what is left to do can be done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from reconciler.core.journal.record import Record
from reconciler.core.journal.state import State
from reconciler.core.model import Limits, Project, Resource, Space
from reconciler.core.plan.basis import Basis
from reconciler.core.plan.change import Plan
from reconciler.core.plan.make import plan
from reconciler.core.rehearsal.report import Report, rehearsal_exit_code
from reconciler.core.times import stamp
from reconciler.kinds import KINDS
from reconciler.kinds.number_settings import STEPS
from reconciler.kinds.table import Kind
from reconciler.rehearsal import Stage, rehearse
from reconciler.rehearsal.from_plan import states_of
from reconciler.render.times import span
from tests.heavy import mostly_heavy

ENDPOINT = "cams.ap-southeast-1.aliyuncs.com"
NOW = "2026-11-21T10:00:00.000Z"
SENT = "2026-11-21T09:31:00.000Z"
FACTS: dict[str, dict[str, Any]] = {
    "phone_number": {"number": "+8613800001234", "display_name": "Acme", "method": "sms", "locale": "en_US"},
    "contact": {
        "name": "tom",
        "email": "tom@example.com",
        "phone": "+8613911111234",
        "title": "CEO",
        "message_types": ["FaultMessage"],
        "members": [f"rd-{n:06}" for n in range(7)],
    },
    "account_callback": {"space_id": "cams-1", "url": "https://hooks.example.com/account"},
}
SET_UP = {
    "messages_url": "https://hooks.example.com/m",
    "status_url": "https://hooks.example.com/s",
    "queue": True,
    "about": "Ask us",
    "websites": ["https://a.example"],
    "cart": True,
    "catalog": False,
}
# Phase -> what is still to be sent, and what is to be read back.
SETTINGS_LEFT: dict[str, tuple[list[str], list[str]]] = {
    "connected": (["callbacks", "profile", "commerce"], []),
    "callbacks_sent": (["profile", "commerce"], ["callbacks"]),
    "callbacks_set": (["profile", "commerce"], []),
    "profile_sent": (["commerce"], ["profile"]),
    "profile_set": (["commerce"], []),
    "commerce_sent": ([], ["commerce"]),
}
NAMES = {"account_callback": "account"}
TO_ASK = {"changed": ["email"], "added": ["phone", "email"], "phone_asked": ["email"]}


def phases() -> Iterator[tuple[str, str]]:
    for name, kind in KINDS.items():
        yield from ((name, phase) for phase in kind.steps if phase != "declared")


def is_leaving(kind: Kind, phase: str) -> bool:
    return phase in kind.ways_out.values()


def declared(kind: Kind) -> dict[str, Any]:
    """Everything that can be declared of it: a contact's members, and the settings of a number."""
    return {**FACTS[kind.type], **(SET_UP if kind.served else {})}


def recorded(kind: Kind, phase: str) -> Record:
    """One resource that has come so far: its message was sent half an hour ago, where one is sent before."""
    facts = declared(kind)
    key = facts[kind.row.key]
    learned = {"contact_id": "c-qL4HqKONzOM7abcd", "to_ask": TO_ASK.get(phase, [])} if kind.type == "contact" else {}
    if phase in SETTINGS_LEFT:
        learned = dict(zip(("to_set", "to_check"), SETTINGS_LEFT[phase], strict=True))
    waits = phase in kind.steps and kind.steps[phase].ask in ("code", "confirmation")
    door = "delete" if is_leaving(kind, phase) else "update" if phase == "changed" else "create"
    return Record(
        f"{kind.type}/{key}",
        f"{kind.type}/{NAMES.get(kind.type, 'one')}",
        kind.name,
        key,
        phase,
        {**facts, **learned, "channel": "sms"} if waits else {**facts, **learned},
        requested_at=SENT if waits else "",
        messages_sent=int(waits),
        door=door,
        version=2,
    )


def planned(kind: Kind, record: Record) -> tuple[Plan, dict[str, State]]:
    name = NAMES.get(kind.type, "one")
    block = Resource("acme", kind.type, name, kind.name, record.key, declared(kind))  # type: ignore[arg-type]
    leaves = is_leaving(kind, record.phase)
    removed = {"one": kind.row.undoing} if leaves else {}
    space = Space("acme", "cams-1", "acme.yaml", () if leaves else (block,), removed)  # type: ignore[arg-type]
    state = State("cams-1", "acme", "lineage", ENDPOINT, 2, "hash", NOW, {record.id: record})
    states = {"cams-1": state}
    return plan(Project("", (space,)), states, state.endpoint, NOW), states


def rehearsed(plan: Plan, states: dict[str, State], folder: Path, limits: Limits | None = None) -> Report:
    return rehearse(Stage(plan, plan.digest, limits or Limits(), states, folder, lambda: NOW), ())[0]


@pytest.mark.parametrize(("name", "phase"), [*phases()])
def test_from_every_phase_the_rest_is_done(name: str, phase: str, tmp_path: Path) -> None:
    """Nothing is refused, nothing sent beyond the plan, nobody asked but whom the forecast names; no promise broken."""
    kind = KINDS[name]
    made, states = planned(kind, recorded(kind, phase))
    report = rehearsed(made, states, tmp_path)
    assert (rehearsal_exit_code(report), report.unfinished, report.refusals, report.broken) == (0, (), (), ())
    assert report.differences == ()
    assert report.done == report.changes == 1


def test_every_phase_of_a_number_stands_somewhere() -> None:
    """A new phase needs a row in its kind before a plan can be rehearsed from it, and one of settings a row here."""
    assert set(SETTINGS_LEFT) == set(STEPS)
    for kind in KINDS.values():
        unsigned = {phase for phase, step in kind.steps.items() if step.awaits({}) == "signup"}
        for phase in {*kind.steps, kind.ready} - {"declared", *unsigned} if kind.in_space else ():
            assert kind.world("cams-1", phase, FACTS[kind.type], "create")


def test_what_was_given_is_not_changed(tmp_path: Path) -> None:
    """The states that a rehearsal starts from are the same values afterwards: it writes to copies."""
    kind = KINDS["contact"]
    record = recorded(kind, "added")
    made, states = planned(kind, record)
    rehearsed(made, states, tmp_path)
    assert states["cams-1"].records == {record.id: record}
    assert (states["cams-1"].serial, states["cams-1"].hash, states["cams-1"].run) == (2, "hash", None)
    assert list(tmp_path.iterdir()) == []


def test_daily_limits_are_those_that_are_left(tmp_path: Path) -> None:
    """Of two messages a day one was sent an hour ago: one goes today, the other 24 hours after that, and it says so."""
    kind = KINDS["contact"]
    made, states = planned(kind, recorded(kind, "added"))
    hour_ago = stamp(datetime.now(UTC) - timedelta(hours=1))
    states["cams-1"].messages = [(hour_ago, "contact_messages_per_day")]
    report = rehearsed(made, states, tmp_path, Limits(contact_messages_per_day=2))
    assert (rehearsal_exit_code(report), report.messages) == (0, {"email": 1, "sms": 1})
    assert 22 * 3600 < report.waited < 24 * 3600
    assert report.differences == (f"daily limits: {span(report.waited)} more until all could continue",)


def test_what_no_rehearsal_can_decide_is_left(tmp_path: Path) -> None:
    """A number that was parked needs another message, which a person has to ask for: 3, and nothing is sent."""
    kind = KINDS["register"]
    made, states = planned(kind, replace(recorded(kind, "code_requested"), attempts=3))
    report = rehearsed(made, states, tmp_path)
    assert (rehearsal_exit_code(report), report.messages, report.done) == (3, {}, 0)
    assert [(pause.address, pause.parked) for pause in report.pauses] == [("acme/phone_number/one", True)]


def test_the_pace_is_computed_not_kept(tmp_path: Path) -> None:
    """At one call a second the same calls take as long as the busiest operation needs; nobody waits for it here."""
    kind = KINDS["contact"]
    made, states = planned(kind, recorded(kind, "added"))
    assert rehearsed(made, states, tmp_path, Limits(calls_per_second=1)).seconds == 5.0
    assert rehearsed(made, states, tmp_path, Limits(calls_per_second=0)).seconds == 0.0


@pytest.mark.parametrize(("name", "phase"), [*phases()])
def test_what_a_plan_tells_is_enough_to_rehearse_it(name: str, phase: str, tmp_path: Path) -> None:
    """Made where no recorded state could be read, it comes to the same end by the same calls, and says what it knew."""
    made, states = planned(KINDS[name], recorded(KINDS[name], phase))
    unread = replace(made, basis=Basis("ab" * 20))
    report = rehearsed(unread, states_of(unread), tmp_path)
    assert report.from_plan
    assert replace(report, from_plan=False, digest=made.digest) == rehearsed(made, states, tmp_path)


@pytest.mark.parametrize("seed", mostly_heavy([4, 6, *range(7, 60)], 2))
def test_a_number_from_a_browser_in_a_contrary_world(seed: int, tmp_path: Path) -> None:
    """Its space may list it late, and is not given it twice; settings may not be kept. Nothing is sent, nothing broken,
    and a rehearsal ends that only waits."""
    kind = KINDS["embedded"]
    block = Resource("acme", kind.type, "one", kind.name, FACTS[kind.type]["number"], declared(kind))
    made = plan(Project("", (Space("acme", "cams-1", "acme.yaml", (block,)),)), {}, ENDPOINT, NOW)
    stage = Stage(made, made.digest, Limits(throttled_means_not_sent=False), {}, tmp_path, lambda: NOW)
    report = rehearse(stage, (), seed)[0]
    assert (rehearsal_exit_code(report) in (0, 1, 3), report.messages, report.broken) == (True, {}, ())
    assert report.waited <= 30 * 86_400
