"""Settings of a number: what counts as shown as declared, and what the cloud is thought to hold."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.kinds.number_settings import READY, same_setting, sent_settings


@pytest.mark.parametrize(
    ("name", "said", "shown", "same"),
    [
        ("about", "Open daily", " Open  daily ", True),
        ("about", "Open daily", "open daily", False),
        ("email", "Help@acme.example", "help@acme.example", True),
        ("vertical", "RETAIL", "Retail", True),
        ("picture", "https://acme.example/a.png", "https://elsewhere.example/b", True),
        ("picture", "https://acme.example/a.png", "", False),
        ("queue", True, "a-queue", True),
        ("queue", False, "a-queue", True),
        ("queue", False, "", True),
        ("queue", True, "", False),
        ("websites", ["https://acme.example"], ["https://acme.example/"], True),
        ("websites", ["https://acme.example"], [], False),
        ("cart", True, True, True),
        ("cart", True, None, False),
    ],
)
def test_a_setting_is_as_declared_after_what_the_cloud_may_do_to_it(
    name: str, said: Any, shown: Any, same: bool
) -> None:
    """Only e-mail addresses and verticals lose their case; of a picture and a queue only the presence can be seen."""
    assert same_setting(name, said, shown) is same


@pytest.mark.parametrize(("declared", "shown"), [({"queue": True}, "queue"), ({"queue": False}, ""), ({}, "")])
def test_a_queue_is_held_where_one_was_sent(declared: dict[str, Any], shown: str) -> None:
    """A number without a queue is rehearsed as one that has none."""
    facts = {"messages_url": "https://acme.example/in", **declared}
    held = {"UpCallbackUrl": "https://acme.example/in", "UpQueue": shown, "StatusQueue": shown}
    assert sent_settings(READY, facts) == held
