"""Options shared by several verbs. Each has a variable RECONCILER_<OPTION>, except for those of consent."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from reconciler.cli import completion
from reconciler.errors import Problem, UsageError
from reconciler.runs.start import Start

if TYPE_CHECKING:
    from reconciler.runs.workspace import Workspace

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]
FILE = click.Path(path_type=Path)


class ConsentOption(click.Option):
    """Lets something happen that would not otherwise."""


class ConsentVerb(click.Command):
    """Changes what is recorded, and asks nobody."""


def option(*names: str, consent: bool = False, **more: Any) -> Decorator:
    """consent: the option lets something happen that would not otherwise; no environment may say it."""
    long = next(name for name in names if name.startswith("--"))
    variable = None if consent else "RECONCILER_" + long[2:].split("/")[0].upper().replace("-", "_")
    kind = ConsentOption if consent else click.Option
    return click.option(*names, cls=kind, envvar=variable, show_envvar=not consent, **more)


_UNITS = {"ms": 0.001, "s": 1.0, "": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


class Duration(click.ParamType[float]):
    """`30`, `30s`, `5m`, `1h`, `2d`, `250ms`: seconds as a float."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, int | float):
            return float(value)
        found = re.fullmatch(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)(ms|s|m|h|d|)", str(value))
        if not found:
            self.fail(f"{value!r} is no duration such as 30s, 5m, 1h or 2d", param, ctx)
        return float(found[1]) * _UNITS[found[2]]


def _check_place(value: str | None) -> None:
    """A secret that a pipeline lacks comes as an empty variable, which click takes for none: it must not mean the
    project's own state."""
    if value is not None and not value.strip():
        raise click.BadParameter("it is empty: name a place, or leave it out", param_hint="--state")


state = option("--state", metavar="URL", help="Where the journal is kept.  [default: as reconciler.yaml says]")
endpoint = option("--endpoint", metavar="URL", help="Another cloud: https, or http to this machine only.")


def _source(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """An empty variable of a pipeline must not mean that nothing is expected."""
    said = os.environ.get("RECONCILER_EXPECT") if value is None else value
    if said is not None and not said.strip() and not context.resilient_parsing:
        raise click.BadParameter("it is empty: name a file or an address, or leave it out")
    return value


expect = option(
    "--expect",
    metavar="FILE|URL",
    callback=_source,
    help="Refuse a state that is older than the one that FILE shows: a saved plan, published state, or a seen.json.",
)


environment = option(
    "--environment",
    metavar="NAME",
    shell_complete=completion.environments,
    help="Which of the environments in reconciler.yaml.",
)


def _opened(command: Callable[..., Any]) -> Callable[..., Any]:
    """Hands a command the workspace that its options name, in place of the options."""

    @functools.wraps(command)
    def opened(start: Start, **given: Any) -> Any:
        named = {name: given.pop(name) for name in ("environment", "state", "endpoint", "expect") if name in given}
        return command(workspace_of(start, **named), **given)

    return click.pass_obj(opened)


def workspace_of(
    start: Start,
    environment: str | None = None,
    state: str | None = None,
    endpoint: str | None = None,
    expect: str | None = None,
) -> Workspace:
    """Raises UsageError where consent was given to a protected environment that was not typed beside it."""
    from reconciler.runs.place import SHARED, variable_of  # what --help does not need
    from reconciler.runs.workspace import Workspace

    context = click.get_current_context()

    def typed(name: str) -> bool:
        return context.get_parameter_source(name) is ParameterSource.COMMANDLINE

    if typed("state"):
        _check_place(state)
    elif not (environment and os.environ.get(variable_of(environment))):
        _check_place(os.environ.get(SHARED))
    # A variable of an environment, or of a product, comes before the one for all, and after what was typed.
    places = (url if typed(name) else None for name, url in (("state", state), ("endpoint", endpoint)))
    workspace = Workspace(start, next(places), expect, environment or "", next(places))
    if environment and not typed("environment") and (given := _consents(context)) and workspace.settings.protect:
        what = f"{given[0]}, and {environment} is protected"
        raise UsageError(Problem("protected-environment", what, hint=f"Add --environment {environment} beside it."))
    return workspace


def _consents(context: click.Context) -> list[str]:
    """How consent was given: by the verb itself, or by options that were typed."""
    if isinstance(context.command, ConsentVerb):
        return [f"`{context.command_path.partition(' ')[2]}` changes what is recorded"]
    options = {str(each.name): each.opts[0] for each in context.command.params if isinstance(each, ConsentOption)}
    given = (name for name in options if context.get_parameter_source(name) is ParameterSource.COMMANDLINE)
    return [f"{options[name]} was given" for name in given]


def workspace(command: Callable[..., Any]) -> Callable[..., Any]:
    return environment(state(_opened(command)))


def workspace_and_cloud(command: Callable[..., Any]) -> Callable[..., Any]:
    return environment(state(endpoint(expect(_opened(command)))))


def names_in_commas(context: click.Context, param: click.Parameter, said: Sequence[str]) -> tuple[str, ...]:
    """An empty name, as an empty variable of a pipeline leaves it, must not mean all: `destroy --target ""`."""
    names = tuple(name for each in said for name in each.split(","))
    by_variable = () if said else (os.environ.get(str(param.envvar), "unset"),)
    if not all(name.strip() for name in (*names, *by_variable)) and not context.resilient_parsing:
        raise click.BadParameter("it is empty: name one, or leave it out")
    return names


spaces = option(
    "--space",
    "only",
    metavar="NAME",
    multiple=True,
    callback=names_in_commas,
    shell_complete=completion.spaces,
    help="Only this space; may be repeated, or several with commas between.",
)


def _named(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """An empty variable of a pipeline must not mean something else than what was asked for."""
    if value == "":
        raise click.BadParameter("it is empty: name a revision, or leave it out")
    return value


changed_since = option(
    "--changed-since",
    "since",
    metavar="REV",
    callback=_named,
    help="Only spaces that were changed since the branch left REV.",
)
against = option("--against", metavar="REV", callback=_named, help="Compare with what REV declares, and read no state.")
guards_of = option(
    "--guards-of",
    metavar="REV",
    callback=_named,
    help="Also apply the guards of the commit where this branch left REV.",
)
as_document = option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
as_json = option("--json", "as_json", is_flag=True, help="One JSON object a line instead of text.")
json_into = option(
    "--json-into", "into", type=FILE, metavar="FILE", help="Write the event stream into FILE, beside what is printed."
)
compat = option(
    "--compat", type=click.Choice(["terraform"]), help="Text in Terraform's wording, for tools that search it."
)
refresh = option("--refresh", is_flag=True, help="Also ask the cloud what was changed outside of reconciler.")
refresh_only = option(
    "--refresh-only", is_flag=True, help="Only what was changed outside of reconciler: plan or apply nothing else."
)
preflight = option(
    "--preflight", is_flag=True, help="Also ask the cloud whether each change can make its next call. Only reads."
)
full = option("--full", is_flag=True, help="Show every line, with nothing shortened or grouped.")
no_input = option("--no-input", is_flag=True, help="Ask nothing, even at a terminal.")


def format(names: Iterable[str]) -> Decorator:
    known = list(names)
    listed = f"What to print it as: {', '.join(known)}.  [default: text]"
    return option("--format", "form", type=click.Choice(known), metavar="NAME", help=listed)


def lock_wait(default: str) -> Decorator:
    return option(
        "--lock-wait", type=Duration(), default=default, show_default=True, help="How long to wait for another run."
    )


def chosen_form(context: click.Context, json_is: str) -> str:
    """The format chosen by --json, --format or --compat; an option takes precedence over the environment.

    json_is: the format of --json. Raises click.UsageError if two of them were typed.
    """
    given = {name: context.params.get(name) for name in ("form", "as_json", "compat")}
    said = [name for name, value in given.items() if value]
    typed = [name for name in said if context.get_parameter_source(name) is ParameterSource.COMMANDLINE]
    if len(typed) > 1:
        raise click.UsageError("Give one of --json, --format and --compat.")
    chosen = (typed or said or [""])[0]
    return json_is if chosen == "as_json" else str(given.get(chosen) or "text")
