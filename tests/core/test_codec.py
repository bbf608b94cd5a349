"""How values are written, and how what is wrong in them is placed."""

from __future__ import annotations

import msgspec
import pytest

from reconciler.core.codec import encode, where
from reconciler.core.journal.record import Record


def test_equal_values_are_equal_text() -> None:
    """On one line without blanks, names in order; or in the order given, where a person reads it."""
    assert encode({"b": 1, "a": [1, "é"]}) == '{"a":[1,"é"],"b":1}'.encode()
    assert encode({"b": 1, "a": 2}, sort=False) == b'{"b":1,"a":2}'


def test_what_is_no_text_is_written_all_the_same() -> None:
    """A name that is not UTF-8 becomes an escape."""
    assert encode({"b": "\ud800", "a": 1}) == b'{"a":1,"b":"\\ud800"}'
    assert encode({"b": "\ud800", "a": 1}, sort=False) == b'{"b":"\\ud800","a":1}'


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"id": 3}', ": $.id"),
        ('{"dreamt": 3}', ": dreamt"),
        ("{}", ": id"),
        ("{", ""),
    ],
)
def test_what_is_wrong_is_placed_without_its_value(text: str, place: str) -> None:
    """By the field's path, or by its name where it is missing or not known."""
    with pytest.raises(msgspec.DecodeError) as refused:
        msgspec.json.decode(text, type=Record)
    assert where(refused.value) == place
    assert where(KeyError("`id`")) == ""
