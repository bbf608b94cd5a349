"""What becomes of a journal whose writing failed, was interrupted, or was kept alive in vain."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from reconciler.errors import LostPlace, Problem, StateError
from reconciler.store import open_backend
from reconciler.store.backend import Backend
from reconciler.store.journal import TAKEN, Journal
from reconciler.store.lease import kept, this_process
from reconciler.store.safety import transfer
from reconciler.store.safety.emergency import Emergency, from_printed

NOW = "2026-11-20T10:31:00.000Z"
ENTRY = {"type": "alive"}


class Failing:
    """A place whose first writes meet what a test says, one each. asked: how often it was to write."""

    def __init__(self, backend: Backend, *meets: Callable[[], None]) -> None:
        self._backend, self._meets, self.asked = backend, list(meets), 0

    def append(self, space_id: str, serial: int, entries: Sequence[str]) -> None:
        self.asked += 1
        if self._meets:
            self._meets.pop(0)()
        self._backend.append(space_id, serial, entries)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backend, name)


def fails() -> None:
    raise StateError(Problem("state-unusable", "no answer"))


def journal(backend: Any, folder: Path) -> Journal:
    return Journal(backend, "s", lambda: NOW, Emergency(folder / "emergency"))


def test_after_a_failed_write_none_is_tried(tmp_path: Path) -> None:
    """Whether it is there nobody knows, so its place is lost: what comes next is refused, and nothing is asked."""
    with closing(open_backend("sqlite:state.db", tmp_path)) as backend:
        place = Failing(backend, fails)
        held = journal(place, tmp_path)
        with pytest.raises(StateError):
            held.append(ENTRY)
        with pytest.raises(LostPlace):
            held.append(ENTRY)
        assert (place.asked, backend.history("s")) == (1, [])


def test_the_keepers_failure_ends_the_run(tmp_path: Path) -> None:
    """A sign of life that could not be written may be the end of the lease: the run writes nothing after it."""
    with closing(open_backend("sqlite:state.db", tmp_path)) as backend:
        place = Failing(backend, fails)
        held = journal(place, tmp_path)
        with kept(held, 0.03):
            deadline = time.monotonic() + 10
            while not place.asked and time.monotonic() < deadline:
                time.sleep(0.01)
            with pytest.raises(LostPlace):
                held.append(ENTRY)
        assert (place.asked, backend.history("s")) == (1, [])


def test_what_was_interrupted_does_not_count_as_written(tmp_path: Path) -> None:
    """An interrupt while one writes for two: neither is told that it is written, nor is it."""
    writing, go_on = threading.Event(), threading.Event()
    told: list[BaseException | None] = []

    def slow() -> None:
        writing.set()
        assert go_on.wait(10)

    def interrupted() -> None:
        raise KeyboardInterrupt

    def beside() -> None:
        try:
            held.append(ENTRY)
        except (KeyboardInterrupt, StateError) as error:  # whichever of the two is the one that writes
            told.append(error)
        else:
            told.append(None)

    with closing(open_backend("sqlite:state.db", tmp_path)) as backend:
        held = journal(Failing(backend, slow, interrupted), tmp_path)
        first, *two = [threading.Thread(target=beside) for _ in range(3)]
        first.start()
        assert writing.wait(10)
        for thread in two:
            thread.start()
        while len(held._waiting) < 2:
            time.sleep(0.01)
        go_on.set()
        for thread in (first, *two):
            thread.join(10)
        assert len(backend.history("s")) == 1
    assert sorted(type(each).__name__ for each in told) == ["KeyboardInterrupt", "NoneType", "StateError"]
    assert "the write was interrupted: whether it is there is unknown" in map(_what, told)


def _what(error: BaseException | None) -> str:
    return error.problems[0].what if isinstance(error, StateError) else ""


def test_what_was_given_up_before_it_was_written_is_not_written_later(tmp_path: Path) -> None:
    """An interrupt while others are waited for: whoever asked is told, and the next write does not take it along."""

    class Interrupted(Failing):
        def gather(self, space_id: str) -> None:
            if self._meets:
                self._meets.pop(0)()

    with closing(open_backend("sqlite:state.db", tmp_path)) as backend:
        held = journal(Interrupted(backend, fails), tmp_path)
        with pytest.raises(StateError):
            held.append(ENTRY)
        held.append(ENTRY)
        assert len(backend.history("s")) == 1


RUN = this_process({"RECONCILER_WHO": "amy", "RECONCILER_HOST": "desk"}).run("apply", NOW, 60.0)
TOM = {
    "type": "declared",
    "id": "contact/tom",
    "address": "contact/tom",
    "kind": "contact",
    "key": "tom",
    "phase": "declared",
    "door": "create",
    "on_remove": "refuse",
    "facts": {"name": "tom", "email": "tom@example.com", "title": "CEO", "message_types": ["FaultMessage"]},
}
ANSWERED = {"type": "outcome", "id": "contact/tom", "operation": "AddMessageContact", "result": "unknown"}


@pytest.mark.parametrize("lost", [False, True])
def test_an_outcome_that_cannot_be_written_is_kept_and_said_so(tmp_path: Path, lost: bool) -> None:
    """Where it is kept, and who has taken the run's place if somebody has."""
    with closing(open_backend("sqlite:state.db", tmp_path)) as backend:
        held = journal(backend, tmp_path)
        held.append(TOM)
        cause = (LostPlace if lost else StateError)(Problem("lost-place" if lost else "state-unusable", "no answer"))
        (problem,) = held.rescue(ANSWERED, cause).problems
        (kept,) = Emergency(tmp_path / "emergency").waiting()
    what = (
        f"AddMessageContact was answered, and the journal cannot be written (no answer); kept in {tmp_path}/emergency"
    )
    assert (problem.code, problem.what, TAKEN in problem.hint) == ("outcome-kept", what, lost)
    assert (kept.operation, kept.address) == ("AddMessageContact", "contact/tom")


def test_an_outcome_that_nothing_can_hold_is_printed(tmp_path: Path) -> None:
    """As a word for the command that brings it home."""
    with closing(open_backend("sqlite:state.db", tmp_path)) as backend:
        held = journal(backend, tmp_path / "nowhere")
        held.append(TOM)
        (problem,) = held.rescue(ANSWERED, StateError(Problem("state-unusable", "no answer"))).problems
    what = "after serial 1: AddMessageContact was answered, and nothing can be written (no answer)"
    assert (problem.code, problem.what) == ("outcome-nowhere", what)
    words, _, word = problem.hint.partition("--line ")
    assert words == "Repair the disk, then run: reconciler state recover "
    assert from_printed(word).operation == "AddMessageContact"


def test_an_entry_that_could_not_be_read_back_is_not_written(tmp_path: Path) -> None:
    """Neither one of a wrong form nor one that does not follow; what another thread writes is not harmed."""
    with closing(open_backend("sqlite:state.db", tmp_path)) as backend:
        held = journal(backend, tmp_path)
        for entry in ({"type": "alive", "dreamt": 1}, {"type": "moved"}, {**TOM, "type": "entered"}, ANSWERED):
            with pytest.raises(ValueError):
                held.append(ENTRY, entry)
        held.append(ENTRY)
        assert len(backend.history("s")) == 1


def test_a_journal_begins_with_where_and_who(tmp_path: Path) -> None:
    """Its first run names the space, its cloud and an identity of its own; and none begins in a closed place."""
    with closing(open_backend("sqlite:state.db", tmp_path)) as backend:
        held = journal(backend, tmp_path)
        held.open_run(RUN, "acme", "loopback")
        held.close_run({"done": 2})
        opened, begun, closed = map(json.loads, backend.history("s"))
        assert (opened["type"], opened["space_id"], opened["name"]) == ("opened", "s", "acme")
        assert (opened["endpoint"], len(opened["lineage"])) == ("loopback", 32)
        assert (begun["type"], begun["holder"]["who"], begun["run"]) == ("run_opened", "amy", RUN.id)
        assert (closed["type"], closed["results"], closed["run"]) == ("run_closed", {"done": 2}, RUN.id)
        held.open_run(RUN, "renamed", "loopback")
        assert json.loads(backend.history("s")[-1])["name"] == "renamed"
        transfer.close(backend, "sqlite:elsewhere.db", NOW)
        late = Journal(backend, "t", lambda: NOW, Emergency(tmp_path / "emergency"))
        with pytest.raises(StateError, match=r"all of it continues in sqlite:elsewhere\.db"):
            late.open_run(RUN, "globex", "loopback")
        assert [json.loads(line)["type"] for line in backend.history("t")][-1] == "run_closed"


@pytest.mark.parametrize(
    ("account", "recorded", "problem"),
    [
        (None, "1" * 16, None),
        ("", "", None),
        ("1" * 16, "", None),
        ("1" * 16, "1" * 16, None),
        ("2" * 16, "1" * 16, f"acme: recorded in account {'1' * 16}, and this is {'2' * 16}"),
        ("", "1" * 16, f"acme: recorded in account {'1' * 16}, and reconciler.yaml names none"),
    ],
)
def test_a_journal_belongs_to_one_account(tmp_path: Path, account: str | None, recorded: str, problem: str) -> None:
    """Once one is recorded; where no call is made, it is not asked for."""
    with closing(open_backend("sqlite:state.db", tmp_path)) as backend:
        held = journal(backend, tmp_path)
        held.check_cloud("any", account)
        held.open_run(replace(RUN, account=recorded), "acme", "loopback")
        with pytest.raises(StateError, match="acme: recorded against loopback, and this is any"):
            held.check_cloud("any", account)
        with pytest.raises(StateError) if problem else nullcontext() as refused:
            held.check_cloud("loopback", account)
    assert refused is None or refused.value.problems[0].what == problem
