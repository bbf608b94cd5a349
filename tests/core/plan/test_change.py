"""A change and a plan as values: what is ahead, in which order, and what of it is only waiting."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from reconciler.core.plan.basis import Basis, Scope
from reconciler.core.plan.change import Change, Plan, Removal, SpacePlan, Unchanged
from reconciler.core.plan.route import route, update_starts
from reconciler.errors import Problem
from reconciler.kinds import KINDS
from reconciler.operations import Effect
from tests.core.plan.test_compared import record

FACTS = record("register", "added").facts
ID, OTHER = "phone_number/+8613800001234", "phone_number/+8613800005678"
NEW = Change("acme/phone_number/one", "register", "+8613800001234", "create", "", after=FACTS)
GONE = Removal(ID, NEW.address, "register", NEW.key, 1, "", "retired")
WAITS = replace(NEW, phase="reviewing")


def operations(change: Change) -> list[str]:
    return [call.operation for call in change.all_calls if not call.only_if]


CREATION = ["AddChatappPhoneNumber", "GetChatappVerifyCode", "ChatappVerifyAndRegister"]
END = ["ChatappPhoneNumberDeregister"]


@pytest.mark.parametrize(
    ("fields", "calls"),
    [
        ({}, CREATION),
        ({"phase": "added"}, CREATION[1:]),
        ({"phase": "added", "door": "code_requested"}, CREATION[2:]),
        ({"action": "update", "door": "code_requested"}, CREATION[2:]),
        ({"action": "update", "phase": "code_requested"}, CREATION[2:]),
        ({"action": "update"}, []),
        ({"action": "move"}, []),
        ({"action": "import"}, []),
        ({"action": "delete", "after": None, "before": FACTS, "removal": GONE}, END),
        ({"action": "forget", "after": None, "before": FACTS, "removal": replace(GONE, door="")}, []),
        ({"action": "replace"}, CREATION),
        ({"action": "replace", "removal": GONE, "before": FACTS}, END + CREATION),
        ({"action": "replace", "removal": replace(GONE, after=("cams-1", ID)), "before": FACTS}, CREATION + END),
        ({"action": "replace", "removal": replace(GONE, door="", after=("cams-1", ID))}, CREATION),
        ({"action": "delete", "after": None, "removal": replace(GONE, after=("x", "y")), "phase": ""}, END),
    ],
)
def test_what_is_ahead(fields: dict[str, Any], calls: list[str]) -> None:
    """From where it goes on, or from the start; an old one that holds its place goes last, any other first."""
    change = replace(NEW, **fields)
    assert operations(change) == calls
    assert change.new_first is (change.action == "replace" and bool(change.removal and change.removal.after))


def test_what_is_sent_goes_to_whom_it_is_declared() -> None:
    """With what is learned by the change; a removal's by what is recorded."""
    (call,) = [each for each in replace(NEW, learned={"method": "voice"}).calls if each.channel]
    assert (call.channel, call.to) == ("voice", NEW.key)
    old = {**FACTS, "number": "+8613800005678"}
    change = replace(NEW, action="replace", before=old, removal=replace(GONE, door="added"))
    assert [each.to for each in change.all_calls if each.channel] == ["+8613800005678", NEW.key]


@pytest.mark.parametrize(
    ("fields", "waits"),
    [
        ({}, True),
        ({"phase": ""}, False),
        ({"phase": "added"}, False),
        ({"removal": GONE, "before": FACTS}, False),
        ({"previous": "acme/phone_number/old"}, False),
        ({"differences": (("about", "", "x"),)}, False),
        ({"door": "reviewing"}, False),
        ({"carried": ("cams-2", ID)}, False),
        ({"after": {**FACTS, "about": "x"}}, False),
        ({"kind": "embedded", "phase": "declared"}, False),
        ({"kind": "contact", "phase": "links_sent", "after": record("contact", "links_sent").facts}, False),
        ({"kind": "embedded", "phase": "registered"}, False),
    ],
)
def test_what_only_waits(fields: dict[str, Any], waits: bool) -> None:
    """For the cloud, and then nothing but reads follow: such a change is no change for people."""
    change = replace(WAITS, **fields)
    space = SpacePlan("acme", "cams-1", "", "", (change, NEW))
    whole = Plan("loopback", (space,))
    assert change.waits is waits
    assert space.shown == whole.changes == ((NEW,) if waits else (change, NEW))
    assert [*whole.waits] == ([change] if waits else [])
    assert whole.all_changes == (change, NEW)


@pytest.mark.parametrize(
    ("action", "refused", "kept"),
    [
        ("delete", True, True),
        ("forget", True, True),
        ("replace", True, False),
        ("delete", False, False),
        ("create", None, False),
        ("delete", None, False),
    ],
)
def test_what_on_remove_forbids(action: Any, refused: bool | None, kept: bool) -> None:
    """The removal alone is kept out of a plan; a new one beside it is not."""
    removal = None if refused is None else replace(GONE, refused=refused)
    change = replace(NEW, action=action, removal=removal)
    assert (change.is_refused, change.is_kept) == (bool(refused), kept)


@pytest.mark.parametrize(("after", "moves"), [(None, False), (("x", ID), True), (("x", OTHER), False)])
def test_a_removal_of_what_stays_is_a_move(after: Any, moves: bool) -> None:
    """It is the same one that must have arrived in another space."""
    assert replace(GONE, after=after).moves is moves


def test_the_spaces_that_a_plan_touches() -> None:
    """Those that change, and those that have to be read for what arrives there."""
    gone = replace(NEW, action="delete", removal=replace(GONE, after=("cams-2", ID)))
    plain = replace(NEW, action="delete", removal=GONE)
    ids = [SpacePlan(name, f"cams-{n}", "", "") for n, name in enumerate(("acme", "globex", "third"), 1)]
    assert Plan("", (replace(ids[0], changes=(gone,)), *ids[1:])).touched == {"cams-1": "acme", "cams-2": "globex"}
    assert Plan("", (replace(ids[0], changes=(plain, NEW)), *ids[1:])).touched == {"cams-1": "acme"}


def test_a_plan_without_consent() -> None:
    """What only the consent allows is refused, after what is refused anyway."""
    one, two = Problem("removal-refused", "x"), Problem("too-many-messages", "y")
    plan = Plan("", refusals=(one,), allowed=(two,))
    assert (plan.without_consent.refusals, plan.without_consent.allowed) == ((one, two), ())
    refused = replace(plan, allowed=())
    assert refused.without_consent is refused


SPACE = SpacePlan("acme", "cams-1", "line", "digest", (NEW,), 1, 2, "2026-11-20T10:00:00.000Z", 3, "ab" * 32)
PLAN = Plan("loopback", (SPACE,), settings={"max_messages": 20})


@pytest.mark.parametrize(
    "fields",
    [
        {"endpoint": "other"},
        {"basis": Basis("ab" * 20)},
        {"since": Unchanged("main", 1)},
        {"settings": {"max_messages": 21}},
        {"account": "1"},
        {"contacts_account": "1"},
        {"scope": Scope(targets=("acme",))},
        {"spaces": ()},
        *({"spaces": (replace(SPACE, **{name: "x"}),)} for name in ("name", "space_id", "lineage", "config")),
        {"spaces": (replace(SPACE, changes=()),)},
        {"spaces": (replace(SPACE, changes=(replace(NEW, reason="x"),)),)},
    ],
    ids=str,
)
def test_a_digest_is_of_what_would_be_done(fields: dict[str, Any]) -> None:
    """Whatever of it is otherwise is another plan."""
    assert replace(PLAN, **fields).digest != PLAN.digest


def test_a_digest_is_not_of_what_is_told_beside() -> None:
    """What is counted, warned of, or refused is the same plan; and so is one without settings, of an older program."""
    told = {"refusals": (Problem("bug", "x"),), "warnings": (Problem("bug", "x"),), "sent": {"x": 1}}
    counted = replace(SPACE, unchanged=9, recorded=9, changed_at="", serial=9, hash="")
    assert replace(PLAN, spaces=(counted,), **told).digest == PLAN.digest
    assert replace(PLAN, settings=None).digest == replace(PLAN, settings={}).digest


@pytest.mark.parametrize(
    ("kind", "phase", "changed", "start"),
    [
        ("contact", "confirmed", ["members"], "activated"),
        ("contact", "bound", ["members"], "activated"),
        ("contact", "added", ["members"], ""),
        ("contact", "confirmed", ["title", "members"], "changed"),
        ("contact", "added", ["title"], "changed"),
        ("register", "registered", ["about"], "connected"),
        ("prevalidated", "identified", ["about"], ""),
    ],
)
def test_where_an_update_starts(kind: str, phase: str, changed: list[str], start: str) -> None:
    """With all of it, or, where only what comes last is another, with that; what has not come there yet goes on."""
    assert update_starts(KINDS[kind], phase, changed) == start


@pytest.mark.parametrize(
    ("kind", "phase", "calls"),
    [
        ("register", "declared", "AddChatappPhoneNumber GetChatappVerifyCode ChatappVerifyAndRegister"),
        ("register", "reviewing", "QueryChatappPhoneNumbers"),
        ("register", "registered", ""),
        ("register", "retired", "ChatappPhoneNumberDeregister"),
        ("account_callback", "declared", "UpdateAccountWebhook"),
    ],
)
def test_the_way_ahead(kind: str, phase: str, calls: str) -> None:
    """The steps that apply; a review is waited for only where it is met."""
    facts = {**FACTS, "space_id": "cams-1", "url": "https://a.example"}
    assert [each.operation for each in route(KINDS[kind], phase, facts) if not each.only_if] == calls.split()


def test_what_some_answers_make_necessary() -> None:
    """It stands beside the way, once each, with the reason; what is on the way, or does not apply, does not."""

    def beside(kind: str, phase: str, **facts: Any) -> list[tuple[str, str]]:
        return [(each.phase, each.only_if) for each in route(KINDS[kind], phase, {**FACTS, **facts}) if each.only_if]

    assert beside("register", "added") == [("verified", "verified without being registered")]
    assert beside("register", "verified") == []
    assert beside("register", "reviewing") == [("verified", "its display name was approved since")]
    assert beside("contact", "dismissed", contact_id="c-1") == [("deleting", "the directory takes its time")]
    first = route(KINDS["register"], "added", FACTS)[0]
    assert (first.effect, first.unless, first.irreversible) == (Effect.NOTIFY.value, "verified already", False)
    last = [each for each in route(KINDS["migrate"], "verified", FACTS) if each.irreversible]
    assert [each.operation for each in last] == ["ChatappMigrationRegister"]
    assert first.looks == tuple(dict.fromkeys(first.looks))


def test_what_is_not_said_is_not_so() -> None:
    """Of a change, a removal, a space and what a plan rests on."""
    assert (NEW.in_doubt, NEW.parked, NEW.version, NEW.local) == (False, False, 0, "phone_number/one")
    assert (replace(GONE, door="").refused, Unchanged("main", 1).waiting) == (False, 0)
    bare = SpacePlan("acme", "cams-1", "", "")
    assert (bare.unchanged, bare.recorded, bare.serial) == (0, 0, 0)
    assert (Basis("ab" * 20).undeclared, Basis("ab" * 20).behind, Scope().destroy, Scope().partial) == (
        0,
        False,
        False,
        False,
    )
    assert [Scope(targets=("a",)).partial, Scope(excludes=("a",)).partial] == [True, True]
