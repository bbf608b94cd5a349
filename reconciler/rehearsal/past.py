"""What an earlier run left, as a real journal: the entries of the run that would have led there.

A scenario begins with such a journal. It never reads or writes one of the user's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.core.answer import Ok
from reconciler.core.journal.record import ABSENT, Record
from reconciler.core.lifecycle.settle import settle, settled
from reconciler.core.model import Attributes, Resource, Space
from reconciler.core.plan.match import identity, local
from reconciler.kinds import KINDS
from reconciler.kinds.table import GONE, START, Kind, Step
from reconciler.kinds.types import TYPES
from reconciler.operations import Effect
from reconciler.rehearsal.memory_copy import ENDPOINT
from reconciler.store.backend import Backend
from reconciler.store.journal import Journal
from reconciler.store.lease import Holder
from reconciler.store.safety.emergency import Emergency

Entry = dict[str, Any]
RETIRE, DETACH, UPDATE = "(retire)", "(detach)", "(update)"
EARLIER = "2026-11-20T09:00"


@dataclass(frozen=True, slots=True)
class Past:
    """A record as an earlier run left it.

    phase: how far it came.
    at: when, to the minute.
    unanswered: calls made from this phase whose answer never came.
    tried: codes that were refused since the last message.
    looked: whether a creation's intent says what was there.
    earlier: declared by a version in which `delete` of a contact did what `detach` does now.
    """

    phase: str
    at: str = EARLIER
    unanswered: int = 0
    tried: int = 0
    looked: bool = True
    earlier: bool = False


def relive(backend: Backend, emergency: Emergency, space: Space, pasts: Mapping[str, Past], by: Holder) -> None:
    """Writes the journal of a space. pasts: by the addresses of its resources. by: whose run it was."""
    clock = [min(past.at for past in pasts.values()) + ":00.000Z"]
    journal = Journal(backend, space.space_id, lambda: clock[0], emergency)
    journal.open_run(by.run("apply", clock[0], 60.0), space.name, ENDPOINT)
    for resource in space.resources:
        if past := pasts.get(resource.address):
            clock[0] = past.at + ":00.000Z"
            _live(journal, resource, past)
    journal.close_run({})


def _live(journal: Journal, resource: Resource, past: Past) -> None:
    kind, at = KINDS[resource.kind], past.at + ":00.000Z"
    journal.append(_declared(resource, START, "create") | ({"ends": False} if past.earlier else {}))
    for phase, word in _way(kind, past.phase):
        if journal.state.records[identity(resource)].phase != phase:
            continue  # the answer before led past this step: it does not apply
        for entry in _moved(journal, kind, resource, phase, word, at):
            journal.append(entry(journal))
    step = kind.steps.get(past.phase)
    for result in ["code_refused"] * past.tried + ["unknown"] * past.unanswered:
        assert step
        intent = {
            name: said for name, said in _intent(journal, resource, step, at).items() if past.looked or name != "seen"
        }
        outcome = {"type": "outcome", "id": identity(resource), "operation": step.operation, "result": result}
        journal.append(intent, {**outcome, "phase": past.phase})


def _way(kind: Kind, phase: str, start: str = START) -> list[tuple[str, str]]:
    """(phase, word) of each move from the start, the main way first, or no way at all."""
    ways = list(_ways(kind, phase, start, frozenset()))
    assert ways, f"{kind.name} has no way to {phase}"
    return ways[0]


def _ways(kind: Kind, target: str, at: str, passed: frozenset[str]) -> Iterator[list[tuple[str, str]]]:
    if at == target:
        yield []
        return
    for word, following in _doors(kind, at):
        if following not in passed | {at, GONE}:
            for rest in _ways(kind, target, following, passed | {at}):
                yield [(at, word), *rest]


def _doors(kind: Kind, phase: str) -> Iterator[tuple[str, str]]:
    if phase in kind.steps:
        leads = kind.steps[phase].leads
        yield from [("ok", leads["ok"])] if phase == kind.review else leads.items()
    if phase == kind.ready and phase in kind.ways_out:
        yield RETIRE, kind.ways_out[phase]
        if kind.ways_out[phase] in kind.detached:
            yield DETACH, kind.detached[kind.ways_out[phase]]
    if phase == kind.ready and kind.changed:
        yield UPDATE, kind.changed


def _moved(
    journal: Journal, kind: Kind, resource: Resource, phase: str, word: str, at: str
) -> Iterator[Callable[[Journal], Entry]]:
    """The entries of one move, each made when the one before it is written."""
    id = identity(resource)
    if word in (RETIRE, DETACH):
        door = kind.ways_out[phase] if word == RETIRE else kind.detached[kind.ways_out[phase]]
        entry = {"type": "entered", "id": id, "phase": door, "door": "delete", "learned": {}}
        yield lambda _: {**entry, "why": "it was removed from the YAML"}
    elif word == UPDATE:
        yield lambda journal: _declared(resource, kind.changed, "update", journal.state.records[id].facts)
    elif word != "ok" or kind.steps[phase].api.effect is Effect.READ:
        yield lambda journal: _seen(journal.state.records[id], kind, phase, word)
    elif kind.steps[phase].needed(journal.state.records[id].facts):
        yield lambda journal: _intent(journal, resource, kind.steps[phase], at)
        yield lambda journal: settle(kind, kind.steps[phase], journal.state.records[id], _taught(resource))
    else:
        yield lambda journal: settled(kind, journal.state.records[id], kind.steps[phase], "ok", {}, "nothing to do")


def _seen(record: Record, kind: Kind, phase: str, word: str) -> Entry:
    step = kind.steps[phase]
    # What was sent and is read back needs no other read.
    learn = step.before[0].learn if step.late else step.learn
    learned = learn(record.facts, {}) if word == "ok" else {}
    return settled(kind, record, step, word, learned, "seen")


def _taught(resource: Resource) -> Ok:
    """One answer that has what any operation teaches."""
    return Ok({"Contact": {"ContactId": f"c-{resource.name}"}, "Data": {"PhoneNumberId": "4711"}}, "R-0")


def _declared(resource: Resource, phase: str, door: str, known: Attributes | None = None) -> Entry:
    entry = {"type": "declared", "id": identity(resource), "address": local(resource), "kind": resource.kind}
    more = {"key": resource.key, "phase": phase, "door": door, "on_remove": resource.on_remove}
    ends = TYPES[resource.type].ends(resource.on_remove)
    return {**entry, **more, "ends": ends, "facts": {**(known or {}), **resource.attributes}}


def _intent(journal: Journal, resource: Resource, step: Step, at: str) -> Entry:
    record = journal.state.records[identity(resource)]
    facts = {**record.facts, "space_id": journal.space_id}
    sends = step.api.effect is Effect.NOTIFY
    return {
        "type": "intent",
        "id": record.id,
        "operation": step.operation,
        "effect": step.api.effect.value,
        "params": step.request(facts),
        "phase": step.leads["ok"] if sends else record.phase,
        "learned": {**step.learn(facts, {}), "channel": step.sends(facts)[0]} if sends else {},
        "metered": step.api.metered,
        "daily": step.api.daily,
        "cloud_time": at,
        **({"seen": ABSENT} if step.api.effect is Effect.CREATE else {}),
    }
