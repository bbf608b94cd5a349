"""A plan as JSON values and back. The digest goes with it, so an edited plan is found out before it is used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, get_args

from reconciler.core import basis, forms
from reconciler.core.change import (
    Action,
    Change,
    Plan,
    PlannedCall,
    Removal,
    SpacePlan,
    Unchanged,
    as_row,
    optional_rows,
)
from reconciler.core.forms import Forms, misfit
from reconciler.core.outcome import REFUSED, Refused
from reconciler.errors import ERRORS, Place, Problem, Stale

FORMAT = 1
_CALL: Forms = {
    "operation": forms.operation,
    "phase": forms.word,
    "effect": forms.effect,
    "ask": forms.one_of("", "code", "confirmation", "time"),
    "channel": forms.channel,
    "looks": forms.many(forms.operation),
    **dict.fromkeys(("to", "only_if", "unless"), forms.text),
    "irreversible": forms.flag,
}
_ABOUT: Forms = {
    "id": forms.record_id,
    "address": forms.address,
    "key": forms.key,
    "version": forms.whole,
    "reason": forms.text,
    "door": forms.maybe(forms.word),
}
_ELSEWHERE = forms.or_none(forms.pair(forms.text, forms.record_id))
_REMOVAL: Forms = {**_ABOUT, "left": forms.text, "after": _ELSEWHERE, "refused": forms.flag}
_CHANGE: Forms = {
    **_ABOUT,
    "local": forms.local,
    "type": forms.type_,
    "kind": forms.kind,
    "action": forms.one_of(*get_args(Action)),
    **dict.fromkeys(("before", "after"), forms.or_none(forms.facts)),
    "on_remove": forms.on_remove,
    "previous": forms.maybe(forms.address),
    "phase": forms.maybe(forms.word),
    "requested_at": forms.maybe(forms.time),
    **dict.fromkeys(("in_doubt", "parked"), forms.flag),
    "learned": forms.facts,
    "carried": _ELSEWHERE,
}
_SPACE: Forms = {
    "name": forms.name,
    **dict.fromkeys(("space_id", "lineage", "config"), forms.text),
    **dict.fromkeys(("unchanged", "recorded"), forms.whole),
    "changed_at": forms.maybe(forms.time),
}
_SETTINGS: Forms = {
    **dict.fromkeys(("max_messages", "max_delete_percent", "calls_per_second"), forms.whole),
    **dict.fromkeys(("contact_messages_per_day", "code_messages_per_day"), forms.whole),
    "allowed_countries": forms.many(forms.text),
    "throttled_means_not_sent": forms.flag,
}
_SINCE: Forms = {"since": forms.text, **dict.fromkeys(("spaces", "waiting"), forms.whole)}

_REFUSAL: Forms = {
    "code": forms.one_of(*ERRORS),
    **dict.fromkeys(("what", "hint"), forms.text),
    "address": forms.or_none(forms.address),
}
_PLACE: Forms = {"file": forms.text, **dict.fromkeys(("line", "column"), forms.whole)}


def dump(plan: Plan) -> dict[str, Any]:
    spaces = [as_row(space) for space in plan.spaces]
    sent = {"sent": plan.sent} if plan.sent else {}
    head = {"format": FORMAT, "digest": plan.digest, "endpoint": plan.endpoint}
    return {**head, "spaces": spaces, **optional_rows(plan), **sent}


def load(data: Mapping[str, Any]) -> Plan:
    """Raises Stale when this is no plan, is of a newer format, or is not what its digest says."""
    try:
        if data["format"] > FORMAT:
            raise _bad("plan-newer", f"the plan's format {data['format']} is newer than this program reads")
        plan = _plan(data)
        digest = plan.digest
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError):
        raise _bad("plan-unreadable", "the plan file holds no plan that can be read") from None
    if digest != data.get("digest"):
        raise _bad("plan-edited", "the plan is not what its digest says: it was edited or cut")
    return plan


_Made = TypeVar("_Made", SpacePlan, Unchanged, Change, Removal, PlannedCall, Problem, Place, Refused)


def _made(made: type[_Made], forms_: Forms, row: Mapping[str, Any], **parts: Any) -> _Made:
    """parts: what was read from the row already. Raises ValueError for a value that has not its form."""
    if field := misfit(row, forms_):
        raise ValueError(f"{field} is not well formed")
    return made(**{**row, **parts})


def _plan(data: Mapping[str, Any]) -> Plan:
    if not forms.text(data["endpoint"]):
        raise ValueError("endpoint is not well formed")
    spaces = tuple(_space(row) for row in data["spaces"])
    said = (tuple(map(_refusal, data.get(name) or ())) for name in ("refusals", "warnings", "left_out"))
    refusals, warnings, left_out = said
    since = _made(Unchanged, _SINCE, data["since"]) if data.get("since") else None
    settings, sent = data.get("settings") or None, data.get("sent") or {}
    if misfit(settings or {}, _SETTINGS) or not forms.by_word(forms.whole)(sent):
        raise ValueError("settings or sent is not well formed")
    found = basis.from_row(data.get("basis"))
    return Plan(data["endpoint"], spaces, refusals, found, since, warnings, (), settings, sent, left_out)


def _space(row: Mapping[str, Any]) -> SpacePlan:
    return _made(SpacePlan, _SPACE, row, changes=tuple(_change(change) for change in row["changes"]))


def _change(row: Mapping[str, Any]) -> Change:
    return _made(
        Change,
        _CHANGE,
        row,
        differences=tuple(_difference(*each) for each in row["differences"]),
        calls=_calls(row["calls"]),
        removal=_removal(row["removal"]) if row["removal"] else None,
        carried=_pair(row["carried"]),
        refusal=_made(Refused, REFUSED, row["refusal"]) if row.get("refusal") else None,
    )


def _refusal(row: Mapping[str, Any]) -> Problem:
    """What a guard or a warning said then. No digest covers it: it is for reading, and asked anew by apply."""
    place = _made(Place, _PLACE, row["place"]) if row.get("place") else None
    said = {"code": row["code"], "what": row["summary"], "hint": row.get("hint", ""), "address": row.get("address")}
    return _made(Problem, _REFUSAL, said, place=place)


def _difference(name: str, before: Any, after: Any) -> tuple[str, Any, Any]:
    if not (forms.word(name) and forms.anything(before) and forms.anything(after)):
        raise ValueError("a difference is not well formed")
    return name, before, after


def _removal(row: Mapping[str, Any]) -> Removal:
    return _made(Removal, _REMOVAL, row, calls=_calls(row["calls"]), after=_pair(row["after"]))


def _calls(rows: list[Mapping[str, Any]]) -> tuple[PlannedCall, ...]:
    return tuple(_made(PlannedCall, _CALL, row, looks=tuple(row["looks"])) for row in rows)


def _pair(row: list[str] | None) -> tuple[str, str] | None:
    return (row[0], row[1]) if row else None


def _bad(code: str, what: str) -> Stale:
    return Stale(Problem(code, what))
