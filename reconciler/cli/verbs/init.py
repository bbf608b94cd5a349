"""`reconciler init`: the first files of a project, in an empty folder or a repository that has none yet."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import click

from reconciler.cli import options
from reconciler.cli.terminal import at_a_terminal, say
from reconciler.errors import Problem, UsageError
from reconciler.render.escape import escape
from reconciler.runs.workspace import Workspace
from reconciler.runtime import regular_files
from reconciler.store import extras
from reconciler.store.filesystem import leads_out

LARGEST = 1 << 20

EPILOG = """\b
Examples:
  reconciler init                                  asks for what it needs
  reconciler init --space acme --space-id cams-1 --number +8613800001234
  reconciler init --environments trial,live --space acme --space-id cams-1 \\
      --space-id cams-2 --account 1234567890123456 --account 1234567890123457
  reconciler init --pipeline github --source "$REPOSITORY_URL@$COMMIT"
"""

_EACH = "repeat the option for each environment, in the order of --environments"


@click.command("init", epilog=EPILOG)
@options.option("--space", metavar="NAME", help="The first customer, as addresses name it, such as acme.")
@options.option("--space-id", "ids", metavar="ID", multiple=True, help=f"Its id in the cloud; {_EACH}.")
@options.option("--number", "numbers", metavar="NUMBER", multiple=True, help=f"A phone number; {_EACH}.")
@options.option("--display-name", metavar="TEXT", help="The name that people see in WhatsApp.")
@options.option("--environments", metavar="NAME,...", default="", help="Environments with spaces of their own.")
@options.option("--account", "accounts", metavar="ID", multiple=True, help=f"Account id; {_EACH}.")
@options.option("--pipeline", type=click.Choice(["github", "gitlab"]), help="Also write pipeline files.")
@options.option(
    "--source",
    metavar="URL@COMMIT",
    help="Where pipelines install this program from.  [default: as this copy was]",
)
@options.no_input
@click.pass_context
def command(
    context: click.Context,
    space: str | None,
    ids: Sequence[str],
    numbers: Sequence[str],
    display_name: str | None,
    environments: str,
    accounts: Sequence[str],
    pipeline: str | None,
    source: str | None,
    no_input: bool,
) -> int:
    """Write reconciler.yaml, a first space, the schemas for editors, a line of .gitignore, and pipelines if wanted.

    At a terminal, it asks for each value that no option gives. A file that exists is never written over.
    """
    from reconciler.config.formatting.begin import FirstSpace, first_files
    from reconciler.config.project import load_project

    ask = _asked if at_a_terminal() and not no_input else _lacking
    names = [name.strip() for name in environments.split(",")] if environments else [""]
    space = space or ask("--space", "Name of the first customer, such as acme")
    _well_formed([space, *filter(None, names)])
    spaces: list[FirstSpace] = []
    for at, name in enumerate(names):
        whose = f" in {name}" if name else ""
        account = (_at(accounts, at) or ask("--account", f"Account id of {name}")) if name else ""
        id = _at(ids, at) or ask("--space-id", f"CustSpaceId of {space}{whose}, from the console")
        number = _at(numbers, at) or ask("", f"Phone number{whose}, such as +8613800001234; empty for none")
        shown = (display_name or ask("--display-name", "Name that people see in WhatsApp")) if number else ""
        spaces.append(FirstSpace(name, account, space, id, number, shown))
    workspace = Workspace(context.obj)
    of_each = {each.environment: each.account for each in spaces if each.environment}
    files = {**first_files(spaces), **(_pipelines(pipeline, source, of_each) if pipeline else {})}
    _write(workspace.root, files)
    say(_next(workspace, files, names[0]))
    load_project(workspace.root)  # reports a bad answer with its place
    return 0


def _pipelines(forge: str, source: str | None, environments: Mapping[str, str]) -> dict[str, str]:
    from reconciler.config.formatting.pipelines import pipeline_files, well_formed

    source = source or extras.installed_from()
    if not well_formed(source):
        what = "a pipeline installs this program from a repository and a commit, and this copy does not know its own"
        raise UsageError(Problem("unknown-source", what, found=source or None))
    return pipeline_files(forge, source, environments)


def _at(given: Sequence[str], at: int) -> str:
    return given[at] if at < len(given) else ""


def _well_formed(names: Sequence[str]) -> None:
    """Before any becomes the name of a file. Raises UsageError."""
    from reconciler.config.schema import judge

    if wrong := [name for name in names if not judge("space").fits("space", name)]:
        raise UsageError(*(Problem("bad-name", "this name is not well formed", found=name) for name in wrong))


def _asked(option: str, question: str) -> str:
    from reconciler.cli.prompt import ask

    while not (answer := ask(f"{question}: ").strip()) and option:
        continue
    return answer


def _lacking(option: str, question: str) -> str:
    if not option:
        return ""
    raise click.UsageError(f"There is no terminal to ask at: give {option}.")


def _write(root: Path, files: Mapping[str, str]) -> None:
    """All of them or none. Raises UsageError for those that exist."""
    from reconciler.config.formatting.begin import IGNORED
    from reconciler.runs.files.write import save

    if there := [name for name in files if os.path.lexists(root / name)]:
        raise UsageError(*(Problem("file-exists", "this file is already there", found=name) for name in there))
    ignore = root / ".gitignore"
    if out := [name for name in (*files, ignore.name) if leads_out(root, root / name)]:
        raise UsageError(*(Problem("file-outside", "a link leads out of the project", found=name) for name in out))
    try:
        lines = regular_files.text(ignore, LARGEST) if os.path.lexists(ignore) else ""
    except (OSError, UnicodeDecodeError):
        raise UsageError(Problem("file-unreadable", "this file cannot be read", found=ignore.name)) from None
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        save(root / name, text, shared=True)
    if IGNORED not in lines.splitlines():
        save(ignore, f"{lines}{'' if not lines or lines.endswith(chr(10)) else chr(10)}{IGNORED}{chr(10)}", shared=True)


def _next(workspace: Workspace, files: Iterable[str], environment: str) -> str:
    """The three commands that come next. `sandbox --env` makes the last two safe to try."""
    chosen = [f"--environment={environment}"] if environment else []
    commands = ["validate"], ["plan", *chosen, "--out", "plan.out"], ["apply", *chosen, "plan.out"]
    written = [f"Wrote {escape(name)}" for name in files]
    return "\n".join([*written, "", "Next:", *(f"  {workspace.again(*each)}" for each in commands)])
