"""A plan in Terraform's wording for tools that search it (--compat). Our own text is below the rule."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from reconciler.core.plan.change import Change, Plan
from reconciler.core.plan.forecast import forecast
from reconciler.errors import Problem
from reconciler.kinds.types import HOST_ONLY, TYPES
from reconciler.render import mask
from reconciler.render.escape import cut, escape
from reconciler.render.text import problems
from reconciler.render.text.costs import below, compared_with, guarded
from reconciler.render.text.first_line import NO_CHANGES, by_record, first_line, summary
from reconciler.render.text.plan import attribute_rows, headline, resumes, symbol, why_and_how

BEGINS = "Terraform will perform the following actions:"
RULE = "─" * 77
# Tools look for these anywhere in a line: in a value they are spelled otherwise.
_SOUGHT = re.compile(r"(?:Plan|Note|Error|Warning):|No changes\.")
Row = tuple[str, str, str]
"""Symbol, name, value."""


def terraform_text(plan: Plan, now: str, calls_per_second: int = 10, full: bool = False) -> str:
    """now: for ages and for times of today. full: with the calls. Ends without a newline."""
    changes = list(plan.changes)
    if not changes:
        line = first_line(plan)
        first = [NO_CHANGES if line.startswith("No changes.") else line, *by_record(plan, now)]
        return "\n".join([*first, *compared_with(plan, now), *guarded(plan)])
    blocks = [line for change in changes for line in (*_block(change, now, full), "")]
    return "\n".join(
        [BEGINS, "", *blocks, summary(plan), "", RULE, "", *below(plan, forecast(plan, calls_per_second), now)]
    )


def problem(each: Problem) -> str:
    """`Error: ` at the start of a line is what tells a run that failed."""
    return f"Error: {problems.problem(each).partition('] ')[2]}\n  code: {each.code}"


def _block(change: Change, now: str, full: bool) -> Iterator[str]:
    yield headline(change)
    if change.previous and change.action != "move":
        yield f"  # (moved from {escape(change.previous)})"
    if change.phase:
        yield f"  > resumes: {resumes(change, now)}"
    yield f'{symbol(change)} resource "{change.type}" "{change.local.partition("/")[2]}" {{'
    rows = list(_rows(change))
    width = max((len(name) for _, name, _ in rows), default=0)
    yield from (f"      {symbol} {name:<{width}} = {value}" for symbol, name, value in rows)
    yield "    }"
    yield from why_and_how(change, now, full)


def _rows(change: Change) -> Iterator[Row]:
    if change.action == "update":
        yield from (("~", name, f"{_value(name, was)} -> {_value(name, is_)}") for name, was, is_ in change.differences)
    elif change.action == "replace" and change.removal and change.removal.key != change.key:
        yield ("~", _key(change), f"{_value('key', change.removal.key)} -> {_value('key', change.key)}")
        yield from _created(change)
    elif change.action in ("create", "replace", "import"):
        yield ("+", _key(change), _value("key", change.key))
        yield from _created(change)
    else:
        gone = " -> null" if change.action == "delete" else ""
        yield ("-" if gone else " ", _key(change), f"{_value('key', change.key)}{gone}")


def _created(change: Change) -> Iterator[Row]:
    yield from (("+", name, _value(name, value)) for name, value in attribute_rows(change))


def _key(change: Change) -> str:
    return TYPES[change.type].key


def _value(name: str, value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value('', each) for each in value)}]"
    hide = mask.target if name in ("key", "phone") else mask.url if name in HOST_ONLY else mask.text
    shown = hide(str(value))
    return _SOUGHT.sub(_spelled, json.dumps(cut(shown), ensure_ascii=False))


def _spelled(found: re.Match[str]) -> str:
    return f"{found.group()[:-1]}\\u{ord(found.group()[-1]):04x}"
