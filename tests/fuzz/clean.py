"""What no line of output may be, whatever data went into it."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Iterator

from tests.fuzz.hostile import NUMBER

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# What only hostile texts say, and tools and pipelines would act upon where a line begins with it.
_OURS = ("::", "##[", "Plan: 9 to add", "Error: x", "error[x]", "# x will be destroyed")
_GROUPED = re.compile(r"(?<=[0-9])[ ()_.-]{1,2}(?=[0-9])")


def dirty(output: str) -> Iterator[str]:
    """Control characters, and lines that data began."""
    for line in output.split("\n"):
        hidden = {char for char in line if unicodedata.category(char) in _HIDDEN} if not line.isascii() else _raw(line)
        if hidden:
            yield f"raw {sorted(map(ascii, hidden))[:3]} in {line[:80]!a}"
        if line.lstrip().startswith(_OURS):
            yield f"data begins a line: {line[:80]!a}"


def _raw(line: str) -> set[str]:
    return set(re.findall(r"[\x00-\x1f\x7f]", line))


def whole(output: str, numbers: Collection[str] = (NUMBER,)) -> Iterator[str]:
    """Numbers in full, also where they are written in groups."""
    digits = _GROUPED.sub("", output)
    yield from (f"{number} is shown whole" for number in numbers if number.removeprefix("+") in digits)


def no_events(output: str) -> Iterator[str]:
    """Lines that are not one JSON object each."""
    for line in output.split("\n"):
        try:
            said = json.loads(line, parse_constant=lambda word: None)
        except ValueError:
            said = None
        if not isinstance(said, dict) or not line.isascii():
            yield f"no event: {line[:80]!a}"
