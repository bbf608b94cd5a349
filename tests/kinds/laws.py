"""What must hold of every lifecycle table. A law takes a kind and says each place where it is broken, if any."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from reconciler.core.code import Code
from reconciler.core.plan.route import route
from reconciler.errors import ERRORS
from reconciler.kinds.looks import ACCOUNT, LISTING, STATUS, SYNC
from reconciler.kinds.table import GONE, START, Kind, Look, Step, nothing_shown
from reconciler.operations import OPERATIONS, Effect
from reconciler.refusals import Meaning

Law = Callable[[Kind], Iterator[str]]

_NUMBER = {"number": "+8613800001234", "display_name": "Acme", "method": "sms", "locale": "en_US"}
_PERSON = {"name": "tom", "email": "tom@example.com", "title": "CEO", "message_types": ["FaultMessage"]}
_BOUND = [f"10000000000000{n}" for n in range(10, 20)]
_BINDS = {"members": _BOUND, "to_unbind": [f"2{each}" for each in _BOUND]}
_SETTINGS: Mapping[str, Any] = {
    "messages_url": "https://a.example",
    "status_url": "https://a.example",
    "queue": True,
    "about": "a",
    "description": "a",
    "address": "a",
    "websites": ["https://a.example"],
    "vertical": "RETAIL",
    "picture": "https://a.example/a.png",
    "cart": True,
    "catalog": False,
}
_MET = {"space_id": "cams-acme", "contact_id": "c-1", "phone": "+8613911111234", "url": "https://a.example"}
FACTS: Mapping[str, Any] = {**_NUMBER, **_PERSON, **_MET, **_SETTINGS, **_BINDS}


def every_target_exists(kind: Kind) -> Iterator[str]:
    known = {*kind.steps, *kind.ends}
    named = {START, kind.changed or START, *kind.left, *kind.ways_out, *kind.ways_out.values(), *kind.resend}
    named |= {phase for phases in kind.resend.values() for phase in phases}
    named |= {phase for step in kind.steps.values() for phase in step.leads.values()}
    yield from (f"{phase} is no phase" for phase in sorted(named - known))


def no_phase_is_an_orphan(kind: Kind) -> Iterator[str]:
    doors = {*kind.ways_out.values(), kind.changed} - {""}
    reached = _reachable(kind, {START, *doors})
    yield from (f"nothing leads to {phase}" for phase in sorted({*kind.steps, kind.ready} - reached))


def the_end_is_reachable(kind: Kind) -> Iterator[str]:
    yield from (f"{phase} leads to no end" for phase in kind.steps if not _reachable(kind, {phase}) & {*kind.ends})


def every_phase_can_be_left_for_good(kind: Kind) -> Iterator[str]:
    """By an operation, or by forgetting, which says what stays behind. What was only declared leaves nothing."""
    for phase in {*kind.steps, kind.ready} - {START}:
        door = kind.ways_out.get(phase)
        if phase not in kind.left:
            yield f"{phase}: nothing says what forgetting leaves behind"
        if door is not None and GONE not in _reachable(kind, {door}):
            yield f"{phase}: its way out through {door} does not lead out"


def no_cycle_without_a_wait(kind: Kind) -> Iterator[str]:
    """A step that asks returns to whoever runs it; any other that could come round again would run for ever."""
    hasty = {phase for phase, step in kind.steps.items() if not step.ask}
    for phase in sorted(hasty):
        following = {target for target in kind.steps[phase].leads.values() if target in hasty}
        if phase in _reachable(kind, following, within=hasty):
            yield f"{phase} comes round again without anybody"


def every_operation_exists(kind: Kind) -> Iterator[str]:
    yield from (f"{each.operation} is no operation" for each in _calls(kind) if each.operation not in OPERATIONS)


def requests_fit_their_operation(kind: Kind) -> Iterator[str]:
    """All that is required, nothing that is unknown, no value left out."""
    for each in _calls(kind):
        operation = OPERATIONS.get(each.operation)
        params = each.request(FACTS)
        if isinstance(each, Step) and each.ask == "code":
            params = Code("123456").fill(each.api, params)
        if operation and not set(operation.required) <= set(params) <= set(operation.parameters):
            yield f"{each.operation} is called with {sorted(params)}"
        if any(value in (None, "", []) for value in params.values()):
            yield f"{each.operation} is called with an empty value"


def messages_move_the_phase(kind: Kind) -> Iterator[str]:
    """Or nobody could tell whether one was sent: there is a phase before it and another after it."""
    for phase, step in _of(kind, Effect.NOTIFY):
        if step.leads["ok"] == phase:
            yield f"{step.operation} leaves {phase} as it was"


def messages_say_to_whom(kind: Kind) -> Iterator[str]:
    for step in kind.steps.values():
        notifies = OPERATIONS[step.operation].effect is Effect.NOTIFY if step.operation in OPERATIONS else False
        if notifies != all(step.sends(FACTS)):
            yield f"{step.operation} says it sends {step.sends(FACTS)}"


def codes_are_asked_for(kind: Kind) -> Iterator[str]:
    consuming = {phase for phase, _ in _of(kind, Effect.CONSUME)}
    asking = {phase for phase, step in kind.steps.items() if step.ask == "code"}
    yield from (f"{phase}: a code is asked for, or consumed, but not both" for phase in sorted(consuming ^ asking))


def lost_answers_can_be_settled(kind: Kind) -> Iterator[str]:
    """What is neither repeatable nor asked of a human has a read that tells what became of it."""
    for step in kind.steps.values():
        operation = OPERATIONS.get(step.operation)
        if operation and (operation.effect is Effect.CREATE or operation.metered) and not step.lost:
            yield f"{step.operation}: nothing tells whether a lost one was done"


def a_code_is_looked_for(kind: Kind) -> Iterator[str]:
    """Where a read before it tells that none is needed, that read also tells whether a lost one was taken."""
    for _, step in _of(kind, Effect.CONSUME):
        if step.lost != step.before[1:]:
            yield f"{step.operation}: nothing tells whether its code was taken"


def creations_are_looked_for(kind: Kind) -> Iterator[str]:
    """By the very reads that settle a lost one, or what is there then could have been there before."""
    for _, step in _of(kind, Effect.CREATE):
        if not set(step.lost) or not set(step.lost) <= set(step.before):
            yield f"{step.operation}: is not looked for before it is made"


def nothing_is_done_on_an_unclear_status(kind: Kind) -> Iterator[str]:
    """What sends a code to a number, or registers it, reads the listing first and stops at what says nothing."""
    for step in kind.steps.values():
        operation = OPERATIONS.get(step.operation)
        if kind.type != "phone_number" or operation is None or step.leads.get("ok") == GONE:
            continue
        if "CustSpaceId" not in operation.parameters:
            continue
        told = any(look.shows is not nothing_shown for look in step.before)
        harmless = operation.effect is Effect.READ or (operation.effect is Effect.IDEMPOTENT and not operation.metered)
        if not harmless and not (told and "unclear" in step.stops):
            yield f"{step.operation}: is called whatever the number is listed as"


def no_code_is_sent_needlessly(kind: Kind) -> Iterator[str]:
    """Before one goes to a number, its account, its status and its verification are read."""
    for _, step in _of(kind, Effect.NOTIFY):
        unread = {ACCOUNT, STATUS} - {*step.before} if kind.type == "phone_number" else set[Look]()
        yield from (f"{step.operation}: {look.operation} is not read before" for look in unread)


def what_waits_for_time_ends_by_a_read(kind: Kind) -> Iterator[str]:
    """An answer that says nothing leaves it waiting."""
    for phase, step in kind.steps.items():
        if step.ask == "time" and step.leads.get(step.says(FACTS, {})) != phase:
            yield f"{phase}: is over when {step.operation} answers anything"


def a_review_is_waited_for(kind: Kind) -> Iterator[str]:
    """What may be refused while a display name is reviewed leads to where the record waits for that."""
    for phase, step in kind.steps.items():
        operation = OPERATIONS.get(step.operation)
        reviewed = operation and any(each.meaning is Meaning.REVIEWING for each in operation.refusals)
        if reviewed and "in_review" not in step.leads:
            yield f"{phase}: {step.operation} may be refused for a review, and nothing waits for that"


def what_waits_for_time_says_for_what(kind: Kind) -> Iterator[str]:
    for phase, step in kind.steps.items():
        if (step.ask == "time") != bool(step.awaits(FACTS)):
            yield f"{phase}: asks for time and says not for what, or the other way round"


def what_is_read_in_common_is_read_as_often_as_needed(kind: Kind) -> Iterator[str]:
    """A read that another one has to follow is shared where that one is: or each would wait for its own."""
    for step in kind.steps.values():
        for look in step.looks:
            if look.after and not look.after.shared:
                yield f"{look.after.operation} is read anew for each {look.operation}"


def what_is_about_the_space_is_read_once_for_all(kind: Kind) -> Iterator[str]:
    """A read that names neither a number nor a contact serves all of them; any other serves its own."""
    for look in _looks(kind):
        if look.shared != {"PhoneNumber", "ContactId"}.isdisjoint(look.request(FACTS)):
            yield f"{look.operation} serves all, and is about one, or the other way round"


def what_a_sync_renews_is_read_after_it(kind: Kind) -> Iterator[str]:
    """The listing of numbers and a number's verification are as old as the last sync."""
    for look in _looks(kind):
        if (look.after is SYNC) != (look.operation in (LISTING, STATUS.operation)):
            yield f"{look.operation} is read without a sync, or after a needless one"


def what_is_needed_is_enough(kind: Kind) -> Iterator[str]:
    """Every call that applies can be made with the facts that the kind needs, and the ids that the record has."""
    facts = {name: FACTS[name] for name in kind.needs | {"space_id", "contact_id"}}
    for each in _calls(kind):
        try:
            each.request(facts if each.needed({"begun": False, **facts}) else FACTS)
        except KeyError as error:
            yield f"{each.operation} cannot be called without {error}"


def every_stop_is_explained(kind: Kind) -> Iterator[str]:
    codes = {code for step in kind.steps.values() for code in step.stops.values()}
    yield from (f"{code} is in no row of ERRORS" for code in sorted(codes - set(ERRORS)))


def every_phase_has_a_route(kind: Kind) -> Iterator[str]:
    """What plan shows from there on can be worked out, and ends with the way forward."""
    for phase in kind.steps:
        try:
            route(kind, phase, FACTS)
        except KeyError as error:
            yield f"{phase}: no route, {error} is unknown"


LAWS: tuple[Law, ...] = (
    every_target_exists,
    no_phase_is_an_orphan,
    the_end_is_reachable,
    every_phase_can_be_left_for_good,
    no_cycle_without_a_wait,
    every_operation_exists,
    requests_fit_their_operation,
    messages_move_the_phase,
    messages_say_to_whom,
    codes_are_asked_for,
    no_code_is_sent_needlessly,
    what_waits_for_time_ends_by_a_read,
    a_review_is_waited_for,
    lost_answers_can_be_settled,
    a_code_is_looked_for,
    creations_are_looked_for,
    nothing_is_done_on_an_unclear_status,
    what_waits_for_time_says_for_what,
    what_is_read_in_common_is_read_as_often_as_needed,
    what_is_about_the_space_is_read_once_for_all,
    what_a_sync_renews_is_read_after_it,
    what_is_needed_is_enough,
    every_stop_is_explained,
    every_phase_has_a_route,
)


def _calls(kind: Kind) -> Iterator[Step | Look]:
    for step in kind.steps.values():
        yield step
        yield from step.looks


def _looks(kind: Kind) -> Iterator[Look]:
    for look in (
        *(look for step in kind.steps.values() for look in step.looks),
        *(each.look for each in kind.observed),
    ):
        yield from (look, *look.also)


def _of(kind: Kind, effect: Effect) -> Iterator[tuple[str, Step]]:
    for phase, step in kind.steps.items():
        if step.operation in OPERATIONS and step.api.effect is effect:
            yield phase, step


def _reachable(kind: Kind, start: set[str], within: set[str] | None = None) -> set[str]:
    reached, fresh = set(start), set(start)
    while fresh:
        targets = {target for phase in fresh if phase in kind.steps for target in kind.steps[phase].leads.values()}
        fresh = (targets if within is None else targets & within) - reached
        reached |= fresh
    return reached
