"""A change is driven within its plan, and nothing is called any more once something could not be written down."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from reconciler.core.answer import Answer, Ok, Unknown
from reconciler.core.lifecycle.moves import Turn
from reconciler.core.model import Limits, Project, Resource, Space
from reconciler.core.outcome import Outcome
from reconciler.core.plan.budget import Budget
from reconciler.core.plan.change import Change, Plan
from reconciler.core.plan.make import plan
from reconciler.errors import Problem, StateError
from reconciler.executor.apply import Placed, apply
from reconciler.executor.drive import Hands, drive
from reconciler.store import open_backend
from reconciler.store.backend import Backend
from reconciler.store.journal import Journal
from reconciler.store.safety.emergency import Emergency

NOW = "2026-11-20T10:31:00.000Z"
APPROVED = {"Data": {"AccountReviewStatus": "APPROVED"}}


def space(name: str, number: str) -> Space:
    facts = {"number": number, "display_name": "Acme", "method": "sms", "locale": "en_US"}
    return Space(name, f"cams-{name}", "", (Resource(name, "phone_number", "support", "register", number, facts),))


SPACES = (space("acme", "+8613800001234"), space("globex", "+8613800005678"))


class Cloud:
    """An account that is approved, and nothing in it. It writes down what was called."""

    def __init__(self) -> None:
        self.called: list[str] = []

    def __call__(self, operation: str, params: Mapping[str, Any], begin: Callable[[], None] | None) -> Answer:
        if begin:
            begin()
        self.called.append(operation)
        return Ok(APPROVED if operation == "QueryChatappBindWaba" else {"PhoneNumbers": []}, "R-1")

    def hands(self) -> Hands:
        return Hands(self, lambda: NOW, lambda: NOW, Budget(Limits()))


class Full:
    """A place in which nothing can be written any more, from the first intent on."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def append(self, space_id: str, serial: int, entries: Sequence[str]) -> None:
        if any('"type":"intent"' in entry for entry in entries):
            raise StateError(Problem("state-unusable", "the disk is full"))
        self._backend.append(space_id, serial, entries)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backend, name)


def journal(backend: Any, space: Space, folder: Path) -> Journal:
    return Journal(backend, space.space_id, lambda: NOW, Emergency(folder / "emergency"))


def one_by_one(work: Callable[[Placed], Outcome], changes: Sequence[Placed]) -> list[Outcome]:
    return [work(change) for change in changes]


def made(*spaces: Space) -> Plan:
    return plan(Project("", spaces), {}, "loopback", NOW)


def declared(change: Change, phase: str, on_remove: str = "refuse") -> dict[str, Any]:
    """The entry that records it, as far as this phase."""
    entry = {"type": "declared", "id": change.id, "address": change.local, "kind": change.kind, "key": change.key}
    return {**entry, "phase": phase, "door": "create", "on_remove": on_remove, "facts": change.after}


def test_what_the_plan_does_not_show_is_not_called(tmp_path: Path) -> None:
    """Whatever comes next, it is read for, and then refused by name; nothing is written down of it."""
    (acme, _), cloud = SPACES, Cloud()
    with closing(open_backend("sqlite:state.db", tmp_path)) as backend:
        held = journal(backend, acme, tmp_path)
        (change,) = made(acme).changes
        held.append(declared(change, "declared"))
        turn = Turn(acme.space_id, change.address, change.action, NOW)
        outcome = drive(change.id, turn, held, cloud.hands(), {"GetChatappVerifyCode"})
        assert (outcome.result, outcome.problem and outcome.problem.code) == ("blocked", "outside-plan")
        assert cloud.called == ["QueryChatappBindWaba", "ChatappSyncPhoneNumber", "QueryChatappPhoneNumbers"]
        assert [line for line in backend.history(acme.space_id) if "AddChatappPhoneNumber" in line] == []


def test_nothing_is_called_after_a_journal_failed(tmp_path: Path) -> None:
    """Where one space's journal cannot be written, the other spaces' changes are not started."""
    cloud, made_plan = Cloud(), made(*SPACES)
    with closing(open_backend("sqlite:state.db", tmp_path)) as backend:
        places = (Full(backend), backend)
        journals = {each.space_id: journal(place, each, tmp_path) for place, each in zip(places, SPACES, strict=True)}
        outcomes = apply(made_plan, journals, cloud.hands(), one_by_one)
    told = [(each.result, each.problem.what if each.problem else "") for each in outcomes]
    assert told == [("failed", "the disk is full"), ("not_started", "")]
    assert "AddChatappPhoneNumber" not in cloud.called


def forgotten(folder: Path, phase: str) -> tuple[list[str], list[str]]:
    """Ids recorded and set aside, once a number that had come so far is let go by its file."""
    acme, cloud = SPACES[0], Cloud()
    with closing(open_backend("sqlite:state.db", folder)) as backend:
        held = journal(backend, acme, folder)
        (change,) = made(acme).changes
        held.append(declared(change, phase, "forget"))
        empty = Space(acme.name, acme.space_id, "spaces/acme.yaml")
        left = plan(Project("", (empty,)), {acme.space_id: held.state}, "", NOW)
        (outcome,) = apply(left, {acme.space_id: held}, cloud.hands(), one_by_one)
        assert (outcome.result, cloud.called) == ("done", [])
        return [*held.state.records], [*held.state.aside]


def test_only_what_is_halfway_is_set_aside(tmp_path: Path) -> None:
    """Forgotten when it is ready or not begun, it begins anew one day; forgotten on its way, it goes on from there."""
    found = {phase: forgotten(make(tmp_path / phase), phase) for phase in ("declared", "code_requested", "registered")}
    assert found == {"declared": ([], []), "code_requested": ([], [ID]), "registered": ([], [])}


ID = "phone_number/+8613800001234"


def make(folder: Path) -> Path:
    folder.mkdir()
    return folder


def stopped(folder: Path, phase: str, cloud: Cloud) -> Outcome:
    """Of a number that had come so far, driven once a person has said stop."""
    acme, hands = SPACES[0], cloud.hands()
    hands.stop.set()
    with closing(open_backend("sqlite:state.db", folder)) as backend:
        held = journal(backend, acme, folder)
        (change,) = made(acme).changes
        held.append(declared(change, phase))
        turn = Turn(acme.space_id, change.address, change.action, NOW)
        return drive(change.id, turn, held, hands, {call.operation for call in change.all_calls})


def test_after_a_stop_nothing_is_called(tmp_path: Path) -> None:
    """What was not begun is said to be so; what is ready is done; what only takes time waits as before."""
    cloud = Cloud()
    found = {phase: stopped(make(tmp_path / phase), phase, cloud) for phase in ("declared", "reviewing", "registered")}
    told = {phase: (each.result, each.problem and each.problem.code) for phase, each in found.items()}
    assert told == {
        "declared": ("not_started", "interrupted"),
        "reviewing": ("paused", None),
        "registered": ("done", None),
    }
    assert found["reviewing"].challenge is not None
    assert cloud.called == []


def test_a_stop_while_an_answer_is_lost_leaves_it_unknown(tmp_path: Path) -> None:
    """A call whose answer never came is not said to be not started."""

    class Lost(Cloud):
        def __call__(self, operation: str, params: Mapping[str, Any], begin: Callable[[], None] | None) -> Answer:
            if begin is None:
                return super().__call__(operation, params, begin)
            begin()
            hands.stop.set()
            return Unknown("the line went dead")

    acme, cloud = SPACES[0], Lost()
    hands = cloud.hands()
    with closing(open_backend("sqlite:state.db", tmp_path)) as backend:
        (outcome,) = apply(made(acme), {acme.space_id: journal(backend, acme, tmp_path)}, hands, one_by_one)
    assert (outcome.result, outcome.problem and outcome.problem.code) == ("unknown", "unknown-answer")


def test_a_bug_in_one_change_stops_the_others_and_is_told(tmp_path: Path) -> None:
    """What should never happen is kept for whoever asked, its change is unknown, and nothing else is begun."""

    class Broken(Cloud):
        def __call__(self, operation: str, params: Mapping[str, Any], begin: Callable[[], None] | None) -> Answer:
            raise ZeroDivisionError

    hands = Broken().hands()
    with closing(open_backend("sqlite:state.db", tmp_path)) as backend:
        journals = {each.space_id: journal(backend, each, tmp_path) for each in SPACES}
        outcomes = apply(made(*SPACES), journals, hands, one_by_one)
    told = [(each.result, each.problem and each.problem.code) for each in outcomes]
    assert told == [("unknown", "bug"), ("not_started", None)]
    assert [type(bug) for bug in hands.bugs] == [ZeroDivisionError]
