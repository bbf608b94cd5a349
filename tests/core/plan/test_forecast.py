"""How long a plan's runs take at least: the calls before somebody has to go on, and those that follow."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from msgspec.structs import replace

from reconciler.core.model import Project, Resource, Space
from reconciler.core.outcome import Outcome
from reconciler.core.plan.basis import Scope
from reconciler.core.plan.change import Change, Plan, Removal, SpacePlan
from reconciler.core.plan.forecast import (
    Days,
    count,
    final_steps,
    forecast,
    least,
    least_time,
    legs,
    needs,
    silent_contacts,
    so_far,
)
from reconciler.core.plan.make import plan
from reconciler.errors import Problem
from reconciler.kinds import KINDS
from reconciler.operations import OPERATIONS

FACTS: dict[str, dict[str, Any]] = {
    "number": {"number": "+8613800001234", "display_name": "Acme", "method": "sms", "locale": "en_US"},
    "name": {"name": "tom", "email": "t@example.com", "title": "CEO", "message_types": ("FaultMessage",)},
    "space_id": {"space_id": "cams-acme", "url": "https://hooks.example.com/account"},
}


def created(kind: str, count: int = 1) -> Plan:
    """A plan of so many of a kind, none of which is recorded."""
    row = KINDS[kind].row
    facts = [{**FACTS[row.key], row.key: f"{FACTS[row.key][row.key]}{n}"} for n in range(count)]
    blocks = tuple(Resource("acme", row.name, f"n{n}", kind, each[row.key], each) for n, each in enumerate(facts))
    space = Space("acme", "cams-acme", "acme.yaml", blocks)
    return plan(Project("", (space,)), {}, "loopback", "2026-11-20T10:00:00.000Z")


@pytest.mark.parametrize("kind", KINDS)
def test_each_leg_has_its_calls(kind: str) -> None:
    """The first ends with the message; what takes the answer, and all after that, is in the second."""
    (change,) = created(kind).changes
    calls = [call for call in change.all_calls if not call.only_if]
    first = next((place for place, call in enumerate(calls) if call.ask not in ("", "time")), len(calls))
    now, later = legs(created(kind))
    acts = {call.operation for call in calls if OPERATIONS[call.operation].effect.name != "READ"}
    assert {name for name in now if name in acts} == {call.operation for call in calls[:first]} & acts
    assert {name for name in later if name in acts} == {call.operation for call in calls[first:]} & acts


def test_what_serves_a_whole_space_is_not_counted_for_each() -> None:
    """A hundred numbers list once: their own reads and calls make the time."""
    now, later = legs(created("register", 100))
    assert now["AddChatappPhoneNumber"] == now["GetChatappVerifyCode"] == later["ChatappVerifyAndRegister"] == 100
    assert {name for name, count in (now + later).items() if count % 100} == set()
    assert "QueryChatappPhoneNumbers" not in now


def test_the_busiest_operation_makes_the_time() -> None:
    """At ten a second a hundred calls of one operation take 9.9 seconds, beside whatever fewer calls there are."""
    assert least(Counter(AddChatappPhoneNumber=100, GetChatappVerifyCode=7), 10) == 9.9
    assert (least(Counter(), 10), least(Counter(AddChatappPhoneNumber=100), 0)) == (0.0, 0.0)
    assert least_time(created("register", 100), 10) == 19.8


AT, GONE = "acme/phone_number/n0", Removal("phone_number/x", "acme/phone_number/n0", "register", "x", 1, "", "retired")
NEW = created("register").changes[0]
PERSON = created("contact").changes[0]


def planned(*changes: Change, **fields: Any) -> Plan:
    return Plan("loopback", (SpacePlan("acme", "cams-acme", "", "", changes),), **fields)


def test_a_leg_ends_where_a_person_acts() -> None:
    """The first run reads whether somebody still has to, but for a code that it has just requested."""
    status = "GetPhoneNumberVerificationStatus"
    looks = [legs(planned(replace(NEW, phase=phase)))[0][status] for phase in ("added", "code_requested")]
    assert (looks, legs(created("prevalidated"))[0]) == ([1, 1], {})
    links = "ListMessageContactVerifications"
    found = [legs(planned(replace(PERSON, phase=phase)))[0][links] for phase in ("phone_asked", "links_sent")]
    assert found == [2, 1]


@pytest.mark.parametrize(
    ("change", "asked"),
    [
        (NEW, ["code"]),
        (replace(NEW, phase="verified"), []),
        (created("prevalidated").changes[0], ["code"]),
        (PERSON, ["confirmation"]),
        (replace(PERSON, phase="links_sent"), ["confirmation"]),
        (replace(PERSON, phase="confirmed", door="changed", learned={"to_ask": []}), []),
        (replace(PERSON, phase="confirmed", door="changed", learned={"to_ask": ["email"]}), ["confirmation"]),
        (replace(NEW, action="delete", removal=GONE), []),
    ],
    ids=["number", "verified", "bought", "contact", "links sent", "title changed", "email changed", "removal"],
)
def test_who_is_needed(change: Change, asked: list[str]) -> None:
    """A code for each that is typed; a confirmation where a link is sent, or was."""
    assert [*needs(replace(change, after=change.after if asked or change.phase else None))] == asked


def test_what_the_summary_counts() -> None:
    """A replacement is one more and one less; a removal without a call forgets; what on_remove forbids is none."""
    forgets, refused = replace(GONE, door=""), replace(GONE, refused=True)
    every = (
        *(NEW, PERSON, replace(NEW, action="replace", removal=GONE), replace(NEW, action="replace", removal=refused)),
        *(replace(NEW, action="update"), replace(NEW, action="import"), replace(NEW, action="move")),
        replace(NEW, action="delete", removal=GONE),
        *(replace(NEW, action="forget", removal=each) for each in (forgets, forgets, refused)),
    )
    assert count(planned(*every)) == {"import": 1, "add": 4, "change": 1, "destroy": 2, "forget": 2}


def test_what_is_done_by_now_is_counted() -> None:
    """Of what did not finish, only the part that did; what this run had not to touch was done before."""
    changes = [replace(NEW, address=f"acme/phone_number/n{n}") for n in range(4)]
    changes.append(replace(NEW, address="acme/phone_number/n4", action="replace", removal=GONE))
    outcomes = [
        Outcome(changes[0].address, "create", "done", counts=("added",)),
        Outcome(changes[1].address, "create", "paused"),
        Outcome(changes[2].address, "create", "failed", counts=("added",)),
        Outcome(changes[4].address, "replace", "paused", counts=("destroyed",)),
    ]
    assert so_far(planned(*changes), outcomes) == {"import": 0, "add": 3, "change": 0, "destroy": 1, "forget": 0}


def test_what_cannot_be_undone_is_counted() -> None:
    """A call that cannot be taken back. Where all is to be destroyed also each removal by a call, and the id of a
    bought number, though no call removes it; not what is kept."""
    migrates = created("migrate").changes[0]
    by_call, alone = replace(GONE, kind="contact"), replace(GONE, door="")
    gone = replace(PERSON, address="acme/contact/gone", action="delete", removal=by_call)
    kept = replace(gone, address="acme/contact/kept", removal=replace(by_call, refused=True))
    bought = replace(NEW, address="acme/phone_number/id", action="forget", removal=alone, kind="prevalidated")
    left = replace(NEW, address="acme/phone_number/left", action="forget", removal=alone)
    every = (migrates, kept, gone, replace(gone, address="acme/contact/too"), bought, left)
    assert final_steps(planned(*every)) == final_steps(planned(*every, scope=Scope(targets=("acme",)))) == 1
    assert final_steps(planned(*every, scope=Scope(destroy=True))) == 4
    assert [call for _, call in forecast(planned(migrates)).irreversible] == ["ChatappMigrationRegister"]


def test_a_forbidden_removal_calls_nothing() -> None:
    """What it would call cannot be undone, and does not count."""
    out = replace(GONE, kind="migrate", door="verified", refused=True)
    refused = replace(NEW, action="replace", removal=out, before=NEW.after)
    assert forecast(planned(refused)).irreversible == ()
    allowed = replace(refused, removal=replace(out, refused=False))
    assert [call for _, call in forecast(planned(allowed)).irreversible] == ["ChatappMigrationRegister"]


@pytest.mark.parametrize(
    ("limit", "sent", "days"),
    [
        (0, 0, ()),
        (5, 0, ()),
        (5, 1, (Days("code_messages_per_day", 5, 4, 1, 1),)),
        (2, 0, (Days("code_messages_per_day", 2, 2, 3, 2),)),
        (2, 1, (Days("code_messages_per_day", 2, 1, 4, 2),)),
        (2, 9, (Days("code_messages_per_day", 2, 0, 5, 3),)),
    ],
)
def test_what_a_daily_limit_delays(limit: int, sent: int, days: tuple[Days, ...]) -> None:
    """Five codes: as many as are left of the limit today, the others on as many more days as they need. A limit that
    counts nothing of the plan delays nothing."""
    settings = {"code_messages_per_day": limit, "contact_messages_per_day": 1, "allowed_countries": ["86"]}
    count = {"code_messages_per_day": sent} if sent else {}
    five = replace(created("register", 5), settings=settings, sent=count)
    assert forecast(five).days == days
    assert (forecast(five).messages, forecast(replace(five, settings=None)).days) == ({"sms": 5}, ())


def test_a_new_contact_without_members_is_told_of() -> None:
    """Once, in the plan that makes it: not where it is resumed, changed, or has some."""
    others = (
        replace(PERSON, after={**(PERSON.after or {}), "members": ["rd-1"]}),
        replace(PERSON, phase="added"),
        replace(PERSON, action="update"),
        NEW,
    )
    assert [*silent_contacts(planned(*others))] == []
    what = "no members are declared for acme/contact/n0, so no messages reach it"
    assert [*silent_contacts(planned(*others, PERSON))] == [Problem("no-members", what, address=PERSON.address)]
    two = [PERSON, replace(PERSON, address="acme/contact/n1", action="replace", after=None)]
    (found,) = silent_contacts(planned(*two))
    assert found.what == "no members are declared for acme/contact/n0, acme/contact/n1, so no messages reach them"
    assert found.address == PERSON.address


def test_the_slower_rate_counts() -> None:
    """What is configured, or what the cloud allows of this operation, to the millisecond."""
    slow = OPERATIONS["AddChatappPhoneNumber"].calls_per_second
    assert least({"AddChatappPhoneNumber": 1 + slow * 1_000}, slow * 1_000) == 1_000
    assert least({"AddChatappPhoneNumber": 11}, 1) == 10
    assert least_time(created("register", 4), 7) == round(2 * 3 / 7, 3) != round(2 * 3 / 7, 4)
