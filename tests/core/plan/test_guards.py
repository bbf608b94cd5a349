"""What one run may do at most, and the very edges of the windows in which it is counted."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from reconciler.core.consent import Consent
from reconciler.core.journal.record import Record
from reconciler.core.journal.state import State
from reconciler.core.journal.tries import metered_until, refused_until
from reconciler.core.model import Guards, Project, Resource, Space
from reconciler.core.plan.change import Change, Plan, Removal, SpacePlan
from reconciler.core.plan.guards import FEW, refusals
from reconciler.core.plan.make import plan
from reconciler.core.refusal import Refusal

NOW = "2026-11-20T10:31:00.000Z"
SPACES = (Space("acme", "cams-1", ""),)
GONE = Removal("phone_number/+8613800001234", "acme/phone_number/old", "register", "+8613800001234", 1, "")


def _recorded(n: int, phase: str) -> Record:
    return Record(str(n), f"phone_number/{n}", "register", str(n), phase, {})


def refused(guards: Guards, recorded: int, *changes: Change) -> list[str]:
    """Codes of what is refused, beside so many records."""
    plan = Plan("loopback", (SpacePlan("acme", "cams-1", "", "", changes, 0, 0, ""),))
    records = {str(n): _recorded(n, "registered") for n in range(recorded)}
    states = {"cams-1": State("cams-1", "acme", records=records)}
    return [problem.code for problem in refusals(plan, SPACES, guards, states, NOW)]


def change(action: str, removal: Removal | None = None, key: str = "+14155550100") -> Change:
    address = f"acme/phone_number/{key}"
    facts = {"number": key, "method": "sms", "locale": "en_US"}
    return Change(address, "register", key, action, "", facts, facts, removal=removal)


@pytest.mark.parametrize(("action", "codes"), [("create", 1), ("replace", 1), ("update", 0), ("delete", 0)])
def test_a_number_comes_into_a_country_by_replacement_too(action: str, codes: int) -> None:
    """Whatever brings a number in is held to the countries; what changes or removes one that is there is not."""
    abroad = Guards(allowed_countries=("65",))
    assert refused(abroad, 1, change(action)) == ["country-not-allowed"] * codes
    assert refused(abroad._replace(allowed_countries=("65", "1")), 1, change(action)) == []


@pytest.mark.parametrize(
    ("after", "recorded", "codes"),
    [(None, 10, 1), (None, 9, 0), (None, 20, 0), (("cams-2", GONE.id), 10, 0)],
    ids=["three of ten", "few", "three of twenty", "moves"],
)
def test_deletions_are_counted_and_moves_are_none(after: tuple[str, str] | None, recorded: int, codes: int) -> None:
    """More than the given percent of ten records or more; what goes on elsewhere does not go."""
    gone = replace(GONE, door="retired", after=after)
    going = [change("delete", gone, f"+1415555010{n}") for n in range(3)]
    assert refused(Guards(max_delete_percent=20), recorded, *going) == ["too-much-deleted"] * codes


SENDERS = ("GetChatappVerifyCode",)


def test_the_share_of_each_space_counts() -> None:
    """Three of one customer's ten are few among everybody's hundred, and too many for that customer."""
    going = tuple(change("delete", replace(GONE, door="retired"), f"+1415555010{n}") for n in range(3))
    spaces = (Space("acme", "cams-1", ""), Space("globex", "cams-2", ""))
    plans = (SpacePlan("acme", "cams-1", "", "", going), SpacePlan("globex", "cams-2", "", ""))
    counts = {"cams-1": 10, "cams-2": 90}
    states = {
        id: State(id, "", records={str(n): _recorded(n, "x") for n in range(count)}) for id, count in counts.items()
    }
    found = refusals(Plan("loopback", plans), spaces, Guards(max_delete_percent=20), states, NOW)
    assert [problem.what for problem in found] == ["3 of 10 recorded of acme would go (30 %); max_delete_percent is 20"]


def record(metered: tuple[str, ...] = (), refused: tuple[str, ...] = ()) -> Record:
    last = {each: Refusal("X", 400, "", refused[-1], len(refused), "", refused) for each in SENDERS if refused}
    key = "+8613800001234"
    return Record("x", "phone_number/x", "register", key, "verified", {}, metered=metered, refusals=last)


DAYS_17_TO_19 = [f"2026-11-{day}T10:31:00.001Z" for day in (17, 18, 19)]


@pytest.mark.parametrize(
    ("tries", "until"),
    [
        (DAYS_17_TO_19, "2026-11-20T10:31:00.001Z"),
        (DAYS_17_TO_19[1:], ""),
        (["2026-11-17T10:31:00.000Z", *DAYS_17_TO_19[1:]], ""),
        (["2026-11-16T10:31:00.000Z", *DAYS_17_TO_19], "2026-11-20T10:31:00.001Z"),
        ([*DAYS_17_TO_19, "2026-11-20T09:00:00.000Z", "2026-11-20T10:00:00.000Z"], "2026-11-22T10:31:00.001Z"),
    ],
    ids=["three", "two", "one just over", "an older one", "five"],
)
def test_three_tries_in_72_hours(tries: list[str], until: str) -> None:
    """The next one may come when the third last is 72 hours old, to the millisecond, however many there were."""
    assert metered_until(record(metered=tuple(tries)), NOW) == until


@pytest.mark.parametrize(
    ("times", "until"),
    [
        (("2026-11-19T10:31:00.001Z", "2026-11-20T08:00:00.000Z", NOW), "2026-11-20T10:31:00.001Z"),
        (("2026-11-19T10:31:00.000Z", "2026-11-20T08:00:00.000Z", NOW), ""),
        (("2026-11-20T08:00:00.000Z", NOW), ""),
    ],
    ids=["three", "one just over", "two"],
)
def test_three_refusals_a_day(times: tuple[str, ...], until: str) -> None:
    """A message that was refused three times in 24 hours waits until the first of them is older; another does not."""
    assert refused_until(record(refused=times), "GetChatappVerifyCode", NOW) == until
    assert refused_until(record(refused=times), "GetMigrationVerifyCode", NOW) == ""


@pytest.mark.parametrize(("phase", "refused"), [("added", []), ("code_requested", []), ("verified", ["metered-out"])])
def test_only_what_registers_by_itself_is_metered_out(phase: str, refused: list[str]) -> None:
    """What sends a message, or takes a code first, is planned all the same: it is stopped where it would register."""
    facts = {"number": "+8613800001234", "display_name": "Acme", "method": "sms", "locale": "en_US"}
    block = Resource("acme", "phone_number", "a", "register", facts["number"], facts)
    space = Space("acme", "cams-1", "acme.yaml", (block,))
    tries = tuple(f"2026-11-20T0{hour}:00:00.000Z" for hour in range(1, 4))
    known = Record(f"phone_number/{block.key}", "phone_number/a", "register", block.key, phase, facts, metered=tries)
    states = {"cams-1": State("cams-1", "acme", "lineage", "", 9, "hash", NOW, {known.id: known})}
    made = plan(Project("", (space,)), states, "", NOW)
    assert [problem.code for problem in refusals(made, [space], Guards(), states, NOW)] == refused


@pytest.mark.parametrize(
    ("consent", "lifted"),
    [
        (Consent(), {}),
        (Consent(allow_messages=0), {"max_messages": 0}),
        (Consent(allow_deletes=100), {"max_delete_percent": 100}),
        (Consent(allow_country=("62",)), {"allowed_countries": ("86", "62")}),
    ],
)
def test_a_consent_lifts_its_own_guard_alone(consent: Consent, lifted: dict[str, Any]) -> None:
    """The others stay; and where every country is allowed, one more is none."""
    guards = Guards(20, 30, ("86",))
    assert consent.to(guards) == guards._replace(**lifted)
    assert consent.to(Guards()).allowed_countries == ()


def test_a_space_without_a_journal_has_nothing_recorded() -> None:
    """Beside it, the removals of few are no large share of all."""
    going = tuple(change("delete", GONE) for _ in range(FEW - 1))
    old = SpacePlan("acme", "cams-1", "", "", going, 0, 0, "")
    new = SpacePlan("globex", "cams-2", "", "", (), 0, 0, "")
    states = {"cams-1": State("cams-1", "acme", records={str(n): _recorded(n, "registered") for n in range(FEW - 1)})}
    spaces = (*SPACES, Space("globex", "cams-2", ""))
    found = refusals(Plan("loopback", (old, new)), spaces, Guards(), states, NOW)
    assert "too-much-deleted" not in [problem.code for problem in found]
