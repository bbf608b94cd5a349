"""Problems as text: `error[CODE] file:line:column: what`, then what was found and how to fix it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from reconciler.errors import Problem
from reconciler.render import mask
from reconciler.render.escape import cut, escape

MANY = 5


def problems(found: Iterable[Problem], severity: str = "error", full: bool = True, own: bool = False) -> str:
    """own: as problem() has it. full: each of them; else of many with one code the first, and a count of the others."""
    listed = list(found)
    counts = Counter() if full else Counter(each.code for each in listed)
    firsts = {each.code: each for each in reversed(listed) if counts[each.code] > MANY}
    shown = (each for each in listed if firsts.get(each.code, each) is each)
    return "\n".join(problem(each, severity, own) + _more(counts[each.code]) for each in shown)


def _more(alike: int) -> str:
    return f"\n  and {alike - 1} more of this code: --full lists them" if alike > MANY else ""


def problem(each: Problem, severity: str = "error", own: bool = False) -> str:
    """own: only the author of the files reads it. Then numbers in the text at a place of these files are not masked."""
    whole = own and each.place is not None
    place = f"{escape(str(each.place))}: " if each.place else ""
    what = each.what if whole else mask.text_with_addresses(each.what)
    hint = each.mend if whole else mask.text_with_addresses(each.mend, compact=True)
    lines = [f"{severity}[{each.code}] {place}{escape(what)}"]
    if each.found:
        lines.append(f"  found: {cut(each.found) if whole else mask.text(cut(each.found))}")
    lines.append(f"  hint: {escape(hint)}")
    return "\n".join(lines)
