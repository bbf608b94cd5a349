"""How lines fit a width: nothing is lost, no word is broken, and what fits is left alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reconciler.render.text.layout import NARROW, folded, table

WORDS = st.lists(st.text("abc/+:-", min_size=1, max_size=12), min_size=1, max_size=30).map(" ".join)
CELLS = st.lists(st.tuples(WORDS, WORDS, WORDS), min_size=1, max_size=5)


@given(WORDS, st.integers(30, 100))
def test_a_folded_line_loses_nothing(line: str, width: int) -> None:
    """The same words in the same order, in lines that fit."""
    lines = folded(line, width)
    assert " ".join(each.strip() for each in lines) == line
    assert all(len(each) <= width for each in lines)


@given(CELLS, st.integers(20, 200))
def test_a_table_loses_nothing_and_fits(rows: list[tuple[str, str, str]], width: int) -> None:
    """Every word of every cell is there, and no line is longer than the width, where the longest word is not."""
    lines = table(("One", "Two", "Three"), rows, width)
    wanted = sorted(word for row in rows for cell in row for word in cell.split())
    found = [word for line in lines for word in line.split()]
    assert all(found.count(word) >= wanted.count(word) for word in wanted)
    assert all(len(line) <= max(width, 22) for line in lines)


def test_a_narrow_table_is_listed() -> None:
    """A line for each cell, and an empty line between two rows."""
    heads, rows = ("Resource", "Needs"), [("acme/contact/tom", "links followed"), ("acme/contact/ann", "")]
    assert table(heads, rows, NARROW - 1) == [
        "  Resource:  acme/contact/tom",
        "  Needs:     links followed",
        "",
        "  Resource:  acme/contact/ann",
        "  Needs:",
    ]


def test_a_wide_table_gives_way_at_its_end() -> None:
    """The first column is never folded while another one can be; a number is not broken."""
    heads = ("Resource", "Number", "Needs")
    rows = [(f"acme/phone_number/{'n' * 30}", "+86 138****1234", "its code, which somebody has to read out")]
    assert table(heads, rows, 80) == [
        "  Resource                                          Number           Needs",
        f"  acme/phone_number/{'n' * 30}  +86 138****1234  its code,",
        "                                                                     which",
        "                                                                     somebody",
        "                                                                     has to read",
        "                                                                     out",
    ]


def test_a_label_keeps_its_column() -> None:
    """What continues stands under the value; a headline, a summary line and a command stay whole."""
    long = "word " * 20
    assert folded(f"People:       {long}", 60)[1].startswith(" " * 14 + "word")
    assert folded(f"  hint: {long}", 60)[1].startswith(" " * 8 + "word")
    for whole in (f"  # {long}will be created", f"Plan: {long}", f"  reconciler verify {long}"):
        assert folded(whole, 60) == [whole]
    assert "`reconciler apply a b`" in " | ".join(folded(f"{long[:50]} `reconciler apply a b` {long}", 60))


def test_a_wide_character_takes_two_columns() -> None:
    """Names are Chinese as often as not: what is beside them stays in its column."""
    assert table(("Resource", "Needs"), [("acme/contact/张伟", "nobody"), ("acme/contact/tom", "code")], 80) == [
        "  Resource           Needs",
        "  acme/contact/张伟  nobody",
        "  acme/contact/tom   code",
    ]
