"""Explains YAML syntax errors, without showing the text, because it may contain a secret."""

from __future__ import annotations

import yaml

from reconciler.config.text.unfilled import in_line
from reconciler.errors import Place, Problem

DEEPEST = 16


def too_deep(here: Place) -> Problem:
    """The problem of a file nested too deeply."""
    return Problem("yaml-too-deep", f"nested more than {DEEPEST} deep", here)


def explain_syntax(error: yaml.YAMLError, source: str, file: str) -> Problem:
    """The problem of a YAML error."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        return Problem("yaml-syntax", "this is not YAML", Place(file))
    here = Place(file, mark.line + 1, mark.column + 1)
    if left := _template(error, source, file):
        return left
    if _at_tab(source, mark):
        return Problem("yaml-tab", "a tab is used where YAML needs spaces", here)
    problem = str(getattr(error, "problem", "") or "it cannot be read")
    if "nesting depth" in problem:  # libyaml from 0.2.6 on limits the depth itself, before any event of that depth
        return too_deep(here)
    if "Unicode character escape" in problem and source[mark.index : mark.index + 1] in "dD":
        return Problem("lone-surrogate", "half a character (a lone surrogate) is in this text", here)
    opened = getattr(error, "context_mark", None)
    if opened is not None and "end of stream" in problem:
        here = Place(file, opened.line + 1, opened.column + 1)
        return Problem("yaml-unclosed-quote", "the quote opened here is never closed", here)
    return Problem("yaml-syntax", f"this is not YAML: {problem}", here)


def _template(error: yaml.YAMLError, source: str, file: str) -> Problem | None:
    """In the line of the error, or in the line where the faulty part began."""
    marks = (getattr(error, name, None) for name in ("context_mark", "problem_mark"))
    rows, lines = source.split("\n"), [mark.line for mark in marks if mark]
    found = (in_line(rows[number], number, file) for number in lines if number < len(rows))
    return next(filter(None, found), None)


def _at_tab(source: str, mark: yaml.Mark) -> bool:
    """Parsers stop at the tab, or after the indentation that contains it."""
    line = source.split("\n")[mark.line : mark.line + 1]
    before = line[0][: mark.column + 1] if line else ""
    return before.endswith("\t") or ("\t" in before and not before[:-1].strip())
