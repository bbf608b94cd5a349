"""The few expressions that our workflow files use, as GitHub documents them: names, `==`, `!=`, `&&`, `||`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

Context = Mapping[str, Any]
_HOLE = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_STATUS = {"always()": True, "!cancelled()": True}


def filled(text: str, context: Context) -> str:
    """The text with each `${{ … }}` replaced; what is not there is the empty string."""
    return _HOLE.sub(lambda found: shown(value(found[1].strip(), context)), text)


def holds(condition: str, context: Context) -> bool:
    whole = _HOLE.fullmatch(condition.strip())
    parts = (whole[1] if whole else condition).split("&&")
    return all(_true(part.strip(), context) for part in parts)


def always(condition: str) -> bool:
    """Whether a step or job runs also after one that failed."""
    return any(status in condition for status in _STATUS)


def _true(part: str, context: Context) -> bool:
    if part in _STATUS:
        return _STATUS[part]
    for sign in ("==", "!="):
        left, found, right = part.partition(f" {sign} ")
        if found:
            return (value(left, context) == value(right, context)) is (sign == "==")
    return bool(value(part, context))


def value(expression: str, context: Context) -> Any:
    """Raises AssertionError for anything but names and literals, and what joins them: our files shall need no more."""
    if " || " in expression:
        return next((found for part in expression.split(" || ") if (found := value(part, context))), "")
    if " && " in expression:
        first, _, rest = expression.partition(" && ")
        return (found := value(first, context)) and value(rest, context)
    if expression.startswith("'"):
        return expression.strip("'")
    assert re.fullmatch(r"[A-Za-z_][\w-]*(\.[A-Za-z_][\w-]*)*", expression), expression
    found: Any = context
    for name in expression.split("."):
        found = found.get(name, "") if isinstance(found, Mapping) else ""
    return found


def shown(found: Any) -> str:
    return str(found).lower() if isinstance(found, bool) else str(found)
