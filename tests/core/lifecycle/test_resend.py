"""`verify --resend` sends one more message only where one was sent, or was refused."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from reconciler.core.journal.record import Record
from reconciler.core.lifecycle.decide import decide
from reconciler.core.lifecycle.moves import Move, Stop, Turn
from reconciler.core.refusal import Refusal
from reconciler.kinds import KINDS
from reconciler.operations import Effect

NOW = "2026-11-20T10:31:00.000Z"
FACTS = {"number": "+8613800001234", "display_name": "Acme", "method": "sms", "locale": "en_US", "cc": "86"}
TURN = Turn("cams-acme", "acme/phone_number/support", "create", NOW, resend=True)
EMPTY: Mapping[str, Refusal] = {}
FIRST = [
    (name, phase)
    for name, kind in KINDS.items()
    for phase, step in kind.steps.items()
    if step.api.effect is Effect.NOTIFY and phase not in kind.resend
]


@pytest.mark.parametrize(("name", "phase"), FIRST)
def test_the_first_message_is_not_one_more(name: str, phase: str) -> None:
    """Before any message, nothing can be sent again; where the first one was refused, it is tried once more."""
    operation = KINDS[name].steps[phase].operation
    assert _code(_asked_again(name, phase)) == "nothing-to-resend"
    assert _code(_asked_again(name, phase, {operation: Refusal("isv.ANY", 400, "no", NOW, 1, "")})) == ""


def _asked_again(name: str, phase: str, refusals: Mapping[str, Refusal] = EMPTY) -> Move:
    record = Record("id", "phone_number/support", name, "+8613800001234", phase, FACTS, refusals=refusals)
    return decide(KINDS[name], record, TURN)


def _code(move: Move) -> str:
    return move.outcome.problem.code if isinstance(move, Stop) and move.outcome.problem else ""
