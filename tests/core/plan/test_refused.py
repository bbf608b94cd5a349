"""What a guard refuses, in its words and at its place: whoever reads them knows what to write, or to allow once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from reconciler.core.consent import Consent
from reconciler.core.journal.record import Record
from reconciler.core.journal.state import State
from reconciler.core.model import Guards, Project, Resource, Space
from reconciler.core.plan.basis import Scope
from reconciler.core.plan.change import Change, Plan, Removal, SpacePlan
from reconciler.core.plan.guards import Redirect, redirects, refusals, remaining_refusals, sent_to
from reconciler.errors import Place, Problem
from reconciler.kinds import KINDS

NOW = "2026-11-20T10:31:00.000Z"
KEY, OLD = "+8613800001234", "+8613800005678"
ID, AT, URL = f"phone_number/{KEY}", "acme/phone_number/a", "https://hooks.example.com/acme"
FACTS = {"number": KEY, "display_name": "Acme", "method": "sms", "locale": "en_US"}
NUMBER = Resource("acme", "phone_number", "a", "register", KEY, FACTS, places={"": Place("acme.yaml", 4)})
ACME = Space("acme", "cams-1", "acme.yaml", (NUMBER,), places={"space_id": Place("acme.yaml", 2)})
NEW = Change(AT, "register", KEY, "create", "", after=FACTS)
GONE = Removal(ID, AT, "register", KEY, 1, "", "retired", refused=True)
TOM = Removal("contact/tom", "acme/contact/tom", "contact", "tom", 1, "", "retired", refused=True)
RECORD = Record(ID, "phone_number/a", "register", KEY, "registered", FACTS)
NONE, NO_MESSAGE = Guards(), Guards(max_messages=0)


def told(
    *changes: Change,
    space: Space = ACME,
    guards: Guards = NONE,
    states: Mapping[str, State] | None = None,
    scope: Scope | None = None,
) -> list[Problem]:
    made = Plan("loopback", (SpacePlan(space.name, space.space_id, "", "", changes),), scope=scope)
    return [*refusals(made, [space], guards, states or {}, NOW)]


def only(found: Sequence[Problem]) -> tuple[str, str, str, str | None, str]:
    """Code, what, hint, address and place of the one problem."""
    (problem,) = found
    return problem.code, problem.what, problem.hint, problem.address, str(problem.place or "")


LEAVES = Change(AT, "register", KEY, "delete", "", before=FACTS, removal=GONE)
WORDS = "forget or deregister"


@pytest.mark.parametrize(
    ("change", "given", "what", "hint", "place"),
    [
        (
            LEAVES,
            {},
            f"{AT} was removed from the YAML",
            f"Put the block back, or write `removed: {{a: …}}` with {WORDS} in acme.yaml.",
            "acme.yaml:4:1",
        ),
        (
            replace(LEAVES, address="acme/phone_number/b"),
            {},
            "acme/phone_number/b was removed from the YAML",
            f"Put the block back, or write `removed: {{b: …}}` with {WORDS} in acme.yaml.",
            "acme.yaml:1:1",
        ),
        (
            replace(LEAVES, removal=replace(GONE, after=("cams-1", "x"))),
            {},
            f"{AT} now means another one",
            f'Put the old one back, or write `removed: {{"OLD NUMBER": …}}` with {WORDS} in acme.yaml.',
            "acme.yaml:4:1",
        ),
        (
            Change("acme/contact/t", "contact", "tom", "forget", "", removal=replace(TOM, after=("cams-1", "x"))),
            {},
            "acme/contact/t now means another one",
            "Put the old one back, or write `removed: {tom: …}` with forget, detach or delete in acme.yaml.",
            "acme.yaml:1:1",
        ),
        (
            LEAVES,
            {"scope": Scope(destroy=True)},
            f"the on_remove of {AT} is refuse",
            f"Write `on_remove:` with {WORDS} in its block, or leave it out with --exclude {AT}.",
            "acme.yaml:4:1",
        ),
        (
            replace(LEAVES, after=FACTS, action="replace"),
            {"scope": Scope(replaces=(AT,))},
            f"the on_remove of {AT} is refuse",
            f"Write `on_remove:` with {WORDS} in its block, or leave --replace out.",
            "acme.yaml:4:1",
        ),
        (
            replace(LEAVES, after=FACTS, action="replace", removal=replace(GONE, id="phone_number/x")),
            {"scope": Scope(replaces=(AT,))},
            f"{AT} was removed from the YAML",
            f"Put the block back, or write `removed: {{a: …}}` with {WORDS} in acme.yaml.",
            "acme.yaml:4:1",
        ),
    ],
)
def test_a_removal_that_nobody_allowed(change: Change, given: dict[str, Any], what: str, hint: str, place: str) -> None:
    """It is refused at its block, or in its space's file; the hint has the words that fit what it is."""
    assert only(told(change, **given)) == ("removal-refused", what, hint, change.address, place)
    assert told(replace(change, removal=replace(change.removal or GONE, refused=False)), **given) == []


def test_a_block_without_a_place_is_in_its_file() -> None:
    """As in a configuration that was put together by a program."""
    space = Space("acme", "cams-1", "acme.yaml", (NUMBER._replace(places={}),))
    assert [str(each.place) for each in told(LEAVES, space=space)] == ["acme.yaml:1:1"]


def test_a_removal_of_a_space_without_a_file() -> None:
    """The file has to be put back, for an entry to be written."""
    what = f"{AT} is recorded, and the file of space acme is gone"
    hint = "Put the file back, with a `removed:` entry for what shall go."
    found = told(LEAVES, space=Space("acme", "cams-1", ""))
    assert only(found) == ("removal-refused", what, hint, None, "")


@pytest.mark.parametrize(("sent", "allowed", "count"), [(2, 2, ""), (2, 1, "2 messages"), (1, 0, "1 message")])
def test_messages_are_limited(sent: int, allowed: int, count: str) -> None:
    """As many as are allowed may be sent, and no more."""
    changes = [replace(NEW, address=f"acme/phone_number/n{n}") for n in range(sent)]
    found = told(*changes, guards=Guards(max_messages=allowed))
    what = f"up to {count} would be sent, and max_messages is {allowed}"
    hint = f"Allow it once with --allow-messages {sent}, or raise guards.max_messages in reconciler.yaml."
    assert [(each.code, each.what, each.hint) for each in found] == (
        [("too-many-messages", what, hint)] if count else []
    )


def removing(removed: int, recorded: int, name: str = "acme") -> tuple[SpacePlan, State]:
    gone = replace(GONE, refused=False)
    changes = tuple(replace(LEAVES, address=f"{name}/phone_number/n{n}", removal=gone) for n in range(removed))
    records = {str(n): replace(RECORD, id=str(n)) for n in range(recorded)}
    return SpacePlan(name, f"cams-{name}", "", "", changes), State(f"cams-{name}", name, records=records)


@pytest.mark.parametrize(
    ("sizes", "percent", "shares"),
    [
        ([(3, 10)], 30, []),
        ([(3, 10)], 29, ["3 of 10 recorded would go (30 %)"]),
        ([(2, 15)], 13, ["2 of 15 recorded would go (14 %)"]),
        ([(9, 9)], 1, []),
        ([(3, 6), (3, 6)], 49, ["6 of 12 recorded would go (50 %)"]),
        ([(5, 10), (0, 90)], 30, ["5 of 10 recorded of s0 would go (50 %)"]),
        ([(10, 10), (0, 10)], 49, ["10 of 10 recorded of s0 would go (100 %)", "10 of 20 recorded would go (50 %)"]),
    ],
)
def test_a_share_is_limited(sizes: list[tuple[int, int]], percent: int, shares: list[str]) -> None:
    """Of ten or more that are recorded: in a space, and in all together if there are several. What is allowed once is
    a whole percentage that is enough."""
    found = [removing(*size, f"s{n}") for n, size in enumerate(sizes)]
    made = Plan("loopback", tuple(each for each, _ in found))
    spaces = [Space(each.name, each.space_id, "") for each in made.spaces]
    states = {each.space_id: each for _, each in found}
    problems = [*refusals(made, spaces, Guards(max_delete_percent=percent), states, NOW)]
    assert [each.what for each in problems] == [f"{share}; max_delete_percent is {percent}" for share in shares]
    for problem in problems:
        needed = int(problem.what.partition("(")[2].partition(" %")[0])
        hint = f"Allow it once with --allow-deletes {needed}, or raise guards.max_delete_percent in reconciler.yaml."
        assert problem.hint == hint
        assert problem not in [*refusals(made, spaces, Guards(max_delete_percent=needed), states, NOW)]


def test_a_new_space_has_nothing_recorded() -> None:
    """Of nothing, nothing goes; and a name that is known under another id is a typing error, unless `moved` says
    so."""
    states = {"cams-0": State("cams-0", "acme", records={ID: RECORD}), "cams-2": State("cams-2", "globex")}
    what = "acme is recorded as space_id cams-0, and is cams-1 now"
    hint = "Put cams-0 back. If all of it is to move, write `moved: {space_id: cams-0}` in acme.yaml."
    assert only(told(states=states)) == ("space-id-changed", what, hint, None, "acme.yaml:2:1")
    moved = Space("acme", "cams-1", "acme.yaml", moved="cams-0")
    assert told(space=moved, states=states) == told(space=Space("globex", "cams-1", "g.yaml"), states=states) == []
    assert told(space=Space("acme", "cams-1", ""), states=states) == []
    assert told(states={"cams-1": replace(states["cams-0"], space_id="cams-1")}) == []
    assert told(states={"cams-0": replace(states["cams-0"], records={})}) == []


def test_a_country_is_named_in_its_hint() -> None:
    """At the block; contacts and callbacks are in no country."""
    abroad = Guards(allowed_countries=("65", "62"))
    what = f"{AT} is outside allowed_countries (65, 62)"
    hint = "Add its country code to guards.allowed_countries, or allow it once with --allow-country CODE."
    assert only(told(NEW, guards=abroad)) == ("country-not-allowed", what, hint, AT, "acme.yaml:4:1")
    assert told(Change("acme/contact/tom", "contact", "tom", "create", ""), guards=abroad) == []


SETS_URL = replace(NEW, after={**FACTS, "messages_url": URL, "status_url": f"{URL}/s"}, phase="connected")


def test_callbacks_go_to_known_hosts() -> None:
    """Each host once, and only by a change that sends them."""
    known = Guards(callback_hosts=("a.example", "b.example"))
    what = f"{AT} would send callbacks to hooks.example.com, and callback_hosts is a.example, b.example"
    assert only(told(SETS_URL, guards=known)) == ("callback-host-not-allowed", what, "", AT, "acme.yaml:4:1")
    assert told(SETS_URL, guards=Guards(callback_hosts=("hooks.example.com",))) == told(SETS_URL) == []
    assert [*sent_to(SETS_URL)] == ["hooks.example.com"]
    assert [*sent_to(replace(SETS_URL, after={**FACTS, "status_url": URL}))] == ["hooks.example.com"]
    assert [*sent_to(replace(SETS_URL, after=None))] == [*sent_to(replace(NEW, phase="verified"))] == []
    assert [*sent_to(replace(SETS_URL, phase="", action="update"))] == []


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        (
            {"messages_url": "https://a.example/1"},
            {"messages_url": "https://b.example"},
            ["messages a.example b.example"],
        ),
        ({"messages_url": "https://a.example/1"}, {"messages_url": "https://a.example/2"}, []),
        ({"messages_url": "https://a.example/1"}, {}, []),
        ({}, {"messages_url": "https://b.example"}, []),
        (FACTS, {"messages_url": "https://b.example"}, []),
        ({}, {}, []),
        (None, {"messages_url": "https://b.example"}, []),
        ({"messages_url": "https://a.example"}, None, []),
        (
            {"messages_url": "https://a.example", "status_url": "https://a.example"},
            {"messages_url": "https://a.example", "status_url": "https://b.example"},
            ["reports of delivery a.example b.example"],
        ),
    ],
)
def test_a_change_of_a_host_is_shown(before: Any, after: Any, found: list[str]) -> None:
    """Of what there was and will be; a first host, and none any more, redirect nothing."""
    changed = replace(NEW, action="update", before=before, after=after)
    made = Plan("loopback", (SpacePlan("acme", "cams-1", "", "", (changed,)),))
    assert [f"{each.what} {each.before} {each.after}" for each in redirects(made)] == found
    assert {each.of for each in redirects(made)} <= {"1 number"}


def test_the_most_numbers_come_first() -> None:
    """Counted by where they go; of a number that moves, what it had in the space that it leaves is what it had."""
    url = {name: {**FACTS, "messages_url": f"https://{name}.example"} for name in "abc"}
    rare = replace(NEW, action="update", before=url["a"], after=url["c"])
    often = [replace(NEW, address=f"acme/phone_number/{n}", before=url["a"], after=url["b"]) for n in range(2)]
    moved = replace(LEAVES, before=url["a"], removal=replace(GONE, after=("cams-2", ID)))
    comes = replace(NEW, address="globex/phone_number/a", after=url["b"])
    spaces = (
        SpacePlan("acme", "cams-1", "", "", (rare, *often, moved)),
        SpacePlan("globex", "cams-2", "", "", (comes,)),
    )
    assert redirects(Plan("loopback", spaces)) == [
        Redirect("messages", "3 numbers", "a.example", "b.example"),
        Redirect("messages", "1 number", "a.example", "c.example"),
    ]
    gone = replace(moved, removal=replace(GONE, id="phone_number/x", after=("cams-2", ID)))
    left = Plan("loopback", (SpacePlan("acme", "cams-1", "", "", (gone,)), spaces[1]))
    assert redirects(left) == []


def test_consent_lifts_what_it_names() -> None:
    """A registration too many is allowed by its own word, and nothing else by that; a space without a file has its
    refusals as well."""
    tries = tuple(f"2026-11-20T0{hour}:00:00.000Z" for hour in range(1, 4))
    state = State("cams-1", "acme", records={ID: replace(RECORD, phase="verified", metered=tries)})
    again = replace(NEW, phase="verified", after={**FACTS, "messages_url": URL})
    gone = SpacePlan("globex", "cams-2", "", "", (replace(LEAVES, address="globex/phone_number/a"),))
    made = Plan("loopback", (SpacePlan("acme", "cams-1", "", "", (again, NEW)), gone))

    def codes(consent: Consent, guards: Guards = NO_MESSAGE) -> list[str]:
        project = Project("", (ACME,))
        found = remaining_refusals(made, project, guards, consent, {"cams-1": state}, NOW)
        return [f"{each.code} {each.place or ''}".strip() for each in found]

    assert codes(Consent()) == ["removal-refused", "metered-out acme.yaml:4:1", "too-many-messages"]
    assert codes(Consent(allow_metered=True)) == ["removal-refused", "too-many-messages"]
    assert codes(Consent(allow_messages=9)) == ["removal-refused", "metered-out acme.yaml:4:1"]


ODD, SAME = "+5215512345678", "+525512345678"


@pytest.mark.parametrize(
    ("kind", "key", "action", "recorded", "is_refused"),
    [
        ("register", SAME, "create", "register", True),
        ("register", SAME, "delete", "register", False),
        ("register", SAME, "forget", "register", False),
        ("register", ODD, "update", "register", False),
        ("register", KEY, "create", "register", False),
        ("contact", SAME, "create", "register", False),
        ("register", SAME, "create", "contact", False),
    ],
)
def test_one_phone_has_one_spelling(kind: str, key: str, action: Any, recorded: str, is_refused: bool) -> None:
    """Declared in another than it is recorded in, it would be sent a message as if it were new."""
    types = {each: KINDS[each].type for each in (kind, recorded)}
    there = Record(f"{types[recorded]}/{ODD}", f"{types[recorded]}/b", recorded, ODD, "added", {})
    state = State("cams-2", "globex", records={there.id: there})
    block = Change(f"acme/{types[kind]}/a", kind, key, action, "", after={**FACTS, "email": "t@example.com"})
    found = told(block, states={"cams-2": state})
    what = f"{AT} is globex/phone_number/b, which is recorded in another spelling"
    hint = "Declare it as it is recorded, with 1 after +52: the same phone would be sent another message."
    problem = Problem("number-respelled", what, Place("acme.yaml", 4), hint=hint, address=AT)
    assert found == ([problem] if is_refused else [])
