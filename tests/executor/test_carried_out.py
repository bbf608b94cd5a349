"""What one call leaves in the journal, in the day's count and with whoever watches, whatever comes of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from reconciler.core.answer import Answer, Error, NotSent, Ok, Unknown
from reconciler.core.lifecycle.moves import Read, Turn
from reconciler.core.model import Limits
from reconciler.core.plan.budget import Budget, OwnCount
from reconciler.errors import StateError
from reconciler.executor.drive import Hands, Stopping, _read, drive
from reconciler.refusals import Meaning
from reconciler.store import open_backend
from tests.executor.test_drive import NOW, SPACES, Cloud, Full, journal, made

LATER = "2026-11-21T10:31:00.000Z"
SENDS, DAILY = "GetChatappVerifyCode", "code_messages_per_day"
PENDING = {"PhoneNumbers": [{"PhoneNumber": "8613800001234", "Status": "PENDING", "VerifiedName": "Acme"}]}
REFUSED, CAPPED = Error("X", Meaning.PARAMETER, "no", 400, "R-1"), Error("X", Meaning.CAP, "enough", 400, "R-1")


class Counted(OwnCount):
    """Says what is asked of it."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[tuple[str, str]] = []

    def take(self, daily: str, limit: int, now: str) -> str:
        self.said.append(("take", daily))
        return super().take(daily, limit, now)

    def give_back(self, daily: str, at: str) -> None:
        self.said.append(("give back", daily))
        super().give_back(daily, at)

    def close_day(self, daily: str, now: str) -> None:
        self.said.append(("close", daily))
        super().close_day(daily, now)


class Sending(Cloud):
    """A number that was added and waits for its code; the call that sends it is answered so."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer

    def __call__(self, operation: str, params: Mapping[str, Any], begin: Callable[[], None] | None) -> Answer:
        if operation == "QueryChatappPhoneNumbers":
            return Ok(PENDING, "R-1")
        if operation != SENDS:
            return super().__call__(operation, params, begin)
        if begin and not (isinstance(self.answer, NotSent) and self.answer.stopped):
            begin()
        self.called.append(operation)
        return self.answer


def sent(folder: Path, answer: Answer, limit: int = 5, place: Callable[[Any], Any] = lambda backend: backend) -> Any:
    """The outcome, what was asked of the count, what was told, and the entries after the declaration."""
    count, told = Counted(), list[tuple[str, str, str]]()
    budget = Budget(Limits(code_messages_per_day=limit), count)
    hands = Hands(Sending(answer), lambda: NOW, lambda: NOW, budget, lambda *event: told.append(event))
    acme = SPACES[0]
    (change,) = made(acme).changes
    entry = {"type": "declared", "id": change.id, "address": change.local, "kind": change.kind, "key": change.key}
    entry |= {"phase": "added", "door": "create", "on_remove": "refuse", "facts": change.after}
    with closing(open_backend("sqlite:state.db", folder)) as backend:
        held = journal(place(backend), acme, folder)
        held.append(entry)
        try:
            outcome: Any = drive(change.id, Turn(acme.space_id, change.address, "create", NOW), held, hands, {SENDS})
        except StateError as error:
            outcome = error
        lines = [json.loads(line) for line in backend.history(acme.space_id)[1:]]
    return outcome, count.said, told, [(line["type"], line.get("result", ""), line["cloud_time"]) for line in lines]


CALLED = [("called", "acme/phone_number/support", SENDS)]
TAKEN, BACK, CLOSED = ("take", DAILY), ("give back", DAILY), ("close", DAILY)


@pytest.mark.parametrize(
    ("answer", "ends", "code", "count", "result"),
    [
        (Ok({}, "R-1"), "paused", None, [TAKEN], "ok"),
        (Unknown("cut"), "paused", None, [TAKEN], "unknown"),
        (REFUSED, "failed", "parameter-refused", [TAKEN, BACK], "refused"),
        (NotSent("away"), "failed", "cannot-reach", [TAKEN, BACK], "not_sent"),
        (CAPPED, "paused", "daily-limit", [TAKEN, BACK, CLOSED], "refused"),
    ],
)
def test_a_message_is_counted_unless_it_was_certainly_not_sent(
    tmp_path: Path, answer: Answer, ends: str, code: str | None, count: list[Any], result: str
) -> None:
    """Its intent and its outcome are recorded by the cloud's time, and whoever watches is told of the call once."""
    outcome, said, told, entries = sent(tmp_path, answer)
    assert (outcome.result, outcome.problem and outcome.problem.code) == (ends, code)
    assert (said, told, entries) == (count, CALLED, [("intent", "", NOW), ("outcome", result, NOW)])
    assert outcome.resume_at == (LATER if answer is CAPPED else "")


def test_a_day_that_is_full_sends_nothing(tmp_path: Path) -> None:
    """Nor writes anything; when it may go on is said."""
    budget = Budget(Limits(code_messages_per_day=1))
    assert budget.take(DAILY, NOW) == ""
    (change,) = made(SPACES[0]).changes
    outcome, said, told, entries = sent(tmp_path, NotSent("never asked", stopped=True))
    assert (outcome.result, said, told, entries) == ("failed", [], [], [])
    hands = Hands(Sending(Ok()), lambda: NOW, lambda: NOW, budget)
    (tmp_path / "full").mkdir()
    with closing(open_backend("sqlite:state.db", tmp_path / "full")) as backend:
        held = journal(backend, SPACES[0], tmp_path)
        entry = {"type": "declared", "id": change.id, "address": change.local, "kind": change.kind, "key": change.key}
        held.append({**entry, "phase": "added", "door": "create", "on_remove": "refuse", "facts": change.after})
        outcome = drive(change.id, Turn("cams-acme", change.address, "create", NOW), held, hands, {SENDS})
        assert len(backend.history("cams-acme")) == 1
    assert outcome.problem and (outcome.result, outcome.problem.code) == ("paused", "daily-limit")
    assert (outcome.resume_at, outcome.problem.what) == (
        LATER,
        f"the day's messages are used up; continue after {LATER}",
    )


def test_a_message_whose_intent_cannot_be_written_is_not_counted(tmp_path: Path) -> None:
    """It was not sent."""
    error, said, told, entries = sent(tmp_path, Ok(), place=Full)
    assert isinstance(error, StateError) and error.problems[0].what == "the disk is full"
    assert (said, told, entries) == ([TAKEN, BACK], [], [])


def test_a_stop_is_noted_once() -> None:
    """The second signal finds the first; neither stops anything by itself."""
    stop = Stopping()
    assert (stop.interrupted, stop.interrupt(), stop.interrupt(), stop.is_set()) == (False, False, True, False)


@pytest.mark.parametrize(
    ("read", "turn", "again"),
    [
        (Read("X", {}, shared=True), {}, False),
        (Read("X", {}, shared=True), {"called_at": 50}, False),
        (Read("X", {}, shared=True, newer=True), {"called_at": 50}, True),
        (Read("X", {}, shared=True, newer=True), {}, False),
        (Read("X", {}, shared=True), {"removed_at": 50}, True),
        (Read("X", {}, shared=True, after="Y"), {"read_at": {"Y": 50}}, True),
        (Read("X", {}, shared=True, after="Y"), {"read_at": {"Z": 50}}, False),
        (Read("X", {}, shared=False), {}, True),
        (Read("Z", {}, shared=True), {}, True),
    ],
)
def test_an_answer_is_shared_as_long_as_it_is_new_enough(read: Read, turn: dict[str, Any], again: bool) -> None:
    """Newer than one's own call where that matters, than what was removed, and than the read that it must follow."""
    cloud = Cloud()
    hands = cloud.hands()
    first = Turn("cams-acme", "a", "create", NOW)
    _, had = _read(hands, first, Read("X", {}, shared=True))
    assert _read(hands, first, Read("X", {}, shared=True))[1] == had
    answer, at = _read(hands, Turn("cams-acme", "a", "create", NOW, **turn), read)
    assert (isinstance(answer, Ok), len(cloud.called), at > had) == (True, 2 if again else 1, again)
    _read(hands, Turn("cams-globex", "a", "create", NOW), Read("X", {}, shared=True))
    assert len(cloud.called) == (3 if again else 2)
