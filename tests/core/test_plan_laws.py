"""The laws of plan(): a pure function whose result is data."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.core.journal.state import canonical, digest
from reconciler.core.model import Resource
from reconciler.core.plan.change import Plan, content
from reconciler.core.plan.make import plan
from reconciler.core.plan.match import identity
from reconciler.core.review import saved
from reconciler.errors import ConfigError, Problem, Stale
from reconciler.kinds import KINDS
from reconciler.render.text.plan import plan_text
from tests.core.worlds import ENDPOINT, World, project, record, shelves, space_id, state, worlds

unhurried = settings(deadline=None)  # the machine may be busy with other tests
NOW = "2026-11-20T10:31:00.000Z"
moments = st.datetimes().map(lambda at: at.isoformat(timespec="milliseconds") + "Z")


def planned(world: World, now: str = NOW) -> Plan | tuple[Problem, ...]:
    """The plan, or why there can be none."""
    try:
        return plan(world.project, world.states, ENDPOINT, now)
    except ConfigError as error:
        return error.problems


@unhurried
@given(worlds)
def test_planning_changes_nothing(world: World) -> None:
    """What is desired and what is recorded are as before."""
    before = copy.deepcopy(world)
    planned(world)
    assert world == before


@unhurried
@given(worlds, st.randoms(use_true_random=False))
def test_planning_is_deterministic(world: World, random: Random) -> None:
    """The same is planned again, in whatever order the backend lists its spaces."""
    shuffled = random.sample(sorted(world.states), len(world.states))
    assert planned(world) == planned(World(world.project, {id: world.states[id] for id in shuffled}))


@unhurried
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


@unhurried
@given(worlds)
def test_a_saved_plan_is_the_plan(world: World) -> None:
    """What is read back is what was written, as values and as JSON; only what guards say is asked anew."""
    made = planned(world)
    if isinstance(made, Plan):
        assert saved.load_plan(saved.dump_plan(made)) == replace(made, refusals=(), left_out=())
        reread = saved.load_plan(json.loads(json.dumps(saved.dump_plan(made))))
        assert canonical(content(reread)) == canonical(content(made))
        assert plan_text(reread, NOW) == plan_text(replace(made, refusals=(), left_out=()), NOW)


@unhurried
@given(worlds)
def test_a_digest_is_over_the_content(world: World) -> None:
    """However it is worked out: SHA-256 over all that the plan covers, written canonically."""
    made = planned(world)
    if isinstance(made, Plan):
        assert made.digest == digest(canonical(content(made)))


@unhurried
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


@unhurried
@given(worlds)
def test_every_change_says_why(world: World) -> None:
    """No line of a plan is without a reason, and none is without a text."""
    made = planned(world)
    if isinstance(made, Plan):
        assert all(change.reason for change in made.changes)
        assert all(change.address in plan_text(made, NOW) for change in made.changes)


ODD: Any = {"x": {"y": None}}  # what no field holds


def _rows(row: Any) -> Iterator[dict[str, Any]]:
    """A plan's document, and every mapping in it that has fields of a fixed name."""
    if isinstance(row, dict):
        yield row
        yield from (each for name in ("spaces", "changes", "calls", "removal") for each in _rows(row.get(name)))
    elif isinstance(row, list):
        yield from (each for part in row for each in _rows(part))


@unhurried
@given(worlds)
def test_no_field_of_a_saved_plan_is_without_a_check(world: World) -> None:
    """Whatever field holds something of another form, it is that which is refused, before any digest is compared."""
    made = planned(world)
    written = saved.dump_plan(made) if isinstance(made, Plan) else {}
    for row in list(_rows(written)):
        for field in set(row) - {"digest", "basis", "since", "settings", "sent", "format"}:
            before, row[field] = row[field], ODD
            with pytest.raises(Stale) as refused:
                saved.load_plan(written)
            assert (field, refused.value.problems[0].code) == (field, "plan-unreadable")
            row[field] = before
