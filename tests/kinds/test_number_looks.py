"""What each read of a number decides: a word for every status, and no word on anything that is not known."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.kinds import KINDS, looks
from reconciler.kinds.looks import FOUND, NAME_REVIEWED, SERVING, SIGNED_UP, SYNC, awaited, listed, number_row
from reconciler.kinds.table import Look

FACTS = {"number": "+8613800001234", "space_id": "cams-acme", "display_name": "Acme", "phase": "added"}
Row = dict[str, Any]


def listing(*rows: Row) -> Row:
    return {"PhoneNumbers": [{"PhoneNumber": "8613800001234", **row} for row in rows]}


def says(look: Look, *rows: Row, **facts: Any) -> str:
    return look.says({**FACTS, **facts}, listing(*rows))


READS = ("SERVING", "COMING", "CONNECTED", "RELEASED", "FOUND", "ARRIVING", "SIGNED_UP")
IN = ("connected", "connected", "connected", "", "connected", "connected", "connected")
OUT = ("", "", "", "ok", "found", "", "ok")
LEFT = ("", "", "", "ok", "", "", "")
NOTHING = ("unclear", "unclear", "", "", "unclear", "unclear", "unclear")
# Status -> the word of each of these reads.
STATUSES: dict[Any, tuple[str, ...]] = {
    **dict.fromkeys(("CONNECTED", "FLAGGED", "RATE_LIMITED", "RESTRICTED"), IN),
    **dict.fromkeys(("OFFLINE", "DISCONNECTED"), OUT),
    **dict.fromkeys(("DELETED", "MIGRATED"), LEFT),
    **dict.fromkeys(("PAUSED", "connected", "", None, 3), NOTHING),
    "UNVERIFIED": ("", "", "", "ok", "found", "differs", "ok"),
    "PENDING": ("", "", "", "", "found", "differs", "ok"),
    "MIGRATING": ("unclear", "", "", "", "unclear", "found", "unclear"),
}


@pytest.mark.parametrize("status", STATUSES)
def test_a_status_decides_the_same_wherever_it_is_read(status: Any) -> None:
    """In service: nothing is sent, nothing added. Out of service: there to adopt. Left: not there. Not known: no
    word but `unclear`, which stops, and nothing is released."""
    assert tuple(says(getattr(looks, name), {"Status": status}) for name in READS) == STATUSES[status]


def test_what_is_not_listed_is_not_there() -> None:
    """A deregistered number is released, any other is to be added. An answer without a list says neither."""
    assert tuple(says(getattr(looks, name)) for name in READS) == LEFT
    assert tuple(getattr(looks, name).says(FACTS, {}) for name in READS) == ("",) * len(READS)


@pytest.mark.parametrize(
    ("review", "serving", "registering", "reviewed", "metered"),
    [
        ({}, "", "", "waiting", "approved"),
        ({"NameStatus": "APPROVED"}, "", "", "approved", "approved"),
        ({"NameStatus": "approval"}, "", "", "approved", "approved"),
        ({"NameStatus": "AVAILABLE_WITHOUT_REVIEW"}, "", "", "approved", "approved"),
        ({"NameStatus": "PENDING_REVIEW"}, "", "in_review", "waiting", "waiting"),
        ({"NameStatus": "Pending"}, "", "in_review", "waiting", "waiting"),
        ({"NameStatus": "DECLINED"}, "declined", "declined", "declined", "declined"),
        ({"NameStatus": "rejected"}, "declined", "declined", "declined", "declined"),
        ({"NameStatus": "DECLINED", "NewNameStatus": "DECLINED"}, "declined", "declined", "declined", "declined"),
        ({"NameStatus": "DECLINED", "NewNameStatus": "PENDING"}, "", "in_review", "waiting", "waiting"),
        ({"NameStatus": "DECLINED", "NewNameStatus": "APPROVED"}, "", "", "approved", "approved"),
        ({"NameStatus": "APPROVED", "NewNameStatus": "DECLINED"}, "", "", "declined", "declined"),
        ({"NameStatus": "APPROVED", "NewNameStatus": "PENDING"}, "", "in_review", "waiting", "waiting"),
        ({"NameStatus": "odd", "NewNameStatus": "odd"}, "", "", "waiting", "approved"),
    ],
)
def test_a_display_name_is_waited_for_and_a_declined_one_stops(
    review: Row, serving: str, registering: str, reviewed: str, metered: str
) -> None:
    """A new name counts before the one it replaces. Without a known review a number is registered only where its owner
    allows a metered try."""
    row = {"Status": "PENDING", **review}
    assert (says(SERVING, row), says(looks.UNNAMED, row)) == (serving, registering)
    assert says(NAME_REVIEWED, row, before_review="verified") == reviewed
    assert says(NAME_REVIEWED, row, before_review="verified", allow_metered=True) == metered
    assert says(NAME_REVIEWED, row) == ("declined" if reviewed == "declined" else "waiting")


def test_only_a_number_that_waits_is_kept_from_registering_by_a_review() -> None:
    """Out of service it needs a code, migrating it keeps its name; the status goes before the review."""
    review = {"NameStatus": "PENDING_REVIEW"}
    assert says(looks.UNNAMED, {"Status": "OFFLINE", **review}) == ""
    assert says(looks.UNNAMED) == ""
    for look, migrating in ((looks.UNNAMED, "unclear"), (looks.COMING_UNNAMED, "")):
        assert says(look, {"Status": "MIGRATING", **review}) == migrating
        assert says(look, {"Status": "CONNECTED", **review}) == "connected"
        assert says(look, {"Status": "PAUSED", **review}) == "unclear"


@pytest.mark.parametrize(
    ("row", "before", "word"),
    [
        ([], "verified", "waiting"),
        ([{"Status": "CONNECTED", "NameStatus": "DECLINED"}], "verified", "ok"),
        ([{"Status": "PAUSED", "NameStatus": "APPROVED"}], "verified", "unclear"),
        ([{"Status": "OFFLINE", "NameStatus": "APPROVED"}], "verified", "approved"),
        ([{"Status": "PENDING", "NameStatus": "APPROVED"}], "code_requested", "code_requested"),
        ([{"Status": "PENDING", "NameStatus": "APPROVED"}], "", "waiting"),
    ],
)
def test_a_review_ends_in_service_or_where_it_interrupted(row: list[Row], before: str, word: str) -> None:
    """What was interrupted continues at its phase; what was registered waits until it is in service."""
    assert says(NAME_REVIEWED, *row, before_review=before) == word


@pytest.mark.parametrize(
    ("before", "kind"),
    [("declared", "account"), ("added", "account"), ("initiated", "account"), ("verified", "name"), ("", "service")],
)
def test_which_review_is_awaited(before: str, kind: str) -> None:
    """Only the account's keeps a number from being added or sent a code, and only the one awaited is read."""
    facts = {**FACTS, "before_review": before}
    assert awaited(facts) == kind
    assert looks.ACCOUNT_REVIEWED.needed(facts) is (kind == "account")
    assert NAME_REVIEWED.needed(facts) is (kind != "account")
    waiting = [each.steps["reviewing"] for each in KINDS.values() if each.review]
    assert {step.before for step in waiting} == {(looks.ACCOUNT_REVIEWED, NAME_REVIEWED)}


@pytest.mark.parametrize(
    ("status", "first", "later"),
    [
        ("APPROVED", "", "added"),
        ("PENDING", "in_review", "waiting"),
        ("REJECTED", "no_account", "no_account"),
        (None, "no_account", "no_account"),
    ],
)
def test_an_account_is_approved_awaited_or_none(status: Any, first: str, later: str) -> None:
    """Before a number is added, and while its review is awaited: then it continues where it was."""
    answer = {"Data": {"AccountReviewStatus": status}}
    assert looks.ACCOUNT.says(FACTS, answer) == first
    assert looks.ACCOUNT_REVIEWED.says({**FACTS, "before_review": "added"}, answer) == later
    assert looks.ACCOUNT_REVIEWED.says(FACTS, answer) == ("" if status == "APPROVED" else later)


def test_a_review_is_recorded_with_the_phase_it_interrupts() -> None:
    """By each read that may find one; the reads that wait for it clear that again."""
    for look in (looks.ACCOUNT, looks.UNNAMED, looks.COMING_UNNAMED):
        assert look.learn(FACTS, {}) == {"before_review": "added"}
    for look in (looks.ACCOUNT_REVIEWED, NAME_REVIEWED):
        assert look.learn(FACTS, {}) == {"before_review": ""}


@pytest.mark.parametrize(
    ("status", "verified", "step", "lapsed"),
    [
        ("VERIFIED", "verified", "ok", ("", "")),
        ("NOT_VERIFIED", "", "unverified", ("lapsed", "unasked")),
        ("EXPIRED", "", "unverified", ("lapsed", "unasked")),
        ("verified", "", "unverified", ("lapsed", "unasked")),
        ("", "", "unverified", ("", "")),
        (None, "", "unverified", ("", "")),
    ],
)
def test_only_verified_is_verified_and_only_another_status_has_lapsed(
    status: Any, verified: str, step: str, lapsed: tuple[str, str]
) -> None:
    """No status is neither. Where no code was asked for, the verification was somebody else's: a code may be asked."""
    answer = {"Data": {"CodeVerificationStatus": status}}
    assert looks.STATUS.says(FACTS, answer) == verified
    signed_up = KINDS["embedded"].steps["added"]
    assert (signed_up.says(FACTS, answer), signed_up.before) == (step, (looks.ACCOUNT, SERVING))
    assert (looks.LAPSED.says({**FACTS, "channel": "sms"}, answer), looks.LAPSED.says(FACTS, answer)) == lapsed


@pytest.mark.parametrize("there", ["Acme", " Acme ", "", None])
def test_a_number_of_the_declared_name_is_there_to_adopt(there: Any) -> None:
    """Blanks do not matter, and neither does a name that is not listed."""
    row = {"Status": "PENDING", "VerifiedName": there}
    assert (says(FOUND, row), says(SIGNED_UP, row)) == ("found", "ok")
    assert FOUND.shows(FACTS, listing(row)) == SIGNED_UP.shows(FACTS, listing(row)) == "PENDING"
    connected = {"Status": "CONNECTED", "VerifiedName": there}
    assert (says(FOUND, connected), says(SIGNED_UP, connected)) == ("connected", "connected")


@pytest.mark.parametrize(("there", "shown"), [("Other", ""), ("\u0410cme", " (U+0410 -> U+0041)"), ("acme", "")])
def test_a_number_of_another_name_differs(there: str, shown: str) -> None:
    """It is shown, with its code points where letters do not tell. Where no name is declared, any will do."""
    row = {"Status": "PENDING", "VerifiedName": there}
    assert (says(FOUND, row), says(SIGNED_UP, row)) == ("differs", "differs")
    assert FOUND.shows(FACTS, listing(row)) == f"PENDING, named {there}{shown}"
    assert (says(FOUND, row, display_name=None), says(SIGNED_UP, row, display_name=None)) == ("found", "ok")
    assert FOUND.shows({**FACTS, "display_name": None}, listing(row)) == "PENDING"
    for look in (FOUND, looks.ARRIVING, SIGNED_UP):
        assert look.holds and look.holds(FACTS, listing(row)) == {"display_name": there}


def test_a_name_that_is_no_text_says_nothing() -> None:
    """It is neither shown nor held; nor is the name of what is not listed."""
    assert FOUND.shows(FACTS, listing({"Status": "PENDING", "VerifiedName": 3})) == "PENDING"
    assert FOUND.shows(FACTS, listing()) == ""
    for rows in ([{"VerifiedName": 3}], [{"VerifiedName": ""}], []):
        assert FOUND.holds and FOUND.holds(FACTS, listing(*rows)) == {}


HOOKS = {"messages_url": "https://acme.example/in", "status_url": "https://acme.example/status"}


@pytest.mark.parametrize(
    ("row", "word", "shown"),
    [
        ({}, "connected", "CONNECTED"),
        ({"UpCallbackUrl": "https://ACME.example/other"}, "connected", "CONNECTED"),
        ({"UpCallbackUrl": "https://else.example/"}, "occupied", "CONNECTED, callbacks to else.example"),
        ({"StatusCallbackUrl": "https://b.example:8443"}, "occupied", "CONNECTED, callbacks to b.example:8443"),
        (
            {"UpCallbackUrl": "https://b.example", "StatusCallbackUrl": "https://a.example"},
            "occupied",
            "CONNECTED, callbacks to a.example, b.example",
        ),
        (
            {"UpCallbackUrl": "https://b.example", "Status": "PENDING"},
            "ok",
            "PENDING, callbacks to b.example",
        ),
    ],
)
def test_a_number_that_serves_another_host_is_somebodys(row: Row, word: str, shown: str) -> None:
    """In service, it is not taken over without consent; only callbacks that are declared would be overwritten."""
    row = {"Status": "CONNECTED", "VerifiedName": "Acme", **row}
    assert says(SIGNED_UP, row, **HOOKS) == word
    assert SIGNED_UP.shows({**FACTS, **HOOKS}, listing(row)) == shown
    assert says(SIGNED_UP, row) == ("ok" if row["Status"] == "PENDING" else "connected")


def test_a_started_migration_is_told_from_a_number_that_was_added() -> None:
    """Listed as pending it was only added, unless it was not listed when this program started the migration."""
    for status in ("PENDING", "UNVERIFIED"):
        assert says(looks.ARRIVING, {"Status": status}, was_absent=True) == "found"


@pytest.mark.parametrize(
    ("row", "standing", "named"),
    [
        ({"Status": "PENDING"}, "PENDING", "PENDING"),
        ({"Status": ""}, "no status", "no status"),
        ({"Status": "PENDING", "NameStatus": "APPROVED"}, "PENDING", "PENDING, NameStatus APPROVED"),
        (
            {"Status": "PENDING", "NameStatus": "DECLINED"},
            "PENDING, NameStatus DECLINED",
            "PENDING, NameStatus DECLINED",
        ),
        (
            {"Status": "PENDING", "NameStatus": "DECLINED", "NewNameStatus": "PENDING"},
            "PENDING",
            "PENDING, NameStatus DECLINED, NewNameStatus PENDING",
        ),
    ],
)
def test_what_stops_a_number_is_shown_as_it_is_listed(row: Row, standing: str, named: str) -> None:
    """Its status, and the review of its name where that is what stops it, or is waited for."""
    for look in (SERVING, looks.COMING, looks.UNNAMED, looks.COMING_UNNAMED):
        assert look.shows(FACTS, listing(row)) == standing
    assert NAME_REVIEWED.shows(FACTS, listing(row)) == named
    assert looks.ARRIVING.shows(FACTS, listing(row)) == listed(FACTS, listing(row)) == (row["Status"] or "no status")


def test_what_is_not_listed_shows_nothing() -> None:
    """There is no status to show."""
    assert {look.shows(FACTS, listing()) for look in (SERVING, FOUND, looks.ARRIVING, NAME_REVIEWED)} == {""}


@pytest.mark.parametrize(("number", "row"), [("+8613800001234", "+8613800001234"), ("+5521998765432", "552198765432")])
def test_a_row_is_found_in_every_spelling(number: str, row: str) -> None:
    """With or without plus; rows of other numbers, and what is no row, are passed over."""
    rows = [3, {"PhoneNumber": 4}, {"PhoneNumber": "8613900000000"}, {"PhoneNumber": row, "Status": "X"}]
    assert number_row({"number": number}, {"PhoneNumbers": rows}) == {"PhoneNumber": row, "Status": "X"}


def test_the_sync_is_newer_than_the_listing() -> None:
    """It is read first, and its row counts where both have one."""
    assert (looks.STATUS.reads, SYNC.reads) == ((SYNC, looks.STATUS), (SYNC,))
    synced = {SYNC.operation: listing({"Status": "CONNECTED"})}
    assert listed(FACTS, {**listing({"Status": "PENDING"}), **synced}) == "CONNECTED"
    assert listed(FACTS, {**listing({"Status": "PENDING"}), SYNC.operation: {}}) == "PENDING"
