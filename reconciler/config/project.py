"""The whole project: every file read, every problem of every file reported at once, then what holds across files.

It must never plan with a part of what the files say: a project is returned only when nothing at all is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from reconciler.config import files, settings
from reconciler.config.formatting.order import in_order
from reconciler.config.overlooked_files import unread
from reconciler.config.schema import load_schema
from reconciler.config.spaces.build import Draft, drafts, written_spaces
from reconciler.config.templates.use import Templates
from reconciler.config.text.explain import close
from reconciler.core.model import Project, Space
from reconciler.errors import ConfigError, Place, Problem, UsageError
from reconciler.kinds.spelling import phone, spelled_out
from reconciler.runtime import gc_pause

# What is owned, and where its owner says so, by attribute.
Claim = tuple[str, Mapping[str, Place]]


def load_project(root: Path, only: Sequence[str] = ()) -> Project:
    """The project below root, its spaces by name; with only, those spaces alone, though every file is checked.

    Raises ConfigError with all problems, by file, line and column; UsageError for a name in only that no space has.
    """
    with gc_pause.paused():
        project = _loaded(root, *settings.read_settings(root))
    names = [space.name for space in project.spaces]
    if unknown := [name for name in only if name not in names]:
        raise UsageError(*(_unknown_space(name, names) for name in unknown))
    spaces = tuple(space for space in project.spaces if not only or space.name in only)
    return project._replace(spaces=spaces)


def load_files(root: Path, patterns: Sequence[files.Pattern]) -> Project:
    """The same of the space files that these patterns name, whatever reconciler.yaml says."""
    with gc_pause.paused():
        return _loaded(root, settings.Settings(patterns), [])


def rendered(root: Path) -> list[tuple[str, dict[str, Any]]]:
    """Each space as it is written once its template is filled in, its keys in the order of the schema, with its file;
    what cannot be filled is left out."""
    said, _ = settings.read_settings(root)
    templates, schema = Templates(root), load_schema("space")
    return [
        (files.relative(root, path), in_order(each.block, schema, schema))
        for path in files.find(root, said.patterns)[0]
        for each in written_spaces(root, path, templates)
        if each.block is not None
    ]


def _loaded(root: Path, said: settings.Settings, problems: list[Problem]) -> Project:
    paths, more = files.find(root, said.patterns)
    templates = Templates(root)
    found = [each for path in paths for each in drafts(root, path, templates)]
    problems += [*more, *(problem for each in found for problem in each.problems), *_across(found)]
    if not paths and not problems:
        problems.append(Problem("no-spaces", "there is no space file here", Place("spaces")))
    warnings = [
        *unread(root, said.patterns, {*paths, *templates.files}),
        *(warning for each in found for warning in each.warnings),
    ]
    if problems:
        raise ConfigError.of(_in_order(problems)).with_warnings(_in_order(warnings))
    spaces = sorted((each.space for each in found), key=lambda space: space.name)
    return Project(str(root), tuple(spaces), said.state, said.guards, said.limits, _in_order(warnings))


def _in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(_told_once(sorted(problems, key=lambda problem: problem.place or Place(""))))


def _told_once(problems: Iterable[Problem]) -> Iterator[Problem]:
    """What is wrong with a template is wrong for all that fill it, and said of the first."""
    alike: dict[object, list[Problem]] = {}
    for each in problems:
        same = each.at(each.place._replace(also=each.place.also.partition("used at")[0])) if each.place else each
        alike.setdefault(same, []).append(each)
    for first, *more in alike.values():
        also = first.place.also if first.place else ""
        count = f", and {len(more)} more like it" if more and also else ""
        yield replace(first, what=f"{first.what} ({also}{count})") if also else first


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
    """One owner each: the first in the order of the files keeps it. What could not be read claims nothing.

    one: what is the same for all spellings of a key.
    """
    firsts: dict[str, Claim] = {}
    for key, places in claims:
        first, owner = firsts.setdefault(one(key), (key, places)) if key else (key, places)
        if owner is not places:
            hint = _respelled(first, key) if key != first else ""
            here, there = places[attribute], owner[attribute]
            # Filled from one line twice: what differs is who filled it.
            where = f"{there} ({there.also})" if there.also and there[:3] == here[:3] else str(there)
            yield Problem(code, f"this {what} stands at {where} already", here, key, hint)


def _respelled(first: str, key: str) -> str:
    return f"It is the same phone, there {spelled_out(first)} and here {spelled_out(key)}: keep one of the two."


def _unknown_space(name: str, names: Sequence[str]) -> Problem:
    return Problem("unknown-space", "no space of this name is declared", found=name, hint=close(name, names))
