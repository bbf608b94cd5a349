"""The settings that a plan runs under, by their names in reconciler.yaml, and what is said where they changed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any, NamedTuple

from reconciler.core.journal import State
from reconciler.core.model import Project
from reconciler.errors import Problem

Settings = Mapping[str, Any]


class Base(NamedTuple):
    """The revision that a pull request starts from: its guards judge the request, which cannot relax its own."""

    revision: str
    project: Project


def in_force(project: Project) -> Settings:
    """As JSON values, each setting by its name."""
    said = {**asdict(project.guards), **asdict(project.limits)}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in said.items()}


def changed(project: Project, base: Base | None, states: Iterable[State]) -> Iterator[Problem]:
    """A warning for each setting that is not as in the base, or where there is none, as in the last apply of these."""
    now = in_force(project)
    if base:
        for name, was in _differing(now, in_force(base.project)):
            at = f"is {_said(was)} at revision {base.revision[:12]}{', which counts here' if name in _GUARDS else ''}"
            yield Problem("settings-changed", f"{name} {_said(now[name])} is new in this branch: it {at}")
        return
    for last in sorted(states, key=lambda state: str(state.settings.get("at", "")))[-1:]:
        for name, was in _differing(now, last.settings):
            what = f"{name} is {_said(now[name])}, and was {_said(was)} when {last.name} was applied last"
            yield Problem("settings-changed", what)


def other_settings(planned: Settings, project: Project) -> Iterator[Problem]:
    """Why a plan made under some settings is not applied under others."""
    for name, was in _differing(in_force(project), planned):
        what = f"{name} was {_said(was)} when the plan was made, and is {_said(in_force(project)[name])}"
        yield Problem("plan-other-config", what)


def told(settings: Settings) -> str:
    """The guards, and of the rest what is not as by default: one line, nothing of it from outside but numbers."""
    usual = in_force(Project("", ()))
    shown = {name: value for name, value in settings.items() if name in _GUARDS or value != usual.get(name)}
    return ", ".join(f"{name} {_said(value)}" for name, value in shown.items())


def _differing(now: Settings, before: Settings) -> Iterator[tuple[str, Any]]:
    return ((name, before[name]) for name in now if name in before and before[name] != now[name])


def _said(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(value) or "any"
    return str(value).lower() if isinstance(value, bool) else str(value)


_GUARDS = ("max_messages", "max_delete_percent", "allowed_countries")
