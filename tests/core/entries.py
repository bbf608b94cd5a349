"""Journals for laws: entries as a run writes them, sealed one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from reconciler.core.journal.state import State, seal

Entry = dict[str, Any]
SPACE = "cams-acme"
ID, OTHER = "contact/tom", "contact/amy"
FACTS = {"name": "tom", "email": "tom@example.com", "title": "CEO", "message_types": ["FaultMessage"]}
HOLDER = {"verb": "apply", "who": "amy", "host": "desk", "pid": 1, "boot": "", "started": "", "term": 60.0}
OPERATION = "AddMessageContact"


def at(minute: int) -> str:
    return f"2026-11-20T{9 + minute // 60:02}:{minute % 60:02}:00.000Z"


def opened(lineage: str = "l1", **more: Any) -> Entry:
    entry = {"type": "opened", "format": 1, "space_id": SPACE, "name": "acme", "lineage": lineage}
    return {**entry, "endpoint": "loopback", **more}


def run(id: str = "r1", **more: Any) -> Entry:
    holder = {**HOLDER, "id": id, "opened_at": at(0), **more}
    return {"type": "run_opened", "name": "acme", "holder": holder, "taken_from": ""}


def declared(id: str = ID, **more: Any) -> Entry:
    about = {"id": id, "address": id, "kind": "contact", "key": id.partition("/")[2], "on_remove": "refuse"}
    facts = {**FACTS, "name": about["key"]}
    return {"type": "declared", **about, "phase": "declared", "door": "create", "facts": facts, **more}


def intent(operation: str = OPERATION, effect: str = "K", **more: Any) -> Entry:
    said = {"type": "intent", "id": ID, "operation": operation, "effect": effect, "params": {}, "phase": "declared"}
    return {**said, "learned": {}, "metered": False, "daily": "", "cloud_time": at(0), **more}


def outcome(result: str = "ok", operation: str = OPERATION, **more: Any) -> Entry:
    led = {"phase": "added", "learned": {"contact_id": "c-1"}, "final": False} if result == "ok" else {}
    return {"type": "outcome", "id": ID, "operation": operation, "result": result, **led, **more}


def settled(operation: str = OPERATION, **more: Any) -> Entry:
    said = {"type": "settled", "id": ID, "operation": operation, "phase": "added", "why": "seen"}
    return {**said, "learned": {"contact_id": "c-1"}, "final": False, **more}


def forgotten(aside: bool = False) -> Entry:
    return {"type": "forgotten", "id": ID, "why": "asked for", "left": "", "aside": aside}


def sealed(entries: Iterable[Mapping[str, Any]], state: State | None = None) -> list[str]:
    """Lines, a minute apart, after those of the state."""
    ahead = State(SPACE) if state is None else State(SPACE, serial=state.serial, hash=state.hash)
    lines = []
    for entry in entries:
        lines.append(seal(ahead, {"at": at(ahead.serial), "run": "", **entry}))
        ahead.chain(lines[-1])
    return lines


def told(*entries: Mapping[str, Any]) -> State:
    """The state that they tell."""
    state = State(SPACE)
    for line in sealed(entries):
        state.advance(line)
    return state
