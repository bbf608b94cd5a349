"""The whole project: reads every file, reports all problems of all files at once, then checks across files.

A project is only returned if there is no problem at all, so no plan is made from a part of the configuration.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from reconciler.config import files, settings
from reconciler.config.overlooked_files import unread
from reconciler.config.spaces.build import Draft, draft
from reconciler.config.text.explain import close
from reconciler.core.model import Project, Space
from reconciler.errors import ConfigError, Place, Problem, UsageError
from reconciler.kinds.spelling import phone, spelled_out
from reconciler.runtime import gc_pause

# A value that must be unique, and the places of its owner's attributes.
Claim = tuple[str, Mapping[str, Place]]


def load_project(root: Path, only: Sequence[str] = ()) -> Project:
    """The project below root, spaces sorted by name. With `only`, just these spaces, although every file is checked.

    Raises ConfigError with all problems, by file, line and column; UsageError if a name in `only` is not declared.
    """
    with gc_pause.paused():
        project = _load(root)
    names = [space.name for space in project.spaces]
    if unknown := [name for name in only if name not in names]:
        raise UsageError(*(_unknown_space(name, names) for name in unknown))
    spaces = tuple(space for space in project.spaces if not only or space.name in only)
    return project._replace(spaces=spaces)


def _load(root: Path) -> Project:
    said, problems = settings.read_settings(root)
    paths, more = files.find(root, said.patterns)
    drafts = [draft(root, path) for path in paths]
    problems += [*more, *(problem for each in drafts for problem in each.problems), *_across(drafts)]
    if not paths and not problems:
        problems.append(Problem("no-spaces", "there is no space file here", Place("spaces")))
    warnings = [*unread(root, said.patterns, paths), *(warning for each in drafts for warning in each.warnings)]
    if problems:
        raise ConfigError.of(_in_order(problems)).with_warnings(_in_order(warnings))
    spaces = sorted((each.space for each in drafts), key=lambda space: space.name)
    return Project(str(root), tuple(spaces), said.state, said.guards, said.limits, _in_order(warnings))


def _in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: problem.place or Place("")))


def _across(drafts: Sequence[Draft]) -> Iterator[Problem]:
    spaces = [each.space for each in drafts]
    yield from _twice("space-twice", "name of a space", "space", ((each.name, each.places) for each in spaces))
    yield from _twice("space-id-twice", "space_id", "space_id", ((each.space_id, each.places) for each in spaces))
    yield from _twice("number-twice", "phone number", "number", _keys(spaces, "phone_number"), phone)
    yield from _twice("contact-twice", "name of a contact", "name", _keys(spaces, "contact"))


def _keys(spaces: Iterable[Space], type_: str) -> Iterator[Claim]:
    return ((each.key, each.places) for space in spaces for each in space.resources if each.type == type_)


def _twice(
    code: str, what: str, attribute: str, claims: Iterable[Claim], one: Callable[[str], str] = str
) -> Iterator[Problem]:
    """A problem for each value used twice; the first one in file order keeps it. Unreadable values are skipped.

    one: maps all spellings of a key to one value.
    """
    firsts: dict[str, Claim] = {}
    for key, places in claims:
        first, owner = firsts.setdefault(one(key), (key, places)) if key else (key, places)
        if owner is not places:
            hint = _respelled(first, key) if key != first else ""
            yield Problem(code, f"this {what} is already at {owner[attribute]}", places[attribute], key, hint)


def _respelled(first: str, key: str) -> str:
    return f"It is the same phone, there {spelled_out(first)} and here {spelled_out(key)}: keep one of the two."


def _unknown_space(name: str, names: Sequence[str]) -> Problem:
    return Problem("unknown-space", "no space of this name is declared", found=name, hint=close(name, names))
