"""`reconciler offboard SPACE`: ends a customer in one pull request. It changes the space's file, and calls nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import click

from reconciler.cli import completion, options
from reconciler.cli.terminal import say
from reconciler.core.journal.record import Record
from reconciler.core.journal.state import State
from reconciler.core.model import OnRemove, Space
from reconciler.core.plan.guards import FEW
from reconciler.core.plan.match import identity
from reconciler.core.plan.removal import removed, said_for_all
from reconciler.errors import Problem, UsageError
from reconciler.kinds import KINDS
from reconciler.render.escape import escape
from reconciler.render.times import counted
from reconciler.runs.workspace import Workspace

EPILOG = """\b
Examples:
  reconciler offboard acme
  reconciler offboard acme --refused forget     also if on_remove is refuse
"""
REFUSE = "refuse"


@click.command("offboard", epilog=EPILOG)
@click.argument("space", shell_complete=completion.spaces)
@options.option(
    "--refused",
    type=click.Choice(["forget", "remove"]),
    help="What becomes of what refuses its removal: it is forgotten, or removed from the cloud.",
)
@options.workspace
def command(workspace: Workspace, space: str, refused: str | None) -> int:
    """Write the end of SPACE into its file: no block any more, and under `removed:` what becomes of each resource.

    Each goes as the on_remove of its block says. Nothing is called and nothing is recorded: plan, review and apply
    follow, as for any change. What stays in the cloud is listed, with the place to see to it. Run again, also halfway
    through the apply, it writes the same.
    """
    from reconciler.config.formatting.offboard import offboarded
    from reconciler.runs.files.write import save

    declared, state = _found(workspace, space)
    others = (other for other in workspace.project.spaces if other != declared)
    elsewhere = {identity(each): other.name for other in others for each in other.resources}
    entries = said_for_all(declared, state, elsewhere, refused or "") if state else {}
    if still := [name for name, said in entries.items() if said == REFUSE]:
        what = f"{space}: the on_remove of {', '.join(still[:5])}{', …' if len(still) > 5 else ''} is refuse"
        raise UsageError(Problem("offboard-refused", what))
    text = offboarded(
        workspace.root, declared.file, {**declared.removed, **entries}, space, workspace.settings.environment
    )
    save(workspace.root / declared.file, text, shared=True)
    ended = replace(declared, resources=(), removed={**declared.removed, **entries})
    for line in _told(workspace, ended, state, entries, elsewhere):
        say(line)
    return 0


def _found(workspace: Workspace, name: str) -> tuple[Space, State | None]:
    found = next((each for each in workspace.project.spaces if each.name == name), None)
    if found is None:
        what = "no space of this name is declared"
        raise UsageError(Problem("unknown-space", what, found=name, hint="A space whose file is gone: put it back."))
    return found, workspace.recorded.get(found.space_id)


def _told(
    workspace: Workspace,
    ended: Space,
    state: State | None,
    entries: Mapping[str, OnRemove],
    elsewhere: Mapping[str, str],
) -> Iterator[str]:
    file = escape(ended.file)
    if state is None or not state.records:
        yield f"{file} declares nothing any more, and nothing is recorded: it can be deleted."
        return
    if entries:
        yield f"{file} declares nothing any more, and says what becomes of {counted(len(entries), 'resource')}:"
        yield from _ends(ended, [record for id, record in state.records.items() if id not in elsewhere])
    else:
        yield f"{file} declares nothing any more."
    moving = [elsewhere[id] for id in state.records if id in elsewhere]
    spaces = sorted(set(moving))
    if moving:
        yield f"Still to move to {', '.join(spaces)}: {counted(len(moving), 'resource')}. Plan these spaces together."
    if entries and len(state.records) >= FEW:
        yield "So much at once is refused by guards.max_delete_percent: apply it with --allow-deletes 100."
    plan = workspace.again("plan", "--space", ",".join((ended.name, *spaces)), "--out", "end.out")
    then = "Once nothing is recorded any more," if moving else "Then"
    yield f"Nothing was called. Commit the file, review `{plan}`, and apply that. {then} the file can be deleted."


def _ends(ended: Space, going: Iterable[Record]) -> Iterator[str]:
    """What becomes of each, and what is left to do by hand."""
    by_hand = []
    for record in sorted(going, key=lambda record: record.address):
        change = removed(ended, record)
        if isinstance(change, Problem) or change.removal is None:
            continue
        yield f"  {escape(change.address):<40} {'removed' if change.removal.door else 'forgotten'}"
        if left := change.removal.left:
            by_hand.append(f"  {escape(change.address)}: {KINDS[record.kind].row.by_hand(escape(left))}")
    if by_hand:
        yield "\n".join(["To do by hand after the apply:", *by_hand])
