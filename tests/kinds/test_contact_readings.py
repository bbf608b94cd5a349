"""What `check` reads of a contact, phase by phase, and what is listed that nobody recorded."""

from __future__ import annotations

from itertools import chain
from typing import Any

import pytest

from reconciler.kinds.contact import CONTACT
from reconciler.kinds.contact_members import MEMBERS
from reconciler.kinds.contact_removal import LEAVING
from reconciler.kinds.table import GONE, Finding
from reconciler.kinds.unmanaged import UNMANAGED, Row
from tests.kinds.contact import FACTS, ROW

ABSENT, INCOMPLETE = Finding("status", "gone", "not listed"), Finding("status", "unknown", "the list is incomplete")
ACTIVE = Finding("status", "as_recorded", "Active")


def read(phase: str, answer: dict[str, Any], days: int = 2, **facts: Any) -> list[Finding]:
    given = {**FACTS, "days": days, **facts}
    return [*chain.from_iterable(each.reads(given, answer) for each in CONTACT.observed if phase in each.phases)]


def listed(**row: Any) -> dict[str, Any]:
    return {"Contacts": [3, {**ROW, "ContactId": "c-2"}, {**ROW, **row}], "TotalCount": 3}


@pytest.mark.parametrize(
    ("phases", "active", "verifying"),
    [
        (("confirmed", *MEMBERS), "as_recorded", "changed"),
        (("added", "phone_asked", "links_sent"), "verified_elsewhere", "as_recorded"),
    ],
)
def test_a_status_means_what_it_does_in_its_phase(phases: tuple[str, ...], active: Any, verifying: Any) -> None:
    """Confirmed, it is no longer waited for; one that no document explains is unknown."""
    found: dict[str, Any] = {"Active": active, "Verifying": verifying, "Deleting": "gone", "Odd": "unknown"}
    for phase in phases:
        for status, verdict in found.items():
            assert read(phase, listed(Status=status)) == [Finding("status", verdict, status)]
        assert read(phase, listed(Status=None)) == [Finding("status", "unknown", "no status")]


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ({"Contacts": [], "TotalCount": 0}, ABSENT),
        ({"Contacts": [{}], "TotalCount": 1}, ABSENT),
        ({"Contacts": [{}, {}], "TotalCount": 1}, ABSENT),
        ({"Contacts": [], "TotalCount": 1}, INCOMPLETE),
        ({"Contacts": []}, INCOMPLETE),
        ({"Contacts": [], "TotalCount": "0"}, INCOMPLETE),
        ({"TotalCount": 0}, INCOMPLETE),
    ],
)
def test_a_contact_is_gone_if_the_whole_list_lacks_it(answer: dict[str, Any], found: Finding) -> None:
    """Of one that was added today it is not known yet."""
    for phase in ("confirmed", "activated", "bound", "added", "links_sent"):
        assert read(phase, answer) == [found]
    assert read("added", answer, 1) == [found]
    assert read("added", answer, 0) == [Finding("status", "unknown", "not listed yet")]


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({"EmailAddress": "tom@example.com"}, []),
        ({"PhoneNumber": "+8613911111234"}, []),
        ({"Name": "tim"}, [Finding("name", "changed", "tim", "tom")]),
        (
            {"EmailAddress": "tim@example.com"},
            [
                Finding(
                    "email",
                    "changed",
                    "tim@example.com",
                    "tom@example.com",
                    {"email": "tim@example.com", "asked_email": "tim@example.com"},
                )
            ],
        ),
        ({"EmailAddress": ""}, [Finding("email", "changed", "none", "tom@example.com")]),
        (
            {"PhoneNumber": "+86 (139) 1111-9999"},
            [
                Finding(
                    "phone",
                    "changed",
                    "+8613911119999",
                    "+8613911111234",
                    {"phone": "+8613911119999", "asked_phone": "+8613911119999"},
                )
            ],
        ),
        (
            {"PhoneNumber": None},
            [Finding("phone", "changed", "none", "+8613911111234", {"phone": None, "asked_phone": ""})],
        ),
        ({"PhoneNumber": "n/a"}, [Finding("phone", "changed", "n/a", "+8613911111234")]),
        ({"Title": "1234567"}, [Finding("title", "changed", "1234567", "CEO", {"title": "1234567"})]),
        ({"Title": 3}, [Finding("title", "changed", "3", "CEO")]),
        ({"EmailAddress": 3}, [Finding("email", "changed", "3", "tom@example.com")]),
        ({"Title": "Other"}, [Finding("title", "changed", "Other", "CEO", {"title": "Other"})]),
        ({"Title": None}, [Finding("title", "changed", "none", "CEO")]),
        (
            {"MessageTypes": ["FaultMessage", 3]},
            [
                Finding(
                    "message types",
                    "changed",
                    "FaultMessage, 3",
                    "FaultMessage, SecurityMessage",
                    {"message_types": ["FaultMessage"]},
                )
            ],
        ),
        (
            {"MessageTypes": []},
            [Finding("message types", "changed", "none", "FaultMessage, SecurityMessage", {"message_types": []})],
        ),
        (
            {"MessageTypes": None},
            [Finding("message types", "changed", "none", "FaultMessage, SecurityMessage")],
        ),
    ],
)
def test_each_value_of_a_confirmed_contact_is_compared(row: dict[str, Any], found: list[Finding]) -> None:
    """What is found is what would be recorded; an address that the directory holds needs no link. Its name cannot
    change; of what no record can hold, nothing is recorded."""
    assert read("confirmed", listed(**row)) == [ACTIVE, *found]
    assert len(read("added", listed(**row))) == len(read("bound", listed(**row))) == 1


def test_a_contact_without_a_phone_has_none() -> None:
    """Neither null nor an empty text is a difference; a number is."""
    for there in (None, ""):
        assert read("confirmed", listed(PhoneNumber=there), phone=None) == [ACTIVE]
    assert len(read("confirmed", listed(), phone=None)) == 2
    assert len(read("confirmed", listed(MessageTypes=[]), message_types=None)) == 1


@pytest.mark.parametrize(
    ("recorded", "there", "found"),
    [
        (["a", "3"], ["x", 3, "a"], []),
        (["a", "b"], ["b"], [Finding("members", "changed", "without a", "a, b", {"members": ["b"]})]),
        (["a"], [], [Finding("members", "changed", "without a", "a", {"members": []})]),
        (["a"], None, [Finding("members", "unknown", "not listed", "a")]),
        ([], None, []),
        ([], ["a"], []),
        (None, "odd", []),
    ],
)
def test_recorded_members_are_bound(recorded: Any, there: Any, found: list[Finding]) -> None:
    """Others may be somebody else's; a row without a list says nothing."""
    assert read("confirmed", listed(Members=there), members=recorded) == [ACTIVE, *found]


@pytest.mark.parametrize(
    ("phase", "answer", "word"),
    [
        ("retired", {"Status": "Deleted"}, "ok"),
        ("retired", {"Status": "Deleting"}, "deleting"),
        ("dismissed", {"Status": "Deleted"}, "ok"),
        ("dismissed", {}, "deleting"),
        ("deleting", {"ContactDeletionStatus": {"Status": "Deleted"}}, "ok"),
        ("deleting", {"ContactDeletionStatus": {"Status": "Failed"}}, "failed"),
        ("deleting", {"ContactDeletionStatus": {"Status": "Deleting"}}, "waiting"),
        ("deleting", {}, "waiting"),
    ],
)
def test_a_deletion_is_over_when_the_directory_says_so(phase: str, answer: dict[str, Any], word: str) -> None:
    """It takes time; a contact that is not there any more needs none."""
    step = LEAVING[phase]
    assert step.says(FACTS, answer) == word
    assert step.already == {"EntityNotExists.Contact"}
    assert step.leads["ok"] == GONE
    retained = step.request(FACTS).get("RetainContactInMembers", True)
    assert retained is (phase != "dismissed")


BOTH = ["EmailAddress", "PhoneNumber"]


@pytest.mark.parametrize(
    ("phase", "door", "facts", "waiting", "linked"),
    [
        ("added", "create", {}, BOTH, []),
        ("added", "create", {"phone": None}, ["EmailAddress"], []),
        ("added", "create", {"to_ask": ["email"]}, BOTH, ["PhoneNumber"]),
        ("phone_asked", "create", {"to_ask": ["email"]}, BOTH, ["PhoneNumber"]),
        ("links_sent", "create", {"to_ask": []}, BOTH, BOTH),
        ("links_sent", "update", {"to_ask": []}, BOTH, BOTH),
        ("added", "update", {"to_ask": ["email"]}, ["EmailAddress"], []),
        ("changed", "update", {"to_ask": ["email", "phone"], "readdressed": ["email"]}, ["PhoneNumber"], []),
        ("changed", "update", {"to_ask": ["email"], "readdressed": ["email"]}, [], []),
        ("confirmed", "update", {"to_ask": []}, [], []),
        ("deleting", "delete", {"to_ask": ["email"]}, [], []),
    ],
)
def test_a_rehearsal_starts_with_the_links_sent_so_far(
    phase: str, door: str, facts: dict[str, Any], waiting: list[str], linked: list[str]
) -> None:
    """And with the addresses that the directory held before an update."""
    row = CONTACT.world("cams-acme", phase, {**FACTS, "members": [], **facts}, door)["contacts"]
    assert (row["id"], row["waiting"], row["linked"], row["deleting"], row["members"]) == (
        *("c-1", waiting, linked),
        *(phase == "deleting", []),
    )
    earlier = "earlier@example.com" if phase == "changed" else "tom@example.com"
    assert row["fields"]["EmailAddress"] == earlier
    assert ("PhoneNumber" in row["fields"]) is (facts.get("phone", FACTS["phone"]) is not None)
    assert CONTACT.world("cams-acme", "declared", FACTS, door) == {}


def test_a_contact_that_nobody_recorded_is_reported() -> None:
    """By its name, in any spelling of its blanks; one without a name could not be declared."""
    rows: list[Any] = [3, {"Name": " tom "}, {"Name": ""}, {"Name": "amy"}, {"Name": "ben", "Status": "Active"}]
    found = [*UNMANAGED["contact"].rows({"Contacts": rows}, ["tom", "tim"])]
    assert found == [Row("amy", "no status"), Row("ben", "Active")]
    assert [*UNMANAGED["contact"].rows({"Contacts": rows[1:2]}, [])] == [Row(" tom ", "no status")]


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({"PhoneNumber": "+8613800001234", "Status": "CONNECTED"}, []),
        ({"PhoneNumber": "552198765432", "Status": "CONNECTED"}, []),
        ({"Status": "CONNECTED"}, []),
        *(({"PhoneNumber": "1", "Status": status}, []) for status in ("OFFLINE", "DELETED", "MIGRATED")),
        ({"PhoneNumber": "8613900000000"}, [Row("+8613900000000", "no status")]),
        (
            {"PhoneNumber": "+8613900000000", "Status": "PAUSED", "VerifiedName": "Acme"},
            [Row("+8613900000000", "PAUSED, name Acme")],
        ),
    ],
)
def test_a_number_that_nobody_recorded_is_reported(row: dict[str, Any], found: list[Row]) -> None:
    """Unless it is out of service; a recorded one is known in every spelling."""
    known = ["+8613800001234", "+5521998765432"]
    assert [*UNMANAGED["phone_number"].rows({"PhoneNumbers": [row]}, known)] == found
