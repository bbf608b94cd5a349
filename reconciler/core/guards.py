"""What a single run may do at most. Told by plan, refused by apply (6), each naming what allows it once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reconciler.core.change import Change, Plan
from reconciler.core.forecast import messages
from reconciler.core.model import Guards, Space
from reconciler.errors import Problem

FEW = 10


def refusals(plan: Plan, spaces: Sequence[Space], guards: Guards) -> Iterator[Problem]:
    yield from _removals(plan, spaces)
    yield from _too_many_messages(plan, guards)
    yield from _too_much_deleted(plan, guards)
    yield from _countries(plan, guards)


def _removals(plan: Plan, spaces: Sequence[Space]) -> Iterator[Problem]:
    for space, planned in zip(spaces, plan.spaces, strict=True):
        for change in planned.changes:
            if change.removal and change.removal.refused:
                yield _refused(space, change)


def _refused(space: Space, change: Change) -> Problem:
    name = change.local.split("/", 1)[1]
    words = "forget or deregister" if change.type == "phone_number" else "forget or delete"
    if not space.file:
        what = f"{change.address} is recorded, and the file of space {space.name} is gone"
        return Problem("removal-refused", what, hint="Put the file back, with a `removed:` entry for what shall go.")
    hint = f"Put the block back, or write `removed: {{{name}: …}}` with {words} in {space.file}."
    return Problem("removal-refused", f"{change.address} is declared no more", hint=hint, address=change.address)


def _too_many_messages(plan: Plan, guards: Guards) -> Iterator[Problem]:
    total = sum(1 for _ in messages(plan))
    if total > guards.max_messages:
        what = f"up to {total} messages would be sent, and max_messages is {guards.max_messages}"
        hint = f"Allow it once with --allow-messages {total}, or raise guards.max_messages in reconciler.yaml."
        yield Problem("too-many-messages", what, hint=hint)


def _too_much_deleted(plan: Plan, guards: Guards) -> Iterator[Problem]:
    recorded = sum(space.recorded for space in plan.spaces)
    going = sum(1 for change in plan.changes if change.removal and not change.removal.after)
    if recorded >= FEW and going * 100 > guards.max_delete_percent * recorded:
        percent = -(-going * 100 // recorded)
        what = (
            f"{going} of {recorded} recorded would go ({percent} %); max_delete_percent is {guards.max_delete_percent}"
        )
        hint = f"Allow it once with --allow-deletes {percent}, or raise guards.max_delete_percent in reconciler.yaml."
        yield Problem("too-much-deleted", what, hint=hint)


def _countries(plan: Plan, guards: Guards) -> Iterator[Problem]:
    for change in plan.changes:
        allowed = tuple(f"+{country}" for country in guards.allowed_countries)
        if (
            allowed
            and change.type == "phone_number"
            and change.action == "create"
            and not change.key.startswith(allowed)
        ):
            what = f"{change.address} is outside allowed_countries ({', '.join(guards.allowed_countries)})"
            yield Problem("country-not-allowed", what, hint="Add its country code to guards.allowed_countries.")
