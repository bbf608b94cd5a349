"""A journal that is shorter than it was, or another one, is found by whoever saw it before."""

from __future__ import annotations

import pytest

from reconciler.core.journal.state import State
from reconciler.core.journal.tip import Tip, short_of, tips_by_name, tips_of

HASH = "ab" * 32
ACME = State("cams-acme", "acme", "l1", serial=7, hash=HASH)
FRESH = State("cams-new", "new")


def test_a_tip_is_the_last_entry() -> None:
    """By id or by name; a journal without entries has none."""
    tip = Tip("l1", 7, HASH)
    assert (tips_of([ACME, FRESH]), tips_by_name([ACME, FRESH])) == ({"cams-acme": tip}, {"acme": tip})


TOLD = {
    "state-rolled-back": "{0}: {1} entries were seen before, and now there are 7 or others",
    "state-edited": "{0}: the last entry is not the one that was seen before",
    "state-vanished": "{0}: {1} entries were recorded, and now there is nothing",
}


@pytest.mark.parametrize(
    ("name", "tip", "code"),
    [
        ("acme", Tip("l1", 7, HASH), ""),
        ("acme", Tip("l1", 7, HASH[:8]), ""),
        ("acme", Tip("l1", 6, "00"), ""),
        ("renamed", Tip("l1", 7, HASH), ""),
        ("cams-acme", Tip("l1", 7, HASH), ""),
        ("acme", Tip("l1", 8, HASH), "state-rolled-back"),
        ("acme", Tip("l2", 6, HASH), "state-rolled-back"),
        ("cams-acme", Tip("l2", 6, HASH), "state-rolled-back"),
        ("acme", Tip("l1", 7, "00"), "state-edited"),
        ("gone", Tip("l9", 6, HASH), "state-vanished"),
        ("new", Tip("l9", 6, HASH), "state-vanished"),
    ],
)
def test_what_is_shorter_or_another_is_told(name: str, tip: Tip, code: str) -> None:
    """A journal is known by its lineage whatever it is called now, else by its name or id; what grew is no problem."""
    problems = list(short_of({name: tip}, {each.space_id: each for each in (ACME, FRESH)}, "before"))
    told = [(code, TOLD[code].format(name, tip.serial))] if code else []
    assert [(problem.code, problem.what) for problem in problems] == told
