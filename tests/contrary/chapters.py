"""What the YAML says, chapter by chapter, and what must then be true: brought in, moved and changed, removed."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any, NamedTuple

EMAIL = "Tom@Example.com"
IN_SERVICE = {"CONNECTED", "FLAGGED", "RATE_LIMITED", "RESTRICTED"}
# As declared, by what stands in front and how many digits follow; each has another spelling, but for the first.
FORMS = (("+86138", 8), ("+5521998", 6), ("+5255", 8), ("+5411", 8), ("+2250707", 6), ("+229019", 7))
# More than one call takes; the second time, one stays.
FIRST = tuple(f"100000000000{n}" for n in range(1000, 1006))
SECOND = (FIRST[-1], "rd-3Ghk92")


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
        "phone": f"+86136{tail:08}",
        "other": f"+86135{tail:08}",
        "acme": f"cams-{tail}",
        "globex": f"cams-{tail}-2",
        "shown": random.choice(("Acme", "Café  Zürich", "Cafe\u0301 Z")),
    }
    first, second, third = _chapters(named)
    return named, random.choice(([first, second], [first, third], [first, second, third]))


def _number(random: Random, tail: int) -> str:
    front, digits = random.choice(FORMS)
    return f"{front}{tail % 10**digits:0{digits}}"


def _chapters(named: Mapping[str, str]) -> list[Chapter]:
    acme, globex, one, two = named["acme"], named["globex"], named["one"], named["two"]
    registered, migrated = (acme, one), (acme, two)
    return [
        Chapter({"acme": _FIRST.format(**named)}, (registered, migrated), (), named["phone"], members=FIRST),
        Chapter(
            {"acme": _SECOND.format(**named), "globex": _ARRIVED.format(**named)},
            (registered, (globex, two)),
            (migrated,),
            named["other"],
            members=SECOND,
        ),
        Chapter({"acme": _THIRD.format(**named), "globex": _EMPTY.format(**named)}, (), (registered,), contact=False),
    ]


_BLOCKS = """phone_numbers:
  one: {{number: "{one}", onboarding: register, display_name: "{shown}", on_remove: deregister}}
  three: {{number: "{three}", onboarding: prevalidated}}
"""
_FIRST = f"""space: acme
space_id: {{acme}}
{_BLOCKS}  two: {{{{number: "{{two}}", onboarding: migrate, on_remove: forget}}}}
contacts:
  tom:
    {{{{email: {EMAIL}, phone: "{{phone}}", title: CEO, message_types: [FaultMessage], members: [{", ".join(FIRST)}]}}}}
"""
_SECOND = f"""space: acme
space_id: {{acme}}
{_BLOCKS}contacts:
  tom:
    {{{{email: {EMAIL}, phone: "{{other}}", title: Other, message_types: [FaultMessage],
      members: [{", ".join(SECOND)}]}}}}
"""
_ARRIVED = """space: globex
space_id: {globex}
phone_numbers:
  two: {{number: "{two}", onboarding: migrate, on_remove: forget}}
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
