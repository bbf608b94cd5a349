"""What makes a text one for a screen: its width and its colours. A pipe and a file get it as it is."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from typing import Any, TextIO

import click

from reconciler.render.text.layout import folded

# What of a line is painted -> how. Errors, what cannot be undone and what needs a person can be seen from afar.
_STYLES: list[tuple[re.Pattern[str], dict[str, Any]]] = [
    (re.compile(begins), style)
    for begins, style in (
        (r"  # .*|Plan: .*|No changes\..*|Apply complete!.*|  Resource .*", {"bold": True}),
        (r"  \+", {"fg": "green"}),
        (r"  ~|    ~", {"fg": "yellow"}),
        (r"  -(?= )|-/\+", {"fg": "red"}),
        (r"  [.>](?= )|  hint:", {"fg": "cyan"}),
        (r"(?:error|refused)\[[^]]*\]|Error:|Apply failed:.*|Irreversible:.*", {"fg": "red", "bold": True}),
        (r"(?:warning|allowed|left out)\[[^]]*\]", {"fg": "yellow", "bold": True}),
        (r"People:.*|Apply paused:.*|To continue.*", {"fg": "yellow"}),
    )
]
_CONTINUED = " " * 14


def columns(stream: TextIO | None) -> int:
    """Of the terminal, 0 where there is none."""
    return shutil.get_terminal_size().columns if stream is not None and stream.isatty() else 0


def fitted(text: str, stream: TextIO, environ: Mapping[str, str]) -> str:
    width = columns(stream)
    shown = folded(text, width) if width else text
    return painted(shown) if colourful(bool(width), environ) else shown


def is_own(stream: TextIO | None, environ: Mapping[str, str]) -> bool:
    """Whether only who runs this reads it: no pipe, no file, and no log of a pipeline."""
    return stream is not None and stream.isatty() and not environ.get("CI")


def colourful(is_terminal: bool, environ: Mapping[str, str]) -> bool:
    """https://no-color.org first, then FORCE_COLOR, then whether anybody looks."""
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return True
    return is_terminal and environ.get("TERM") != "dumb" and not environ.get("CI")


def painted(text: str) -> str:
    return "\n".join(_painted(text.split("\n")))


def _painted(lines: list[str]) -> Iterator[str]:
    """What continues a line that is painted to its end is painted like it."""
    style: dict[str, Any] = {}
    for line in lines:
        before, style, end = style, {}, len(line)
        if line.startswith(_CONTINUED):
            style = before
        elif found := next(((each, match) for begins, each in _STYLES if (match := begins.match(line))), None):
            style, end = found[0], found[1].end()
        yield (click.style(line[:end], **style) if style else line[:end]) + line[end:]
        style = style if end == len(line) else {}
