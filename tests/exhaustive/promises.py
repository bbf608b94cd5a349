"""What must hold in the small world, checked as it happens. It must never change what happens."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.core.answer import Answer, NotSent, Ok, Unknown
from reconciler.core.journal.record import Record
from reconciler.kinds.table import START
from reconciler.operations import OPERATIONS, Effect
from tests.exhaustive.small import CODE

TARGETS = ("number", "phone", "email")


@dataclass
class Promises:
    """due: messages that may still go to a target. open: intents that are not answered yet."""

    due: dict[str, int]
    wrong: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)

    def asked_for(self, record: Record) -> None:
        """By word of a person, one more message."""
        for target in _targets(record.facts, TARGETS):
            self.due[target] = self.due.get(target, 0) + 1

    def called(self, operation: str, params: Mapping[str, Any], answer: Answer) -> None:
        effect = OPERATIONS[operation].effect
        if effect is not Effect.READ and operation not in self.open:
            self.wrong.append(f"I4: {operation} was called without an intent")
        if effect is Effect.NOTIFY and isinstance(answer, Ok | Unknown):
            target = _to(params)
            self.due[target] = self.due.get(target, 0) - 1
            if self.due[target] < 0:
                self.wrong.append(f"I1: {operation} sent a message that was not due")

    def line(self, text: str, records: Mapping[str, Record], answer: Answer | None) -> dict[str, Any]:
        """records: as they were before. answer: of the last call."""
        entry: dict[str, Any] = json.loads(text)
        if CODE in text.replace(entry["previous"], ""):
            self.wrong.append(f"I8: the code stands in a {entry['type']}")
        if entry["type"] == "intent":
            self.open.append(entry["operation"])
        if entry["type"] == "outcome":
            self.open.clear()
            self._as_answered(entry, answer)
        if entry["type"] == "declared":
            self._declared(entry, records.get(entry["id"]))
        return entry

    def _as_answered(self, entry: Mapping[str, Any], answer: Answer | None) -> None:
        must = {Unknown: "unknown", NotSent: "not_sent"}.get(type(answer), entry["result"])
        if entry["result"] != must:
            self.wrong.append(f"I20: {entry['operation']} came to {must} and is recorded as {entry['result']}")

    def _declared(self, entry: Mapping[str, Any], record: Record | None) -> None:
        """A new life, or a changed address: one message is due, however many were due before."""
        facts = entry["facts"]
        if entry["door"] == "delete":
            self.wrong.append("what is declared is on its way out")
        mine = _targets(facts, TARGETS)
        for target in [target for target in self.due if target not in mine]:
            del self.due[target]
        untouched = record is None or (record.phase == START and not record.intents)
        if untouched or entry["phase"] == "changed":
            self.due.update(dict.fromkeys(mine if untouched else _targets(facts, facts.get("to_ask", ())), 1))


def _targets(facts: Mapping[str, Any], names: Any) -> list[str]:
    return [str(facts[name]) for name in names if facts.get(name)]


def _to(params: Mapping[str, Any]) -> str:
    number = str(params.get("EmailAddress") or params["PhoneNumber"])
    return number if "@" in number else f"+{number.replace('-', '')}"
