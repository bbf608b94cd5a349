"""The settings in force for a plan, by their names in reconciler.yaml, and warnings about changed ones. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import defstruct

from reconciler.core.journal.state import State
from reconciler.core.model import Guards, Limits, Project
from reconciler.errors import Problem

InForce = Mapping[str, Any]
_LISTS = ("allowed_countries", "callback_hosts")
if TYPE_CHECKING:
    SavedSettings = Any
else:
    from reconciler.core import fields  # noqa: F401 - used in the annotations of Guards and Limits

    _TYPES = Guards.__annotations__ | Limits.__annotations__ | dict.fromkeys(_LISTS, "list[str]")
    SavedSettings = defstruct("SavedSettings", _TYPES.items(), module=__name__, frozen=True, forbid_unknown_fields=True)


class Base(NamedTuple):
    """The revision that a pull request starts from. Its guards apply too: a request cannot relax its own guards.

    revision: the commit.
    project: its configuration.
    """

    revision: str
    project: Project


def guards(project: Project, base: Base | None) -> Guards:
    """The stricter of both for a pull request; after the merge, the project's own."""
    return project.guards if base is None else project.guards.stricter(base.project.guards)


def in_force(project: Project) -> InForce:
    """Setting -> JSON value."""
    said = {**project.guards._asdict(), **project.limits._asdict()}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in said.items()}


def settings_changed(project: Project, base: Base | None, states: Iterable[State]) -> Iterator[Problem]:
    """A warning for each setting that differs from the base, or without a base from the last apply."""
    now = in_force(project)
    if base:
        counts = in_force(project._replace(guards=guards(project, base)))
        for name, was in _differing(now, in_force(base.project)):
            here = ", which counts here" if counts[name] == was else ""
            at = f"is {_said(was)} at revision {base.revision[:12]}{here}"
            yield Problem("settings-changed", f"{name} {_said(now[name])} is new in this branch: it {at}")
        for name, was in _differing(project.further, base.project.further):
            what = f"{name} {project.further[name]} is new in this branch: it is {was} at revision {base.revision[:12]}"
            yield Problem("settings-changed", what)
        return
    for last in sorted(states, key=lambda state: (str(state.settings.get("at", "")), state.name))[-1:]:
        for name, was in _differing(now, last.settings):
            what = f"{name} is {_said(now[name])}, and was {_said(was)} when {last.name} was applied last"
            yield Problem("settings-changed", what)


def other_settings(planned: InForce, project: Project) -> Iterator[Problem]:
    """Why a plan made under some settings cannot be applied under others."""
    for name, was in _differing(in_force(project), planned):
        what = f"{name} was {_said(was)} when the plan was made, and is {_said(in_force(project)[name])}"
        yield Problem("plan-other-config", what)


def settings_line(settings: InForce) -> str:
    """One line: the guards, and other settings that are not at their default."""
    usual = in_force(Project("", ()))
    shown = {name: value for name, value in settings.items() if name in _GUARDS or value != usual.get(name)}
    return ", ".join(f"{name} {_said(value)}" for name, value in shown.items())


def _differing(now: Mapping[str, Any], before: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    return ((name, before[name]) for name in now if name in before and before[name] != now[name])


def _said(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(map(str, value)) or "any"
    return str(value).lower()


_GUARDS = ("max_messages", "max_delete_percent", "allowed_countries")
