"""`reconciler import`: writes the space files of what an account has already. It reads, and changes no state."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import click

from reconciler.cli import completion, options
from reconciler.cli.terminal import complain, say
from reconciler.core.model import Project
from reconciler.errors import ConfigError, Problem, ReconcilerError, UsageError
from reconciler.kinds.types import TYPES
from reconciler.render import mask
from reconciler.render.escape import cut, escape
from reconciler.render.times import counted
from reconciler.runs.workspace import Workspace

if TYPE_CHECKING:
    from reconciler.config.formatting.extend import Blocks
    from reconciler.config.formatting.imported import DeclaredElsewhere
    from reconciler.runs.readings.account_contents import Instance

EPILOG = """\b
Examples:
  reconciler import acme               extends the file of a space
  reconciler import cams-kei8s9d0      writes a file for a CustSpaceId
  reconciler import --all
  reconciler import acme --out -       only prints the file
"""


UNREAD = "callbacks of accounts: no operation reads them; write `account_callback` where one is set"
MODELINE = "# yaml-language-server: $schema=../schemas/space.schema.json\n"


class _Target(NamedTuple):
    """A space to import.

    name: its name in addresses.
    space_id: in the cloud.
    file: relative to the project.
    declared: whether that file is there, and its own.
    """

    name: str
    space_id: str
    file: str
    declared: bool


@click.command("import", epilog=EPILOG)
@click.argument("space", required=False, metavar="[SPACE]", shell_complete=completion.spaces)
@options.option("--all", "every", is_flag=True, help="Every space that the account lists.")
@options.option("--out", metavar="FILE", help="Write there; `-` prints.")
@options.workspace_and_cloud
def command(workspace: Workspace, space: str | None, every: bool, out: str | None) -> int:
    """Write the YAML of what an account has already: numbers and contacts that no file declares.

    A file that is there keeps its lines, comments and order. Keys are proposed from display names. At the end of
    the file, `import` lists what is new: the plan shows it as imported, and apply reads and records it, and sends
    nothing. What a file cannot express is listed on standard error.
    """
    if (space is None) == (not every):
        raise click.UsageError("Name a SPACE, or give --all.")
    if every and out and out != "-":
        raise click.UsageError("--out is for one space.")
    from reconciler.cli.reading_progress import reading_progress
    from reconciler.config.elsewhere import declared_elsewhere
    from reconciler.config.formatting.imported import contact_blocks, number_blocks
    from reconciler.runs.readings.account_contents import account_contents

    with reading_progress() as watch, account_contents(workspace, watch) as contents:
        project = _project(workspace)
        elsewhere = declared_elsewhere(workspace.root, workspace.settings)
        targets = list(_targets(workspace, project, elsewhere, space, contents.instances()))
        people, by_hand = contents.contacts(), list[ReconcilerError]()
        for target in targets:
            rows, taken = contents.numbers(target.space_id), _taken(project, target)
            read = partial(contents.settings, target.space_id)
            filling = _filling(workspace, target)
            numbers = number_blocks(target.name, rows, project, taken["phone_number"], read, elsewhere, filling)
            found = contact_blocks(people, project, taken["contact"], elsewhere)
            _leave_out(numbers.left)
            try:
                _write(workspace, target, numbers.blocks.joined(found.blocks), out)
            except (ConfigError, UsageError) as error:
                by_hand.append(error)
                continue
            _leave_out(found.left)
            people = []  # the directory is the account's: they are written once
    if by_hand:
        raise by_hand[0].of(problem for error in by_hand for problem in error.problems)
    if any(not _taken(project, target)["account_callback"] for target in targets):
        _leave_out([UNREAD])
    return 0


def _leave_out(lines: Iterable[str]) -> None:
    for line in lines:
        complain(f"not imported: {cut(mask.text(line), 300)}")


def _project(workspace: Workspace) -> Project:
    """The project; where a pattern finds no file yet, what the others find."""
    from reconciler.config.elsewhere import declared_so_far

    try:
        return workspace.project
    except ConfigError as error:
        if any(each.code not in ("no-spaces", "file-missing") for each in error.problems):
            raise
        return declared_so_far(workspace.root, workspace.settings)


def _targets(
    workspace: Workspace, project: Project, elsewhere: DeclaredElsewhere, named: str | None, listed: list[Instance]
) -> Iterator[_Target]:
    """The spaces to import. Raises UsageError if the account lists none of this name or id, or if another environment
    declares it."""
    from reconciler.config.formatting.imported import space_name

    declared = {each.space_id: each for each in project.spaces}
    taken = {each.name for each in project.spaces}
    found = False
    for instance in listed:
        if other := elsewhere.spaces.get(instance.space_id):
            what = f"environment {other} declares this space"
            if named == instance.space_id:
                raise UsageError(Problem("import-elsewhere", what, found=named))
            if not named:
                found = True
                _leave_out([f"{instance.space_id}: {what}"])
            continue
        known = declared.get(instance.space_id)
        name = known.name if known else space_name(instance.title, instance.space_id, taken)
        if named in (None, name, instance.space_id):
            found = True
            taken.add(name)
            yield _Target(name, instance.space_id, known.file if known else _new_path(workspace, name), bool(known))
    if not found:
        what = "the account lists no space of this name or id" if named else "the account lists no space"
        raise UsageError(Problem("import-no-space", what, found=named))


def _new_path(workspace: Workspace, name: str) -> str:
    """Where the project reads it: the folder of its first pattern."""
    patterns = workspace.settings.patterns
    pattern = patterns[0][0] if patterns else "spaces/*.yaml"
    folder = pattern.rpartition("/")[0]
    return f"{folder}/{name}.yaml" if folder and "*" not in folder else f"spaces/{name}.yaml"


def _taken(project: Project, target: _Target) -> dict[str, set[str]]:
    """Type -> keys of the file."""
    there = [each for space in project.spaces if space.space_id == target.space_id for each in space.resources]
    return {type_: {each.name for each in there if each.type == type_} for type_ in TYPES}


def _filling(workspace: Workspace, target: _Target) -> bool:
    """Whether its file fills a template."""
    from reconciler.config.document import read_document
    from reconciler.config.templates.use import fills

    return target.declared and fills(read_document(workspace.root, workspace.root / target.file)[0])


def _write(workspace: Workspace, target: _Target, blocks: Blocks, out: str | None) -> None:
    """A new file, or the one that is there with what is new; nothing where nothing is. No other file is replaced."""
    from reconciler.runs.files.write import save

    if not blocks.sections:
        say(f"{escape(target.name)}: everything is declared already.")
        return
    path, goal = workspace.root / target.file, workspace.root / (out or target.file)
    own = target.declared and goal.resolve() == path.resolve()
    if out != "-" and not own and os.access(goal, os.F_OK) and goal.is_file():
        raise UsageError(Problem("file-exists", f"{out or target.file} is there, and is not the file of {target.name}"))
    text = _text(workspace, target, blocks, alone=bool(out) and not own)
    if out == "-":
        say(text.rstrip("\n"), paint=False)
        return
    save(goal, text, shared=True)
    figures = f"{counted(len(blocks.phone_numbers), 'number')} and {counted(len(blocks.contacts), 'contact')}"
    say(f"{escape(out or target.file)}: {figures} to import. Look through it, then: {workspace.again('plan')}")


def _text(workspace: Workspace, target: _Target, blocks: Blocks, alone: bool) -> str:
    """What the file is to hold. alone: whether, if it cannot be extended, the blocks alone will do."""
    from reconciler.config.formatting.extend import extended, new_file, to_move

    if not target.declared:
        has_schema = (workspace.root / "schemas/space.schema.json").exists() and "/" in target.file
        return new_file(target.name, target.space_id, blocks, MODELINE if has_schema else "")
    there = (workspace.root / target.file).read_bytes().decode("utf-8")
    if text := extended(there, blocks, target.name, target.space_id):
        return text
    if alone:
        return to_move(there, blocks, target.name, target.space_id)
    what = f"{target.name}: {target.file} cannot be extended as it is written"
    again = workspace.again("import", target.name, "--out", "-")
    hint = f"`{again}` prints its blocks: move them to {target.name} in that file, and `import` with them."
    raise ConfigError(Problem("import-no-place", what, hint=hint))
