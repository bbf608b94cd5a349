"""What the YAML says, chapter by chapter, and what must then be true: brought in, moved and changed, removed.

In most stories the numbers have settings, which a cloud may cut, alter, ignore, or show late.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any, NamedTuple

from reconciler.core.journal.record import Record
from reconciler.core.journal.state import State
from reconciler.kinds import KINDS
from reconciler.kinds.number_settings import SETTINGS

EMAIL = "Tom@Example.com"
IN_SERVICE = {"CONNECTED", "FLAGGED", "RATE_LIMITED", "RESTRICTED"}
# As declared, by what stands in front and how many digits follow; each has another spelling, but for the first.
FORMS = (("+86138", 8), ("+5521998", 6), ("+5255", 8), ("+5411", 8), ("+2250707", 6), ("+229019", 7))
# More than one call takes; the second time, one stays.
FIRST = tuple(f"100000000000{n}" for n in range(1000, 1006))
SECOND = (FIRST[-1], "rd-3Ghk92")
HOOKS = ", callbacks: {messages: 'https://hooks.example.com/m?k=1', status: 'https://hooks.example.com/s', queue: true}"
SITES = "websites: ['https://a.example'], vertical: RETAIL, picture: 'https://a.example/1.png'"
# In which chapter, and of which number -> its settings, where a story has any. Some change, some are taken out.
SAID = {
    "first_one": HOOKS + ", profile: {about: 'Ask  us', email: A@b.example}",
    "first_two": HOOKS,
    "first_three": ", profile: {about: Bought}",
    "first_four": f"{HOOKS}, profile: {{{SITES}}}, commerce: {{cart: true, catalog: false}}",
    "second_one": HOOKS + ", profile: {about: Ask anyone}",
    "second_two": HOOKS,
    "second_three": ", profile: {about: Bought}",
    "second_four": HOOKS.replace("true", "false").replace("hooks.", "other.")
    + ", commerce: {cart: false, catalog: true}",
}
# What the cloud keeps of these, no read tells.
UNSEEN = ("picture", "queue")


class Chapter(NamedTuple):
    """files: of the spaces, by name. ready: (space, number) in service. gone: (space, number) that is not."""

    files: Mapping[str, str]
    ready: tuple[tuple[str, str], ...] = ()
    gone: tuple[tuple[str, str], ...] = ()
    phone: str = ""
    contact: bool = True
    members: tuple[str, ...] = ()


def drawn(random: Random) -> tuple[dict[str, str], list[Chapter]]:
    """The names that stand in the chapters, and two or three of them."""
    tail = random.randrange(20_000_000, 30_000_000)
    named = {
        "one": _number(random, tail),
        "two": _number(random, tail + 50_000),
        "three": f"+86137{tail:08}",
        "four": f"+86134{tail:08}",
        "phone": f"+86136{tail:08}",
        "other": f"+86135{tail:08}",
        "acme": f"cams-{tail}",
        "globex": f"cams-{tail}-2",
        "shown": random.choice(("Acme", "Café  Zürich", "Cafe\u0301 Z")),
        "bought": random.choice(("prevalidated", "prevalidated_embedded")),
    }
    set_up = random.random() < 0.7
    named |= {name: said if set_up and _may_have(name, named) else "" for name, said in SAID.items()}
    first, second, third = _chapters(named)
    return named, random.choice(([first, second], [first, third], [first, second, third]))


def _may_have(name: str, named: Mapping[str, str]) -> bool:
    """Of what was only bought, no number is in service."""
    return not name.endswith("three") or named["bought"] == "prevalidated_embedded"


def _number(random: Random, tail: int) -> str:
    front, digits = random.choice(FORMS)
    return f"{front}{tail % 10**digits:0{digits}}"


def _chapters(named: Mapping[str, str]) -> list[Chapter]:
    acme, globex, one, two = named["acme"], named["globex"], named["one"], named["two"]
    registered, migrated, signed_up = (acme, one), (acme, two), (acme, named["four"])
    bought = ((acme, named["three"]),) if named["bought"] == "prevalidated_embedded" else ()
    there = (registered, signed_up, *bought)
    return [
        Chapter({"acme": _FIRST.format(**named)}, (*there, migrated), (), named["phone"], members=FIRST),
        Chapter(
            {"acme": _SECOND.format(**named), "globex": _ARRIVED.format(**named)},
            (*there, (globex, two)),
            (migrated,),
            named["other"],
            members=SECOND,
        ),
        Chapter(
            {"acme": _THIRD.format(**named), "globex": _EMPTY.format(**named)},
            (),
            (registered, signed_up),
            contact=False,
        ),
    ]


def _blocks(chapter: str) -> str:
    return f"""phone_numbers:
  one:
    {{{{number: "{{one}}", onboarding: register, display_name: "{{shown}}", on_remove: deregister{{{chapter}_one}}}}}}
  three: {{{{number: "{{three}}", onboarding: {{bought}}{{{chapter}_three}}}}}}
  four: {{{{number: "{{four}}", onboarding: embedded, on_remove: deregister{{{chapter}_four}}}}}}
"""


_FIRST = f"""space: acme
space_id: {{acme}}
{_blocks("first")}  two: {{{{number: "{{two}}", onboarding: migrate, on_remove: forget{{first_two}}}}}}
contacts:
  tom:
    {{{{email: {EMAIL}, phone: "{{phone}}", title: CEO, message_types: [FaultMessage], members: [{", ".join(FIRST)}]}}}}
"""
_SECOND = f"""space: acme
space_id: {{acme}}
{_blocks("second")}contacts:
  tom:
    {{{{email: {EMAIL}, phone: "{{other}}", title: Other, message_types: [FaultMessage],
      members: [{", ".join(SECOND)}]}}}}
"""
_ARRIVED = """space: globex
space_id: {globex}
phone_numbers:
  two: {{number: "{two}", onboarding: migrate, on_remove: forget{second_two}}}
"""
_THIRD = """space: acme
space_id: {acme}
removed: {{tom: delete, three: forget}}
"""
_EMPTY = """space: globex
space_id: {globex}
"""


def untrue(chapter: Chapter, truth: Mapping[str, Any]) -> list[str]:
    """What is said to be done and is not: I20, by what the cloud itself knows."""
    numbers = {(row["space"], row["number"]): row for row in truth["numbers"]}
    wrong = [
        f"I20: {number} is called ready and is {row['shown'] if row else 'not there'}"
        for space, number in chapter.ready
        for row in [numbers.get((space, number))]
        if row is None or row["shown"] not in IN_SERVICE
    ]
    wrong += [
        f"I20: {number} is called removed and is in service"
        for space, number in chapter.gone
        if numbers.get((space, number), {}).get("status") == "CONNECTED"
    ]
    waiting = [contact["waiting"] for contact in truth["contacts"] if contact["name"] == "tom"]
    if chapter.contact and waiting != [[]]:
        wrong.append(f"I20: tom is called confirmed, and {waiting} waits")
    bound = [contact["members"] for contact in truth["contacts"] if contact["name"] == "tom"]
    if chapter.contact and bound != [sorted(chapter.members)]:
        wrong.append(f"I20: tom is called ready, and is bound to {bound}")
    return wrong


def unlike(states: Mapping[str, State], truth: Mapping[str, Any]) -> list[str]:
    """What is recorded as ready, and is otherwise in the cloud: a number's settings, a contact's members."""
    numbers = {(row["space"], row["number"]): row.get("settings", {}) for row in truth["numbers"]}
    bound = {contact["id"]: contact["members"] for contact in truth["contacts"]}
    ready = [
        (space_id, record)
        for space_id, state in states.items()
        for record in state.records.values()
        if record.phase == KINDS[record.kind].ready
    ]
    wrong = [
        f"I20: {record.address} is recorded as ready, with {fact} {said}, and the cloud has {kept.get(field)}"
        for space_id, record in ready
        for fact, field, said in _settings(record)
        for kept in [numbers.get((space_id, record.key), {})]
        if kept.get(field) != said
    ]
    return wrong + [
        f"I20: {record.address} is recorded as ready, and is bound to {bound.get(record.facts['contact_id'])}"
        for _, record in ready
        if record.type == "contact"
        and not {*record.facts.get("members", ())}.issubset(bound.get(record.facts["contact_id"], ()))
    ]


def _settings(record: Record) -> list[tuple[str, str, Any]]:
    """Each that a read can tell: the fact, its field on the wire, the value there."""
    asked = [each for each in SETTINGS if KINDS[record.kind].served and each.fact not in UNSEEN]
    said = [(each, record.facts.get(each.fact)) for each in asked]
    listed = [(each, list(value) if each.fact == "websites" else value) for each, value in said if value is not None]
    return [(each.fact, each.field, value) for each, value in listed]
