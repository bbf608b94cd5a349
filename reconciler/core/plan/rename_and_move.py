"""Renames, moves and forgets records by hand: the entries, and the messages for people. Pure.

None of these entries means a call, and none changes a phase.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import to_builtins
from msgspec.structs import replace

from reconciler.core.journal.record import Record
from reconciler.core.journal.state import State
from reconciler.core.model import Space
from reconciler.core.plan.change import Change
from reconciler.core.plan.match import moves_so_far
from reconciler.core.plan.removal import removed
from reconciler.errors import Problem
from reconciler.kinds.types import TYPES

Entry = Mapping[str, Any]


def renamed(record: Record, address: str) -> Entry:
    """The entry that declares the record unchanged at another address."""
    names = ("id", "key", "kind", "phase", "door", "facts", "on_remove", "ends")
    return {"type": "declared", "address": address, **{name: getattr(record, name) for name in names}}


def carried(record: Record, source: str, address: str) -> Entry:
    """The entry that brings a record from another space. source: that space's id."""
    facts = {**record.facts, "moved_from": source, "moves": moves_so_far(record) + 1}
    entry = {"type": "carried", "id": record.id, "address": address, "on_remove": record.on_remove, "ends": record.ends}
    return {**entry, "record": to_builtins(replace(record, facts=facts))}


def was_carried(there: Record, here: Record, source: str) -> bool:
    """Whether that record is this one, carried by a move that was killed before its end."""
    return there.facts.get("moved_from") == source and there.facts.get("moves") == moves_so_far(here) + 1


def let_go(record: Record, left: str) -> Entry:
    """The entry that forgets a record."""
    return {"type": "forgotten", "id": record.id, "left": left, "why": "forgotten by hand"}


def left(state: State, record: Record) -> str:
    """What remains to be cleaned up by hand, as a plan would say it; "" for nothing."""
    change = removed(Space(state.name, state.space_id, "-", removed={record.address: "forget"}), record)
    assert isinstance(change, Change) and change.removal, "whatever it is, it can be forgotten"
    return change.removal.left


def no_move(source: State, target: State, record: Record, address: str) -> Problem | None:
    """Why a record cannot get this address; None if it can. address: without the space's name."""
    old, new = f"{source.name}/{record.address}", f"{target.name}/{address}"
    if address.split("/")[0] != record.type:
        return Problem("address-unfit", f"{old} keeps its type, {TYPES[record.type].label}", found=new)
    if any(other.address == address and other.id != record.id for other in target.records.values()):
        return Problem("address-taken", f"{new} is already another {TYPES[record.type].label}")
    if source is target:
        return None
    if not TYPES[record.type].directory_wide:
        hint = f"Move its block to the file of {target.name}: the plan shows the calls and messages of the migration."
        return Problem("number-migrates", f"{old}: a number changes its space by migration only", hint=hint)
    if record.door == "delete":
        return Problem("removal-first", f"{old} is being removed")
    there = target.records.get(record.id)
    if there and not (there.address == address and was_carried(there, record, source.space_id)):
        return Problem("address-taken", f"{target.name}/{there.address} is this contact already")
    return None
