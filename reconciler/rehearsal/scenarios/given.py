"""What a scenario begins with: the project's files as a step declares them, and what is recorded.

Everything that can be wrong with it is found before the first scenario is played.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, get_type_hints

from reconciler.config.project import load_files, load_project
from reconciler.config.scenarios import READY, ScenarioFile
from reconciler.config.text.explain import close
from reconciler.core.journal.state import State
from reconciler.core.model import Project, Resource
from reconciler.core.rehearsal.expectations import last_match
from reconciler.core.rehearsal.scenario import CloudChanges
from reconciler.errors import Place, Problem, ReconcilerError
from reconciler.kinds import KINDS
from reconciler.rehearsal import ME
from reconciler.rehearsal.memory_copy import Copy
from reconciler.rehearsal.past import Past, relive
from reconciler.sandbox.http.faults import Faults
from reconciler.sandbox.settings import Settings
from reconciler.store.journal import Journal
from reconciler.store.safety.emergency import NAME, Emergency

EARLIER = timedelta(hours=1)
"""How long ago everything recorded was done."""


def project_of(root: Path, read: ScenarioFile, environment: str, step: int) -> Project:
    """The project as a step declares it. Raises ConfigError and UsageError."""
    for number in range(step, -1, -1):
        if texts := read.content.steps[number].spaces:
            return _with_spaces(root, read, environment, texts, "steps", number, "spaces")
    return load_project(root, environment=read.content.environment or environment)


def recorded_project(root: Path, read: ScenarioFile, environment: str) -> Project:
    """The project in which what is recorded was declared. Raises as project_of does."""
    if not read.content.recorded_in:
        return project_of(root, read, environment, 0)
    return _with_spaces(root, read, environment, read.content.recorded_in, "recorded_in")


def _with_spaces(root: Path, read: ScenarioFile, environment: str, texts: Sequence[str], *keys: str | int) -> Project:
    """The project with the spaces of these files instead. keys: where the scenario names them."""
    project = load_project(root, environment=read.content.environment or environment)
    patterns = [(text, read.at(*keys, position)) for position, text in enumerate(texts)]
    return project._replace(spaces=load_files(root, patterns).spaces)


def recorded_states(project: Project, read: ScenarioFile, folder: Path, now: datetime) -> dict[str, State]:
    """Space id -> state, as an earlier run would have left it."""
    at, backend, emergency = (now - EARLIER).strftime("%Y-%m-%dT%H:%M"), Copy({}), Emergency(folder / NAME)
    states = {}
    for space in project.spaces:
        found = ((each, last_match(read.content.recorded, each.address)) for each in space.resources)
        pasts = {each.address: Past(_phase(each, read.content.recorded[line]), at) for each, line in found if line}
        if pasts:
            relive(backend, emergency, space, pasts, ME)
            states[space.space_id] = Journal(backend, space.space_id, lambda: "", emergency).state
    return states


def _phase(resource: Resource, said: str) -> str:
    return KINDS[resource.kind].ready if said == READY else said


def wrong(root: Path, files: Sequence[ScenarioFile], environment: str) -> list[Problem]:
    """All that is wrong with the scenarios beyond their form; each problem of the project's own files once."""
    found = dict.fromkeys(problem for read in files for problem in _wrong(root, read, environment))
    return sorted(found, key=lambda each: each.place or Place(""))


def _wrong(root: Path, read: ScenarioFile, environment: str) -> Iterator[Problem]:
    try:
        was = recorded_project(root, read, environment)
        projects = [project_of(root, read, environment, step) for step in range(len(read.content.steps))]
    except ReconcilerError as error:
        here = read.at("environment") if read.content.environment else read.at("scenario")
        hints = {"no-environment": "Name one under `environment` here, or with --environment NAME."}
        for each in error.problems:
            yield each if each.place else replace(each, place=here, hint=hints.get(each.code, each.hint))
        return
    yield from _recorded(read, was)
    known = [each.address for project in (was, *projects) for space in project.spaces for each in space.resources]
    for number, step in enumerate(read.content.steps):
        for key, lines in (("resend", step.resend), ("people", step.people)):
            for position, line in enumerate(lines):
                if not any(last_match([line], address) for address in known):
                    here = read.at("steps", number, key, line if key == "people" else position)
                    yield _nothing("no space file declares this", here, line, known)
        resources = [each for space in projects[number].spaces for each in space.resources]
        for below, why in _refused(step.cloud, [each.address for each in resources], projects[number]):
            yield Problem("scenario-cloud", why, read.at("steps", number, "cloud", *below))


def _recorded(read: ScenarioFile, was: Project) -> Iterator[Problem]:
    resources = [each for space in was.spaces for each in space.resources]
    matched = {last_match(read.content.recorded, each.address) for each in resources}
    for line in read.content.recorded:
        if line not in matched:
            what = "no space file declares this, or a later line matches all of it"
            yield _nothing(what, read.at("recorded", line), line, [each.address for each in resources])
    for each in resources:
        said = last_match(read.content.recorded, each.address)
        if said and (problem := _no_phase(each, read.content.recorded[said], read.at("recorded", said))):
            yield problem


def _nothing(what: str, here: Place, line: str, known: Sequence[str]) -> Problem:
    return Problem("scenario-matches-nothing", what, here, line, close(line, known))


def _no_phase(resource: Resource, said: str, here: Place) -> Problem | None:
    kind = KINDS[resource.kind]
    known = [*kind.steps, kind.ready]
    if said == READY or said in known:
        return None
    what = f"{resource.address} ({kind.name}) has no such phase"
    hint = f"{close(said, known)} One of: ready, {', '.join(known)}.".strip()
    return Problem("scenario-unknown-word", what, here, said, hint)


def _refused(
    cloud: CloudChanges, addresses: Sequence[str], project: Project
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """(keys below `cloud`, why) of what the sandbox would refuse."""
    for name, value in cloud.settings.items():
        try:
            Settings().changed({name: typed_setting(name, value)})
        except ValueError as error:
            yield ("settings", name), str(error)
    for position, each in enumerate(cloud.faults):
        try:
            Faults().order(each.operation, each.times, each.fault)
        except ValueError as error:
            yield ("faults", position, "fault"), str(error)
    for name in cloud.accounts.keys() - {space.name for space in project.spaces}:
        yield ("accounts", name), f"no space of this step has the name {name}"
    for address in cloud.numbers.keys() - {each for each in addresses if "/phone_number/" in each}:
        yield ("numbers", address), f"no number of this step has the address {address}"


def typed_setting(name: str, value: str) -> Any:
    """The value of a sandbox's setting with its type. Raises ValueError for one that has another type."""
    kind = get_type_hints(Settings).get(name, str)
    if kind is bool and value in ("true", "false"):
        return value == "true"
    return kind(value) if kind in (int, float) else value
