"""Problems as text: `error[CODE] file:line:column: what`, then what was found and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable

from reconciler.errors import Problem
from reconciler.render import mask
from reconciler.render.escape import cut, escape


def problems(found: Iterable[Problem], severity: str = "error") -> str:
    return "\n".join(problem(each, severity) for each in found)


def problem(each: Problem, severity: str = "error") -> str:
    place = f"{escape(str(each.place))}: " if each.place else ""
    lines = [f"{severity}[{each.code}] {place}{escape(mask.text_with_addresses(each.what))}"]
    if each.found:
        lines.append(f"  found: {mask.text(cut(each.found))}")
    lines.append(f"  hint: {escape(mask.text_with_addresses(each.mend, compact=True))}")
    return "\n".join(lines)
