"""Settings of a number in service: one suffix of steps, with which the table of each onboarding ends.

    connected ── UpdatePhoneWebhook ──> callbacks_sent ── read back ──> callbacks_set ── … ──> registered

Each group of settings has two steps: one sends what is declared, one reads it back. A setting is sent only if it is
declared, and differs from what was sent last. No step needs a person, sends a message, or leads back to registering. A
setting that is removed from the YAML is not sent any more; no call undoes it.

Learned facts:

- `to_set`: groups that are to be sent; all declared ones if it is missing, and the number is not ready yet.
- `to_check`: groups that were sent, and not read back as declared yet.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, NamedTuple

from reconciler.kinds import wire
from reconciler.kinds.looks import LISTING, SYNC, number_row
from reconciler.kinds.table import Data, Facts, Look, Params, Step, still_waiting

FIRST, READY = "connected", "registered"
Reading = Callable[[Facts, Data], Facts]
"""Facts, the answer's data -> the settings as the cloud shows them, by fact."""


class NumberSetting(NamedTuple):
    """One setting.

    fact: its name in facts and plans.
    group: its block in the YAML.
    key: in that block.
    field: on the wire.
    """

    fact: str
    group: str
    key: str
    field: str


SETTINGS = (
    NumberSetting("messages_url", "callbacks", "messages", "UpCallbackUrl"),
    NumberSetting("status_url", "callbacks", "status", "StatusCallbackUrl"),
    NumberSetting("queue", "callbacks", "queue", "QueueFlag"),
    NumberSetting("about", "profile", "about", "About"),
    NumberSetting("description", "profile", "description", "Description"),
    NumberSetting("address", "profile", "address", "Address"),
    NumberSetting("email", "profile", "email", "Email"),
    NumberSetting("websites", "profile", "websites", "Websites"),
    NumberSetting("vertical", "profile", "vertical", "Vertical"),
    NumberSetting("picture", "profile", "picture", "ProfilePictureUrl"),
    NumberSetting("cart", "commerce", "cart", "CartEnable"),
    NumberSetting("catalog", "commerce", "catalog", "CatalogVisible"),
)
NAMES = tuple(each.fact for each in SETTINGS)
_OF = {group: tuple(each for each in SETTINGS if each.group == group) for group in ("callbacks", "profile", "commerce")}
_ANY = frozenset(NAMES)


def declared(facts: Facts, group: str) -> dict[str, Any]:
    """The declared settings of a group, by fact."""
    if _ANY.isdisjoint(facts):
        return {}
    return {each.fact: facts[each.fact] for each in _OF[group] if facts.get(each.fact) is not None}


def _groups(facts: Facts) -> list[str]:
    return [group for group in _OF if declared(facts, group)]


def to_send_all(facts: Facts) -> Facts:
    """What a number that has left service needs again: nobody knows which settings it keeps."""
    return {"to_set": _groups(facts), "to_check": []}


def to_send(facts: Facts) -> list[str]:
    """The groups that are still to be sent."""
    return list(facts.get("to_set", _groups(facts)))


def _to_check(facts: Facts) -> list[str]:
    return list(facts.get("to_check", ()))


def to_send_again(before: Facts, after: Facts) -> Facts:
    """What an update resets: the groups whose values change, and those that were still to be sent or read back.

    before: with the phase.
    """
    left = (*_unsent(before["phase"], before), *_to_check(before))
    due = [group for group in _groups(after) if _changes(before, after, group) or group in left]
    return {"to_set": due, "to_check": []}


def _unsent(phase: str, facts: Facts) -> list[str]:
    return [] if phase == READY and "to_set" not in facts else to_send(facts)


def sent_settings(phase: str, facts: Facts) -> Facts:
    """What the cloud holds in this phase, as far as the record says: wire name -> value; for rehearsals."""
    sent = [group for group in _OF if group not in _unsent(phase, facts)]
    held = {name: value for group in sent for name, value in _fields(facts, group).items()}
    queue = "queue" if held.pop("QueueFlag", False) else ""
    return {**held, "StatusQueue": queue, "UpQueue": queue}


def _changes(before: Facts, after: Facts, group: str) -> bool:
    return any(_plain(before.get(name)) != _plain(value) for name, value in declared(after, group).items())


def _plain(value: Any) -> Any:
    """Declared lists are tuples, and recorded ones are not."""
    return list(value) if isinstance(value, tuple) else value


def _callbacks(facts: Facts) -> Params:
    # A queue beside the URLs or not: the flags are not shown by any read, so both are always sent.
    flags = {"HttpFlag": "Y", "QueueFlag": "Y" if facts.get("queue") else "N"}
    return {**wire.number_in_space(facts), **_fields(facts, "callbacks"), **flags}


def _profile(facts: Facts) -> Params:
    sent = _fields(facts, "profile")
    listed = {"Websites": json.dumps(list(facts["websites"]))} if "Websites" in sent else {}
    return {**wire.number_in_space(facts), **sent, **listed}


def _commerce(facts: Facts) -> Params:
    return {**wire.number_in_space(facts), **_fields(facts, "commerce")}


def _fields(facts: Facts, group: str) -> Params:
    given = declared(facts, group)
    return {each.field: given[each.fact] for each in _OF[group] if each.fact in given}


def callbacks_shown(facts: Facts, answer: Data) -> Facts:
    """From the listing. Of queues it has the names, not the flag."""
    row = number_row(facts, answer) or {}
    queue = bool(wire.text(row, "StatusQueue") or wire.text(row, "UpQueue"))
    return {"messages_url": wire.text(row, "UpCallbackUrl"), "status_url": wire.text(row, "StatusCallbackUrl")} | {
        "queue": queue
    }


def profile_shown(facts: Facts, answer: Data) -> Facts:
    """From QueryPhoneBusinessProfile."""
    data = wire.data(answer)
    texts = {each.fact: wire.text(data, each.field) for each in _OF["profile"]}
    return {**texts, "websites": _listed(data.get("Websites"))}


def _listed(found: Any) -> list[str]:
    """A list of texts, also one that comes as JSON in a text."""
    if isinstance(found, str):
        try:
            found = json.loads(found or "[]")
        except ValueError:
            return [found]
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def commerce_shown(facts: Facts, answer: Data) -> Facts:
    """From GetCommerceSetting. None for what is neither true nor false."""
    data = wire.data(answer)
    words = {"true": True, "false": False}
    return {each.fact: words.get(str(data.get(each.field)).lower()) for each in _OF["commerce"]}


READINGS: Mapping[str, tuple[str, Reading]] = {
    "callbacks": (LISTING, callbacks_shown),
    "profile": ("QueryPhoneBusinessProfile", profile_shown),
    "commerce": ("GetCommerceSetting", commerce_shown),
}
"""Group -> the operation that shows it, and how its answer is read."""
UNLISTED = tuple(group for group, (operation, _) in READINGS.items() if operation != LISTING)
"""Groups that the listing does not show."""


def same_setting(name: str, said: Any, shown: Any) -> bool:
    """Whether the cloud shows a setting as it is declared, after what it may do to texts.

    A picture is served from an address of the cloud's own, so only its presence can be seen; a queue is seen by its
    name, which may remain when it is switched off.
    """
    if name == "picture":
        return bool(shown)
    if name == "queue":
        return bool(shown) or not said
    if name == "websites":
        return [each.rstrip("/") for each in said] == [each.rstrip("/") for each in shown]
    if isinstance(said, bool):
        return said is shown
    return wire.same_text(said, shown, case=name not in ("email", "vertical"))


def unlike(facts: Facts, group: str, shown: Facts) -> dict[str, Any]:
    """The declared settings of a group that the cloud shows otherwise: fact -> the value shown."""
    said = declared(facts, group)
    return {name: shown.get(name) for name, value in said.items() if not same_setting(name, value, shown.get(name))}


def _kept(group: str) -> Callable[[Facts, Data], str]:
    reading = READINGS[group][1]
    return lambda facts, answer: "waiting" if unlike(facts, group, reading(facts, answer)) else "ok"


def _otherwise(group: str) -> Callable[[Facts, Data], str]:
    """Names only: values may be long, and a URL has parts that are not for everybody."""
    reading = READINGS[group][1]
    return lambda facts, answer: ", ".join(unlike(facts, group, reading(facts, answer)))


def _sent(group: str) -> Callable[[Facts, Data], Facts]:
    def learn(facts: Facts, answer: Data) -> Facts:
        rest = [each for each in to_send(facts) if each != group]
        return {"to_set": rest, "to_check": [*(each for each in _to_check(facts) if each != group), group]}

    return learn


def _checked(group: str) -> Callable[[Facts, Data], Facts]:
    return lambda facts, answer: {"to_check": [each for each in _to_check(facts) if each != group]}


def _sends(group: str) -> Callable[[Facts], bool]:
    return _once_declared(group, to_send)


def _checks(group: str) -> Callable[[Facts], bool]:
    """Also before it is sent, so that plans show the read."""
    return _once_declared(group, lambda facts: (*_to_check(facts), *to_send(facts)))


def _once_declared(group: str, due: Callable[[Facts], Collection[str]]) -> Callable[[Facts], bool]:
    # Most numbers have no settings, and each is asked six times: what says so costs no further call.
    return lambda facts: not _ANY.isdisjoint(facts) and bool(declared(facts, group)) and group in due(facts)


_SENDS: tuple[tuple[str, str, Callable[[Facts], Params]], ...] = (
    ("callbacks", "UpdatePhoneWebhook", _callbacks),
    ("profile", "ModifyPhoneBusinessProfile", _profile),
    ("commerce", "UpdateCommerceSetting", _commerce),
)


def _look(group: str) -> Look:
    operation = READINGS[group][0]
    shared = operation == LISTING
    request = wire.in_space if shared else wire.number_in_space
    after = SYNC if shared else None
    return Look(operation, request, _kept(group), _checked(group), shared, after, _otherwise(group))


def _pairs() -> Iterator[tuple[str, Step]]:
    phase = FIRST
    for group, operation, request in _SENDS:
        sent, done = f"{group}_sent", READY if group == "commerce" else f"{group}_set"
        yield phase, Step(operation, request, {"ok": sent}, needed=_sends(group), learn=_sent(group))
        look = _look(group)
        yield (
            sent,
            Step(
                look.operation,
                look.request,
                {"ok": done, "waiting": sent},
                ask="time",
                needed=_checks(group),
                before=(look,),
                says=still_waiting,
                awaits=lambda facts: "settings",
                late="setting-not-shown",
            ),
        )
        phase = done


STEPS: Mapping[str, Step] = dict(_pairs())
SERVED = frozenset(STEPS)
"""Phases of a number in service whose settings are on their way."""
