"""The laws of plan(): a pure function whose result is data."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterable, Mapping
from random import Random
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st
from msgspec import to_builtins
from msgspec.structs import replace

from reconciler.core.codec import encode
from reconciler.core.journal.state import canonical, digest
from reconciler.core.model import Resource
from reconciler.core.plan.change import Plan
from reconciler.core.plan.make import plan
from reconciler.core.plan.match import identity
from reconciler.core.review import saved
from reconciler.errors import ConfigError, Problem
from reconciler.kinds import KINDS
from reconciler.render.text.plan import plan_text
from tests.core.worlds import (
    ENDPOINT,
    NUMBERS,
    SPACES,
    States,
    World,
    project,
    record,
    shelves,
    space_id,
    state,
    states,
    worlds,
)

NOW = "2026-11-20T10:31:00.000Z"
moments = st.datetimes().map(lambda at: at.isoformat(timespec="milliseconds") + "Z")


def planned(world: World, now: str = NOW) -> Plan | tuple[Problem, ...]:
    """The plan, or why there can be none."""
    try:
        return plan(world.project, world.states, ENDPOINT, now)
    except ConfigError as error:
        return error.problems


@given(worlds)
def test_planning_changes_nothing(world: World) -> None:
    """What is desired and what is recorded are as before."""
    before = copy.deepcopy(world)
    planned(world)
    assert world == before


@given(worlds, st.randoms(use_true_random=False))
def test_planning_is_deterministic(world: World, random: Random) -> None:
    """The same is planned again, in whatever order the backend lists its spaces."""
    shuffled = random.sample(sorted(world.states), len(world.states))
    assert planned(world) == planned(World(world.project, {id: world.states[id] for id in shuffled}))


@given(shelves())
def test_nothing_is_planned_for_what_is_there(found: Mapping[str, tuple[Resource, ...]]) -> None:
    """Where everything is ready and recorded as desired, nothing is left to do."""
    recorded = {
        space_id(name): state(name, {identity(r): record(r, KINDS[r.kind].ready, 3) for r in shelf})
        for name, shelf in found.items()
    }
    made = planned(World(project(found), recorded))
    assert isinstance(made, Plan)
    assert list(made.changes) == []
    assert plan_text(made, NOW).startswith("No changes.")


# What no plan of these worlds has of its own.
BESIDE: Any = {
    "account": "1000000000000001",
    "contacts_account": "1000000000000002",
    "environment": "staging",
    "sent": {"code_messages_per_day": 2},
    "left_out": (Problem("move-first", "acme/contact/tom: its move is not finished", address="acme/contact/tom"),),
}


@given(worlds)
def test_a_saved_plan_is_the_plan(world: World) -> None:
    """What is read back is what was written, as values and as JSON; only what guards say is asked anew."""
    made = planned(world)
    if isinstance(made, Plan):
        made = replace(made, refusals=_saved(made.refusals), **BESIDE)
        reread = saved.load_plan(saved.dump_plan(made))
        assert encode(reread) == encode(made)
        assert [change.all_calls for change in reread.all_changes] == [each.all_calls for each in made.all_changes]
        assert plan_text(reread, NOW) == plan_text(made, NOW)


def _saved(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Without the text that each was found in: it is not kept."""
    return tuple(dataclasses.replace(each, found=None) for each in problems)


@given(worlds)
def test_a_digest_is_over_the_content(world: World) -> None:
    """However it is worked out: SHA-256 over all that the plan covers, every call too, part by part as JSON."""
    made = planned(world)
    if isinstance(made, Plan):
        parts: list[Any] = [[made.endpoint, made.basis, made.since, made.settings]]
        for space in made.spaces:
            parts.append([space.name, space.space_id, space.lineage, space.config])
            parts += ([change, change.all_calls] for change in space.changes)
        assert made.digest == digest("".join(canonical(to_builtins(part)) for part in parts))


@given(worlds, moments, moments)
def test_no_time_is_in_a_digest(world: World, now: str, changed_at: str) -> None:
    """A plan made at another time, of a record of another age, is the same plan."""
    made = planned(world)
    older = {id: replace(each, changed_at=changed_at) for id, each in world.states.items()}
    later = planned(World(world.project, older), now)
    if isinstance(made, Plan):
        assert isinstance(later, Plan)
        assert later.digest == made.digest
    else:
        assert later == made


@given(worlds)
def test_every_change_says_why(world: World) -> None:
    """No line of a plan is without a reason, and none is without a text."""
    made = planned(world)
    if isinstance(made, Plan):
        assert all(change.reason for change in made.changes)
        assert all(change.address in plan_text(made, NOW) for change in made.changes)


def number(space: str, kind: str) -> Resource:
    """The first number, as this space declares it."""
    return Resource(space, "phone_number", "support", kind, NUMBERS[0], {"number": NUMBERS[0]})


BOUGHT, SERVING = number("globex", "prevalidated"), number("acme", "register")
IN_ACME = {space_id("acme"): state("acme", {identity(SERVING): record(SERVING, "registered", 3)})}


@example({"acme": (), "globex": (BOUGHT,)}, IN_ACME, "globex")
@given(shelves(), states(), st.sampled_from(SPACES))
def test_where_nothing_is_to_be_done_other_spaces_change_nothing(
    found: Mapping[str, tuple[Resource, ...]], others: States, name: str
) -> None:
    """A plan of one space that has no change by its own record has none either way, whatever stands elsewhere."""
    ready = {identity(resource): record(resource, KINDS[resource.kind].ready, 3) for resource in found[name]}
    alone = {space_id(name): state(name, ready)}
    made = plan(project(found), alone, ENDPOINT, NOW, [name])
    assert not (made.all_changes or made.refusals or made.left_out)
    beside = plan(project(found), {**others, **alone}, ENDPOINT, NOW, [name])
    assert encode(beside) == encode(made)
