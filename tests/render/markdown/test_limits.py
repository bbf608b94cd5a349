"""A comment holds its limit and tells the truth: what is cut is the middle, and it says what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from reconciler.core.outcome import Outcome
from reconciler.core.plan.change import Change, Plan, SpacePlan
from reconciler.render.markdown.comments import (
    COMMENT,
    JOB_SUMMARY,
    apply_comment,
    job_summary,
    pending_comment,
    plan_comment,
)
from reconciler.render.markdown.fit import Section, fitted
from reconciler.render.markdown.stamp import stamp_line
from tests.render.formats.plans import NOW
from tests.render.markdown import hostile
from tests.render.markdown.documents import CODE, KEY
from tests.render.markdown.rendered import JOB, parsed, wrong

MANY = 6_000
_CUT = re.compile(r"^- \*\*Cut:\*\* (\d+) of (\d+) are not shown here, from `(.*)` to `(.*)`\.$", re.MULTILINE)


@pytest.fixture
def one(plans: Mapping[str, Plan]) -> Change:
    """A creation, the longest there is."""
    return plans["new"].changes[0]


def large(one: Change, spaces: int) -> Plan:
    """MANY creations, in so many spaces."""
    return Plan("loopback", tuple(_space(one, number, MANY // spaces) for number in range(spaces)))


def _space(one: Change, number: int, size: int) -> SpacePlan:
    name = f"space-{number:04}"
    changes = tuple(replace(one, address=f"{name}/phone_number/n{place:04}") for place in range(size))
    return SpacePlan(name, name, "line", "", changes)


def shown(text: str) -> list[str]:
    return re.findall(r"^  # (\S+) will be created$", text, re.MULTILINE)


@pytest.mark.parametrize("spaces", [1, 40, MANY])
@pytest.mark.parametrize(("limit", "render"), [(COMMENT, partial(plan_comment, key=KEY)), (JOB_SUMMARY, job_summary)])
def test_six_thousand_changes(one: Change, spaces: int, limit: int, render: partial[str]) -> None:
    """All are counted, the first and the last ones are shown; what lacks is counted and named, and no more lacks."""
    plan = large(one, spaces)
    text = render(plan)
    assert limit * 0.85 < len(text.encode()) <= limit
    assert f"### Plan: {MANY} to add, 0 to change, 0 to destroy." in text
    assert f"- **Messages:** at most {MANY} ({MANY} sms)" in text
    assert f"  - and {MANY - 10} more" in text
    every, there = [change.address for change in plan.changes], shown(text)
    front = next(place for place, address in enumerate(every) if address not in there)
    missing = every[front : front + MANY - len(there)]
    assert [*every[:front], *every[front + len(missing) :]] == there
    assert _CUT.findall(text) == [(str(len(missing)), str(MANY), missing[0], missing[-1])]
    told = sum(map(int, re.findall(r"^  # (\d+) more are left out here$", text, re.MULTILINE)))
    hidden = sum(len(space.changes) for space in plan.spaces if f"<code>{space.name}</code>" not in text)
    assert told + hidden == len(missing)


def test_there_is_room_to_say_what_was_cut(one: Change) -> None:
    """However closely the rest fills the limit, and however long the names are."""
    plan = large(one, 20)
    spaces = tuple(replace(space, changes=space.changes[:10]) for space in plan.spaces)
    spaces = tuple(
        replace(space, changes=tuple(replace(each, address=f"{each.address}-{'王' * 60}") for each in space.changes))
        for space in spaces
    )
    for more in range(0, 1_200, 60):
        text = plan_comment(replace(plan, spaces=spaces), KEY, rehearsal=["x" * 60] * (more // 60))
        assert len(text.encode()) <= COMMENT
        assert _CUT.search(text)


def test_what_was_cut_is_still_sound(one: Change) -> None:
    """Each element that is opened is closed, and the document is the template's."""
    text = plan_comment(large(one, 40), KEY)
    assert list(wrong(text)) == []
    for tree in parsed(text):
        assert len(tree.findall("details")) == text.count("</details>") == text.count("<details>")


def test_what_is_too_long_alone_hides_nothing_else(one: Change) -> None:
    """A change of ten thousand differences is left out; those around it are shown."""
    changes = [replace(one, address=f"acme/phone_number/n{place}") for place in range(5)]
    for giant in (0, 2, 4):
        several = list(changes)
        several[giant] = replace(changes[giant], differences=(("title", "x", "y"),) * 30_000)
        text = plan_comment(Plan("loopback", (SpacePlan("acme", "x", "x", "", tuple(several)),)), KEY)
        assert f"- **Cut:** 1 of 5 are not shown here, `acme/phone_number/n{giant}`." in text
        assert len(shown(text)) == 4


def test_the_front_is_bounded_by_itself() -> None:
    """With the longest texts in everything that is listed, it is all there, and within the limit."""
    for wide in ("\U0001f600" * 200, "`" * 400, "` a " * 100, "@" * 400, "<" * 400, "\ud800" * 200):

        def text(wide: str = wide) -> str:
            return wide

        plan = Plan("x", tuple(hostile._space(Random(seed), text) for seed in range(60)))
        plan = replace(plan, refusals=tuple(hostile.problem(Random(seed), text) for seed in range(30)))
        said = [f"{number}{wide}" for number in range(30)]
        comment = plan_comment(
            plan, KEY, untrusted=True, notes=said, rehearsal=[wide] * 200, stamp=stamp_line(JOB, NOW)
        )
        assert len(comment.encode()) <= COMMENT
        assert [label for label in ("Messages", "People", "Refused", "Cut") if f"**{label}:**" not in comment] == []
        assert "Digest, for" in comment
        assert list(wrong(comment)) == []


def test_two_thousand_that_wait() -> None:
    """By address from both ends, each with its command, and the others counted."""
    waiting = [replace(CODE, address=f"acme/phone_number/n{place:04}") for place in range(MANY)]
    paused = apply_comment([Outcome(each.address, "create", "paused", None, each) for each in waiting], KEY)
    assert f"0 destroyed, {MANY} paused" in paused
    for text in (paused, pending_comment(waiting, KEY)):
        assert COMMENT * 0.9 < len(text.encode()) <= COMMENT
        ((missing, of, _, _),) = _CUT.findall(text)
        assert (text.count("  reconciler verify "), int(of)) == (MANY - int(missing), MANY)
        assert f"- and {missing} more, left out here" in text
        assert list(wrong(text)) == []


SIZES = st.lists(st.lists(st.integers(1, 60), min_size=1, max_size=8), max_size=5)


@given(SIZES, st.integers(0, 600))
def test_what_fits_is_a_front_and_a_back(sizes: list[list[int]], room: int) -> None:
    """Never more than there is room for; all where there is room; what lacks is one piece, and counted."""
    sections = [
        Section(
            "begin",
            tuple((f"{owner}.{place}.", partial(str, "x" * size)) for place, size in enumerate(row)),
            "end",
            "gap {}",
        )
        for owner, row in enumerate(sizes)
    ]
    shown, missing = fitted(sections, room)
    every = [name for section in sections for name, _ in section.blocks]
    assert "".join(missing) in "".join(every)
    assert len("\n\n".join(shown)) <= room
    assert sum(text.count("x" * 1) for text in shown) == sum(
        len(block()) for section in sections for name, block in section.blocks if name not in missing
    )
    if sum(map(sum, sizes)) + 40 * len(every) <= room:
        assert missing == []
