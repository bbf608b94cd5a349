"""What several limits allow together, and which names are one block's."""

from __future__ import annotations

import pytest

from reconciler.core.consent import Consent
from reconciler.core.diff import differences
from reconciler.core.model import NOWHERE, Guards, Limits, Space
from reconciler.core.times import DAY, DAYS_END, shift

ALL_OTHERS = tuple((name, 1, None) for name in "abcdef") + tuple((name, None, 1) for name in "uvwxyz")
ONE = Guards(5, 10, ("86", "62"), ("a.example",))


@pytest.mark.parametrize(
    ("other", "both"),
    [
        (Guards(9, 20), ONE),
        (Guards(4, 20), ONE._replace(max_messages=4)),
        (Guards(9, 9), ONE._replace(max_delete_percent=9)),
        (Guards(9, 20, ("62", "49")), ONE._replace(allowed_countries=("62",))),
        (Guards(9, 20, ("49",)), ONE._replace(allowed_countries=NOWHERE)),
        (Guards(9, 20, (), ("b.example", "a.example")), ONE),
        (Guards(9, 20, (), ("b.example",)), ONE._replace(callback_hosts=NOWHERE)),
    ],
)
def test_the_stricter_of_two_guards_is_what_both_allow(other: Guards, both: Guards) -> None:
    """Whichever comes first; a list that is empty allows all, and two that share nothing allow nothing."""
    assert ONE.stricter(other) == both
    strict = other.stricter(ONE)
    assert (strict.max_messages, strict.max_delete_percent) == (both.max_messages, both.max_delete_percent)
    assert set(strict.allowed_countries) == set(both.allowed_countries)
    assert set(strict.callback_hosts) == set(both.callback_hosts)


@pytest.mark.parametrize(
    ("consent", "guards"),
    [
        (Consent(), ONE),
        (Consent(adopt=True, allow_metered=True, allow_irreversible=True), ONE),
        (Consent(allow_messages=0), ONE._replace(max_messages=0)),
        (Consent(allow_messages=7), ONE._replace(max_messages=7)),
        (Consent(allow_deletes=0), ONE._replace(max_delete_percent=0)),
        (Consent(allow_deletes=99), ONE._replace(max_delete_percent=99)),
        (Consent(allow_country=("49",)), ONE._replace(allowed_countries=("86", "62", "49"))),
    ],
)
def test_a_consent_replaces_a_figure_and_adds_a_country(consent: Consent, guards: Guards) -> None:
    """Nothing else; and where every country is allowed, one more changes nothing."""
    assert consent.to(ONE) == guards
    everywhere = ONE._replace(allowed_countries=())
    assert consent.to(everywhere).allowed_countries == ()


def test_a_limit_is_known_by_its_name() -> None:
    """Of messages by the day; any other name has none."""
    limits = Limits(3, 4, 5)
    names = ("contact_messages_per_day", "code_messages_per_day", "calls_per_second", "")
    assert [limits.daily(name) for name in names] == [4, 5, 0, 0]


def test_a_block_keeps_all_names_it_had() -> None:
    """Through as many renamings as there were; a name of another block is none of them."""
    renamed = {"c": "b", "b": "a", "y": "x", "z": "x"}
    space = Space("acme", "cams-acme", "spaces/acme.yaml", renamed=renamed)
    called = {name: set(space.was_called(name)) for name in ("a", "b", "x", "q")}
    assert called == {"a": {"a", "b", "c"}, "b": {"b", "c"}, "x": {"x", "y", "z"}, "q": {"q"}}


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"a": 1}, {"a": 1}, ()),
        ({"b": 1, "a": 1, "c": 1}, {"b": 2, "a": 2, "c": 1}, (("a", 1, 2), ("b", 1, 2))),
        ({"a": 1}, {}, (("a", 1, None),)),
        ({}, {"a": 1}, (("a", None, 1),)),
        ({"a": ("x", "y")}, {"a": ("y", "x")}, ()),
        ({"a": ("x", "y")}, {"a": ("y", "z")}, (("a", ("x", "y"), ("y", "z")),)),
        (dict.fromkeys("abcdef", 1), dict.fromkeys("uvwxyz", 1), ALL_OTHERS),
    ],
)
def test_a_difference_is_told_by_name(before: dict[str, object], after: dict[str, object], told: object) -> None:
    """Each value with what it was and is, in order of their names; the order within a list is none."""
    assert differences(before, after) == told


def test_a_day_is_24_hours_and_its_end_may_be_an_hour_later() -> None:
    """Times are moved as text, to the millisecond."""
    at = "2026-11-20T10:31:00.007Z"
    assert (shift(at, DAY), shift(at, -DAY)) == ("2026-11-21T10:31:00.007Z", "2026-11-19T10:31:00.007Z")
    assert shift(at, DAYS_END) == "2026-11-21T11:31:00.007Z"
    assert shift("2026-11-20T10:31:00.000Z", DAY) == "2026-11-21T10:31:00.000Z"
