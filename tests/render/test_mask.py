"""Numbers are masked wherever they stand, also within the addresses that this program shows."""

from __future__ import annotations

import re

import phonenumbers
import pytest

from reconciler.kinds import wire
from reconciler.render import mask
from reconciler.store.lease import this_process


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("see https://host/?PhoneNumber=+8613800001234", "see https://host/?PhoneNumber=+86 138****1234"),
        ("http://127.0.0.1:34567/x?to=%2B8613800001234&a=b", "http://127.0.0.1:34567/x?to=%2B****1234&a=b"),
        ("https://host/a/8613800001234/b", "https://host/a/****1234/b"),
        ("https://host/a/+86-138-0000-1234", "https://host/a/****1234"),
        ("s3://bucket/+8613800001234", "s3://bucket/+86 138****1234"),
        ("https://host/x#+8613800001234", "https://host/x#+86 138****1234"),
    ],
)
def test_no_address_hides_a_number(said: str, shown: str) -> None:
    """In a path, a query or a fragment, whole or escaped."""
    assert mask.text_with_addresses(said) == shown


@pytest.mark.parametrize(
    "said",
    [
        "postgres://u@192.168.100.200:5432/db is not there",
        "https://gitlab.example/api/v4/projects/65812345/terraform/state/{space}?…",
        "http://127.0.0.1:34567/state/acme is locked",
        "oss://bucket/2026-11-21/state",
        "s3://bucket/acme/000000000053.json is damaged",
        "dir:/state/acme/000000000053.json is missing",
    ],
)
def test_an_address_stays_what_it_is(said: str) -> None:
    """Hosts, ports, projects' ids, dates, an entry's object: what was told can be typed, and found."""
    assert mask.text_with_addresses(said) == said


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("id 12345678-1234-4234-8234-123456789012,", "id 12345678-1234-4234-8234-123456789012,"),
        ("1234567A-1234-4234-8234-12345678901B", "1234567A-1234-4234-8234-12345678901B"),
        ("12345678-1234-4234-8234-1234567890123", "****0123"),
        ("12345678-1234-4234", "****4234"),
    ],
)
def test_an_id_is_no_number(said: str, shown: str) -> None:
    """A UUID is shown, also one of digits alone; what is longer or shorter may be a number."""
    assert mask.text(said) == shown


def test_a_run_is_named_by_letters_alone() -> None:
    """No run's id can be taken for a number, or for a code, wherever it stands."""
    holder = this_process({})
    ids = [holder.run("apply", "2026-11-19T10:31:00.000Z", 60.0).id for _ in range(200)]
    assert [id for id in ids if not re.fullmatch("[a-p]{12}", id)] == []
    assert len(set(ids)) == 200


def parsed(number: str) -> str:
    """The country code as the library for phone numbers reads it, "" where it refuses the number."""
    try:
        return str(phonenumbers.parse(number).country_code)
    except phonenumbers.NumberParseException:
        return ""


@pytest.mark.parametrize("rest", ["0138", "1380000", "600000000000"])
def test_a_country_is_told_as_the_library_tells_it(rest: str) -> None:
    """For each three digits that a number can begin with, and for short and long ones. A country that the library does
    not know may be a new one, whose code has three digits."""
    numbers = [f"+{begins}{rest}" for begins in range(100, 1000)]
    assert {number: told(number) for number in numbers} == {number: parsed(number) or number[1:4] for number in numbers}


def told(number: str) -> str:
    country, national = wire.split(number)
    assert f"+{country}{national}" == number
    return country


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://hooks.example.com", "https://hooks.example.com"),
        ("https://hooks.example.com/", "https://hooks.example.com/"),
        ("https://hooks.example.com:8443/acme", "https://hooks.example.com:8443/…"),
        ("https://hooks.example.com?key=1", "https://hooks.example.com/…"),
        ("https://user:key@hooks.example.com", "https://…@hooks.example.com"),
        ("https://user:k@y@hooks.example.com/acme", "https://…@hooks.example.com/…"),
        ("https://hooks.example.com\\key@x", "https://hooks.example.com/…"),
        ("https://hooks.example.com/@key", "https://hooks.example.com/…"),
        ("no address", "no address"),
    ],
)
def test_of_an_address_the_host_is_shown(address: str, shown: str) -> None:
    """And its port; neither a path nor a user's name, which may be keys to it."""
    assert mask.url(address) == shown
