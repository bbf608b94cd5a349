"""Outcomes that the journal could not take, kept beside the configuration until they are brought home."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.core.journal.record import Record
from reconciler.errors import StateError
from reconciler.store.safety.emergency import Emergency, Kept, complete, from_printed, printed, to_keep

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


TOM = Record("contact/tom", "contact/tom", "contact", "tom", "added", {"email": "tom@example.com", "title": "CEO"})
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
