"""Settings of a number: what counts as shown as declared, and what the cloud is thought to hold."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.kinds.looks import LISTING, SYNC
from reconciler.kinds.number_settings import (
    READY,
    STEPS,
    callbacks_shown,
    profile_shown,
    same_setting,
    sent_settings,
    to_send_again,
)


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


EVERYTHING: dict[str, Any] = {
    "number": "+8613800001234",
    "space_id": "cams-acme",
    "messages_url": "https://acme.example/in",
    "status_url": "https://acme.example/status",
    "queue": True,
    "about": "Ask us",
    "description": "Shoes",
    "address": "1 Main Street",
    "email": "help@acme.example",
    "websites": ("https://acme.example",),
    "vertical": "RETAIL",
    "picture": "https://acme.example/a.png",
    "cart": True,
    "catalog": False,
}
OF_ALL = {"CustSpaceId": "cams-acme", "PhoneNumber": "8613800001234"}
BARE: dict[str, Any] = {"number": "+8613800001234", "space_id": "cams-acme"}
REQUESTS: dict[str, dict[str, Any]] = {
    "connected": {
        "UpCallbackUrl": "https://acme.example/in",
        "StatusCallbackUrl": "https://acme.example/status",
        "HttpFlag": "Y",
        "QueueFlag": "Y",
    },
    "callbacks_set": {
        "About": "Ask us",
        "Description": "Shoes",
        "Address": "1 Main Street",
        "Email": "help@acme.example",
        "Websites": '["https://acme.example"]',
        "Vertical": "RETAIL",
        "ProfilePictureUrl": "https://acme.example/a.png",
    },
    "profile_set": {"CartEnable": True, "CatalogVisible": False},
}
# The step that sends a group -> its group, the step that reads it back, the operations of both.
GROUPS = {
    "connected": ("callbacks", "callbacks_sent", "UpdatePhoneWebhook", LISTING),
    "callbacks_set": ("profile", "profile_sent", "ModifyPhoneBusinessProfile", "QueryPhoneBusinessProfile"),
    "profile_set": ("commerce", "commerce_sent", "UpdateCommerceSetting", "GetCommerceSetting"),
}
ROW = {"PhoneNumber": "8613800001234", "UpCallbackUrl": "https://acme.example/in", "StatusQueue": "q"}
SHOWN: dict[str, dict[str, Any]] = {
    "callbacks_sent": {"PhoneNumbers": [{**ROW, "StatusCallbackUrl": "https://acme.example/status"}]},
    "profile_sent": {"Data": {**REQUESTS["callbacks_set"], "ProfilePictureUrl": "https://cloud.example/b"}},
    "commerce_sent": {"Data": {"CartEnable": "TRUE", "CatalogVisible": False}},
}


@pytest.mark.parametrize("phase", GROUPS)
def test_a_group_is_sent_whole_and_read_back(phase: str) -> None:
    """Only what is declared, only by its own operation; a queue is switched off where none is declared."""
    group, back, operation, reading = GROUPS[phase]
    send, read = STEPS[phase], STEPS[back]
    assert (send.operation, read.operation, send.leads["ok"]) == (operation, reading, back)
    assert send.request(EVERYTHING) == {**OF_ALL, **REQUESTS[phase]}
    flags = {"HttpFlag": "Y", "QueueFlag": "N"} if group == "callbacks" else {}
    assert send.request(BARE) == {**OF_ALL, **flags}
    assert read.late == "setting-not-shown"
    assert read.says(EVERYTHING, {}) == "waiting"
    (look,) = read.before
    assert look.request(EVERYTHING) == read.request(EVERYTHING)
    assert set(look.request(EVERYTHING)) == ({"CustSpaceId"} if look.shared else set(OF_ALL))
    assert look.shared is (look.after is SYNC) is (reading == LISTING)


@pytest.mark.parametrize("phase", GROUPS)
def test_a_group_is_sent_and_read_once(phase: str) -> None:
    """If it is declared. After it is sent it is to be read back, after that neither; a plan shows the read before."""
    group, back, *_ = GROUPS[phase]
    send, read = STEPS[phase], STEPS[back]
    others = [each for each, *_ in GROUPS.values() if each != group]
    started: dict[str, Any] = {**EVERYTHING, "to_check": []}
    assert (send.needed(started), read.needed(started)) == (True, True)
    assert (send.needed({**started, "to_set": others}), read.needed({**started, "to_set": others})) == (False, False)
    undeclared = {**BARE, "to_set": [group], "to_check": [group]}
    assert (send.needed(undeclared), read.needed(undeclared)) == (False, False)
    sent = send.learn(started, {})
    assert sent == send.learn({**started, "to_check": [group]}, {}) == {"to_set": others, "to_check": [group]}
    assert (send.needed({**started, **sent}), read.needed({**started, **sent})) == (False, True)
    assert send.learn({**started, "to_check": others}, {})["to_check"] == [*others, group]
    (look,) = read.before
    assert look.learn({**started, "to_check": [*others, group]}, {}) == {"to_check": others}
    assert read.needed({**started, "to_set": others, "to_check": [group]})


@pytest.mark.parametrize("phase", GROUPS)
def test_a_group_is_kept_when_the_cloud_shows_it(phase: str) -> None:
    """Otherwise it is waited for, and the settings that differ are named, without their values."""
    _, back, *_ = GROUPS[phase]
    (look,) = STEPS[back].before
    assert (look.says(EVERYTHING, SHOWN[back]), look.shows(EVERYTHING, SHOWN[back])) == ("ok", "")
    nothing: dict[str, Any] = {}
    names = {
        "callbacks_sent": "messages_url, status_url, queue",
        "profile_sent": "about, description, address, email, websites, vertical, picture",
        "commerce_sent": "cart, catalog",
    }
    assert (look.says(EVERYTHING, nothing), look.shows(EVERYTHING, nothing)) == ("waiting", names[back])
    assert look.says(BARE, nothing) == "ok"


def test_a_queue_is_seen_by_either_name() -> None:
    """Of messages, or of reports."""
    for field in ("UpQueue", "StatusQueue"):
        answer = {"PhoneNumbers": [{"PhoneNumber": "8613800001234", field: "q"}]}
        assert callbacks_shown(BARE, answer) == {"messages_url": "", "status_url": "", "queue": True}


@pytest.mark.parametrize(
    ("found", "websites"),
    [
        (["https://a.example", 3], ["https://a.example"]),
        ('["https://a.example"]', ["https://a.example"]),
        ("https://a.example", ["https://a.example"]),
        ("", []),
        ("3", []),
        (None, []),
        ({}, []),
    ],
)
def test_websites_are_a_list_or_a_text_of_one(found: Any, websites: list[str]) -> None:
    """What is no list is no website."""
    assert profile_shown(BARE, {"Data": {"Websites": found}})["websites"] == websites


@pytest.mark.parametrize(
    ("phase", "facts", "after", "due"),
    [
        ("registered", {}, {}, []),
        ("registered", {}, {"about": "New"}, ["profile"]),
        ("registered", {}, {"queue": False, "cart": False}, ["callbacks", "commerce"]),
        ("registered", {}, {"catalog": True}, ["commerce"]),
        ("registered", {"websites": ["https://acme.example"]}, {}, []),
        ("registered", {"about": None}, {}, ["profile"]),
        ("registered", {"to_set": ["commerce"]}, {}, ["commerce"]),
        ("registered", {"to_check": ["profile"]}, {}, ["profile"]),
        ("registered", {}, {"cart": None, "catalog": None}, []),
        ("registered", {"to_set": ["commerce"]}, {"cart": None, "catalog": None}, []),
        ("verified", {}, {}, ["callbacks", "profile", "commerce"]),
        ("connected", {"to_set": ["profile"]}, {}, ["profile"]),
    ],
)
def test_an_update_sends_groups_that_change_or_were_not_shown(
    phase: str, facts: dict[str, Any], after: dict[str, Any], due: list[str]
) -> None:
    """One that is removed from the file is not sent: nothing undoes it."""
    before = {**EVERYTHING, "phase": phase, **facts}
    assert to_send_again(before, {**EVERYTHING, **after}) == {"to_set": due, "to_check": []}


@pytest.mark.parametrize(
    ("phase", "facts", "held"),
    [
        ("registered", {}, {"connected", "callbacks_set", "profile_set"}),
        ("registered", {"to_set": ["profile"]}, {"connected", "profile_set"}),
        ("connected", {}, set()),
        ("commerce_sent", {"to_set": []}, {"connected", "callbacks_set", "profile_set"}),
        ("callbacks_set", {"to_set": ["profile", "commerce"]}, {"connected"}),
    ],
)
def test_what_was_sent_is_held_in_a_rehearsal(phase: str, facts: dict[str, Any], held: set[str]) -> None:
    """In a phase without a list of what is to be sent: all of a number that is ready, nothing of any other."""
    queue = "queue" if "connected" in held else ""
    sent = {name: value for each in held for name, value in REQUESTS[each].items() if not name.endswith("Flag")}
    sent |= {"Websites": EVERYTHING["websites"]} if "callbacks_set" in held else {}
    assert sent_settings(phase, {**EVERYTHING, **facts}) == {**sent, "UpQueue": queue, "StatusQueue": queue}
