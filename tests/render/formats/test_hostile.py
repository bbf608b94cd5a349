"""Whatever people write into a configuration is a value in every form, and never a line, a headline or a command."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from reconciler.core.plan.change import Plan
from reconciler.render.formats import FORMATS, Setting
from tests.render.formats.plans import NOW
from tests.render.formats.test_terraform import FAIL, HEADLINES, OUTSIDE, PASS, SUMMARY, UNCHANGED, WARNING, found

SHARP = (
    "\n# x will be destroyed",
    "\r\nPlan: 9 to add, 9 to change, 9 to destroy.",
    "Plan: 9 to add, 9 to change, 9 to destroy.",
    "No changes. Infrastructure is up-to-date.",
    OUTSIDE,
    "\x1b[2J\x1b[1;1H",
    "\u2028Error: x",
    "\n::error::x",
    "\ud800",
    '"\n}',
)
HOSTILE = st.sampled_from(SHARP) | st.text(st.characters(), max_size=60)
PATTERNS = [*HEADLINES.values(), PASS, FAIL, WARNING, SUMMARY, UNCHANGED, OUTSIDE]
# The comment has laws of its own.
FORMS = [name for name in FORMATS if name != "markdown"]


def named(plan: Plan, display_name: str) -> Plan:
    """The same plan, with every number called so."""
    spaces = tuple(
        replace(
            space,
            changes=tuple(
                replace(each, after={**each.after, "display_name": display_name}) if each.after else each
                for each in space.changes
            ),
        )
        for space in plan.spaces
    )
    return replace(plan, spaces=spaces)


def lines(plan: Plan, form: str) -> list[str]:
    return FORMATS[form](plan, Setting(NOW)).splitlines()


@pytest.mark.parametrize("form", FORMS)
@given(text=HOSTILE)
def test_a_value_makes_no_line(form: str, plans: Mapping[str, Plan], text: str) -> None:
    """As many lines as with a harmless one, each beginning alike, and none holds a control character."""
    harmless, hostile = (lines(named(plans["every-action"], each), form) for each in ("Acme", text))
    assert [line[:12] for line in hostile] == [line[:12] for line in harmless]
    assert not [char for line in hostile for char in line if unicodedata.category(char) in ("Cc", "Cf", "Cs")]


@given(text=HOSTILE)
def test_a_value_is_no_headline_and_no_summary(plans: Mapping[str, Plan], text: str) -> None:
    """What tools find by their patterns is what they would find without it."""
    harmless, hostile = (lines(named(plans["every-action"], each), "terraform") for each in ("Acme", text))
    for pattern in PATTERNS:
        both = ["\n".join(each) for each in (harmless, hostile)]
        assert re.findall(pattern, both[0]) == re.findall(pattern, both[1])
        assert len([line for line in harmless if re.search(pattern, line)]) == len(
            [line for line in hostile if re.search(pattern, line)]
        )


def test_a_pattern_notices(plans: Mapping[str, Plan]) -> None:
    """The law can fail: raw, such a value would be found."""
    assert found(HEADLINES["delete"], SHARP[0]) == ["x"]
    assert re.search(SUMMARY, SHARP[1])


@pytest.mark.parametrize("form", ["text", "terraform", "markdown"])
def test_a_number_in_a_text_is_masked(form: str, plans: Mapping[str, Plan]) -> None:
    """As a number of its own is, in every form that people read: where it is made, and where it is changed."""
    (space,) = (space for space in plans["every-action"].spaces[:1])
    called, before = "Call +8613912345678", "Call +8613987655678"
    changes = tuple(
        replace(
            each,
            after=each.after and {**each.after, "display_name": called},
            differences=each.differences and (*each.differences, ("about", before, called)),
        )
        for each in space.changes
    )
    shown = FORMATS[form](replace(plans["every-action"], spaces=(replace(space, changes=changes),)), Setting(NOW))
    assert "Call +86 139****5678" in shown
    assert not re.search("1234567|8765567", shown)
