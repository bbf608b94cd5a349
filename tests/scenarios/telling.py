"""What came of a run, in the words of a scenario's `then`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from reconciler.core.journal.record import Record
from reconciler.core.journal.state import State
from reconciler.core.model import Project
from reconciler.operations import OPERATIONS
from tests.scenarios.scripted import Params, subject

Received = Sequence[tuple[str, Params]]


def calls(received: Received, typed: Sequence[str], many: bool) -> Any:
    """A line each, in order. Several resources run side by side, so in order for each subject; what they share of a
    space is read in no certain order.
    """
    if not many:
        return [_line(operation, params, typed) for operation, params in received]
    found: dict[str, list[str]] = {}
    for operation, params in received:
        found.setdefault(subject(params), []).append(_line(operation, params, typed))
    return {about: sorted(lines) if about.startswith("cams-") else lines for about, lines in sorted(found.items())}


def _line(operation: str, params: Params, typed: Sequence[str]) -> str:
    secret = OPERATIONS[operation].secret
    shown = (f"{name}={_shown(value, typed) if name in secret else value}" for name, value in params.items())
    return " ".join([operation, *shown])


def _shown(code: str, typed: Sequence[str]) -> str:
    return "(as typed)" if code in typed else "(never typed)"


def records(states: Iterable[State], project: Project) -> dict[str, Any]:
    """Address -> phase, or what else matters beside it: whatever is not as the files say, and what calls taught."""
    declared = {resource.address: resource for space in project.spaces for resource in space.resources}
    found: dict[str, Any] = {}
    for state in states:
        newest = {each.address: each.id for each in sorted(state.records.values(), key=lambda each: each.version)}
        for record in state.records.values():
            address = f"{state.name}/{record.address}"
            resource = declared.get(address)
            same = resource is not None and (resource.key, resource.kind) == (record.key, record.kind)
            facts = {} if same else {"key": record.key, "kind": record.kind}
            facts |= _happened(record) | _learned(record)
            # Of two at one address, the older one is named with its key.
            unique = address if newest[record.address] == record.id else f"{address} {record.key}"
            found[unique] = {"phase": record.phase, **facts} if facts else record.phase
    return found


def _happened(record: Record) -> dict[str, Any]:
    told = {
        "door": "" if record.door == "create" else record.door,
        "messages": record.messages_sent,
        "requested": record.requested_at[:16],
        "codes tried": record.attempts,
        "metered": len(record.metered),
        "unanswered": {operation: intent.tries for operation, intent in record.intents.items()},
        "on_remove": "" if record.on_remove == "refuse" else record.on_remove,
    }
    return {name: what for name, what in told.items() if what}


def _learned(record: Record) -> dict[str, Any]:
    names = ("contact_id", "phone_number_id", "to_ask")
    return {name: record.facts[name] for name in names if record.facts.get(name)}
