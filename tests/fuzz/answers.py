"""Answers that no document describes, through the reader and then through every step and look of every kind.

Never an exception, never "done" on what is no well-formed success, and never an entry that could not be read back.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from msgspec.structs import replace

from reconciler.cloud.reading import judged_reply
from reconciler.core.answer import Answer, Error, Ok
from reconciler.core.journal.entries import checked
from reconciler.core.journal.record import Record
from reconciler.core.lifecycle.settle import settle, settled
from reconciler.kinds import KINDS
from reconciler.kinds.table import Kind, Look, Step
from reconciler.net.http import Reply
from reconciler.operations import OPERATIONS
from tests.fuzz.batches import Batch, batches, tried
from tests.fuzz.hostile import harmed, torn
from tests.kinds.laws import FACTS

__all__ = ["Worker", "cases"]

NOW = datetime(2026, 11, 20, 10, 31, tzinfo=UTC)
STEPS = [(kind, phase, step) for kind in KINDS.values() for phase, step in kind.steps.items()]
LOOKS = [(kind, phase, step, look) for kind, phase, step in STEPS for look in step.looks]
_ROW = {
    "PhoneNumber": "8613800001234",
    "VerifiedName": "Acme",
    "Status": "CONNECTED",
    "CodeVerificationStatus": "VERIFIED",
}
_CONTACT = {
    "ContactId": "c-1",
    "Name": "tom",
    "EmailAddress": "tom@example.com",
    "PhoneNumber": "86-13911111234",
    "Title": "CEO",
    "MessageTypes": ["FaultMessage"],
    "Status": "Active",
}
# One success that says the most any operation can say.
SUCCESS: Mapping[str, Any] = {
    "RequestId": "R-1",
    "Code": "OK",
    "Success": True,
    "Message": "",
    "Status": "Deleted",
    "Data": {"PhoneNumberId": "4711", "CodeVerificationStatus": "VERIFIED", "AccountReviewStatus": "APPROVED"},
    "PhoneNumbers": [_ROW, {"PhoneNumber": "+8613800005678"}],
    "Contact": _CONTACT,
    "Contacts": [_CONTACT],
    "ContactVerifications": [{"ContactId": "c-1", "Target": "86-13911111234"}],
    "ContactDeletionStatus": {"Status": "Deleted"},
}
REFUSAL = {"RequestId": "R-2", "Code": "EntityNotExists.Contact", "Message": "no", "Success": False}
_DEEP = ("[" * 500 + "]" * 500, '{"a":' * 900 + "1" + "}" * 900, "[" * 100_000)

cases = batches


class Worker:
    def __init__(self, folder: Path | None = None) -> None:
        """Nothing is written anywhere."""

    def __call__(self, batch: Batch) -> tuple[Counter[str], list[str]]:
        return tried(attempt, batch)


def attempt(random: Random) -> Iterator[str]:
    kind, phase, step = random.choice(STEPS)
    reply = answered(random)
    answer = judged_reply(step.api, reply, NOW)
    sound = well_formed(step.api.product, reply)
    if isinstance(answer, Ok) and not sound:
        yield f"taken for a success: {reply.status} {reply.body[:200]!r}"
    yield from _settled(kind, phase, step, answer, sound)
    yield from _looked(random)


def answered(random: Random) -> Reply:
    status = random.choice((200, 200, 200, 200, 201, 204, 301, 307, 400, 403, 404, 409, 429, 500, 503))
    document = harmed(random, random.choice((SUCCESS, SUCCESS, REFUSAL)), random.choice((0, 1, 2, 5, 20)))
    headers = random.choice(({}, {"x-acs-retry-after": random.choice(("1000", "-1", "9" * 30, "1e9", ""))}))
    return Reply(
        status, {**headers, "date": random.choice(("x", "Fri, 20 Nov 2026 10:31:00 GMT"))}, _body(random, document)
    )


def _body(random: Random, document: Any) -> bytes:
    text = json.dumps(document, ensure_ascii=random.random() < 0.5)
    kind = random.random()
    if kind < 0.1:
        text = torn(random, text)
    elif kind < 0.2:  # a name twice, the good one first or last
        other = f'"{random.choice(list(SUCCESS))}":{json.dumps(random.choice((None, "OK", False, {}, [])))}'
        text = random.choice((f"{{{other},{text[1:]}", f"{text[:-1]},{other}}}"))
    elif kind < 0.25:
        text = text.replace('"R-1"', random.choice((*_DEEP, "9" * 5_000, "1e999", "-0", "NaN")))
    return text.encode(random.choice(("utf-8", "utf-8", "utf-8", "utf-8", "utf-16")), "surrogatepass")


def well_formed(product: str, reply: Reply) -> bool:
    """By other means than the reader's: one JSON object, each name once, that says yes and nowhere no."""
    try:
        document = json.loads(reply.body.decode(), object_pairs_hook=_unrepeated, parse_constant=_unrepeated)
        json.dumps(document, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return False
    if not isinstance(document, dict) or not 200 <= reply.status < 300:
        return False
    code, success, request = (document.get(name) for name in ("Code", "Success", "RequestId"))
    says_no = success is not None and success is not True and str(success).lower() != "true"
    vouched = product != "cams" and code in (None, "") and type(request) is str and request != ""
    return bool(vouched or code in ("OK", "0000")) and not says_no


def _unrepeated(pairs: Any) -> dict[str, Any]:
    if isinstance(pairs, str) or len({name for name, _ in pairs}) < len(pairs):
        raise ValueError
    return dict(pairs)


def _record(kind: Kind, phase: str) -> Record:
    facts = {name: each for name, each in FACTS.items() if name not in ("space_id", "code")}
    key = {**FACTS, "name": "tom", "number": "+8613800001234"}[kind.row.key]
    return Record(f"{kind.type}/{key}", f"{kind.type}/x", kind.name, key, phase, facts)


def _settled(kind: Kind, phase: str, step: Step, answer: Answer, sound: bool) -> Iterator[str]:
    entry = settle(kind, step, _record(kind, phase), answer)
    already = isinstance(answer, Error) and answer.code in step.already
    if entry["result"] == "ok" and not (already or (isinstance(answer, Ok) and sound)):
        yield f"{step.operation}: done on {answer}"
    if entry["result"] == "ok" and not all(
        entry["learned"].get(name, "x") for name in ("contact_id", "phone_number_id")
    ):
        yield f"{step.operation}: done without the id"
    yield from _readable(entry)


def _looked(random: Random) -> Iterator[str]:
    """A look's word leads where the table says, or settles nothing; what it learns can be written down."""
    kind, phase, step, look = random.choice(LOOKS)
    answer = judged_reply(OPERATIONS[look.operation], answered(random), NOW)
    if not isinstance(answer, Ok):
        return
    facts = {**_record(kind, phase).facts, "space_id": "cams-acme", "code": None, "phase": phase}
    word, learned = look.says(facts, answer.data), look.learn(facts, answer.data)
    if word in step.leads and word not in step.stops:
        yield from _read_so(kind, phase, step, look, word, learned)


def _read_so(kind: Kind, phase: str, step: Step, look: Look, word: str, learned: Mapping[str, Any]) -> Iterator[str]:
    record = replace(_record(kind, phase), phase=phase)
    yield from _readable(settled(kind, record, step, word, learned, look.operation))


def _readable(entry: Mapping[str, Any]) -> Iterator[str]:
    try:
        checked({**entry, "at": "2026-11-20T10:31:00.000Z", "run": "r1"})
    except ValueError as error:
        yield f"{entry['operation']} could not be read back, {error}: {entry}"
