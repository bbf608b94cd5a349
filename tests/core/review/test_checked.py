"""What the cloud reports beside what is recorded, and what it takes to make both agree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from msgspec import to_builtins
from msgspec.structs import replace

from reconciler.core.journal.record import Intent, Record
from reconciler.core.journal.state import State
from reconciler.core.review.accept import LEFT, acceptance, accepted_words
from reconciler.core.review.checked import (
    VERDICTS,
    CheckedAspect,
    CheckedResource,
    CheckReport,
    CheckVerdict,
    examine,
    facts_now,
    load_check,
    unsettled,
)
from reconciler.errors import Problem, UsageError
from reconciler.kinds.table import Facts, Look, Verdict

NOW = "2026-11-20T10:31:00.000Z"
NUMBER = "+8613800001234"
RECORD = Record(f"phone_number/{NUMBER}", "phone_number/a", "register", NUMBER, "registered", {"number": NUMBER})
TOM = Record("contact/tom", "contact/tom", "contact", "tom", "confirmed", {"name": "tom", "contact_id": "c-1"})
BOUGHT = replace(RECORD, kind="prevalidated", phase="code_wanted")
CALLBACK = Record(
    "account_callback/1", "account_callback/account", "account_callback", "1", "accepted", {}, door="update"
)
INTENTS = {"ChatappPhoneNumberRegister": Intent(NOW, NOW, 1, "verified", {}, "", 0, 0)}
HALFWAY = ["its change or removal is not finished"]
ACME = State("cams-acme", "acme")
GLOBEX, INITECH, MINE = State("cams-globex", "globex"), State("cams-initech", "initech"), State("cams-acme", "acme")


def listed(status: str) -> dict[str, Any]:
    rows = [{"PhoneNumber": NUMBER[1:], "Status": status}] if status else []
    return {"PhoneNumbers": rows, "Contacts": [], "TotalCount": 0}


def examined(
    record: Record, spaces: Mapping[str, str | Problem], others: tuple[State, ...] = ()
) -> tuple[str, list[tuple[str, str, str]]]:
    """The verdict and the readings. spaces: space id -> how it lists the number, or why it cannot be read."""

    def read(look: Look, facts: Facts) -> Mapping[str, Any] | Problem:
        found = spaces.get(facts["space_id"], "")
        return found if isinstance(found, Problem) else listed(found)

    found = examine(ACME, record, read, NOW, others)
    assert (found.address, found.kind, found.phase) == (f"acme/{record.address}", record.kind, record.phase)
    return found.verdict, [(each.name, each.verdict, each.found) for each in found.aspects]


UNREAD = Problem("cannot-reach", "no route")
GONE = ("status", "gone", "not listed")


@pytest.mark.parametrize(
    ("spaces", "others", "verdict", "aspects"),
    [
        ({"cams-acme": "CONNECTED"}, (GLOBEX,), "as_recorded", [("status", "as_recorded", "CONNECTED")]),
        ({"cams-acme": UNREAD}, (GLOBEX,), "unknown", [("status", "unknown", "no route")] * 2),
        ({"cams-acme": "WHATEVER"}, (), "unknown", [("status", "unknown", "WHATEVER")]),
        ({}, (), "gone", [GONE]),
        ({}, (GLOBEX,), "gone", [GONE]),
        (
            {"cams-globex": "CONNECTED"},
            (MINE, INITECH, GLOBEX),
            "in_another_space",
            [("space", "in_another_space", "globex, CONNECTED"), GONE],
        ),
        (
            {"cams-globex": UNREAD, "cams-initech": UNREAD},
            (GLOBEX, INITECH),
            "gone",
            [("space", "unknown", "2 of the other spaces could not be read"), GONE],
        ),
        (
            {"cams-globex": UNREAD, "cams-initech": "CONNECTED"},
            (GLOBEX, INITECH),
            "in_another_space",
            [("space", "in_another_space", "initech, CONNECTED"), GONE],
        ),
        ({"cams-globex": "WHATEVER"}, (GLOBEX,), "gone", [GONE]),
    ],
)
def test_what_is_gone_may_be_elsewhere(
    spaces: dict[str, str | Problem], others: tuple[State, ...], verdict: str, aspects: list[tuple[str, str, str]]
) -> None:
    """Only what no listing has is looked for in the other spaces; a space that cannot be read is counted, and no status
    without a meaning is taken for one."""
    assert examined(RECORD, spaces, others) == (verdict, aspects)


def test_a_contact_is_in_no_space() -> None:
    """Gone from the directory, it is looked for nowhere else."""
    verdict, aspects = examined(TOM, {"cams-globex": UNREAD}, (GLOBEX,))
    assert (verdict, [name for name, *_ in aspects if name == "space"]) == ("gone", [])


@pytest.mark.parametrize(
    ("record", "found"),
    [
        (RECORD, []),
        (replace(RECORD, intents=INTENTS), ["ChatappPhoneNumberRegister unanswered"]),
        (replace(RECORD, door="delete", phase="retired"), HALFWAY),
        (replace(RECORD, door="delete", phase="retired", intents=INTENTS), ["ChatappPhoneNumberRegister unanswered"]),
        (replace(RECORD, door="update"), []),
        (replace(RECORD, door="update", phase="connected"), []),
        (replace(TOM, door="update", phase="changed"), HALFWAY),
        (replace(TOM, phase="declared"), []),
        (CALLBACK, []),
        (replace(CALLBACK, phase="changed"), HALFWAY),
    ],
)
def test_only_a_run_finds_out(record: Record, found: list[str]) -> None:
    """What an unanswered call did; how a removal ends, and a change of which nothing can be read meanwhile."""
    assert [each.found for each in unsettled(record)] == found
    assert {each.verdict for each in unsettled(record)} <= {"unknown"}


def test_what_nothing_reads_is_not_readable() -> None:
    """And where something is unsettled it is unknown, however much else is as recorded."""
    assert examined(BOUGHT, {}) == ("unreadable", [])
    verdict, aspects = examined(replace(RECORD, door="delete", phase="retired"), {"cams-acme": "CONNECTED"})
    assert (verdict, [each[2] for each in aspects]) == ("unknown", HALFWAY)


def test_a_reading_knows_how_old_the_record_is() -> None:
    """In whole days, by the time of its last change; none for one that never changed, or has a time to come."""

    def days(changed_at: str) -> int:
        facts = facts_now(ACME, replace(RECORD, changed_at=changed_at), NOW)
        assert (facts["space_id"], facts["phase"], facts["number"]) == ("cams-acme", "registered", NUMBER)
        found: int = facts["days"]
        return found

    assert [days(f"2026-11-{day}T10:31:00.000Z") for day in (10, 19, 20, 21)] == [10, 1, 0, 0]
    assert (days("2026-11-18T10:31:00.001Z"), days("")) == (1, 0)


def resource(verdict: CheckVerdict, status: Verdict = "", **fields: Any) -> CheckedResource:
    aspects = (CheckedAspect("status", status, "x"), CheckedAspect("name", "changed", "y")) if status else ()
    return CheckedResource("acme/phone_number/a", "register", "registered", verdict, aspects, **fields)


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [
        ((), 0),
        (("as_recorded", "unreadable"), 0),
        (("as_recorded", "unknown"), 1),
        *(((each, "unknown"), 2) for each in VERDICTS[:5]),
    ],
)
def test_a_pipeline_goes_by_the_exit_code(verdicts: tuple[CheckVerdict, ...], code: int) -> None:
    """One thing that is not as recorded counts more than anything unknown. What is written is read again."""
    report = CheckReport(NOW, 3, 1, tuple(resource(each) for each in verdicts))
    assert report.exit_code == code
    assert [len(report.of(each)) for each in verdicts] == [1] * len(verdicts)
    assert report.of(*verdicts) == [*report.resources]
    document = {"format": 1, "exit_code": code, **to_builtins(report)}
    assert load_check(document) == report
    assert not report.partial


@pytest.mark.parametrize("document", [{}, {"format": 1}, {"format": 1, "at": 1}, [], None, {"format": "1"}])
def test_what_check_did_not_print_is_refused(document: Any) -> None:
    """Whatever JSON is in its place; a newer format by that name."""
    with pytest.raises(UsageError, match="it is not what `check --json` prints"):
        load_check(document)
    with pytest.raises(UsageError, match="its format 2 is newer than this program reads"):
        load_check({"format": 2})


FORGETS = {"type": "forgotten", "id": RECORD.id, "left": LEFT}
ENTERS = {"type": "entered", "id": RECORD.id, "phase": "added", "door": "create"}
NAMED = {"display_name": "Acme", "about": None}


@pytest.mark.parametrize(
    ("found", "entry", "words"),
    [
        (
            resource("in_another_space"),
            {**FORGETS, "why": "accepted as found: in another space"},
            "forgets it",
        ),
        (resource("gone", "gone"), {**FORGETS, "why": "accepted as found: gone"}, "forgets it"),
        (
            resource("gone", "gone", found_at="added", values=NAMED),
            {**ENTERS, "learned": {"display_name": "Acme"}, "why": "accepted as found: gone"},
            "records that it is added",
        ),
        (
            resource("changed", "changed", found_at="added"),
            {**ENTERS, "learned": {}, "why": "accepted as found: changed"},
            "records that it is added",
        ),
        (
            resource("changed", "as_recorded", values=NAMED),
            {
                "type": "declared",
                "address": "phone_number/a",
                "id": RECORD.id,
                "key": NUMBER,
                "kind": "register",
                "phase": "registered",
                "door": "create",
                "facts": {**RECORD.facts, **NAMED},
                "on_remove": "refuse",
                "ends": False,
            },
            "records about, display_name",
        ),
        (resource("changed", "changed", values=NAMED), None, ""),
        (resource("unknown", "unknown", found_at="added"), None, ""),
        (resource("changed", "as_recorded"), None, ""),
        (resource("as_recorded", "as_recorded", values=NAMED), None, ""),
        (resource("unreadable"), None, ""),
    ],
)
def test_one_entry_makes_a_record_agree(found: CheckedResource, entry: dict[str, Any] | None, words: str) -> None:
    """What is gone is forgotten, what came to another phase is recorded there, other values are recorded. Nothing is
    accepted beside a status that says nothing, nor of what a run, or somebody else, changed since."""
    assert acceptance(RECORD, found) == entry
    assert accepted_words(entry, found) == words
    assert acceptance(replace(RECORD, intents=INTENTS), found) is None
    assert acceptance(replace(RECORD, phase="verified"), found) is None
