"""What a value read from a journal or a plan may look like, by examples of what is and is not of the form."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.core import field_checks


@pytest.mark.parametrize(
    ("form", "fits", "others"),
    [
        (
            "time",
            ["2026-11-20T10:31:00.000Z"],
            ["", "2026-11-20", "2026-11-20T10:31:00+00:00", "2026-13-20T10:31:00.000Z"],
        ),
        ("whole", [0, 7], [-1, 1.0, True, "7", 1 << 53]),
        ("seconds", [0.1, 60], [0, -1, True, "60", 1e9]),
        ("flag", [True, False], [0, 1, "", None]),
        ("text", ["", "王", "a\nb"], ["\ud800", 1, None, b"a"]),
        ("number", ["+8613800001234"], ["8613800001234", "+0138000012", "+861380000123456789", "+86 138", ""]),
        ("name", ["acme", "a.b-c_1"], ["Acme", "-a", "a" * 64, ""]),
        ("operation", ["AddMessageContact"], ["addmessagecontact", "", "GetEverything"]),
        ("local", ["phone_number/a", "contact/王小明"], ["number/a", "phone_number/A", "acme/contact/tom"]),
    ],
)
def test_a_form(form: str, fits: list[Any], others: list[Any]) -> None:
    """Each of these fits, none of those does, and no value of another type: not even an object or None."""
    check = getattr(field_checks, form)
    assert [value for value in fits if not check(value)] == []
    assert [value for value in (*others, None, [], {}, object()) if check(value)] == []
