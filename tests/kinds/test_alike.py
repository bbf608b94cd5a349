"""Texts that look alike are told apart by their code points; for others letters are enough."""

from __future__ import annotations

import pytest

from reconciler.kinds.lookalikes import difference


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ("Acme", "\u0410cme", "U+0041 -> U+0410"),
        ("Caf\u00e9 One", "Cafe\u0301 One", "U+00E9 -> U+0065 U+0301"),
        ("Acme Support", "Acme  Support", "nothing -> U+0020"),
        ("Acme Support", "Acme\u00a0Support", "U+0020 -> U+00A0"),
        ("Ac\u200bme", "Acme", "U+200B -> nothing"),
        ("Acme", "\uff21cme", "U+0041 -> U+FF21"),
        ("AAAA", "\u0410" * 4, f"{' '.join(['U+0041'] * 4)} -> {' '.join(['U+0410'] * 4)}"),
        ("AAAAA", "\u0410" * 5, f"{' '.join(['U+0041'] * 4)} … -> {' '.join(['U+0410'] * 4)} …"),
        ("Acme", "Acne", ""),
        ("Acme", "Acme", ""),
        ("\u5ba2\u670d", "\u9500\u552e", ""),
    ],
)
def test_what_looks_alike_is_told_by_its_code_points(one: str, other: str, told: str) -> None:
    """Both ways round."""
    assert difference(one, other) == told
    assert difference(other, one) == " -> ".join(told.split(" -> ")[::-1])
