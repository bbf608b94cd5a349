"""A typed code reaches the request of the operation that consumes it, and nothing that is written, shown or kept."""

from __future__ import annotations

import copy
import json
import logging
import pickle
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reconciler.core.answer import NotSent
from reconciler.core.code import Code, parsed
from reconciler.core.journal.record import Record
from reconciler.core.journal.state import canonical
from reconciler.core.lifecycle.decide import decide
from reconciler.core.lifecycle.look import known
from reconciler.core.lifecycle.moves import Call, Stop, Turn
from reconciler.errors import Problem
from reconciler.kinds import KINDS
from reconciler.operations import OPERATIONS
from reconciler.store.journal import Journal
from reconciler.store.safety.emergency import Emergency
from tests.house.imports import ROOT
from tests.stage.places import places

DIGITS = "730519"
FACTS = {"number": "+6281234567890", "method": "sms", "locale": "en_US"}
RECORD = Record("phone_number/+6281234567890", "phone_number/a", "prevalidated", FACTS["number"], "declared", FACTS)
TURN = Turn("cams-acme", "acme/phone_number/a", "create", "2026-11-20T10:00:00.000Z", code=Code(DIGITS))


def test_it_reaches_the_request() -> None:
    """By the operation's own parameter, beside what the kind's table gives; the intent has all but the code."""
    call = decide(KINDS["prevalidated"], RECORD, TURN)
    assert isinstance(call, Call)
    assert call.request == {"PhoneNumber": "6281234567890", "VerifyCode": DIGITS}
    assert call.entry["params"] == call.params == {"PhoneNumber": "6281234567890"}


def test_one_that_was_not_sent_is_not_called_wrong() -> None:
    """The run stops and says why; nothing is read, and the code is not asked for again."""
    unsent = NotSent("the rate limit is reached")
    move = decide(KINDS["prevalidated"], RECORD, replace(TURN, code=None, refused=("GetPreValidatePhoneId", unsent)))
    assert isinstance(move, Stop)
    assert (move.outcome.result, move.outcome.problem is not None, move.outcome.challenge) == ("failed", True, None)


def test_only_an_operation_that_takes_a_code_is_given_one() -> None:
    """Filling any other request is an error of the program."""
    takes = {name for name, row in OPERATIONS.items() if row.secret}
    for name in set(OPERATIONS) - takes:
        with pytest.raises(AssertionError):
            Code(DIGITS).fill(OPERATIONS[name], {})
    assert {OPERATIONS[name].effect.name for name in takes} == {"CONSUME"}


@pytest.mark.parametrize("digits", ["12345", "1234567", "12345a", "１２３４５６", "²²²²²²", ""])
def test_it_is_six_digits(digits: str) -> None:
    """Of the script that the cloud reads."""
    with pytest.raises(ValueError, match="not a verification code"):
        Code(digits)


def test_looks_do_not_know_it() -> None:
    """What a look asks by and learns from holds no code, typed or not."""
    step = KINDS["prevalidated"].steps["declared"]
    assert known(RECORD, TURN, step) == known(RECORD, replace(TURN, code=None), step)


@pytest.mark.parametrize(
    "put",
    [
        lambda code: canonical({"type": "intent", "params": {"VerifyCode": code}}),
        lambda code: json.dumps({"code": code}),
        str,
        lambda code: f"the code is {code}",
        lambda code: "the code is {}".format(code),  # noqa: UP032 - as much as the other
        lambda code: "the code is %s" % code,  # noqa: UP031 - as much as the other
        lambda code: "the code is " + code,
        pickle.dumps,
        copy.copy,
        copy.deepcopy,
    ],
    ids=[
        "an entry",
        "JSON",
        "a text",
        "an f-string",
        "format",
        "percent",
        "joined",
        "pickled",
        "copied",
        "deep copied",
    ],
)
def test_it_is_no_text_and_no_data(put: Callable[[Code], Any]) -> None:
    """Whatever would write it down fails, and does not show it in what it says."""
    with pytest.raises(TypeError) as failed:
        put(Code(DIGITS))
    assert DIGITS not in str(failed.value)


def test_a_fact_cannot_hold_it(tmp_path: Path) -> None:
    """A journal takes no entry with one: not as declared, and not as learned."""
    with places()["sqlite"](tmp_path) as where:
        backend = where.open()
        journal = Journal(backend, "cams-acme", lambda: TURN.now, Emergency(tmp_path / "kept"))
        facts = {**FACTS, "display_name": Code(DIGITS)}
        entry = {"type": "declared", "id": RECORD.id, "address": RECORD.address, "key": RECORD.key, "facts": facts}
        with pytest.raises((TypeError, ValueError)):
            journal.append({**entry, "kind": RECORD.kind, "phase": "declared", "door": "create", "on_remove": "refuse"})
        assert backend.history("cams-acme") == []
        backend.close()


def test_a_log_line_does_not_show_it() -> None:
    """Logged as an argument it is an error of the logging; its repr, alone or within a turn, is three dots."""
    with pytest.raises(TypeError):
        logging.getLogger("planted").warning("%s", Code(DIGITS))
    assert repr(TURN.code) == "Code(...)"
    assert "Code(...)" in repr(TURN)
    assert DIGITS not in repr(TURN)


@pytest.mark.parametrize("fill", [lambda code: Problem("bug", code), lambda code: ValueError(code)])
def test_an_exception_does_not_show_it(fill: Callable[[Any], Any]) -> None:
    """One that was handed a code cannot be printed with it."""
    try:
        shown = str(fill(Code(DIGITS))) + repr(fill(Code(DIGITS)))
    except TypeError as failed:
        shown = str(failed)
    assert DIGITS not in shown


WRITTEN = ("730519", "730-519", " 730 519\n", "730\u2212519", "730\u2013519", "\ufeff7\u200b30519", "７３０５１９")


@pytest.mark.parametrize("typed", WRITTEN)
def test_however_it_is_written_it_is_the_same(typed: str) -> None:
    """Blanks, any dash, what nobody sees, and digits of another script are those of the six."""
    code = parsed(typed)
    assert code is not None
    assert code.fill(OPERATIONS["GetPreValidatePhoneId"], {}) == {"VerifyCode": DIGITS}


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "12a456", "１２３４５６７"])
def test_what_is_no_code_is_none(typed: str) -> None:
    """Nothing but six digits makes one, and the refusal does not repeat what was typed."""
    assert parsed(typed) is None
    with pytest.raises(ValueError, match=r"^not a verification code$"):
        Code(typed)


MISUSES = {
    "as a text of an error": "Problem('code-refused', Code('730519'))",
    "as a key of a record": "Record('contact/x', 'contact/x', 'contact', Code('730519'), 'added', {})",
    "as what is printed": "say(Code('730519'))",
    "as an answer's reason": "Unknown(Code('730519'))",
    "as an outcome's address": "Outcome(Code('730519'), 'create', 'done')",
    "a text as a code": "Turn('a', 'b', 'create', 'now', code='730519')",
}


def test_a_misuse_does_not_type_check(tmp_path: Path) -> None:
    """The type checker refuses each line that puts a code where a text belongs, or a text where a code does."""
    source = "\n".join(
        [
            "from reconciler.cli.terminal import say",
            "from reconciler.core.answer import Unknown",
            "from reconciler.core.code import Code",
            "from reconciler.core.journal.record import Record",
            "from reconciler.core.lifecycle.moves import Turn",
            "from reconciler.core.outcome import Outcome",
            "from reconciler.errors import Problem",
            "def misused(record: Record) -> None:",
            *(f"    {line}" for line in MISUSES.values()),
        ]
    )
    (tmp_path / "misused.py").write_text(source + "\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--cache-dir", str(ROOT / ".mypy_cache"), str(tmp_path / "misused.py")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    first = source.splitlines().index("def misused(record: Record) -> None:") + 2
    refused = {int(line.split(":")[1]) for line in done.stdout.splitlines() if ": error:" in line}
    assert refused == set(range(first, first + len(MISUSES)))
