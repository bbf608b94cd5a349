"""`reconciler fmt`: one layout for all files; comments stay, and what the files mean."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from reconciler.cli import options
from reconciler.cli.terminal import say
from reconciler.errors import ConfigError, Problem, UsageError
from reconciler.runs.workspace import Workspace

EPILOG = """\b
Examples:
  reconciler fmt
  reconciler fmt --check      exits 1 if a file is not formatted
  reconciler fmt spaces/acme.yaml
"""


@click.command("fmt", epilog=EPILOG)
@click.argument("names", metavar="[FILE]...", nargs=-1, type=click.Path())
@options.option("--check", is_flag=True, help="Write nothing; exit 1 when a file is not formatted.")
@click.pass_context
def command(context: click.Context, names: Sequence[str], check: bool) -> int:
    """Format reconciler.yaml, the space files and their templates, or the files that are named.

    Keys stand in the order of the reference, quotes where another reader would take a text for something else.
    Comments stay with the key that follows them. The names of the files that change are printed.
    """
    from reconciler.config.formatting.files import all_files, formatted
    from reconciler.runs.files.write import save

    root, changed, problems = Workspace(context.obj).root, list[Path](), list[Problem]()
    for path in _within(root, names) if names else all_files(root):
        try:
            before, after = formatted(root, path)
        except ConfigError as error:
            problems += error.problems
            continue
        if before != after:
            changed.append(path)
            if not check:
                save(path, after, shared=True)
    say("".join(f"{path.relative_to(root)}\n" for path in changed).rstrip("\n")) if changed else None
    if problems:
        raise ConfigError.of(problems)
    return 1 if check and changed else 0


def _within(root: Path, names: Sequence[str]) -> list[Path]:
    """Files are named from where the command runs, as others are."""
    from reconciler.config.files import leaves_root

    if outside := [name for name in names if leaves_root(name)]:
        what = "name it by its path below the project's folder"
        raise UsageError(*(Problem("file-outside", what, found=name) for name in outside))
    return [root / name for name in names]
