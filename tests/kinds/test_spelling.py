"""One phone has several spellings in some countries, and is one wherever numbers are compared."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.kinds.spelling import as_e164, other, phone, same_phone, spelled_out
from reconciler.sandbox.numbers import spelling

SPELLINGS = [
    ("+5521998765432", "+552198765432"),
    ("+5215512345678", "+525512345678"),
    ("+5491123456789", "+541123456789"),
    ("+2250707123456", "+22507123456"),
    ("+2250101123456", "+22501123456"),
    ("+2250504123456", "+22504123456"),
    ("+2252720212345", "+22520212345"),
    ("+2252520012345", "+22520012345"),
    ("+2252120812345", "+22520812345"),
    ("+2290197123456", "+22997123456"),
]


@pytest.mark.parametrize(("one", "another"), SPELLINGS)
def test_two_spellings_are_one_phone(one: str, another: str) -> None:
    """With and without the plus; and the neighbour's number is another phone in both."""
    assert phone(one) == phone(another) == phone(one.removeprefix("+")) == phone(another.removeprefix("+"))
    neighbour, across = (f"{number[:-1]}{(int(number[-1]) + 1) % 10}" for number in (one, another))
    assert phone(neighbour) == phone(across) != phone(one)
    assert (other(one), other(another)) == (another, one)
    assert phone(spelling.other(another.removeprefix("+"))) == phone(one)
    digits = another.removeprefix("+")
    assert same_phone(f"+{digits[:3]}-{digits[3:]} ", one)
    assert not same_phone(neighbour, one)
    assert not same_phone(int(digits), one)


def test_what_differs_by_more_than_a_spelling_is_another_phone() -> None:
    """In Ivory Coast three operators' numbers differ by the two digits in front alone: they are three phones."""
    assert len({phone(f"+225{operator}07123456") for operator in ("01", "05", "07")}) == 3


@pytest.mark.parametrize("number", ["+552122345678", "+8613800001234", "+6281234567890", "+12025550123"])
def test_what_has_one_spelling_is_left_alone(number: str) -> None:
    """A landline is not half of a mobile number, and other countries have one plan."""
    assert phone(number) == number.removeprefix("+")
    assert phone("+5521922345678") == "5521922345678"
    assert phone("+525512345678") == "525512345678"
    assert (other(number), spelled_out(number)) == ("", "as it is")


def test_two_spellings_differ_in_words() -> None:
    """Masked, they look the same."""
    assert spelled_out("+5521998765432") == "with 9 after +5521"
    assert spelled_out("+552198765432") == "without 9 after +5521"
    assert spelled_out("+22507123456") == "without 07 after +225"


@pytest.mark.parametrize(
    ("found", "number"),
    [
        ("86-13911111234", "+8613911111234"),
        ("+86 (139) 1111-1234", "+8613911111234"),
        ("+1234567", "+1234567"),
        ("123456", None),
        ("1234567890123456", None),
        ("013911111234", None),
        ("n/a", None),
        ("", None),
        (8613911111234, None),
        (None, None),
    ],
)
def test_what_the_cloud_writes_is_a_number_or_none(found: Any, number: str | None) -> None:
    """Seven to fifteen digits, between whatever else; none begins with 0."""
    assert as_e164(found) == number
