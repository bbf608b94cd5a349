"""What `check` reads of a number, phase by phase: a verdict where a record can differ, and none where it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

import pytest

from reconciler.kinds import KINDS
from reconciler.kinds.looks import CONNECTED
from reconciler.kinds.table import Finding, Observation

FACTS = {"number": "+8613800001234", "space_id": "cams-acme"}
GONE = Finding("status", "gone", "not listed")
NOT_YET = Finding("status", "", "not listed yet")
Row = dict[str, Any]


def listing(**row: Any) -> Row:
    return {"PhoneNumbers": [{"PhoneNumber": "8613800001234", **row}]}


def observations(kind: str, phase: str) -> Iterator[Observation]:
    return (each for each in KINDS[kind].observed if phase in each.phases)


def read(kind: str, phase: str, answer: Row, days: int = 0, **facts: Any) -> list[Finding]:
    given = {**FACTS, "phase": phase, "days": days, **facts}
    listed = (each for each in observations(kind, phase) if each.look is CONNECTED)
    return [*chain.from_iterable(each.reads(given, answer) for each in listed)]


def status(verdict: Any, found: str, **more: Any) -> Finding:
    return Finding("status", verdict, found, **more)


IN_SERVICE = ("registered", "connected", "profile_set", "commerce_sent")


@pytest.mark.parametrize("phase", IN_SERVICE)
@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        *(("CONNECTED", "as_recorded"), ("FLAGGED", "as_recorded"), ("RESTRICTED", "as_recorded")),
        *(("PENDING", "changed"), ("MIGRATING", "changed"), ("DELETED", "gone"), ("MIGRATED", "gone")),
        *(("PAUSED", "unknown"), ("connected", "unknown")),
    ],
)
def test_a_number_in_service_is_listed_so(phase: str, found: str, verdict: str) -> None:
    """While its settings are on their way, too. A status that no document explains is unknown."""
    assert read("register", phase, listing(Status=found)) == [status(verdict, found)]
    assert read("register", phase, listing()) == [status("unknown", "no status")]


@pytest.mark.parametrize(
    ("kind", "verification", "phase"),
    [
        ("register", "VERIFIED", "verified"),
        ("register", "EXPIRED", "added"),
        ("register", "", "added"),
        ("embedded", "VERIFIED", "verified"),
        ("prevalidated_embedded", "", "added"),
        ("migrate", "VERIFIED", ""),
        ("migrate", "", ""),
    ],
)
def test_a_number_that_left_service_continues_where_it_can(kind: str, verification: str, phase: str) -> None:
    """At its registration, or at its code; all its settings are sent again. A migrated one can only be forgotten."""
    facts = {"about": "Ask us", "to_check": ["profile"]}
    again = {"to_set": ["profile"], "to_check": []} if phase else {}
    found = listing(Status="OFFLINE", CodeVerificationStatus=verification)
    assert read(kind, "registered", found, **facts)[0] == status("gone", "OFFLINE", phase=phase, facts=again)
    left = listing(Status="DELETED", CodeVerificationStatus=verification)
    assert read(kind, "registered", left, **facts)[0] == status("gone", "DELETED")


@pytest.mark.parametrize("kind", ["register", "migrate", "embedded"])
def test_a_number_in_service_that_is_not_listed_is_gone(kind: str) -> None:
    """At once: it was listed when it came into service. An answer without a list says nothing."""
    assert read(kind, "registered", {"PhoneNumbers": []}) == [GONE]
    assert read(kind, "registered", {}) == [status("unknown", "an answer without a list")]


def test_what_is_not_recorded_is_noted_without_a_verdict() -> None:
    """Of two reviews the newer one; what has no value is left out."""
    noted = {"NameStatus": "APPROVED", "QualityRating": "GREEN", "MessagingLimitTier": "TIER_250"}
    shown = [Finding("quality", "", "GREEN"), Finding("limit", "", "TIER_250")]
    for new, review in (("", "APPROVED"), ("PENDING", "PENDING")):
        found = read("register", "registered", listing(Status="CONNECTED", NewNameStatus=new, **noted))
        assert found == [status("as_recorded", "CONNECTED"), Finding("name review", "", review), *shown]


@pytest.mark.parametrize(
    ("declared", "there", "found"),
    [
        ("Acme", "Acme", Finding("name", "as_recorded", "Acme")),
        ("Acme", " Acme", Finding("name", "as_recorded", " Acme")),
        ("Acme", "Other", Finding("name", "changed", "Other", "Acme", {"display_name": "Other"})),
        (None, "Other", Finding("name", "", "Other")),
    ],
)
def test_a_name_is_compared_where_one_is_recorded(declared: Any, there: str, found: Finding) -> None:
    """In every phase in which the listing has the number."""
    for phase, row in (("registered", "CONNECTED"), ("code_requested", "PENDING"), ("reviewing", "PENDING")):
        answer = listing(Status=row, VerifiedName=there)
        assert found in read("register", phase, answer, display_name=declared)
        unnamed = read("register", phase, listing(Status=row), display_name=declared)
        assert [each for each in unnamed if each.aspect == "name"] == []


@pytest.mark.parametrize("phase", ["added", "code_requested"])
def test_a_number_that_waits_for_its_code(phase: str) -> None:
    """Its status is not recorded; in service it is a change, left it is gone. Verified elsewhere it needs no code."""
    for found, verdict in (("PENDING", ""), ("OFFLINE", ""), ("MIGRATING", ""), ("CONNECTED", "changed")):
        assert read("register", phase, listing(Status=found)) == [status(verdict, found)]
    assert read("register", phase, listing(Status="MIGRATED")) == [status("gone", "MIGRATED")]
    assert read("register", phase, listing(Status="PAUSED")) == [status("unknown", "PAUSED")]
    assert read("register", phase, listing()) == [status("unknown", "no status")]
    for found, verdict, then in (("VERIFIED", "verified_elsewhere", "verified"), ("EXPIRED", "as_recorded", "")):
        verification = Finding("verification", verdict, found, phase=then)
        row = listing(Status="PENDING", CodeVerificationStatus=found)
        assert read("register", phase, row) == [status("", "PENDING"), verification]


@pytest.mark.parametrize(("days", "found"), [(0, status("unknown", "not listed yet")), (1, GONE), (2, GONE)])
def test_what_was_added_today_may_not_be_listed_yet(days: int, found: Finding) -> None:
    """A day later its absence means that it is gone."""
    for kind, phase in (("register", "added"), ("register", "reviewing"), ("embedded", "added")):
        assert read(kind, phase, {"PhoneNumbers": []}, days) == [found]


@pytest.mark.parametrize("phase", ["initiated", "code_requested"])
def test_a_migrating_number_may_not_be_listed(phase: str) -> None:
    """However long; where it is listed, only its verification counts."""
    assert read("migrate", phase, {"PhoneNumbers": []}, 9) == [NOT_YET]
    assert read("migrate", phase, listing(Status="PENDING")) == []
    assert read("migrate", phase, listing(CodeVerificationStatus="VERIFIED")) == [
        Finding("verification", "verified_elsewhere", "VERIFIED", phase="verified")
    ]


@pytest.mark.parametrize(
    ("before", "listed"), [("declared", []), ("initiated", []), ("added", [GONE]), ("verified", [GONE]), ("", [GONE])]
)
def test_a_review_before_a_number_is_listed(before: str, listed: list[Finding]) -> None:
    """Of one that is not added, or not migrated, yet. Any other is missed."""
    assert read("register", "reviewing", {"PhoneNumbers": []}, 2, before_review=before) == (listed or [NOT_YET])
    there = read("register", "reviewing", listing(Status="PENDING"), 2, before_review=before)
    assert there[0] == status("", "PENDING")


@pytest.mark.parametrize(
    ("phase", "before", "verdict"),
    [("reviewing", "", "changed"), ("reviewing", "verified", ""), ("reviewing", "added", ""), ("verified", "", "")],
)
def test_a_registered_number_under_review_is_not_out_of_service(phase: str, before: str, verdict: str) -> None:
    """One that is not registered yet may be."""
    found = read("register", phase, listing(Status="OFFLINE"), before_review=before)
    assert found[0] == status(verdict, "OFFLINE")


@pytest.mark.parametrize(
    ("found", "days", "verification"),
    [
        ("VERIFIED", 10, Finding("verification", "as_recorded", "VERIFIED, for 10 of 14 days at least")),
        ("VERIFIED", 11, Finding("verification", "running_out", "VERIFIED, for 11 of 14 days at least")),
        ("EXPIRED", 0, Finding("verification", "running_out", "EXPIRED", "VERIFIED")),
        ("", 0, Finding("verification", "unknown", "no status", "VERIFIED")),
    ],
)
@pytest.mark.parametrize(
    ("kind", "phase", "before"),
    [
        ("register", "verified", ""),
        ("migrate", "verified", ""),
        ("embedded", "verified", ""),
        ("register", "reviewing", "verified"),
    ],
)
def test_a_verification_that_is_needed_is_read(
    kind: str, phase: str, before: str, found: str, days: int, verification: Finding
) -> None:
    """It holds for 14 days, and is reported three days before."""
    row = listing(Status="PENDING", CodeVerificationStatus=found)
    assert read(kind, phase, row, days, before_review=before) == [status("", "PENDING"), verification]


@pytest.mark.parametrize(("kind", "phase", "before"), [("register", "reviewing", ""), ("embedded", "added", "")])
def test_a_verification_that_is_not_needed_is_not_read(kind: str, phase: str, before: str) -> None:
    """Of a number that is registered, or whose status is read next anyway."""
    row = listing(Status="PENDING", CodeVerificationStatus="EXPIRED")
    assert read(kind, phase, row, before_review=before) == [status("", "PENDING")]


SET = {
    "messages_url": "https://acme.example/in",
    "queue": True,
    "about": "Ask us",
    "websites": ("https://acme.example",),
    "cart": True,
    "catalog": False,
}
AS_SET: dict[str, Row] = {
    "callbacks": {**listing(UpCallbackUrl="https://acme.example/in", UpQueue="q")},
    "profile": {"Data": {"About": "Ask us", "Websites": ["https://acme.example"]}},
    "commerce": {"Data": {"CartEnable": True, "CatalogVisible": "false"}},
}
OTHERWISE: dict[str, tuple[Row, list[Finding]]] = {
    "callbacks": (
        listing(UpCallbackUrl="https://else.example"),
        [
            Finding(
                "messages url",
                "changed",
                "https://else.example",
                "https://acme.example/in",
                {"messages_url": "https://else.example"},
            ),
            Finding("queue", "changed", "off", "on", {"queue": False}),
        ],
    ),
    "profile": (
        {"Data": {"About": "", "Websites": ["https://a.example", "https://b.example"]}},
        [
            Finding("about", "changed", "none", "Ask us", {"about": ""}),
            Finding(
                "websites",
                "changed",
                "https://a.example, https://b.example",
                "https://acme.example",
                {"websites": ["https://a.example", "https://b.example"]},
            ),
        ],
    ),
    "commerce": (
        {"Data": {"CartEnable": "odd", "CatalogVisible": True}},
        [
            Finding("cart", "changed", "none", "on"),
            Finding("catalog", "changed", "on", "off", {"catalog": True}),
        ],
    ),
}
GROUPS = dict(zip(AS_SET, [each for each in KINDS["register"].observed if each.phases == {"registered"}], strict=True))


@pytest.mark.parametrize("group", GROUPS)
def test_settings_are_read_where_they_are_declared(group: str) -> None:
    """As declared in one line, otherwise each that differs; one that the cloud does not show records nothing."""
    reads, answer = GROUPS[group].reads, AS_SET[group]
    assert [*reads({**FACTS, **SET}, answer)] == [Finding(group, "as_recorded", "as declared")]
    assert [*reads(FACTS, answer)] == []
    answer, differing = OTHERWISE[group]
    assert [*reads({**FACTS, **SET}, answer)] == differing


def test_each_group_is_read_by_its_own_operation_and_only_if_declared() -> None:
    """Callbacks are in the listing that is read anyway; of a number that is not listed they say nothing."""
    looks = {group: each.look for group, each in GROUPS.items()}
    assert looks["callbacks"] is CONNECTED
    assert [looks[group].operation for group in ("profile", "commerce")] == [
        "QueryPhoneBusinessProfile",
        "GetCommerceSetting",
    ]
    assert [looks[group].needed({**FACTS, **SET}) for group in ("profile", "commerce")] == [True, True]
    assert [looks[group].needed(FACTS) for group in ("profile", "commerce")] == [False, False]
    assert [*GROUPS["callbacks"].reads({**FACTS, **SET}, {"PhoneNumbers": []})] == []
