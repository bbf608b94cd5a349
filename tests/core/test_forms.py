"""What a value read from a journal or a plan may look like, by examples of what is and is not of the form."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.core import fields
from reconciler.core.codec import fits


@pytest.mark.parametrize(
    ("name", "good", "others"),
    [
        (
            "Time",
            ["2026-11-20T10:31:00.000Z", "2028-02-29T23:59:59.999Z", "2400-02-29T00:00:00.000Z"],
            [
                "",
                "2026-11-20",
                "2026-11-20T10:31:00+00:00",
                "2026-13-20T10:31:00.000Z",
                "2026-02-29T10:31:00.000Z",
                "2100-02-29T10:31:00.000Z",
            ],
        ),
        ("Whole", [0, 7], [-1, 1.0, True, "7", 1 << 53]),
        ("Seconds", [0.1, 60], [0, -1, True, "60", 1e9]),
        ("Number", ["+8613800001234"], ["8613800001234", "+0138000012", "+861380000123456789", "+86 138", ""]),
        ("Name", ["acme", "a.b-c_1"], ["Acme", "-a", "a" * 64, ""]),
        ("OperationName", ["AddMessageContact"], ["addmessagecontact", "", "GetEverything"]),
        ("Local", ["phone_number/a", "contact/王小明"], ["number/a", "phone_number/A", "acme/contact/tom"]),
    ],
)
def test_a_form(name: str, good: list[Any], others: list[Any]) -> None:
    """Each of these fits, none of those does, and no value of another type: not even an object or None."""
    form = getattr(fields, name)
    assert [value for value in good if not fits(value, form)] == []
    assert [value for value in (*others, None, [], {}, object()) if fits(value, form)] == []
