"""What a read or an answer settled, and which calls are open afterwards."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.core.answer import Answer, Error, NotSent, Ok, Unknown
from reconciler.core.journal.record import Record
from reconciler.core.lifecycle.settle import not_there, settle, settled
from reconciler.kinds import KINDS
from reconciler.kinds.table import Kind
from reconciler.refusals import Meaning


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_only_an_end_is_final(kind: Kind) -> None:
    """At an end no call is open any more; anywhere else, and where nothing was made, the others stay open."""
    for phase, step in kind.steps.items():
        record = Record("id", "phone_number/support", kind.name, "+8613800001234", phase, {})
        led = [settled(kind, record, step, word, {}, "seen") for word in step.leads]
        assert [entry["final"] for entry in led] == [entry["phase"] in kind.ends for entry in led]
        assert not_there(record, step)["final"] is False


REGISTER, CONTACT = KINDS["register"], KINDS["contact"]
KEY = "+8613800001234"
FACTS = {"number": KEY, "display_name": "Acme", "method": "sms", "locale": "en_US"}


def entry(answer: Answer, phase: str = "added", kind: Kind = REGISTER, sent: dict[str, Any] | None = None) -> Any:
    """The outcome, without the names of its record and call."""
    step = kind.steps[phase]
    record = Record(f"{kind.type}/x", f"{kind.type}/x", kind.name, KEY, phase, FACTS)
    outcome = settle(kind, step, record, answer, sent)
    assert (outcome.pop("type"), outcome.pop("id"), outcome.pop("operation")) == ("outcome", record.id, step.operation)
    return outcome


def test_a_success_leads_on() -> None:
    """With what it taught; one that lacks what it should hold is unknown, as is one without a certain answer."""
    done = {"code": "OK", "request_id": "r", "result": "ok", "learned": {}}
    assert entry(Ok({}, "r"), "verified") == {**done, "phase": "reviewing", "final": False}
    assert entry(Ok({}, "r"), "retired") == {**done, "phase": "gone", "final": True}
    assert entry(Ok({}, "r"), "declared", CONTACT) == {"code": "OK", "request_id": "r", "result": "unknown"}
    assert entry(Unknown("cut")) == {"result": "unknown"}
    assert entry(NotSent("away")) == {"result": "not_sent"}


def test_a_success_names_all_that_it_was_asked_for() -> None:
    """One that names others, or fewer, is unknown."""
    sent, some = {"Members": ["1", "2"]}, {"Members": [{"MemberId": "1"}]}
    both = {"Members": [{"MemberId": 2}, {"MemberId": "1"}]}
    found = [entry(Ok(data), "unbound", CONTACT, said)["result"] for data in (some, both, {}) for said in (sent, None)]
    assert found == ["unknown", "ok", "ok", "ok", "ok", "ok"]


@pytest.mark.parametrize(
    ("meaning", "result"), [(Meaning.WRONG_CODE, "code_refused"), (Meaning.CAP, "refused"), (Meaning.ABSENT, "refused")]
)
def test_a_refusal_is_recorded_as_the_cloud_said_it(meaning: Meaning, result: str) -> None:
    """In the same phase; of a day's limit, which one it is."""
    refusal = Error("X", meaning, "in its words", 403, "r")
    said = {"code": "X", "request_id": "r", "status": 403, "message": "in its words", "meaning": meaning.value}
    capped = {"capped": "code_messages_per_day"} if meaning is Meaning.CAP else {}
    assert entry(refusal) == {**said, "result": result, "phase": "added", **capped}
    doubt = Unknown("400 `X`", "X", "in its words", 403, "r")
    assert entry(doubt) == {**said, "meaning": "", "result": "unknown"}


@pytest.mark.parametrize(
    ("message", "kept"),
    [
        ("Code 730519 is wrong.", "Code ****** is wrong."),
        ("730-519, 730 519", "******, ******"),
        ("number 8613800001234", "number 8613800001234"),
        ("x" * 300, "x" * 200),
    ],
)
def test_nothing_like_a_code_is_written(message: str, kept: str) -> None:
    """However the cloud repeats it; and of its words no more than can be shown."""
    assert entry(Error("X", Meaning.PARAMETER, message))["message"] == kept


def test_a_refusal_because_it_is_so_already_is_a_success() -> None:
    """Where the step says so; for any other it is a refusal."""
    steps = [
        (kind, phase, code) for kind in KINDS.values() for phase, step in kind.steps.items() for code in step.already
    ]
    assert steps
    for kind, phase, code in steps:
        refusal = Error(code, Meaning.ABSENT, "gone")
        done = entry(refusal, phase, kind)
        assert (done["result"], done["phase"], done["final"]) == ("ok", "gone", True)
        assert entry(Error("Other", Meaning.ABSENT, "gone"), phase, kind)["result"] == "refused"
        assert entry(Unknown("gone", code), phase, kind)["result"] == "unknown"
