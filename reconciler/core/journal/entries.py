"""What each type of journal entry holds, by the names of its fields, and which records this program can go on with.

It never says what an entry means: that is FOLD's (reconciler/core/journal/record.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconciler.core import field_checks
from reconciler.core.field_checks import Forms, misfit
from reconciler.core.journal.record import ABSENT, Record
from reconciler.kinds import KINDS
from reconciler.kinds.table import START

# What no fold asks for, and people who read the log do.
_TOLD: Mapping[str, tuple[str, ...]] = {
    "run_opened": ("taken_from",),
    "run_closed": ("results",),
    "entered": ("why",),
    "intent": ("params",),
    "outcome": ("operation",),
    "settled": ("operation", "why"),
    "forgotten": ("why", "left"),
    "moved": ("to",),
}
_HOLDER: Forms = {
    **dict.fromkeys(("id", "verb", "who", "host", "boot", "started", "plan"), field_checks.text),
    "pid": field_checks.whole,
    "term": field_checks.seconds,
    "opened_at": field_checks.time,
    "settings": field_checks.by_word(field_checks.anything),
}
_ABOUT: Forms = {
    "id": field_checks.record_id,
    "address": field_checks.local,
    "kind": field_checks.kind,
    "key": field_checks.key,
    "phase": field_checks.word,
    "facts": field_checks.facts,
    "on_remove": field_checks.on_remove,
    "door": field_checks.one_of("create", "update", "delete"),
    "requested_at": field_checks.maybe(field_checks.time),
    **dict.fromkeys(("messages_sent", "attempts", "tries", "version", "base", "message"), field_checks.whole),
    "plan": field_checks.text,
    "changed_at": field_checks.maybe(field_checks.time),
    "changed_by": field_checks.text,
    "at": field_checks.time,
    "cloud_time": field_checks.time,
    "seen": field_checks.one_of("", ABSENT),
}
_CARRIED: Forms = {**_ABOUT, "metered": field_checks.many(field_checks.time)}
_REFUSAL: Forms = {
    **dict.fromkeys(("code", "message"), field_checks.text),
    **dict.fromkeys(("status", "often"), field_checks.whole),
    "at": field_checks.time,
    "meaning": field_checks.maybe(field_checks.word),
    "times": field_checks.many(field_checks.time),
}
ENTRY: Forms = {
    **_ABOUT,
    **dict.fromkeys(("lineage", "endpoint", "run", "code", "message", "request_id"), field_checks.text),
    **dict.fromkeys(("why", "left", "taken_from", "to"), field_checks.text),
    "name": field_checks.name,
    **dict.fromkeys(("format", "serial", "status"), field_checks.whole),
    "meaning": field_checks.maybe(field_checks.word),
    "holder": lambda value: type(value) is dict and not misfit(value, _HOLDER),
    "operation": field_checks.operation,
    "effect": field_checks.effect,
    "params": field_checks.by_word(field_checks.anything),
    "results": field_checks.by_word(field_checks.whole),
    "learned": field_checks.facts,
    "metered": field_checks.flag,
    "daily": field_checks.maybe(field_checks.word),
    "capped": field_checks.maybe(field_checks.word),
    "final": field_checks.flag,
    "aside": field_checks.flag,
    "record": lambda value: type(value) is dict and not _misfit_carried(value),
}


def wrong(line: Mapping[str, Any]) -> str:
    """The field that keeps an entry from being read, "" when none does."""
    missing = (name for name in ("at", *_TOLD.get(line["type"], ())) if name not in line)
    return next(missing, "") or misfit(line, ENTRY)


def _misfit_carried(record: Mapping[str, Any]) -> str:
    intents = record["intents"]
    open_calls = (misfit(intent, _CARRIED) for name, intent in intents.items() if field_checks.operation(name))
    refusals = (misfit(each, _REFUSAL) for each in record.get("refusals", {}).values())
    return misfit(record, _CARRIED) or next(filter(None, (*open_calls, *refusals)), "")


def unusable(record: Record) -> str:
    """Why nothing can be done with a record: its phase means nothing here, or a fact is missing. "" if all is well."""
    kind = KINDS[record.kind]
    if record.phase not in kind.steps and record.phase not in kind.ends:
        return f"phase {record.phase}"
    needed = kind.needs | ({kind.row.id} - {""} if record.phase != START else set())
    return ", ".join(sorted(needed - set(record.facts)))
