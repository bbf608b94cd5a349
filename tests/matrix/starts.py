"""Every place that a record can be in, read from the tables: a new phase has rows in the matrix by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from reconciler.core.journal.record import Record
from reconciler.core.journal.state import State
from reconciler.core.lifecycle.settle import settled
from reconciler.core.model import OnRemove, Resource, Space
from reconciler.core.plan.match import identity
from reconciler.kinds import KINDS
from reconciler.kinds.number_settings import STEPS
from reconciler.kinds.types import TYPES
from reconciler.operations import Effect
from reconciler.rehearsal.memory_copy import ENDPOINT, moved_here
from reconciler.rehearsal.past import Past
from reconciler.store.journal import Journal
from reconciler.store.lease import Holder
from reconciler.store.safety.emergency import Emergency
from tests.stage.memory import Handle, Store
from tests.stage.recorded import record

ACME, GLOBEX, NEW = "cams-acme", "cams-globex", "cams-new"
NAMES = {ACME: "acme", GLOBEX: "globex", NEW: "new"}
LATER = "2026-11-20T09:30:00.000Z"
EMERGENCY = Emergency(Path("/dev/null/nowhere"))
BEN = Holder("ben", "desk", 2, "", "")
NUMBERS = {"one": "+8613800001111", "two": "+8613800002222", "new": "+8613800003333"}
PEOPLE = {"one": "tom", "two": "ann", "new": "bob"}
_UNCOUNTED = {"metered": False, "daily": ""}
_SETTINGS: Sequence[Mapping[str, Any]] = (
    {"messages_url": "https://a.example/in"},
    {"about": "Hello"},
    {"cart": True, "catalog": False},
)


class Start(NamedTuple):
    """A place in a lifecycle.

    kind: its name.
    phase: how far the record has come.
    review: in the review, the phase that it interrupts; "" for none.
    lost: the call that leaves the phase was made, and its answer never came.
    """

    kind: str
    phase: str
    review: str = ""
    lost: bool = False

    @property
    def label(self) -> str:
        """The place in a row of the matrix."""
        inside = f"({self.review})" if self.review else ""
        return f"{self.phase}{inside}{'?' if self.lost else ''}"


def starts() -> Iterator[Start]:
    """All places, by kind in the order of its table. The callback of an account is no block, so no edit moves it; its
    rows are scenarios."""
    for kind in (each for each in KINDS.values() if each.row.undoing):
        for phase, step in kind.steps.items():
            yield Start(kind.name, phase)
            if step.api.effect is not Effect.READ:
                yield Start(kind.name, phase, lost=True)
            if step.leads.get("in_review"):
                yield Start(kind.name, kind.review, review=phase)
        yield Start(kind.name, kind.ready)


def block(
    at: Start, name: str, on_remove: str = "refuse", kind: str = "", key: str = "", space: str = "acme", **more: Any
) -> Resource:
    """A block as its file declares it. kind: another one. key: another number's or contact's of the tables above."""
    kind = kind or at.kind
    if KINDS[kind].type == "contact":
        who = PEOPLE[key or name]
        said: dict[str, Any] = {
            "name": who,
            "email": f"{who}@example.com",
            "phone": f"+86139{NUMBERS[key or name][-8:]}",
        }
        said |= {"title": "CEO", "message_types": ("FaultMessage",), "members": ("1000000000000011",)}
    else:
        who = NUMBERS[key or name]
        said = {"number": who, "display_name": "Acme", "method": "sms", "locale": "en_US"}
        said |= _settings(at.phase) if KINDS[kind].served else {}
    word: OnRemove = on_remove  # type: ignore[assignment]
    return Resource(space, KINDS[kind].type, name, kind, who, {**said, **more}, word)


def _settings(phase: str) -> dict[str, Any]:
    """Those that are sent or read back in this phase, and before."""
    order = [*STEPS]
    place = order.index(phase) // 2 if phase in order else 0
    return {name: value for group in _SETTINGS[: place + 1] for name, value in group.items()}


def removing(kind: str) -> tuple[str, ...]:
    """The words of `on_remove` for this kind."""
    return ("refuse", *TYPES[KINDS[kind].type].removing)


def recorded(*given: tuple[Start, Resource]) -> dict[str, State]:
    """The states that earlier runs left, each resource in its place, by real journals."""
    handle = Handle(Store())
    space = Space("acme", ACME, "spaces/acme.yaml", tuple(resource for _, resource in given))
    record(handle, EMERGENCY, space, {each.address: _past(start) for start, each in given})
    journal = Journal(handle, ACME, lambda: LATER, EMERGENCY)
    journal.open_run(BEN.run("apply", LATER, 60.0), "acme", ENDPOINT)
    for start, resource in given:
        for entry in _later(start, journal.state.records[identity(resource)]):
            journal.append(entry)
    journal.close_run({})
    return {ACME: moved_here(journal.state)}


def _past(start: Start) -> Past:
    if _leaves(start):
        return Past(KINDS[start.kind].ready)
    return Past(start.review or start.phase, unanswered=int(start.lost))


def _leaves(start: Start) -> bool:
    """Whether it is ready, and its removal begins."""
    kind = KINDS[start.kind]
    door = kind.ways_out.get(kind.ready, "")
    return start.phase in (door, kind.detached.get(door))


def _later(start: Start, record: Record) -> Iterator[Mapping[str, Any]]:
    """What no earlier run of one apply leads to: a review in between, and a removal."""
    kind = KINDS[start.kind]
    if start.review:
        step, learned = kind.steps[start.review], {"before_review": start.review}
        yield settled(kind, record, step, "in_review", learned, "reviewed")
    if _leaves(start):
        entry = {"type": "entered", "id": record.id, "phase": start.phase, "door": "delete", "why": "removed"}
        yield {**entry, "learned": {"was": kind.ready}}
    if _leaves(start) and start.lost:
        step = kind.steps[start.phase]
        call = {"type": "intent", "id": record.id, "operation": step.operation, "effect": step.api.effect.value}
        facts = {**record.facts, "space_id": ACME}
        yield {
            **call,
            "params": step.request(facts),
            "phase": start.phase,
            "learned": {},
            "cloud_time": LATER,
        } | _UNCOUNTED
