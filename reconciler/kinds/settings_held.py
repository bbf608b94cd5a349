"""What an import compares of a number in service: the settings that are declared, with what the cloud shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from reconciler.kinds import wire
from reconciler.kinds.looks import number_row
from reconciler.kinds.number_settings import READINGS, UNLISTED, declared, to_send, unlike
from reconciler.kinds.statuses import SERVICE
from reconciler.kinds.table import Data, Facts, Look


def _held(group: str) -> Callable[[Facts, Data], Facts]:
    """Of a declared group of what is imported: it is as the cloud shows it, and nothing of it is still to be sent.

    What is not set there is None. Where the cloud shows a switch neither on nor off, the group is still to be sent.
    """
    reading = READINGS[group][1]

    def holds(facts: Facts, answer: Data) -> Facts:
        shown = unlike(facts, group, reading(facts, answer)) if declared(facts, group) else None
        if shown is None or None in shown.values():
            return {}
        there = {name: value if isinstance(value, bool) else value or None for name, value in shown.items()}
        return {"to_set": [each for each in to_send(facts) if each != group], **there}

    return holds


def importing(look: Look) -> Look:
    """The same look for a number; an import also compares the settings of one that it finds in service."""
    named, called_back = look.holds, _held("callbacks")
    assert named is not None

    def holds(facts: Facts, answer: Data) -> Facts:
        held = named(facts, answer)
        serves = SERVICE.get(wire.text(number_row(facts, answer) or {}, "Status")) == "in"
        return {**held, **called_back({**facts, **held}, answer)} if serves else held

    return replace(look, holds=holds, also=_HELD)


_HELD = tuple(
    Look(
        READINGS[group][0],
        wire.number_in_space,
        lambda facts, answer: "",
        needed=lambda facts, group=group: bool(declared(facts, group)),  # type: ignore[misc]
        holds=_held(group),
    )
    for group in UNLISTED
)
