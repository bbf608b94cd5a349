"""Complete journals of a backend: the backup before a change, and what another backend lacks of them."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Mapping
from pathlib import Path

from reconciler.cli.terminal import say
from reconciler.core.journal.complete import Whole, missing, whole
from reconciler.core.journal.export import exported, serial
from reconciler.core.journal.state import parse
from reconciler.errors import StateError
from reconciler.runs.workspace import Workspace
from reconciler.store import encryption
from reconciler.store.backend import Backend
from reconciler.store.journal import Journal
from reconciler.store.safety import last_seen, transfer
from reconciler.store.side_by_side import side_by_side

Journals = Mapping[str, Journal]


def pulled(found: list[Whole], root: Path) -> str:
    """What `state pull` prints, encrypted where state is. root: where paths of key files begin."""
    return encryption.encrypt_file_text(json.dumps(exported(found), indent=2), os.environ, root)


def backed_up(workspace: Workspace, journals: Journals) -> None:
    """All that is recorded, before some of it is forgotten or moved; says where. Encrypted where state is.

    journals: those under a lease of this command. Its own run is left out: where the backup is brought back nobody
    would ever end it.
    """
    runs = {journal.state.run.id for journal in journals.values() if journal.state.run}
    place = workspace.place
    found = [_before(each, runs) for each in transfer.read_wholes(place, transfer.spaces(place))]
    if found:
        folder = (workspace.root / last_seen.NAME).parent
        say(f"Backup: {transfer.backup(folder, serial(found), pulled(found, workspace.root))}")


def _before(found: Whole, runs: Collection[str]) -> Whole:
    """Without what these runs wrote at the end."""
    lines = list(found.lines)
    while lines and parse(lines[-1], found.state.space_id).get("run") in runs:
        lines.pop()
    return whole(found.state.space_id, lines, found.snapshot) if len(lines) < len(found.lines) else found


def lacking(target: Backend, wanted: Collection[Whole]) -> list[tuple[Whole, Whole]]:
    """Those of which something is missing there, each with what is there of it. Raises StateError with every one that
    cannot be brought there."""
    looked = list(side_by_side(lambda want: _lacking(target, want), wanted, target.at_once))
    problems = [problem for each in looked if isinstance(each, StateError) for problem in each.problems]
    if problems:
        raise StateError(*problems)
    return [each for each in looked if isinstance(each, tuple)]


def _lacking(target: Backend, want: Whole) -> tuple[Whole, Whole] | StateError | None:
    try:
        have = transfer.read_whole(target, want.state.space_id)
        lacks = missing(have, want) or have.padding or have.told < want.told
    except StateError as error:
        return error
    return (want, have) if lacks else None
