"""Ways to break the program on purpose, given to a world or a run as arguments, to show that they are found out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconciler.core.answer import Answer, NotSent, Unknown
from reconciler.operations import OPERATIONS, Effect
from reconciler.store.journal import Journal


def surely_not_sent(operation: str, answer: Answer) -> Answer:
    """Takes a message whose answer was lost for one that never left."""
    lost = isinstance(answer, Unknown) and OPERATIONS[operation].effect is Effect.NOTIFY
    return NotSent("no answer came") if lost else answer


class WithoutIntents(Journal):
    """Calls first and records afterwards."""

    def append(self, *entries: Mapping[str, Any]) -> None:
        kept = [entry for entry in entries if entry["type"] != "intent"]
        if kept:
            super().append(*kept)
