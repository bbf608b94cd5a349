"""A plan as JSON values and back. The digest goes with it, so an edited plan is found out before it is used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, get_args

from reconciler.core import field_checks
from reconciler.core.field_checks import Forms, misfit
from reconciler.core.outcome import REFUSED, LastRefusal
from reconciler.core.plan import basis
from reconciler.core.plan.change import (
    Action,
    Change,
    Plan,
    PlannedCall,
    Removal,
    SpacePlan,
    Unchanged,
    optional_rows,
    part_row,
)
from reconciler.errors import ERRORS, Place, Problem, Stale

FORMAT = 1
_CALL: Forms = {
    "operation": field_checks.operation,
    "phase": field_checks.word,
    "effect": field_checks.effect,
    "ask": field_checks.one_of("", "code", "confirmation", "time"),
    "channel": field_checks.channel,
    "looks": field_checks.many(field_checks.operation),
    **dict.fromkeys(("to", "only_if", "unless"), field_checks.text),
    "irreversible": field_checks.flag,
}
_ABOUT: Forms = {
    "id": field_checks.record_id,
    "address": field_checks.address,
    "key": field_checks.key,
    "version": field_checks.whole,
    "reason": field_checks.text,
    "door": field_checks.maybe(field_checks.word),
}
_ELSEWHERE = field_checks.or_none(field_checks.pair(field_checks.text, field_checks.record_id))
_REMOVAL: Forms = {**_ABOUT, "left": field_checks.text, "after": _ELSEWHERE, "refused": field_checks.flag}
_CHANGE: Forms = {
    **_ABOUT,
    "local": field_checks.local,
    "type": field_checks.type_,
    "kind": field_checks.kind,
    "action": field_checks.one_of(*get_args(Action)),
    **dict.fromkeys(("before", "after"), field_checks.or_none(field_checks.facts)),
    "on_remove": field_checks.on_remove,
    "previous": field_checks.maybe(field_checks.address),
    "phase": field_checks.maybe(field_checks.word),
    "requested_at": field_checks.maybe(field_checks.time),
    **dict.fromkeys(("in_doubt", "parked"), field_checks.flag),
    "learned": field_checks.facts,
    "carried": _ELSEWHERE,
}
_SPACE: Forms = {
    "name": field_checks.name,
    **dict.fromkeys(("space_id", "lineage", "config"), field_checks.text),
    **dict.fromkeys(("unchanged", "recorded"), field_checks.whole),
    "changed_at": field_checks.maybe(field_checks.time),
}
_SETTINGS: Forms = {
    **dict.fromkeys(("max_messages", "max_delete_percent", "calls_per_second"), field_checks.whole),
    **dict.fromkeys(("contact_messages_per_day", "code_messages_per_day"), field_checks.whole),
    "allowed_countries": field_checks.many(field_checks.text),
    "throttled_means_not_sent": field_checks.flag,
}
_SINCE: Forms = {"since": field_checks.text, **dict.fromkeys(("spaces", "waiting"), field_checks.whole)}

_REFUSAL: Forms = {
    "code": field_checks.one_of(*ERRORS),
    **dict.fromkeys(("what", "hint"), field_checks.text),
    "address": field_checks.or_none(field_checks.address),
}
_PLACE: Forms = {"file": field_checks.text, **dict.fromkeys(("line", "column"), field_checks.whole)}


def dump_plan(plan: Plan) -> dict[str, Any]:
    spaces = [part_row(space) for space in plan.spaces]
    sent = {"sent": plan.sent} if plan.sent else {}
    head = {"format": FORMAT, "digest": plan.digest, "endpoint": plan.endpoint}
    return {**head, "spaces": spaces, **optional_rows(plan), **sent}


def load_plan(data: Mapping[str, Any]) -> Plan:
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


_Made = TypeVar("_Made", SpacePlan, Unchanged, Change, Removal, PlannedCall, Problem, Place, LastRefusal)


def _made(made: type[_Made], forms_: Forms, row: Mapping[str, Any], **parts: Any) -> _Made:
    """parts: what was read from the row already. Raises ValueError for a value that has not its form."""
    if field := misfit(row, forms_):
        raise ValueError(f"{field} is not well formed")
    return made(**{**row, **parts})


def _plan(data: Mapping[str, Any]) -> Plan:
    if not field_checks.text(data["endpoint"]):
        raise ValueError("endpoint is not well formed")
    spaces = tuple(_space(row) for row in data["spaces"])
    said = (tuple(map(_refusal, data.get(name) or ())) for name in ("refusals", "warnings", "left_out"))
    refusals, warnings, left_out = said
    since = _made(Unchanged, _SINCE, data["since"]) if data.get("since") else None
    settings, sent = data.get("settings") or None, data.get("sent") or {}
    if misfit(settings or {}, _SETTINGS) or not field_checks.by_word(field_checks.whole)(sent):
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
        refusal=_made(LastRefusal, REFUSED, row["refusal"]) if row.get("refusal") else None,
    )


def _refusal(row: Mapping[str, Any]) -> Problem:
    """What a guard or a warning said then. No digest covers it: it is for reading, and asked anew by apply."""
    place = _made(Place, _PLACE, row["place"]) if row.get("place") else None
    said = {"code": row["code"], "what": row["summary"], "hint": row.get("hint", ""), "address": row.get("address")}
    return _made(Problem, _REFUSAL, said, place=place)


def _difference(name: str, before: Any, after: Any) -> tuple[str, Any, Any]:
    if not (field_checks.word(name) and field_checks.anything(before) and field_checks.anything(after)):
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
