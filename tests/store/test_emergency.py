"""Outcomes that the journal could not take, kept beside the configuration until they are brought home."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from reconciler.core.journal.record import Intent, Record
from reconciler.errors import StateError
from reconciler.store.safety.emergency import (
    Emergency,
    Kept,
    complete,
    from_printed,
    name_for,
    printed,
    read,
    read_each,
    to_keep,
    unanswered,
)

OUTCOME = {"type": "outcome", "operation": "AddMessageContact", "result": "unknown", "code": "OK", "request_id": "r"}
ASKED = "2026-11-20T10:00:00.000Z"
KEPT = Kept("cams-acme", "contact/tom", "AddMessageContact", ASKED, OUTCOME)
OTHER = KEPT._replace(space_id="cams-globex")


@pytest.fixture
def emergency(tmp_path: Path) -> Emergency:
    return Emergency(tmp_path / "kept")


def test_what_is_kept_is_read_again(emergency: Emergency) -> None:
    """In order, also from another process's object, and nothing is acted upon while it waits."""
    assert emergency.waiting() == []
    emergency.check()
    emergency.keep(KEPT)
    emergency.keep(OTHER)
    assert Emergency(emergency.path).waiting() == [KEPT, OTHER]
    with pytest.raises(StateError, match="holds 2 outcome"):
        emergency.check()


def test_what_belongs_elsewhere_is_set_aside(emergency: Emergency) -> None:
    """The rest stays; where all of it belongs here, the file is left as it is."""
    emergency.keep(KEPT)
    emergency.keep(OTHER)
    assert emergency.set_aside(["cams-acme", "cams-globex"]) == []
    assert emergency.set_aside(["cams-acme"]) == [OTHER]
    assert emergency.waiting() == [KEPT]


def test_what_came_home_is_cleared(emergency: Emergency) -> None:
    """And again, where another run was faster."""
    emergency.keep(KEPT)
    emergency.clear()
    emergency.clear()
    assert emergency.waiting() == []


def test_what_was_edited_or_cut_is_refused(emergency: Emergency) -> None:
    """A line of another text, and one without its end; the file is left as it is."""
    emergency.keep(KEPT)
    sound = emergency.path.read_text()
    for damaged in (sound.replace("contact/tom", "contact/tim"), sound[:-1], sound + "{}\n"):
        emergency.path.write_text(damaged)
        with pytest.raises(StateError) as refused:
            emergency.waiting()
        assert refused.value.problems[0].code == "emergency-unreadable"
        assert emergency.path.read_text() == damaged


def test_the_last_resort_is_a_word() -> None:
    """What is printed for the command line comes back as it was; anything else is refused."""
    assert from_printed(printed(KEPT)) == KEPT
    for word in ("", "x", printed(KEPT)[:-4], "ÿ"):
        with pytest.raises(StateError):
            from_printed(word)


def test_a_link_in_its_place_is_not_followed(emergency: Emergency) -> None:
    """Nor is what lies behind it written or read, and it is called what it is."""
    elsewhere = emergency.path.with_name("elsewhere")
    elsewhere.write_text("")
    emergency.path.symlink_to(elsewhere)
    with pytest.raises(OSError, match="symbolic links"):
        emergency.keep(KEPT)
    with pytest.raises(StateError) as refused:
        emergency.waiting()
    assert [each.what for each in refused.value.problems] == [f"{emergency.path} cannot be read: it is a link"]
    assert elsewhere.read_text() == ""


FACTS = {"email": "tom@example.com", "title": "CEO", "name": "tommy1", "open": "", "message_types": ["FaultMessage"]}
TOM = Record("contact/tom", "contact/tom", "contact", "tom", "added", FACTS)
SENT = {
    "type": "outcome",
    "id": "contact/tom",
    "operation": "SendEmailVerificationForMessageContact",
    "result": "ok",
    "phase": "asked",
    "learned": {"asked_email": "tom@example.com", "to_ask": []},
    "final": False,
    "message": "Sent to tom@example.com.",
}


def test_what_the_record_has_is_not_kept() -> None:
    """An address is named, not written; with the record it is whole again, but for the cloud's own sentence."""
    kept = to_keep("cams-acme", TOM, SENT)
    assert "tom@example.com" not in str(kept)
    assert complete(from_printed(printed(kept)), TOM) == {**SENT, "message": "Sent to …."}


def test_a_line_that_names_what_no_record_has_is_refused() -> None:
    """Whoever wrote it: its hash is no secret."""
    with pytest.raises(StateError, match="not as it was written"):
        complete(KEPT._replace(same={"asked_email": "nothing"}), TOM)


@pytest.mark.parametrize(
    ("message", "kept"),
    [
        ("The CEO did not answer.", "The CEO did not answer."),  # a short text says nothing of anybody
        ("tommy1 did not answer.", "… did not answer."),
        ("", ""),
        (None, None),
    ],
)
def test_a_message_is_kept_without_what_tells_of_a_person(message: str | None, kept: str | None) -> None:
    """What was learned is whole again: what the record has already by its name, all else as it is."""
    learned = {"asked_email": "tom@example.com", "contact_id": "c-1", "to_ask": ["email"], "open": ""}
    entry = {**SENT, "learned": learned, "message": message}
    stored = to_keep("cams-acme", TOM, entry)
    assert complete(stored, TOM) == {**entry, "message": kept}
    assert stored.entry["learned"] == {"contact_id": "c-1", "to_ask": ["email"]}
    bare = {name: value for name, value in entry.items() if name not in ("message", "learned")}
    assert complete(to_keep("cams-acme", TOM, bare), TOM) == bare


def test_a_line_may_name_facts_alone() -> None:
    """Where nothing else was learned."""
    assert complete(KEPT._replace(same={"asked_email": "email"}), TOM)["learned"] == {"asked_email": "tom@example.com"}


def line(kept: Kept) -> str:
    """As it stands in the file."""
    return base64.urlsafe_b64decode(printed(kept)).decode()


def test_each_environment_has_its_own_file(emergency: Emergency) -> None:
    """As it has its own state; and nobody else of the machine reads it."""
    assert (name_for(""), name_for("prod")) == (".reconciler-emergency.jsonl", ".reconciler-emergency-prod.jsonl")
    emergency.keep(KEPT)
    assert emergency.path.stat().st_mode & 0o777 == 0o600


def test_what_is_no_file_is_refused(emergency: Emergency) -> None:
    """By what the system says of it."""
    emergency.path.mkdir()
    with pytest.raises(StateError) as refused:
        emergency.waiting()
    (problem,) = refused.value.problems
    assert (problem.code, "it is a link" in problem.what) == ("emergency-unreadable", False)


@pytest.mark.parametrize(
    ("entry", "same"),
    [
        ({**SENT, "type": "settled", "why": "seen"}, {}),
        (
            {
                "type": "settled",
                "operation": "AddMessageContact",
                "phase": "x",
                "why": "",
                "learned": {},
                "final": False,
            },
            {},
        ),
        ({"type": "outcome", "operation": "Nothing", "result": "unknown"}, {}),
        ({"type": "outcome", "operation": "AddMessageContact", "result": "perhaps"}, {}),
        (OUTCOME, {"asked_email": 3}),
        (OUTCOME, {"asked_email": "email", "to_ask": 3}),
    ],
)
def test_only_an_outcome_comes_home(entry: dict[str, Any], same: dict[str, Any]) -> None:
    """Nothing else can be brought into a journal by a line, however well its hash is made."""
    with pytest.raises(StateError, match="not as it was written"):
        read(line(KEPT._replace(entry=entry, same=same)))


def test_one_outcome_is_oneline() -> None:
    """In whatever order it was said, and with whatever is left empty."""
    again = KEPT._replace(entry=dict(reversed(OUTCOME.items())))
    assert line(again) == line(KEPT)
    unasked = KEPT._replace(asked_at="")
    assert read(line(unasked)) == unasked


def test_outcomes_of_another_machine_are_lines_or_words() -> None:
    """As they stand in its file, or as it printed them, one under the other."""
    text = f"\n{line(KEPT)}\n  {printed(OTHER)}  \n\n"
    assert read_each(text) == [KEPT, OTHER]


ADDED = Intent(ASKED, ASKED, 1, "declared", {}, "", 0, 0)
OPEN = replace(TOM, intents={KEPT.operation: ADDED}, changed_at=ASKED)


@pytest.mark.parametrize(
    ("record", "belongs"),
    [
        (OPEN, True),
        (replace(OPEN, address="contact/amy"), False),
        (replace(OPEN, intents={}), False),
        (replace(OPEN, intents={"DeleteMessageContact": ADDED}), False),
        (replace(OPEN, intents={KEPT.operation: replace(ADDED, at="2026-11-20T09:00:00.000Z")}), False),
        (replace(OPEN, changed_at="2026-11-20T11:00:00.000Z"), False),
    ],
)
def test_an_outcome_belongs_to_the_call_it_is_of(record: Record, belongs: bool) -> None:
    """Of a record that is still as that call left it: an answer does not undo what came after."""
    assert list(unanswered([TOM, record], KEPT)) == ([record] if belongs else [])
    assert to_keep("cams-acme", OPEN, {**OUTCOME, "id": TOM.id}).asked_at == ASKED
