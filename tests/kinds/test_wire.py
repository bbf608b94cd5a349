"""How values are written on the wire, and read from it: whatever the cloud sends instead of a value is none."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.kinds import wire


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Acme.example/path?q", "acme.example"),
        ("https://acme.example:443/", "acme.example"),
        ("https://acme.example:8443/", "acme.example:8443"),
        ("https://acme.example:444/", "acme.example:444"),
        ("https://:8443/", ""),
        ("https://", ""),
        ("acme.example", ""),
        ("", ""),
        ("https://acme.example:port/", ""),
        ("https://[acme/", ""),
    ],
)
def test_a_host_is_told_with_a_port_of_its_own(url: str, host: str) -> None:
    """Behind another port somebody else may listen. What is no URL has none."""
    assert wire.host(url) == host


@pytest.mark.parametrize(
    ("number", "parts"),
    [
        ("+12025550123", ("1", "2025550123")),
        ("+8613800001234", ("86", "13800001234")),
        ("+2250707123456", ("225", "0707123456")),
    ],
)
def test_a_number_is_split_at_its_calling_code(number: str, parts: tuple[str, str]) -> None:
    """Of one, two or three digits; none is the beginning of another."""
    assert wire.split(number) == parts
    assert wire.dashed(number) == "-".join(parts)


@pytest.mark.parametrize("number", ["+0123456789", "+", "", "+21", "+x"])
def test_what_begins_with_no_calling_code_is_not_split(number: str) -> None:
    """None begins with 0; none that is still to be given out has less than three digits."""
    with pytest.raises(ValueError, match="no country"):
        wire.split(number)


@pytest.mark.parametrize(
    ("one", "other", "same", "same_mail"),
    [
        ("Acme", "Acme", True, True),
        (" Acme  One ", "Acme One", True, True),
        ("\uff21cme", "Acme", True, True),
        ("acme", "Acme", False, True),
        ("Acme", "Acne", False, False),
        ("Acme", None, False, False),
        (None, "Acme", False, False),
        (None, None, False, False),
        (3, 3, False, False),
    ],
)
def test_a_text_is_the_same_after_what_the_cloud_may_do_to_it(
    one: Any, other: Any, same: bool, same_mail: bool
) -> None:
    """Case matters but in e-mail addresses. What is no text equals nothing, not even itself."""
    assert (wire.same_text(one, other), wire.same_text(one, other, case=False)) == (same, same_mail)


def test_what_is_of_another_type_is_none() -> None:
    """An answer may hold anything."""
    found: dict[str, Any] = {"object": {"a": 1}, "text": "a", "rows": [{"a": 1}, None, "a", []], "null": None, "n": 3}
    assert {name: wire.data(found, name) for name in (*found, "no") if wire.data(found, name)} == {"object": {"a": 1}}
    assert {name: wire.text(found, name) for name in (*found, "no") if wire.text(found, name)} == {"text": "a"}
    assert {name: wire.rows(found, name) for name in (*found, "no") if wire.rows(found, name)} == {"rows": [{"a": 1}]}
    none = [read(found, name) for read in (wire.data, wire.text, wire.rows) for name in ("null", "n", "no")]
    assert none == [{}, {}, {}, "", "", "", [], [], []]
    assert wire.data({"Data": {"a": 1}}) == {"a": 1}


def test_a_contact_is_written_with_the_phone_it_has() -> None:
    """And without one where it has none."""
    facts = {"name": "tom", "email": "tom@example.com", "title": "CEO", "message_types": ("FaultMessage",)}
    fields = {"Name": "tom", "EmailAddress": "tom@example.com", "Title": "CEO", "MessageTypes": ["FaultMessage"]}
    assert wire.contact_fields(facts) == wire.contact_fields({**facts, "phone": None}) == fields
    written = {**fields, "PhoneNumber": "86-13911111234"}
    assert wire.contact_fields({**facts, "phone": "+8613911111234"}) == written
