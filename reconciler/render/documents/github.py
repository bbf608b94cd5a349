"""Annotations of a pull request, as GitHub reads them from a job's log.

Each is one line, in which external text can neither begin a line nor end a property.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reconciler.core.plan.change import Plan
from reconciler.errors import Problem
from reconciler.render.documents.places import place_of, shown
from reconciler.render.escape import escape
from reconciler.render.text.first_line import by_record, first_line
from reconciler.render.text.notes import notes

_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = {**_DATA, **str.maketrans({":": "%3A", ",": "%2C"})}


def plan_annotations(plan: Plan, now: str, folder: str = "") -> str:
    """now: for ages. folder: the project's in the repository, "" for its root."""
    noted = (_line("warning", note, title="reconciler") for note in notes(plan, now))
    found = [*_lines("warning", plan.warnings, folder), *_lines("error", (*plan.refusals, *plan.left_out), folder)]
    first = "\n".join([first_line(plan), *by_record(plan, now)])
    return "\n".join([_line("notice", first, title="reconciler"), *noted, *found])


def problem_annotations(problems: Iterable[Problem], folder: str = "", warnings: Iterable[Problem] = ()) -> str:
    return "\n".join([*_lines("error", problems, folder), *_lines("warning", warnings, folder)])


def _lines(level: str, problems: Iterable[Problem], folder: str) -> Iterator[str]:
    for problem in problems:
        place = place_of(problem, folder)
        said = f"{shown(problem.what)}\n{shown(problem.mend)}"
        about = {"file": place.file, "line": str(place.line), "col": str(place.column), "title": problem.code}
        yield _line(level, said, **about)


def _line(level: str, said: str, **about: str) -> str:
    properties = ",".join(f"{name}={escape(value).translate(_PROPERTY)}" for name, value in about.items())
    return f"::{level} {properties}::{said.translate(_DATA)}"
