"""What makes a text one for a screen: its width and its colours. A pipe and a file get it as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, TextIO

import click

# What of a line is painted -> how. Errors, what cannot be undone and what needs a person can be seen from afar.
_STYLES: tuple[tuple[str, dict[str, Any]], ...] = (
    (r"  # .*|Plan: .*|No changes\..*|Apply complete!.*|  Resource .*", {"bold": True}),
    (r"  \+(?= )", {"fg": "green"}),
    (r"  ~(?= )|    ~(?= )", {"fg": "yellow"}),
    (r"  -(?= )|-/\+", {"fg": "red"}),
    (r"  [.>](?= )|  hint:", {"fg": "cyan"}),
    (r"(?:error|refused)\[[^]]*\]|Error:|Apply failed:.*|Irreversible:.*", {"fg": "red", "bold": True}),
    (r"(?:warning|allowed|left out)\[[^]]*\]", {"fg": "yellow", "bold": True}),
    (r"People:.*|Apply paused:.*|To continue.*", {"fg": "yellow"}),
)
_CONTINUED = " " * 14


def columns(stream: TextIO | None) -> int:
    """Of the terminal, 0 where there is none."""
    if stream is None or not stream.isatty():
        return 0
    from shutil import get_terminal_size  # imports compression, which a pipe does not need

    return get_terminal_size().columns


def fitted(text: str, stream: TextIO, environ: Mapping[str, str]) -> str:
    width = columns(stream)
    paints = colourful(bool(width), environ)
    return "\n".join(_fitted(text.split("\n"), width, paints)) if width or paints else text


def _fitted(lines: list[str], width: int, paints: bool) -> Iterator[str]:
    """What continues a line that is painted to its end is painted like it."""
    from reconciler.render.text.layout import folded  # what a pipe does not need

    style: dict[str, Any] = {}
    for line in lines:
        style, end = (
            (style, len(line)) if style and line.startswith(_CONTINUED) else _style(line) if paints else ({}, 0)
        )
        is_whole = end == len(line)
        first, *more = folded(line, width) if width else [line]
        yield _painted(first[:end], style) + first[end:]
        yield from (_painted(each, style) if is_whole else each for each in more)
        style = style if is_whole else {}


def _style(line: str) -> tuple[dict[str, Any], int]:
    """How a line is painted, and up to where."""
    found = ((style, match.end()) for begins, style in _STYLES if (match := re.match(begins, line)))
    return next(found, ({}, 0))


def _painted(text: str, style: dict[str, Any]) -> str:
    return click.style(text, **style) if text and style else text


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
