"""Checks just before the calls whether a plan still matches configuration and recorded state."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from reconciler.core.journal.state import BESIDE_PLANS, State, parse
from reconciler.core.plan.change import Plan
from reconciler.core.plan.settings import other_settings
from reconciler.core.review.staleness import staleness
from reconciler.errors import Stale
from reconciler.runs.workspace import Workspace


def check_fresh(workspace: Workspace, plan: Plan, states: Mapping[str, State]) -> None:
    """Raises Stale with all reasons."""
    changed = functools.partial(_last_change, workspace)
    accounts = workspace.project.account, workspace.project.contacts_account
    declared = {space.space_id: space for space in workspace.project.spaces}
    stale = [
        *staleness(plan, states, declared, workspace.identity, changed, accounts),
        *other_settings(plan.settings or {}, workspace.project),
    ]
    if stale:
        raise Stale(*stale)


def _last_change(workspace: Workspace, space_id: str, id: str, version: int) -> str:
    """When and by whom, of runs that can make a plan stale, from the journal; "" if that entry was pruned."""
    told: str = ""
    run: Mapping[str, Any] = {}
    for line in workspace.backend.history(space_id):
        entry = parse(line, space_id)
        run = entry.get("holder", run)
        if entry.get("id") == id and entry["serial"] > version and run.get("verb") not in BESIDE_PLANS:
            told = f"{entry['at']} by {run.get('who')}@{run.get('host')}"
    return told
