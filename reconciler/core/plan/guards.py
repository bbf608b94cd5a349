"""Limits of a single run. A plan shows what exceeds them, apply refuses it (6); each names the option that allows it
once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from reconciler.core.consent import Consent
from reconciler.core.journal.state import State
from reconciler.core.journal.tries import metered_out, metered_until
from reconciler.core.model import Attributes, Guards, Project, Space
from reconciler.core.plan.change import Change, Plan, SpacePlan
from reconciler.core.plan.forecast import messages
from reconciler.core.plan.removal import either
from reconciler.errors import Place, Problem
from reconciler.kinds.spelling import other, phone, spelled_out
from reconciler.kinds.types import TYPES
from reconciler.kinds.wire import host
from reconciler.operations import OPERATIONS

FEW = 10


def remaining_refusals(
    plan: Plan, project: Project, limits: Guards, consent: Consent, states: Mapping[str, State], now: str
) -> list[Problem]:
    """What guards refuse even with this run's consent. limits: the guards that count."""
    declared = {space.space_id: space for space in project.spaces}
    spaces = [declared.get(space.space_id) or Space(space.name, space.space_id, "") for space in plan.spaces]
    found = refusals(plan, spaces, consent.to(limits), states, now)
    return [problem for problem in found if not (consent.allow_metered and problem.code == "metered-out")]


def refusals(
    plan: Plan, spaces: Sequence[Space], guards: Guards, states: Mapping[str, State], now: str
) -> Iterator[Problem]:
    """What exceeds a guard, each with its place if it is about one block or file."""
    found = (
        *_space_ids(spaces, states),
        *_removals(plan, spaces),
        *_metered(plan, states, now),
        *_too_many_messages(plan, guards),
        *_too_much_deleted(plan, guards, states),
        *_countries(plan, guards),
        *_hosts(plan, guards),
        *_respelled(plan, states),
    )
    places = _places({problem.address for problem in found if problem.address}, spaces)
    return (problem if problem.place else problem.at(places.get(problem.address or "")) for problem in found)


def _places(addresses: Collection[str], spaces: Sequence[Space]) -> dict[str, Place]:
    """Address -> its block, or its space's file."""
    files = {space.name: Place(space.file) for space in spaces if space.file}
    near = {each: files[name] for each in addresses if (name := each.partition("/")[0]) in files}
    found = (each for space in spaces for each in space.resources) if addresses else ()
    return near | {each.address: each.place for each in found if each.place and each.address in addresses}


def _space_ids(spaces: Sequence[Space], states: Mapping[str, State]) -> Iterator[Problem]:
    """A known name with another space id: one typing error would move every live number, irreversibly.

    Two names that were swapped look the same; each of the two files has to confirm it with `moved`.
    """
    recorded = [(state.name, id) for id, state in states.items() if state.records]
    for space in filter(lambda space: space.file, spaces):
        for old in (id for name, id in recorded if name == space.name and id not in (space.space_id, space.moved)):
            what = f"{space.name} is recorded as space_id {old}, and is {space.space_id} now"
            hint = f"Put {old} back. If all of it is to move, write `moved: {{space_id: {old}}}` in {space.file}."
            yield Problem("space-id-changed", what, space.places.get("space_id"), hint=hint)


def _removals(plan: Plan, spaces: Sequence[Space]) -> Iterator[Problem]:
    for space, planned in zip(spaces, plan.spaces, strict=True):
        for change in planned.changes:
            if change.removal and change.removal.refused:
                if plan.scope and plan.scope.destroy:
                    yield _kept(change, f"leave it out with --exclude {change.address}")
                elif _is_made_again(change):
                    yield _kept(change, "leave --replace out")
                else:
                    yield _refused(space, change)


def _is_made_again(change: Change) -> bool:
    """Whether the same thing is removed and made again."""
    return change.action == "replace" and change.removal is not None and change.removal.id == change.id


def _refused(space: Space, change: Change) -> Problem:
    name = change.local.partition("/")[2]
    words = either(TYPES[change.type].removing)
    if not space.file:
        what = f"{change.address} is recorded, and the file of space {space.name} is gone"
        return Problem("removal-refused", what, hint="Put the file back, with a `removed:` entry for what shall go.")
    what, block = f"{change.address} was removed from the YAML", "the block"
    if change.removal and change.removal.after:
        what, block = f"{change.address} now means another one", "the old one"
        name = '"OLD NUMBER"' if TYPES[change.type].keyed_by_number else change.removal.key
    hint = f"Put {block} back, or write `removed: {{{name}: …}}` with {words} in {space.file}."
    return Problem("removal-refused", what, hint=hint, address=change.address)


def _kept(change: Change, otherwise: str) -> Problem:
    hint = f"Write `on_remove:` with {either(TYPES[change.type].removing)} in its block, or {otherwise}."
    return Problem("removal-refused", f"the on_remove of {change.address} is refuse", hint=hint, address=change.address)


def _too_many_messages(plan: Plan, guards: Guards) -> Iterator[Problem]:
    total = sum(1 for _ in messages(plan))
    if total > guards.max_messages:
        what = (
            f"up to {total} message{'s' if total != 1 else ''} would be sent, and max_messages is {guards.max_messages}"
        )
        hint = f"Allow it once with --allow-messages {total}, or raise guards.max_messages in reconciler.yaml."
        yield Problem("too-many-messages", what, hint=hint)


def _too_much_deleted(plan: Plan, guards: Guards, states: Mapping[str, State]) -> Iterator[Problem]:
    """For each space and for all: one customer's numbers are few among everybody's."""
    counts = [(space.name, *_going(space, states)) for space in plan.spaces]
    total = ("", sum(recorded for _, recorded, _ in counts), sum(going for _, _, going in counts))
    for name, recorded, going in (*counts, total) if len(counts) > 1 else counts:
        if recorded >= FEW and going * 100 > guards.max_delete_percent * recorded:
            percent = -(-going * 100 // recorded)
            whose = f" of {name}" if name and len(counts) > 1 else ""
            share = f"{going} of {recorded} recorded{whose} would go ({percent} %)"
            what = f"{share}; max_delete_percent is {guards.max_delete_percent}"
            hint = (
                f"Allow it once with --allow-deletes {percent}, or raise guards.max_delete_percent in reconciler.yaml."
            )
            yield Problem("too-much-deleted", what, hint=hint)


def _going(space: SpacePlan, states: Mapping[str, State]) -> tuple[int, int]:
    """How many are recorded, and how many of them would be removed."""
    recorded = len(states[space.space_id].records) if space.space_id in states else 0
    return recorded, sum(1 for change in space.changes if change.removal and not change.removal.moves)


def _metered(plan: Plan, states: Mapping[str, State], now: str) -> Iterator[Problem]:
    for space in plan.spaces:
        records = states[space.space_id].records if space.space_id in states else {}
        for change in space.changes:
            record = records.get(change.id)
            again = metered_until(record, now) if record and _registers(change) else ""
            if again:
                yield metered_out(change.address, again)


def _registers(change: Change) -> bool:
    """Whether it registers without a person's code. With a code, the limit is checked before the call."""
    return any(OPERATIONS[call.operation].metered and not (call.only_if or call.ask) for call in change.all_calls)


def _respelled(plan: Plan, states: Mapping[str, State]) -> Iterator[Problem]:
    """A phone recorded in another spelling would be recorded twice, and would get another message."""
    known = {
        phone(record.key): (f"{state.name}/{record.address}", record.key)
        for state in states.values()
        for record in state.records.values()
        if TYPES[record.type].keyed_by_number and other(record.key)
    }
    for change in plan.changes if known else ():
        address, key = known.get(phone(change.key), ("", change.key))
        if TYPES[change.type].keyed_by_number and change.action not in ("delete", "forget") and key != change.key:
            what = f"{change.address} is {address}, which is recorded in another spelling"
            hint = f"Declare it as it is recorded, {spelled_out(key)}: the same phone would be sent another message."
            yield Problem("number-respelled", what, hint=hint, address=change.address)


def _hosts(plan: Plan, guards: Guards) -> Iterator[Problem]:
    """Without a list, any host: then a change of host is only shown."""
    allowed = guards.callback_hosts
    for change in plan.changes if allowed else ():
        for each in sent_to(change):
            if each not in allowed:
                what = f"{change.address} would send callbacks to {each}, and callback_hosts is {', '.join(allowed)}"
                yield Problem("callback-host-not-allowed", what, address=change.address)


def _countries(plan: Plan, guards: Guards) -> Iterator[Problem]:
    allowed = tuple(f"+{country}" for country in guards.allowed_countries)
    for change in plan.changes:
        comes = TYPES[change.type].keyed_by_number and change.action in ("create", "replace")
        if allowed and comes and not change.key.startswith(allowed):
            what = f"{change.address} is outside allowed_countries ({', '.join(guards.allowed_countries)})"
            hint = "Add its country code to guards.allowed_countries, or allow it once with --allow-country CODE."
            yield Problem("country-not-allowed", what, hint=hint, address=change.address)


_CALLBACK_FIELDS = {"UpCallbackUrl", "StatusCallbackUrl"}


class Redirect(NamedTuple):
    """A change of where something goes.

    what: messages, or reports of delivery.
    of: what it is of, for people.
    before: the host so far.
    after: the host from now on.
    """

    what: str
    of: str
    before: str
    after: str


def redirects(plan: Plan) -> list[Redirect]:
    """The changes of a host, those of the most numbers first, whether or not the former was sent yet."""
    left = {each.removal.after: each.before for each in plan.changes if each.removal and each.removal.moves}
    changed = [
        (each, each.before or left.get((space.space_id, each.id))) for space in plan.spaces for each in space.changes
    ]
    found = Counter(each for change, before in changed if before for each in _redirected(change, before))
    return [each._replace(of=_counted(each.of, times)) for each, times in found.most_common()]


def _counted(label: str, times: int) -> str:
    return f"{times} {label}{'' if times == 1 else 's'}"


def _redirected(change: Change, before: Attributes) -> Iterator[Redirect]:
    row = TYPES[change.type]
    for name in row.callbacks:
        was, will_be = (host(str(facts.get(name, ""))) for facts in (before, change.after or {}))
        if was and will_be and was != will_be:
            yield Redirect(row.callbacks[name], row.short, was, will_be)


def sent_to(change: Change) -> Iterator[str]:
    """The hosts that a change sets as targets of callbacks."""
    sets = any(_CALLBACK_FIELDS & set(OPERATIONS[call.operation].parameters) for call in change.calls)
    given = (str((change.after or {}).get(name) or "") for name in TYPES[change.type].callbacks if sets)
    return iter(dict.fromkeys(host(url) for url in given if url))
