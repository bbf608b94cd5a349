"""What differs between two sets of spaces: as text, as Markdown, as JSON. Numbers are masked in all of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from reconciler.core.review.promotion import Difference
from reconciler.render import mask
from reconciler.render.escape import cut
from reconciler.render.markdown.words import code, fence

SIGNS = {"left": "-", "right": "+", "both": "~"}
NONE = "No differences."
Found = Sequence[Difference]


def text(found: Found, left: str, right: str) -> str:
    return "\n".join([*_lines(found, left, right, "  "), *([""] if found else []), summary(found)])


def markdown(found: Found, left: str, right: str) -> str:
    lines = list(_lines(found, left, right, ""))
    ticks = fence(lines)
    listed = [f"{ticks}diff", *lines, ticks, ""] if found else []
    return "\n".join([f"### Differences: {code(left)} and {code(right)}", "", *listed, summary(found)])


def document(found: Found, left: str, right: str) -> str:
    rows = [_row(each) for each in found]
    return json.dumps({"format_version": "1.0", "left": left, "right": right, "differences": rows}, indent=2)


def summary(found: Found) -> str:
    if not found:
        return NONE
    left, right, both = (sum(1 for each in found if each.side == side) for side in SIGNS)
    return f"Differences: {left} only on the left, {right} only on the right, {both} in both."


def _lines(found: Found, left: str, right: str, indent: str) -> Iterator[str]:
    """The sign of each first, as a diff has it."""
    sides = {"left": f"only in {cut(left)}", "right": f"only in {cut(right)}", "both": "differs"}
    for each in found:
        yield f"{indent}{SIGNS[each.side]} {cut(each.address, 200)}: {sides[each.side]}"
        for name, before, after in each.values:
            yield f"{indent}    {cut(name)}: {_shown(before)} -> {_shown(after)}"


def _shown(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, str) and "://" in value:
        value = mask.url(value)
    return mask.text(cut(", ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)))


def _row(each: Difference) -> dict[str, Any]:
    values = [{"name": name, "left": _masked(left), "right": _masked(right)} for name, left, right in each.values]
    return {"address": each.address, "only": None if each.side == "both" else each.side, "values": values}


def _masked(value: Any) -> Any:
    return mask.text(mask.url(value)) if isinstance(value, str) else value


FORMS: Mapping[str, Callable[[Found, str, str], str]] = {"text": text, "markdown": markdown, "json": document}
