"""Leases for commands that change what is recorded and call nothing, and the backup they begin with."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager

from reconciler.cli.terminal import say
from reconciler.cli.workspace import Workspace, now
from reconciler.core.journal import State
from reconciler.core.pulled import document, serial
from reconciler.core.whole import Whole, missing
from reconciler.errors import Problem, StateError
from reconciler.store import age, transfer, witness
from reconciler.store.backend import Backend
from reconciler.store.journal import Journal
from reconciler.store.lease import held, term, this_process

Journals = Mapping[str, Journal]


@contextmanager
def leased(workspace: Workspace, verb: str, states: Mapping[str, State], wait: float) -> Iterator[Journals]:
    """Each space by its own endpoint: no cloud is asked for anything, so none has to be named. By space id."""
    me = this_process(os.environ)
    run = me.run(verb, now(), term(os.environ))
    journals = {space_id: workspace.journal(space_id) for space_id in sorted(states)}
    try:
        with ExitStack() as stack:
            for space_id, journal in journals.items():
                state = states[space_id]
                stack.enter_context(held({space_id: (journal, state.name)}, run, state.endpoint, me, wait))
            yield journals
    finally:
        workspace.witness.note({space_id: journal.state for space_id, journal in journals.items()})


def wholes(backend: Backend) -> list[Whole]:
    return [transfer.read_whole(backend, space_id) for space_id in transfer.spaces(backend)]


def pulled(found: list[Whole]) -> str:
    return json.dumps(document(found), indent=2)


def backed_up(workspace: Workspace) -> None:
    """All that is recorded, before some of it is forgotten or moved; says where. Encrypted where state is."""
    found = wholes(workspace.place)
    if found:
        folder = (workspace.root / witness.NAME).parent
        text = age.encrypt_file_text(pulled(found), os.environ)
        say(f"Backup: {transfer.backup(folder, serial(found), text)}")


def lacking(target: Backend, wanted: Iterable[Whole]) -> list[Whole]:
    """Those of which something is missing there. Raises StateError with every one that cannot be brought there."""
    lacks: list[Whole] = []
    problems: list[Problem] = []
    for want in wanted:
        try:
            if missing(transfer.read_whole(target, want.state.space_id), want):
                lacks.append(want)
        except StateError as error:
            problems += error.problems
    if problems:
        raise StateError(*problems)
    return lacks
