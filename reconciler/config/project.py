"""The whole project: reads every file, reports all problems of all files at once, then checks across files.

A project is only returned if there is no problem at all, so no plan is made from a part of the configuration.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from pathlib import Path
from typing import Any, NamedTuple

from reconciler.config import files, settings
from reconciler.config.formatting.order import in_order
from reconciler.config.overlooked_files import unread
from reconciler.config.schema import load_schema
from reconciler.config.settings import Settings
from reconciler.config.spaces.build import Draft, drafts, written_spaces
from reconciler.config.templates.use import Templates
from reconciler.core.model import Guards, Project, Space
from reconciler.errors import ConfigError, Place, Problem
from reconciler.kinds.spelling import phone, spelled_out
from reconciler.runtime import gc_pause

# A value that must be unique, and the places of its owner's attributes.
Claim = tuple[str, Mapping[str, Place]]


class _Set(NamedTuple):
    """What one environment declares, or a project without environments.

    settings: the environment's.
    paths: of its space files.
    drafts: one for each file.
    """

    settings: Settings
    paths: list[Path]
    drafts: list[Draft]

    @property
    def spaces(self) -> list[Space]:
        return [each.space for each in self.drafts]

    @property
    def ids(self) -> set[str]:
        return {space.space_id for space in self.spaces}


def load_project(root: Path, environment: str | None = None) -> Project:
    """The project below root, spaces sorted by name.

    environment: whose spaces; "" without environments, None for the spaces of all of them.
    Raises ConfigError with all problems, by file, line and column, and UsageError as Settings.of does.
    """
    with gc_pause.paused():
        sets, warnings = _sets(root, environment)
        mine = [one for one in sets if environment in (None, one.settings.environment)]
        others = (one.ids for one in sets if environment is not None and one.settings.environment != environment)
        found = _project(root, mine[0].settings, [space for one in mine for space in one.spaces], warnings)
        return found._replace(elsewhere=frozenset().union(*others), further=_further(mine[0].settings, sets))


def load_files(root: Path, patterns: Sequence[files.Pattern]) -> Project:
    """The spaces of the files that match these patterns, whatever reconciler.yaml says."""
    said = Settings(patterns)
    with gc_pause.paused():
        sets, warnings = _read(root, [said], [])
    return _project(root, said, sets[0].spaces, warnings)


def rendered(root: Path, environment: str | None = None) -> list[tuple[str, dict[str, Any]]]:
    """(file, content) of each space: its YAML after its template was filled in, keys in the schema's order.

    environment: as for load_project. What cannot be filled in is left out.
    """
    said, _ = settings.read_settings(root)
    templates, schema = Templates(root), load_schema("space")
    return [
        (files.relative(root, path), in_order(each.block, schema, schema))
        for one in said.sets
        if environment in (None, one.environment)
        for path in files.find(root, one.patterns)[0]
        for each in written_spaces(root, path, templates)
        if each.block is not None
    ]


def load_earlier(root: Path, now: Project) -> Project:
    """The same environment at another revision. now: the project today.

    An environment counts if it had the name, one of today's spaces, or today's account, if the named one had not; if
    none does, all count. Of these the guards are the strictest, and the spaces are those that no other
    environment declares today: neither a new name nor another environment relaxes guards or hides a removal.
    """
    with gc_pause.paused():
        sets, warnings = _sets(root)
    ids = {space.space_id for space in now.spaces}
    named = [one for one in sets if one.settings.environment in ("", now.environment)]
    known = any(one.settings.account == now.account for one in named)
    counts = [
        one
        for one in sets
        if one in named or ids & one.ids or (now.account and not known and one.settings.account == now.account)
    ] or sets
    guards = reduce(Guards.stricter, (one.settings.guards for one in counts))
    before = (named or counts)[0].settings
    said = replace(before, guards=guards, environment=now.environment, account=now.account)
    spaces = [space for one in counts for space in one.spaces if space.space_id not in now.elsewhere]
    return _project(root, said, spaces, warnings)._replace(further=_further(before, sets))


def _further(said: Settings, sets: Sequence[_Set]) -> dict[str, str]:
    environments = ", ".join(filter(None, (one.settings.environment for one in sets)))
    return {
        "environments": environments or "none",
        "account": said.account or "any",
        "contacts_account": said.contacts_account if said.contacts_account != said.account else "as account",
        "site": said.site,
        "state": said.state,
        "protect": str(said.protect).lower(),
    }


def _project(root: Path, said: Settings, spaces: Iterable[Space], warnings: tuple[Problem, ...]) -> Project:
    named = tuple(sorted(spaces, key=lambda space: space.name))
    whose = said.environment, said.account, said.contacts_account if said.contacts_account != said.account else ""
    return Project(str(root), named, said.state, said.guards, said.limits, warnings, *whose)


def _sets(root: Path, environment: str | None = None) -> tuple[list[_Set], tuple[Problem, ...]]:
    """What each environment declares, and warnings. Raises as load_project does."""
    said, problems = settings.read_settings(root)
    if environment is not None and not problems:
        said.of(environment)
    return _read(root, said.sets, problems)


def _read(root: Path, said: Sequence[Settings], problems: list[Problem]) -> tuple[list[_Set], tuple[Problem, ...]]:
    """problems: those found already. Raises ConfigError."""
    sets, templates = [], Templates(root)
    for each in said:
        paths, more = files.find(root, each.patterns)
        problems += more
        sets.append(_Set(each, paths, [one for path in paths for one in drafts(root, path, templates)]))
    found = [each for one in sets for each in one.drafts]
    problems += [*(problem for each in found for problem in each.problems), *_across(sets)]
    if not found and not problems:
        problems.append(Problem("no-spaces", "there is no space file here", Place("spaces")))
    read = {*templates.files, *(path for one in sets for path in one.paths)}
    patterns = [pattern for each in said for pattern in each.patterns or ()]
    stray = unread(root, None if said[0].patterns is None else patterns, read)
    warnings = _in_order([*stray, *(warning for each in found for warning in each.warnings)])
    if problems:
        raise ConfigError.of(_in_order(problems)).with_warnings(warnings)
    return sets, warnings


def _in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(_told_once(sorted(problems, key=lambda problem: problem.place or Place(""))))


def _told_once(problems: Iterable[Problem]) -> Iterator[Problem]:
    """A problem in a template is a problem of each file that uses it: it is reported once, for the first."""
    alike: dict[object, list[Problem]] = {}
    for each in problems:
        same = each.at(each.place._replace(also=each.place.also.partition("used at")[0])) if each.place else each
        alike.setdefault(same, []).append(each)
    for first, *more in alike.values():
        also = first.place.also if first.place else ""
        count = f", and {len(more)} more like it" if more and also else ""
        yield replace(first, what=f"{first.what} ({also}{count})") if also else first


def _across(sets: Sequence[_Set]) -> Iterator[Problem]:
    """Problems across files: the name of a space must be unique in its environment, the name of a contact in its
    account's directory, space ids and phone numbers everywhere."""
    spaces = [space for one in sets for space in one.spaces]
    directories: dict[str, list[Space]] = {}
    for one in sets:
        named = ((each.name, each.places) for each in one.spaces)
        yield from _twice("space-twice", "name of a space", "space", named)
        directories.setdefault(one.settings.contacts_account, []).extend(one.spaces)
    yield from _twice("space-id-twice", "space_id", "space_id", ((each.space_id, each.places) for each in spaces))
    yield from _twice("number-twice", "phone number", "number", _keys(spaces, "phone_number"), phone)
    for each in directories.values():
        yield from _twice("contact-twice", "name of a contact", "name", _keys(each, "contact"))


def _keys(spaces: Iterable[Space], type_: str) -> Iterator[Claim]:
    return ((each.key, each.places) for space in spaces for each in space.resources if each.type == type_)


def _twice(
    code: str, what: str, attribute: str, claims: Iterable[Claim], one: Callable[[str], str] = str
) -> Iterator[Problem]:
    """A problem for each value used twice; the first one in file order keeps it. Unreadable values are skipped.

    one: maps all spellings of a key to one value.
    """
    readable = [claim for claim in claims if claim[0]]
    if len({one(key) for key, _ in readable}) == len(readable):
        return
    firsts: dict[str, Claim] = {}
    for key, places in readable:
        first, owner = firsts.setdefault(one(key), (key, places))
        if owner is not places:
            hint = _respelled(first, key) if key != first else ""
            here, there = places[attribute], owner[attribute]
            # If one template line is filled in twice, only the files that use it differ.
            where = f"{there} ({there.also})" if there.also and there[:3] == here[:3] else str(there)
            yield Problem(code, f"this {what} is already at {where}", here, key, hint)


def _respelled(first: str, key: str) -> str:
    return f"It is the same phone, there {spelled_out(first)} and here {spelled_out(key)}: keep one of the two."
