"""What was tried too often waits, and says until when and what else a person can do."""

from __future__ import annotations

import pytest

from reconciler.core.journal.record import Record
from reconciler.core.journal.tries import is_parked, metered_for, metered_out, refused_often
from reconciler.core.refusal import Refusal
from reconciler.kinds import KINDS

NOW, UNTIL = "2026-11-20T10:31:00.000Z", "2026-11-23T09:00:00.000Z"
TRIED = ("2026-11-20T09:00:00.000Z", "2026-11-20T09:30:00.000Z", "2026-11-20T10:00:00.000Z")
KEY = "+8613800001234"
FACTS = {"number": KEY, "display_name": "Acme", "method": "sms", "locale": "en_US"}


def record(kind: str, phase: str, attempts: int = 0, **refusals: Refusal) -> Record:
    return Record(
        f"phone_number/{KEY}",
        "phone_number/x",
        kind,
        KEY,
        phase,
        FACTS,
        attempts=attempts,
        metered=TRIED,
        refusals=refusals,
    )


@pytest.mark.parametrize(
    ("kind", "phase", "parked"),
    [("register", "code_requested", True), ("migrate", "code_requested", True), ("prevalidated", "declared", False)],
)
def test_three_codes_are_enough_for_one_message(kind: str, phase: str, parked: bool) -> None:
    """Where another message can be sent; a code that came with a purchase may be tried again and again."""
    tried = [is_parked(record(kind, phase, attempts)) for attempts in range(5)]
    assert tried == ([False, False, False, True, True] if parked else [False] * 5)


NUMBERS = ("register", "migrate", "embedded", "prevalidated_embedded")
METERED = {
    *((kind, phase) for kind in NUMBERS for phase in ("verified", "retired")),
    ("register", "code_requested"),
    ("register", "added"),
}


def test_only_what_registers_waits_for_72_hours() -> None:
    """Or deregisters, with the message whose code only a registration takes: over the whole table."""
    found = {
        (name, phase)
        for name, kind in KINDS.items()
        for phase, step in kind.steps.items()
        if kind.type == "phone_number" and metered_for(record(name, phase), step, NOW)
    }
    assert found == METERED
    step = KINDS["register"].steps["verified"]
    assert metered_for(record("register", "verified"), step, NOW) == UNTIL


def test_what_registered_too_often_says_what_allows_one_more() -> None:
    """And about which number it is."""
    problem = metered_out("acme/phone_number/x", UNTIL)
    assert problem.what == f"acme/phone_number/x: registering was tried 3 times in 72 hours; again after {UNTIL}"
    assert problem.hint == "Allow one more try with `reconciler apply --allow-metered`."
    assert problem.address == "acme/phone_number/x"


@pytest.mark.parametrize("message", ["", "in its words"])
def test_what_was_refused_too_often_says_what_a_person_can_do(message: str) -> None:
    """A message can be asked for by hand; anything else can only wait."""
    sends, registers = "GetChatappVerifyCode", "ChatappPhoneNumberRegister"
    refusal = Refusal("Odd", 400, message, NOW, 3, "", (NOW,) * 3)
    found = record("register", "added", **{sends: refusal, registers: refusal})
    for operation, anew in ((sends, ", or at once by `verify ADDRESS --resend` (1 message)"), (registers, "")):
        problem = refused_often(found, operation, UNTIL)
        assert problem.what == f"{operation} was refused too often for today, last by 400 `Odd`"
        assert problem.hint.endswith(f"It is tried again after {UNTIL}{anew}.")
        assert problem.found == (message or None)
