"""Whatever came from outside is shown, and does nothing else."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.render import mask
from reconciler.render.escape import cut, escape

HOSTILE = st.text(st.characters(), max_size=200)


@given(HOSTILE)
def test_nothing_hidden_gets_through(text: str) -> None:
    """No control, bidirectional, zero-width, private, unassigned character or lone surrogate is printed raw."""
    hidden = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert not [char for char in escape(text) if unicodedata.category(char) in hidden]


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"])))
def test_what_people_write_stays_as_it_is(text: str) -> None:
    """Letters, digits, punctuation and plain spaces of any script are shown unchanged."""
    assert escape(text) == text


@given(HOSTILE, st.integers(2, 100))
def test_a_cut_text_is_short_and_says_so(text: str, width: int) -> None:
    """At most `width` characters, with an ellipsis exactly when something is missing."""
    shown = cut(text, width)
    assert len(shown) <= width
    assert shown == escape(text) or shown.endswith("…")


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("a\x1b[31mb", "a\\u001b[31mb"),
        ("line\nError: no", "line\\nError: no"),
        ("x\u202ey", "x\\u202ey"),
        ("x\u200by", "x\\u200by"),
        ("\ud800", "\\ud800"),
        ("王小明 ünï", "王小明 ünï"),
    ],
)
def test_escapes_are_visible(raw: str, shown: str) -> None:
    """Each hidden character is replaced by the escape that names it."""
    assert escape(raw) == shown


@pytest.mark.parametrize(
    ("whole", "masked"),
    [
        ("+8613800001234", "+86 138****1234"),
        ("+6281234567890", "+62 812****7890"),
        ("+12025550123", "+1 202****0123"),
        ("+6581234567", "+65 812****4567"),
        ("+290 1234", "****1234"),
        ("123-830", "****"),
    ],
)
def test_numbers_are_masked(whole: str, masked: str) -> None:
    """Country code, three digits and the last four of a long number are shown, fewer of a short one."""
    assert mask.number(whole) == masked


@given(st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True))
def test_no_number_is_shown_whole(number: str) -> None:
    """Whatever the number, its digits never stand together in the masked form."""
    assert number.removeprefix("+") not in mask.number(number).replace(" ", "")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("number +8613800001234 is taken", "number +86 138****1234 is taken"),
        ("go on at 2026-11-21T10:31:00.000Z", "go on at 2026-11-21T10:31:00.000Z"),
        ("run 12345678abcd", "run 12345678abcd"),
        ("138 0000 1234!", "****1234!"),
    ],
)
def test_numbers_in_free_text_are_masked(text: str, shown: str) -> None:
    """What could be a number is masked wherever it stands; dates and the ids of runs are not numbers."""
    assert mask.text(text) == shown
