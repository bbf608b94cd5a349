"""Problems as text: `error[CODE] file:line:column: what`, then what was found and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reconciler.errors import Problem
from reconciler.render import mask
from reconciler.render.escape import cut, escape

MANY = 5


def problems(found: Iterable[Problem], severity: str = "error", full: bool = True) -> str:
    """full: each of them; else of many with one code the first, and how many there are."""
    by_code: dict[str, list[Problem]] = {}
    for each in found:
        by_code.setdefault(each.code if not full else str(len(by_code)), []).append(each)
    return "\n".join(_alike(each, severity) for each in by_code.values())


def _alike(found: Sequence[Problem], severity: str) -> str:
    if len(found) <= MANY:
        return "\n".join(problem(each, severity) for each in found)
    return f"{problem(found[0], severity)}\n  and {len(found) - 1} more of this code: --full lists them"


def problem(each: Problem, severity: str = "error") -> str:
    place = f"{escape(str(each.place))}: " if each.place else ""
    lines = [f"{severity}[{each.code}] {place}{escape(mask.text_with_addresses(each.what))}"]
    if each.found:
        lines.append(f"  found: {mask.text(cut(each.found))}")
    lines.append(f"  hint: {escape(mask.text_with_addresses(each.mend, compact=True))}")
    return "\n".join(lines)
