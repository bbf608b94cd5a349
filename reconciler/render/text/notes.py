"""Notes on what a plan without recorded state cannot know. Pure.

The sentences are made here from dates, counts and addresses only, so the author of a plan file cannot word them.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.core.plan.basis import Basis
from reconciler.core.plan.change import Plan, Unchanged
from reconciler.render.escape import escape
from reconciler.render.text.first_line import none_changed
from reconciler.render.times import age, counted

MOST = 10


def notes(plan: Plan, now: str) -> list[str]:
    """A sentence each, escaped; none for a plan that was made from recorded state, and of all of it. now: for ages."""
    return [*(_notes(plan.basis, now) if plan.basis else ()), *(_waiting(plan.since) if plan.since else ())]


def _waiting(since: Unchanged) -> Iterator[str]:
    if since.waiting:
        yield none_changed(since)
        yield f"Still waiting for a human there: {counted(since.waiting, 'resource')}; `reconciler pending` lists them."


def _notes(basis: Basis, now: str) -> Iterator[str]:
    at = f"revision {basis.revision[:12]}"
    if basis.taken_at:
        yield f"Compared with a snapshot of recorded state, taken {age(basis.taken_at, now)} at {at}."
        yield f"It has the phase of each resource; the values before are those of {at}."
    else:
        yield f"Compared with what {at} declares, as if all of it were done: recorded state was not read."
    if basis.unsure:
        yield f"Not known: what is recorded at {_listed(basis.unsure)}, as it is not what {at} declares."
    if basis.undeclared:
        yield f"Not shown: {counted(basis.undeclared, 'record')} of what {at} does not declare."
    if basis.behind:
        yield f"This branch lacks {at}: what that revision added is shown as if it were removed."
    yield "This plan can be read, not applied."


def _listed(addresses: tuple[str, ...]) -> str:
    more = f" and {len(addresses) - MOST} more" if len(addresses) > MOST else ""
    return ", ".join(escape(address) for address in addresses[:MOST]) + more
