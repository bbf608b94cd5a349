"""What each kind tells plans and people, in one table a question."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from reconciler.kinds import KINDS
from reconciler.kinds.number_settings import NAMES, STEPS, to_send_again
from reconciler.kinds.rehearsal_rows import IN_SERVICE
from reconciler.kinds.table import Kind
from reconciler.kinds.types import HOST_ONLY, TYPES

NUMBERS = ("register", "migrate", "embedded", "prevalidated", "prevalidated_embedded")
SET, STEPWISE = frozenset(NAMES), frozenset(STEPS)
IN_A_SPACE = ("register", "migrate", "embedded", "prevalidated_embedded")
CALLED = ("display_name", "method", "locale", *NAMES)
CONTACTS = ("email", "phone", "title", "message_types", "members")

# Question -> kind -> its answer; what is missing has none.
ANSWERS: dict[str, tuple[Callable[[Kind], Any], dict[str, Any]]] = {
    "where it is as declared": (
        lambda kind: kind.ready,
        dict.fromkeys(IN_A_SPACE, "registered")
        | {"prevalidated": "identified", "contact": "confirmed", "account_callback": "accepted"},
    ),
    "what a plan shows of a new one, in order": (
        lambda kind: kind.shown,
        dict.fromkeys(("register", "migrate"), CALLED)
        | dict.fromkeys(("embedded", "prevalidated_embedded"), ("display_name", *NAMES))
        | {"prevalidated": ("display_name",), "contact": CONTACTS, "account_callback": ("url",)},
    ),
    "what an update changes": (
        lambda kind: kind.updated,
        dict.fromkeys(IN_A_SPACE, SET) | {"contact": set(CONTACTS), "account_callback": {"url"}},
    ),
    "where an update starts": (
        lambda kind: kind.changed,
        dict.fromkeys(IN_A_SPACE, "connected") | {"contact": "changed", "account_callback": "changed"},
    ),
    "what may be removed from the file": (lambda kind: kind.forgettable, dict.fromkeys(IN_A_SPACE, SET)),
    "what cannot be changed": (lambda kind: kind.fixed, dict.fromkeys(IN_A_SPACE, frozenset({"display_name"}))),
    "where it is in service already": (lambda kind: kind.served, dict.fromkeys(IN_A_SPACE, STEPWISE)),
    "what only its last steps apply": (lambda kind: kind.trailing, {"contact": {"members"}}),
    "which those are": (
        lambda kind: kind.suffix,
        {"contact": ("activated", "half_unbound", "unbound", "half_bound", "bound")},
    ),
    "how it leaves without what it is bound to": (lambda kind: kind.detached, {"contact": {"dismissed": "retired"}}),
    "whether it belongs to the space": (lambda kind: kind.in_space, dict.fromkeys(IN_A_SPACE, True)),
    "where it waits for a review": (lambda kind: kind.review, dict.fromkeys(IN_A_SPACE, "reviewing")),
    "whether it was bought with its code": (
        lambda kind: kind.bought,
        dict.fromkeys(("prevalidated", "prevalidated_embedded"), True),
    ),
    "what is to be done before": (
        lambda kind: kind.first,
        {"migrate": "switch two-step verification off where the number is now"},
    ),
    "what is known of what nothing reads": (
        lambda kind: kind.ready_means,
        {"account_callback": "was accepted; cannot be read back"},
    ),
    "where it can change its onboarding": (
        lambda kind: kind.turns,
        {
            "embedded": {"register": {"added": "added", "verified": "verified"}},
            "prevalidated": {
                "prevalidated_embedded": {"identified": "identified"},
                "embedded": {"identified": "declared"},
            },
            "prevalidated_embedded": {
                "prevalidated": {"identified": "identified"},
                "register": {"added": "added", "verified": "verified"},
            },
        },
    ),
    "which message a resend repeats": (
        lambda kind: kind.resend,
        {
            "register": {"code_requested": ("added",)},
            "migrate": {"code_requested": ("initiated",)},
            "contact": {"links_sent": ("added", "phone_asked")},
        },
    ),
    "whether its settings are sent again": (lambda kind: kind.anew is to_send_again, dict.fromkeys(IN_A_SPACE, True)),
    "from where it can be removed": (
        lambda kind: kind.ways_out,
        dict.fromkeys(IN_A_SPACE, dict.fromkeys(IN_SERVICE, "retired"))
        | {
            "contact": dict.fromkeys(
                ("added", "phone_asked", "links_sent", *KINDS["contact"].suffix, "confirmed", "changed"), "dismissed"
            )
            | {each: each for each in ("retired", "dismissed", "deleting")}
        },
    ),
}


@pytest.mark.parametrize("question", ANSWERS)
def test_each_kind_answers_each_question(question: str) -> None:
    """Plans, checks and people are told the same of it everywhere; a kind that is not in a row has no answer."""
    ask, answers = ANSWERS[question]
    assert {name: answer for name, kind in KINDS.items() if (answer := ask(kind))} == answers


# Operation -> what people read where a read before made its call needless.
SKIPPED = {
    "GetChatappVerifyCode": "verified already",
    "GetMigrationVerifyCode": "verified already",
    "ChatappVerifyAndRegister": "verified already",
    "ChatappMigrationVerified": "verified already",
    "ChatappPhoneNumberRegister": "connected already",
    "ChatappMigrationRegister": "connected already",
    "SendPhoneVerificationForMessageContact": "confirmed already",
    "SendEmailVerificationForMessageContact": "confirmed already",
    "AssociateMembers": "bound already",
    "DisassociateMembers": "not bound any more",
}


def test_a_call_that_was_needless_is_explained() -> None:
    """Of every step that a read can make so."""
    steps = [step for kind in KINDS.values() for step in kind.steps.values()]
    assert {step.operation: step.unless for step in steps if step.unless} == SKIPPED


# Where a refused or waiting step leads back to, by what the reads after it find.
BACK = {
    ("register", "verified"): {"lapsed": "code_requested", "unasked": "added"},
    ("migrate", "verified"): {"lapsed": "code_requested", "unasked": "initiated"},
    **{(name, "verified"): {"unasked": "added"} for name in ("embedded", "prevalidated_embedded")},
    **{(name, "retired"): {"ok": "gone"} for name in IN_A_SPACE},
}


def test_a_refusal_leads_back_only_where_a_read_says_so() -> None:
    """A verification that lapsed, a number that is not there any more; each with the reads that find it."""
    steps = {(name, phase): step for name, kind in KINDS.items() for phase, step in kind.steps.items()}
    assert {at: step.back for at, step in steps.items() if step.back} == BACK
    assert {at for at, step in steps.items() if step.stuck} == {*BACK, ("contact", "links_sent")}


def test_a_type_says_who_it_is_about() -> None:
    """What is masked, and of which addresses only the host is shown."""
    assert {name: row.personal for name, row in TYPES.items()} == {
        "phone_number": ("number",),
        "contact": ("name", "email", "phone"),
        "account_callback": (),
    }
    assert sorted(HOST_ONLY) == ["messages_url", "picture", "status_url", "url"]
    rows = {name: (row.id, row.moving, row.directory_wide, row.keyed_by_number) for name, row in TYPES.items()}
    assert rows == {
        "phone_number": ("", "migrate", False, True),
        "contact": ("contact_id", "", True, False),
        "account_callback": ("", "", False, False),
    }


def test_a_type_is_removed_by_the_words_it_knows() -> None:
    """Forgetting is always one of them."""
    assert {name: row.removing for name, row in TYPES.items()} == {
        "phone_number": ("forget", "deregister"),
        "contact": ("forget", "detach", "delete"),
        "account_callback": ("forget",),
    }
    assert {name: (row.short, row.label, row.by_hand("it stays")) for name, row in TYPES.items()} == {
        "phone_number": (
            *("number", "phone number"),
            "it stays (console of Chat App Message Service, Channel Management)",
        ),
        "contact": ("", "contact", "it stays (Message Center of the console, contacts)"),
        "account_callback": (
            *("space", "account callback"),
            "it stays (console of Chat App Message Service, Channel Management)",
        ),
    }


def test_a_number_has_arrived_when_only_its_settings_are_to_come() -> None:
    """Ready or in service; nothing before."""
    for name in NUMBERS:
        kind = KINDS[name]
        arrived = {phase for phase in (*kind.steps, kind.ready) if kind.arrived(phase)}
        assert arrived == {kind.ready, *(STEPS if name in IN_A_SPACE else ())}


def test_a_review_is_not_where_a_number_has_come_to() -> None:
    """But the phase that it interrupts; after a registration it is."""
    kind = KINDS["register"]
    assert kind.reached("reviewing", {"before_review": "added"}) == "added"
    assert kind.reached("reviewing", {"before_review": ""}) == kind.reached("reviewing", {}) == "reviewing"
    assert kind.reached("verified", {"before_review": "added"}) == "verified"


@pytest.mark.parametrize(
    ("kind", "phase", "facts", "onward"),
    [
        ("contact", "added", {"to_ask": ["email"]}, "phone_asked"),
        ("contact", "added", {"to_ask": []}, "links_sent"),
        ("contact", "added", {"to_ask": ["phone"]}, "added"),
        ("contact", "activated", {"members": []}, "confirmed"),
        ("contact", "confirmed", {}, "confirmed"),
        ("register", "connected", {}, "registered"),
        ("register", "connected", {"cart": True}, "profile_set"),
    ],
)
def test_steps_without_anything_to_do_are_passed(kind: str, phase: str, facts: dict[str, Any], onward: str) -> None:
    """Until the first that applies, or the end."""
    assert KINDS[kind].onward(phase, facts) == onward


SIGNED_UP = {"added": ("PENDING", True, False), "verified": ("PENDING", True, False)}
# Kind -> phase -> how the sandbox lists the number: its status, verified or not, a code on its way or not.
SEEDED: dict[str, dict[str, tuple[str, bool, bool]]] = {
    "register": {
        "added": ("PENDING", False, False),
        "code_requested": ("PENDING", False, True),
        "verified": ("PENDING", True, False),
    },
    "migrate": {
        "initiated": ("MIGRATING", False, False),
        "code_requested": ("MIGRATING", False, True),
        "verified": ("MIGRATING", True, False),
    },
    "embedded": SIGNED_UP,
    "prevalidated_embedded": SIGNED_UP,
}


@pytest.mark.parametrize("name", SEEDED)
def test_a_rehearsal_starts_with_the_number_as_far_as_its_record(name: str) -> None:
    """In service, with the settings that were sent. What the space does not have yet is not there."""
    facts, kind = {"number": "+8613800001234", "about": "Ask us", "to_set": []}, KINDS[name]
    serving = dict.fromkeys(("reviewing", "retired", "registered", *STEPS), ("CONNECTED", True, False))
    for phase, (status, verified, code) in (SEEDED[name] | serving).items():
        row = kind.world("cams-acme", phase, facts, "create")["numbers"]
        settings = {"About": "Ask us", "StatusQueue": "", "UpQueue": ""} if phase in serving else {}
        there = {"status": status, "verified": verified, "code": code, "settings": settings}
        assert row == {"number": "+8613800001234", "space": "cams-acme", "name": "", **there}
        named = kind.world("cams-acme", phase, {**facts, "display_name": "Acme"}, "create")
        assert named["numbers"]["name"] == "Acme"
    assert kind.world("cams-acme", "declared", facts, "create") == {}


def test_a_purchase_code_is_exchanged_for_an_id() -> None:
    """An answer without the id is no success; whether a code was taken cannot be read, so it is asked for again."""
    for name in ("prevalidated", "prevalidated_embedded"):
        step = KINDS[name].steps["declared"]
        assert step.request({"number": "+8613800001234"}) == {"PhoneNumber": "8613800001234"}
        assert step.says({}, {"Data": {"PhoneNumberId": "1"}}) == "ok"
        assert step.says({}, {"Data": {"PhoneNumberId": ""}}) == step.says({}, {}) == ""
        assert step.learn({}, {"Data": {"PhoneNumberId": "1"}}) == {"phone_number_id": "1"}
        assert (step.ask, step.lost) == ("code", ())
