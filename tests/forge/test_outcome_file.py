"""What `apply --json-into` writes can be read back, and tells the same; anything else is refused by name."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reconciler.core.journal.tip import Tip
from reconciler.core.outcome import Challenge, Outcome
from reconciler.core.plan.change import Plan
from reconciler.errors import Problem, UsageError
from reconciler.render.documents import events
from reconciler.render.text.outcome import outcome_text
from reconciler.runs.files import outcomes

NOW = "2026-11-19T10:31:00.000Z"
SUPPORT, SALES, TOM = "acme/phone_number/support", "acme/phone_number/sales", "acme/contact/tom"
CODE = Challenge(SUPPORT, "+8613800001234", "code", "ChatappVerifyAndRegister", NOW, 1, 2, channel="voice")
LINKS = Challenge(
    TOM, "tom@example.com", "confirmation", "GetMessageContact", NOW, in_doubt=True, open="tom@example.com"
)
OUTCOMES = [
    Outcome(SUPPORT, "create", "paused", challenge=CODE, counts=()),
    Outcome(TOM, "create", "paused", challenge=LINKS),
    Outcome(SALES, "create", "failed", Problem("already-there", "it is there", address=SALES)),
    Outcome("acme/phone_number/desk", "update", "done", counts=("changed",)),
    Outcome("acme/phone_number/old", "forget", "done", left="remove it by hand", counts=("destroyed",)),
    Outcome("acme/phone_number/late", "create", "paused", resume_at="2026-11-20T10:00:00.000Z"),
]


def written(folder: Path, outcomes: list[Outcome]) -> Path:
    path = folder / "apply.jsonl"
    path.write_text("\n".join([events.version(NOW), *events.applied(outcomes, NOW)]) + "\n")
    return path


def test_it_tells_how_far_the_journals_had_come(tmp_path: Path) -> None:
    """By the names of spaces; nothing where an older program wrote it."""
    path = written(tmp_path, OUTCOMES)
    assert outcomes.tips(path) == {}
    tips = {"acme": Tip("ab" * 16, 53, "cd" * 32), "globex": Tip("ef" * 16, 1, "01" * 32)}
    path.write_text("\n".join(events.applied(OUTCOMES, NOW, tips=tips)) + "\n")
    assert outcomes.tips(path) == tips
    assert outcome_text(outcomes.read(path), NOW) == outcome_text(OUTCOMES, NOW)


def edited(path: Path, edit: Callable[[dict[str, Any]], object]) -> Path:
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    for row in rows:
        edit(row)
    path.write_text("\n".join(json.dumps(row) for row in rows))
    return path


def refused(path: Path) -> str:
    with pytest.raises(UsageError) as caught:
        outcomes.read(path)
    return caught.value.problems[0].code


@pytest.mark.parametrize("count", range(len(OUTCOMES) + 1))
def test_it_tells_the_same(tmp_path: Path, count: int) -> None:
    """The text of what was read is the text of the run, figures and masked numbers included."""
    some = OUTCOMES[:count]
    assert outcome_text(outcomes.read(written(tmp_path, some)), NOW) == outcome_text(some, NOW)


def test_no_whole_number_is_in_it(tmp_path: Path) -> None:
    """Masked where it was written, and masked where it is read."""
    path = written(tmp_path, OUTCOMES)
    assert "13800001234" not in path.read_text() + repr(outcomes.read(path))
    assert "+86 138****1234" in outcome_text(outcomes.read(path), NOW)


def test_a_stream_that_ends_early_is_no_outcome(tmp_path: Path) -> None:
    """A run that was killed, or refused, wrote no summary: nobody makes up what became of it."""
    path = written(tmp_path, OUTCOMES)
    path.write_text("\n".join(path.read_text().splitlines()[:-1]))
    assert refused(path) == "outcome-unreadable"
    path.write_text(path.read_text()[:-3])
    assert refused(path) == "outcome-unreadable"


def test_a_refusal_is_told_where_nothing_was_begun(tmp_path: Path) -> None:
    """By all that was said after the plan's figures; never where the plan was cut, or where something began."""
    why = Problem("already-there", "it is there", address=SALES)
    said, path = events.diagnostic(why, NOW), tmp_path / "apply.jsonl"
    figures = events.planned(Plan("loopback", refusals=(why,)), NOW)
    begun = events.progress("start", SALES, "create", NOW)
    for lines, count in ((["", said], 1), ([*figures, said], 1), (figures, 0), ([begun, said], 0), ([], 0)):
        path.write_text("\n".join([events.version(NOW), *filter(None, lines)]))
        assert len(outcomes.refusal(path)) == count
        assert refused(path) == "outcome-unreadable"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"type": 3}', "\x00", '{"type":"change_summary"}', "[" * 100_000])
def test_what_is_no_stream(tmp_path: Path, text: str) -> None:
    """Other JSON, other text, nothing."""
    path = tmp_path / "apply.jsonl"
    path.write_text(text)
    assert refused(path) == "outcome-unreadable"


def test_no_file_and_too_large_a_file(tmp_path: Path) -> None:
    """32 megabytes are the most."""
    assert refused(tmp_path / "none") == "outcome-unreadable"
    path = tmp_path / "large"
    path.write_bytes(b" " * (outcomes.SIZE + 1))
    assert refused(path) == "document-too-large"


@pytest.mark.parametrize(
    ("type", "inside", "field", "value"),
    [
        ("challenge_open", "challenge", "address", "acme/../x"),
        ("challenge_open", "challenge", "number", 8613800001234),
        ("challenge_open", "challenge", "challenge", "shell"),
        ("challenge_open", "challenge", "requested_at", "yesterday"),
        ("challenge_open", "challenge", "attempts", -1),
        ("challenge_open", "challenge", "more", "keys"),
        ("challenge_open", "challenge", "channel", "@everyone"),
        ("apply_complete", "hook", "resource", "acme"),
        ("apply_complete", "hook", "action", "<b>"),
        ("apply_errored", "hook", "result", "fine"),
        ("diagnostic", "diagnostic", "summary", 3),
        ("change_summary", "changes", "add", 10**12),
        ("change_summary", "changes", "operation", "plan"),
    ],
)
def test_a_value_without_its_form_is_refused(tmp_path: Path, type: str, inside: str, field: str, value: object) -> None:
    """Not mended, not left out."""

    def edit(row: dict[str, Any]) -> None:
        if row["type"] == type:
            row[inside][field] = value

    assert refused(edited(written(tmp_path, OUTCOMES), edit)) == "outcome-unreadable"
