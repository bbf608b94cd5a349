"""What each type of journal entry holds, by the names of its fields, and which records this program can go on with.

It never says what an entry means: that is FOLD's (reconciler/core/record.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconciler.core import forms
from reconciler.core.forms import Forms, misfit
from reconciler.core.record import ABSENT, Record
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
    **dict.fromkeys(("id", "verb", "who", "host", "boot", "started", "plan"), forms.text),
    "pid": forms.whole,
    "term": forms.seconds,
    "opened_at": forms.time,
    "settings": forms.by_word(forms.anything),
}
_ABOUT: Forms = {
    "id": forms.record_id,
    "address": forms.local,
    "kind": forms.kind,
    "key": forms.key,
    "phase": forms.word,
    "facts": forms.facts,
    "on_remove": forms.on_remove,
    "door": forms.one_of("create", "update", "delete"),
    "requested_at": forms.maybe(forms.time),
    **dict.fromkeys(("messages_sent", "attempts", "tries", "version", "base", "message"), forms.whole),
    "plan": forms.text,
    "changed_at": forms.maybe(forms.time),
    "changed_by": forms.text,
    "at": forms.time,
    "cloud_time": forms.time,
    "seen": forms.one_of("", ABSENT),
}
_CARRIED: Forms = {**_ABOUT, "metered": forms.many(forms.time)}
_REFUSAL: Forms = {
    **dict.fromkeys(("code", "message"), forms.text),
    **dict.fromkeys(("status", "often"), forms.whole),
    "at": forms.time,
    "meaning": forms.maybe(forms.word),
    "times": forms.many(forms.time),
}
ENTRY: Forms = {
    **_ABOUT,
    **dict.fromkeys(("lineage", "endpoint", "run", "code", "message", "request_id"), forms.text),
    **dict.fromkeys(("why", "left", "taken_from", "to"), forms.text),
    "name": forms.name,
    **dict.fromkeys(("format", "serial", "status"), forms.whole),
    "meaning": forms.maybe(forms.word),
    "holder": lambda value: type(value) is dict and not misfit(value, _HOLDER),
    "operation": forms.operation,
    "effect": forms.effect,
    "params": forms.by_word(forms.anything),
    "results": forms.by_word(forms.whole),
    "learned": forms.facts,
    "metered": forms.flag,
    "daily": forms.maybe(forms.word),
    "capped": forms.maybe(forms.word),
    "final": forms.flag,
    "aside": forms.flag,
    "record": lambda value: type(value) is dict and not _misfit_carried(value),
}


def wrong(line: Mapping[str, Any]) -> str:
    """The field that keeps an entry from being read, "" when none does."""
    missing = (name for name in ("at", *_TOLD.get(line["type"], ())) if name not in line)
    return next(missing, "") or misfit(line, ENTRY)


def _misfit_carried(record: Mapping[str, Any]) -> str:
    intents = record["intents"]
    open_calls = (misfit(intent, _CARRIED) for name, intent in intents.items() if forms.operation(name))
    refusals = (misfit(each, _REFUSAL) for each in record.get("refusals", {}).values())
    return misfit(record, _CARRIED) or next(filter(None, (*open_calls, *refusals)), "")


def unusable(record: Record) -> str:
    """Why nothing can be done with a record: its phase means nothing here, or a fact is missing. "" if all is well."""
    kind = KINDS[record.kind]
    if record.phase not in kind.steps and record.phase not in kind.ends:
        return f"phase {record.phase}"
    if kind.type == "contact":
        needed = {"name", "email", "title", "message_types"} | ({"contact_id"} if record.phase != START else set())
    else:
        needed = {"number", "method", "locale"} | ({"display_name"} if record.kind == "register" else set())
    return ", ".join(sorted(needed - set(record.facts)))
