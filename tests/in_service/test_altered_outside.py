"""Each setting of a number, in each onboarding, altered in the console: found by `check`, accepted, and sent again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reconciler.core.model import Attributes
from reconciler.core.review.accept import acceptance
from reconciler.core.review.checked import CheckedResource, examine
from reconciler.kinds.number_settings import NAMES
from reconciler.runs.readings.check import Readings
from tests.heavy import mostly_heavy
from tests.in_service.stage import NOW, NUMBER, Stage, stage
from tests.in_service.test_number_settings import ONBOARDINGS, SENT

DECLARED: Attributes = {
    "messages_url": "https://hooks.example.com/acme",
    "status_url": "https://hooks.example.com/acme/status",
    "queue": True,
    "about": "Ask us",
    "description": "Shoes",
    "address": "1 Main Street",
    "email": "shop@example.com",
    "websites": ("https://a.example",),
    "vertical": "RETAIL",
    "picture": "https://a.example/1.png",
    "cart": True,
    "catalog": False,
}
# Fact -> what the console sets, what it is then, the operation that mends it. Of a picture and a queue, only that
# they are gone can be seen.
ALTERED: dict[str, tuple[dict[str, Any], Any, str]] = {
    "messages_url": ({"UpCallbackUrl": "https://evil.example.net/x"}, "https://evil.example.net/x", SENT[0]),
    "status_url": ({"StatusCallbackUrl": ""}, "", SENT[0]),
    "queue": ({"StatusQueue": "", "UpQueue": ""}, False, SENT[0]),
    "about": ({"About": "Ask us!"}, "Ask us!", SENT[1]),
    "description": ({"Description": "Sho"}, "Sho", SENT[1]),
    "address": ({"Address": ""}, "", SENT[1]),
    "email": ({"Email": "shop@example.org"}, "shop@example.org", SENT[1]),
    "websites": (
        {"Websites": ["https://a.example", "https://b.example"]},
        ["https://a.example", "https://b.example"],
        SENT[1],
    ),
    "vertical": ({"Vertical": "TRAVEL"}, "TRAVEL", SENT[1]),
    "picture": ({"ProfilePictureUrl": ""}, "", SENT[1]),
    "cart": ({"CartEnable": False}, False, SENT[2]),
    "catalog": ({"CatalogVisible": True}, True, SENT[2]),
}


def test_every_setting_is_altered() -> None:
    """A new setting has to be added here."""
    assert set(ALTERED) == set(DECLARED) == set(NAMES)


def checked(world: Stage) -> CheckedResource:
    readings = Readings(lambda operation, params: world.client.call(operation, params, None), 0, lambda *seen: None)
    return examine(world.state, world.state.records[f"phone_number/{NUMBER}"], readings.look, NOW)


@pytest.mark.parametrize("kind", mostly_heavy(ONBOARDINGS, 2))
def test_what_was_altered_is_found_and_sent_again(kind: str, tmp_path: Path) -> None:
    """By its own name and no other; accepting it calls nothing; one call puts it back, and it is as recorded again."""
    with stage(kind, tmp_path) as world:
        assert world.applied(DECLARED).result == "done"
        assert checked(world).verdict == "as_recorded"
        world.called()
        for name, (fields, found, operation) in ALTERED.items():
            world.cloud.tell("console", number=NUMBER, do="set", fields=fields)
            seen = checked(world)
            changed = [aspect.name for aspect in seen.aspects if aspect.verdict == "changed"]
            assert (seen.verdict, changed, seen.values) == ("changed", [name.replace("_", " ")], {name: found})
            assert world.planned(DECLARED).all_changes == ()
            world.accept(acceptance(world.state.records[f"phone_number/{NUMBER}"], seen))
            assert world.called() == []
            assert world.applied(DECLARED).result == "done"
            assert (name, world.called()) == (name, [operation])
            assert checked(world).verdict == "as_recorded"
        assert (world.phase, world.cloud.violations()) == ("registered", [])
