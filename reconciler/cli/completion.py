"""Shell completion: addresses, spaces and environments from the YAML, and from state on this disk.

It uses no network, and any error offers nothing: somebody pressed a key, and gave no command.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

if TYPE_CHECKING:
    from reconciler.runs.workspace import Workspace

Complete = Callable[[click.Context, click.Parameter, str], list[str]]


def _complete(names: Callable[[Workspace], Iterable[str]]) -> Complete:
    def complete(context: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
        with ExitStack() as closing, suppress(Exception):
            found = set(names(_workspace(context, closing)))
            return sorted(name for name in found if name.startswith(begun))
        return []

    return complete


def _workspace(context: click.Context, closing: ExitStack) -> Workspace:
    from reconciler.runs.start import Start
    from reconciler.runs.workspace import Workspace

    start = Start(Path(context.find_root().params["directory"] or ""), _silent, _silent, closing)
    typed = context.get_parameter_source("state") is ParameterSource.COMMANDLINE
    place = context.params.get("state") if typed else None
    return Workspace(start, place, environment=context.params.get("environment"))


def _silent(line: str) -> None:
    """A shell is in the midst of somebody's typing."""


def _addresses(workspace: Workspace) -> Iterator[str]:
    yield from (resource.address for space in workspace.project.spaces for resource in space.resources)
    if workspace.state_is_local:
        yield from (
            f"{state.name}/{each.address}" for state in workspace.found().values() for each in state.records.values()
        )


def _runs(workspace: Workspace) -> Iterator[str]:
    """Of the runs that hold a space."""
    if workspace.state_is_local:
        yield from (state.run.id for state in workspace.found().values() if state.run)


addresses, runs = _complete(_addresses), _complete(_runs)
spaces = _complete(lambda workspace: (space.name for space in workspace.project.spaces))
environments = _complete(lambda workspace: workspace.settings.environments)
