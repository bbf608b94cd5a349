"""The page about the sandbox has what the sandbox has, and its examples work."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from reconciler.sandbox import control, invariants
from reconciler.sandbox.http.faults import Faults
from reconciler.sandbox.settings import Settings
from reconciler.sandbox.unknown import Unknown
from tests.docs.sandbox import FAULTS, GET, MEANS, POST, VIOLATIONS
from tests.stage.cloud import local


def test_every_endpoint_is_documented() -> None:
    """What can be posted has a row with an example; so have the violations that the code names and its own settings."""
    assert set(POST) == {*control.TOLD, "faults", "reset"}
    assert set(VIOLATIONS) == set(re.findall(r"^(I[0-9]+|redirect) ", str(invariants.__doc__), re.MULTILINE))
    assert set(MEANS) == {each.name for each in fields(Settings)} - {each.name for each in fields(Unknown)}


@pytest.mark.parametrize("path", GET)
def test_what_can_be_read_is_there(path: str) -> None:
    """Each answers as the page says, with the members that it names first."""
    with local() as cloud:
        if path != "/":
            assert set(cloud.see(path.removeprefix("/_sandbox/"))) >= {GET[path].split("`")[1]}


@pytest.mark.parametrize("path", POST)
def test_every_example_works(path: str) -> None:
    """In a world with a link to follow, each body is taken."""
    contact = {"id": "c", "fields": {"Name": "Tom", "EmailAddress": "tom@example.com"}, "deleting": False}
    linked = {**contact, "waiting": ["EmailAddress"], "linked": ["EmailAddress"]}
    with local() as cloud:
        cloud.tell("recorded", numbers=[], contacts=[linked], purchases=[], sent=[])
        assert isinstance(cloud.tell(path, **POST[path][0]), dict)


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_is_known(fault: str) -> None:
    """The sandbox takes the order."""
    Faults().order("*", 1, fault)
