"""The leases of a command: taken, given back, and the last entries remembered."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

from reconciler.core.plan.settings import in_force
from reconciler.runs.workspace import Workspace, now
from reconciler.store.backend import Backend
from reconciler.store.journal import Journal
from reconciler.store.lease import Results, held, term, this_process
from reconciler.store.side_by_side import side_by_side


@contextmanager
def leased(
    workspace: Workspace,
    verb: str,
    spaces: Mapping[str, str],
    endpoint: str,
    wait: float,
    plan: str = "",
    backend: Backend | None = None,
    account: str | None = None,
    asked: bool = False,
) -> Iterator[tuple[dict[str, Journal], Results]]:
    """Yields journals by space id, each with an open run, and the dictionary for the run's results.

    spaces: id -> name. endpoint: of the calls; "" if none are made, then each space's own. backend: to write to; None
        for the workspace's own. account: that the configuration names for the calls; None if none are made. asked:
        whether its credentials are known to belong to it: then the journals keep it.
    """
    me = this_process(os.environ)
    settings = in_force(workspace.project) if verb == "apply" else {}
    run = me.run(verb, now(), term(os.environ), plan, settings, (account or "") if asked else "")
    opened = side_by_side(lambda space_id: workspace.journal(space_id, backend), spaces, workspace.backend.at_once)
    journals = {journal.space_id: journal for journal in sorted(opened, key=lambda journal: journal.space_id)}
    results: Results = {}
    try:
        with ExitStack() as stack:
            for space_id, journal in journals.items():
                at = endpoint or journal.state.endpoint
                journal.check_cloud(at, account)
                mine = stack.enter_context(held({space_id: (journal, spaces[space_id])}, run, at, me, wait))
                stack.callback(mine.update, results)
            yield journals, results
    finally:
        workspace.witness.note({space_id: journal.state for space_id, journal in journals.items()})
