"""A warning for new contacts that nothing messages. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.core.plan.change import Plan
from reconciler.errors import Problem
from reconciler.kinds import KINDS


def silent_contacts(plan: Plan) -> Iterator[Problem]:
    """It is in the plan that creates them, and not in later ones."""
    new = [change for change in plan.changes if change.action in ("create", "replace") and not change.phase]
    silent = [each.address for each in new if KINDS[each.kind].trailing.difference(each.after or ())]
    if silent:
        what = f"no members are declared for {', '.join(silent)}, so no messages reach {'them' if silent[1:] else 'it'}"
        yield Problem("no-members", what, address=silent[0])
