"""What comes next for one resource, move by move, over a table that has one step of each class.

Each row is what is recorded, what the run knows, how the cloud answers, and every move up to the first that is no read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from reconciler.core.answer import Answer, Error, NotSent, Ok, Unknown
from reconciler.core.code import Code
from reconciler.core.journal.record import ABSENT, Intent, Record
from reconciler.core.lifecycle.decide import decide
from reconciler.core.lifecycle.moves import Call, Read, Stop, Turn, Write
from reconciler.core.refusal import Refusal
from reconciler.kinds.table import GONE, Kind, Look, Step
from reconciler.refusals import Meaning

NOW, TODAY, LONG_AGO = "2026-11-20T10:31:00.000Z", "2026-11-20T09:00:00.000Z", "2026-11-01T09:00:00.000Z"
ADD, SEND, VERIFY = "AddChatappPhoneNumber", "GetChatappVerifyCode", "ChatappVerifyAndRegister"
REGISTER, LEAVE, HOOK = "ChatappPhoneNumberRegister", "ChatappPhoneNumberDeregister", "UpdatePhoneWebhook"
BIND, SYNC, LIST = "QueryChatappBindWaba", "ChatappSyncPhoneNumber", "QueryChatappPhoneNumbers"
OWN, WHY = "GetPhoneNumberVerificationStatus", "QueryPhoneBusinessProfile"


def word(facts: Any, data: Any) -> str:
    return str(data.get("word", ""))


def learned(facts: Any, data: Any) -> Any:
    return data.get("learned", {})


def request(facts: Any) -> Any:
    return {"CustSpaceId": facts["space_id"]}


def shown(facts: Any, data: Any) -> str:
    return str(data.get("shown", ""))


ACCOUNT = Look(BIND, request, word, shared=True)
LISTED = Look(LIST, request, word, learned, shared=True, after=Look(SYNC, request, word, shared=True), shows=shown)
STATUS = Look(OWN, request, word, learned, shows=shown)
REASON = Look(WHY, request, word)
STOPS = {"differs": "already-there", "no_account": "no-account"}
TAKEN = {"occupied": "registered"}
KIND = Kind(
    "register",
    "phone_number",
    "registered",
    {
        "declared": Step(
            *(
                ADD,
                request,
                {"ok": "added", "found": "added", "connected": "registered", "in_review": "reviewing"} | TAKEN,
            ),
            {**STOPS, "occupied": "no-account"},
            before=(ACCOUNT, LISTED),
            lost=(LISTED,),
            stuck=(REASON,),
            back={"gone": GONE},
        ),
        "added": Step(
            *(SEND, request, {"ok": "code_requested", "verified": "verified", "in_review": "reviewing"}, STOPS),
            before=(ACCOUNT, STATUS),
            sends=lambda facts: ("sms", "+8613800001234"),
            unless="verified already",
        ),
        "code_requested": Step(
            *(VERIFY, request, {"ok": "verified", "verified": "verified", "in_review": "reviewing"}, STOPS),
            ask="code",
            unless="verified elsewhere",
            before=(STATUS,),
            lost=(STATUS,),
            stuck=(REASON,),
            back={"gone": "declared"},
        ),
        "verified": Step(
            *(REGISTER, request, {"ok": "registered", "connected": "registered", "in_review": "reviewing"}),
            needed=lambda facts: not facts.get("waits"),
            lost=(STATUS,),
            stuck=(REASON,),
            back={"lapsed": "code_requested", "unasked": "added", "waits": "reviewing"},
        ),
        "reviewing": Step(
            *(LIST, request, {"ok": "registered", "waiting": "reviewing", "approved": "verified"}),
            ask="time",
            before=(ACCOUNT,),
            says=word,
            learn=learned,
            awaits=lambda facts: "review",
            stuck=(REASON,),
            back={"gone": "declared"},
            late="settings-late",
        ),
        "connected": Step(HOOK, request, {"ok": "registered"}),
        "retired": Step(LEAVE, request, {"ok": GONE}, already=frozenset(("Gone",)), lost=(STATUS,)),
    },
    left={},
    resend={"code_requested": ("added",), "connected": ("added",)},
    review="reviewing",
)
KEY = "+8613800001234"
FACTS = {"number": KEY, "method": "sms"}
APPROVED, SEEN = {BIND: {}}, {SYNC: {}, LIST: {}}
READS = f"read {BIND}|read {SYNC}|read {LIST} after {SYNC}"
LOST, LOST_CODE = Unknown("cut"), Unknown("400 `X`", "X", "in its words")
REFUSED, WRONG = Error("X", Meaning.PARAMETER, "no"), Error("X", Meaning.WRONG_CODE, "wrong")
EXISTS, REVIEWED = Error("X", Meaning.EXISTS, "there"), Error("X", Meaning.REVIEWING, "later")
DENIED, SLOW = Error("X", Meaning.PERMISSION, "not you"), Error("X", Meaning.THROTTLED, "slow")
CODE = Code("730519")


def record(phase: str, intent: str = "", seen: Any = ABSENT, facts: Any = FACTS, **more: Any) -> Record:
    """intent: an operation whose call is open."""
    intents = {intent: Intent(NOW, NOW, 1, phase, FACTS, "", 0, 0, seen=seen)} if intent else {}
    return Record("phone_number/x", "phone_number/x", "register", KEY, phase, facts, intents=intents, **more)


def moves(found: Record, answers: Mapping[str, Any], **knows: Any) -> str:
    """Each move, up to the first that is no read. answers: of reads, data of a success or what else came."""
    turn = Turn("cams-acme", "acme/phone_number/x", "create", NOW, **knows)
    told = list[str]()
    while isinstance(move := decide(KIND, found, turn), Read):
        told.append(_read(move))
        answer = answers[move.operation]
        turn = turn.saw(move.operation, answer if isinstance(answer, Answer) else Ok(answer))
    return "|".join([*told, _told(move)])


def _read(move: Read) -> str:
    assert move.params == {"CustSpaceId": "cams-acme"}
    assert move.shared == (move.operation in (BIND, SYNC) or bool(move.after))
    after = f" after {move.after}" if move.after else ""
    return f"read {move.operation}{' newer' if move.newer else ''}{after}"


def _told(move: Write | Call | Stop | Read) -> str:
    match move:
        case Write(entry, back):
            learned = f" {entry['learned']}" if entry["learned"] else ""
            return f"enter {entry['phase']}, {entry['why']}{learned}{' back' if back else ''}"
        case Call(step):
            return f"call {step.operation}{' with the code' if move.code else ''}"
        case Stop(outcome):
            problem = outcome.problem
            said = f" {problem.code}" if problem else ""
            return f"{outcome.result}{said}{f' for {outcome.challenge.kind}' if outcome.challenge else ''}"
    raise AssertionError(move)


Row = tuple[Record, Mapping[str, Any], dict[str, Any], str]
MADE: dict[str, Row] = {
    "is made once reads did not find it": (record("declared"), APPROVED | SEEN, {}, f"{READS}|call {ADD}"),
    "stops where a read stops it": (
        *(record("declared"), {BIND: {"word": "no_account"}}, {}),
        f"read {BIND}|blocked no-account",
    ),
    "stops where a read failed": (record("declared"), {BIND: REFUSED}, {}, f"read {BIND}|failed parameter-refused"),
    "is unknown where a read was lost": (record("declared"), {BIND: LOST}, {}, f"read {BIND}|unknown unknown-answer"),
    "is not taken over": (
        *(record("declared"), APPROVED | {SYNC: {}, LIST: {"word": "found"}}, {}),
        f"{READS}|blocked already-there",
    ),
    "is taken over with consent": (
        *(record("declared"), APPROVED | {SYNC: {}, LIST: {"word": "found", "learned": {"contact_id": "c"}}}),
        *({"adopt": True}, f"{READS}|enter added, already so {{'contact_id': 'c'}}"),
    ),
    "is not taken over in service either": (
        *(record("declared"), APPROVED | {SYNC: {}, LIST: {"word": "connected"}}, {}),
        f"{READS}|blocked already-there",
    ),
    "is not taken over from another host": (
        *(record("declared"), APPROVED | {SYNC: {}, LIST: {"word": "occupied"}}, {}),
        f"{READS}|blocked no-account",
    ),
    "is stopped with consent, too, where nothing leads on": (
        *(record("declared"), {BIND: {"word": "no_account"}}, {"adopt": True}),
        f"read {BIND}|blocked no-account",
    ),
    "is taken over from it with consent": (
        *(record("declared"), APPROVED | {SYNC: {}, LIST: {"word": "occupied"}}, {"adopt": True}),
        f"{READS}|enter registered, already so",
    ),
    "is in review whoever made it": (
        *(record("declared"), APPROVED | {SYNC: {}, LIST: {"word": "in_review"}}, {}),
        f"{READS}|enter reviewing, already so",
    ),
    "is ours where it was not there before": (
        *(record("declared", ADD), {SYNC: {}, LIST: {"word": "connected"}}, {}),
        f"read {SYNC} newer|read {LIST} newer after {SYNC}|enter registered, settled by reading",
    ),
    "may be another's where nobody looked before": (
        *(record("declared", ADD, seen=""), {SYNC: {}, LIST: {"word": "connected"}}, {}),
        f"read {SYNC} newer|read {LIST} newer after {SYNC}|blocked already-there",
    ),
    "is made again after one loss": (
        *(record("declared", ADD), APPROVED | SEEN, {"lost": ((ADD, LOST),)}),
        f"read {SYNC} newer|read {LIST} newer after {SYNC}|read {BIND}|call {ADD}",
    ),
    "is not made after two": (
        *(record("declared", ADD), APPROVED | SEEN, {"lost": ((ADD, LOST), (ADD, LOST))}),
        f"read {SYNC} newer|read {LIST} newer after {SYNC}|read {BIND}|unknown unknown-answer",
    ),
    "is made whatever else was lost": (
        *(record("declared"), APPROVED | SEEN, {"lost": ((SEND, LOST), (SEND, LOST))}),
        f"{READS}|call {ADD}",
    ),
    "came to nothing after a code that no list has": (
        *(record("declared", ADD), APPROVED | SEEN | {WHY: {}}, {"lost": ((ADD, LOST_CODE),)}),
        f"read {SYNC} newer|read {LIST} newer after {SYNC}|read {WHY} newer|read {BIND}|enter declared, not there",
    ),
    "and then has failed": (
        *(record("declared"), APPROVED | SEEN, {"lost": ((ADD, LOST_CODE),)}),
        f"{READS}|failed refused-by-cloud",
    ),
    "goes back where that says so": (
        *(record("declared", ADD), APPROVED | SEEN | {WHY: {"word": "gone"}}, {"lost": ((ADD, LOST_CODE),)}),
        f"read {SYNC} newer|read {LIST} newer after {SYNC}|read {WHY} newer|enter gone, not so in the cloud back",
    ),
    "but not within a day of a message": (
        *(record("declared", ADD, requested_at=TODAY), APPROVED | SEEN, {"lost": ((ADD, LOST_CODE),)}),
        f"read {SYNC} newer|read {LIST} newer after {SYNC}|read {BIND}|enter declared, not there",
    ),
    "came to nothing with one such code among the losses": (
        *(record("declared", ADD), APPROVED | SEEN | {WHY: {}}, {"lost": ((ADD, LOST), (ADD, LOST_CODE))}),
        f"read {SYNC} newer|read {LIST} newer after {SYNC}|read {WHY} newer|read {BIND}|enter declared, not there",
    ),
    "is stopped for the run": (
        *(record("declared"), APPROVED | SEEN, {"lost": ((ADD, Unknown("400 `X`", "X", stops=True)),)}),
        f"{READS}|failed operation-stopped",
    ),
    "is looked for where it was refused as there already": (
        *(record("declared"), {SYNC: {}, LIST: {"word": "connected"}}, {"refused": (ADD, EXISTS), "adopt": True}),
        f"read {SYNC} newer|read {LIST} newer after {SYNC}|enter registered, taken over: there already",
    ),
    "and not taken over without consent": (
        *(record("declared"), {SYNC: {}, LIST: {"word": "connected"}}, {"refused": (ADD, EXISTS)}),
        f"read {SYNC} newer|read {LIST} newer after {SYNC}|blocked already-there",
    ),
    "fails where it is not found then": (
        *(record("declared"), SEEN, {"refused": (ADD, EXISTS)}),
        f"read {SYNC} newer|read {LIST} newer after {SYNC}|failed refused-by-cloud",
    ),
    "is not looked for where the caller was refused": (
        *(record("declared"), {WHY: {}}, {"refused": (ADD, REFUSED)}),
        f"read {WHY} newer|failed parameter-refused",
    ),
    "nor where nobody is let in": (record("declared"), {}, {"refused": (ADD, DENIED)}, "failed permission-denied"),
    "nor where it was too fast": (record("declared"), {}, {"refused": (ADD, SLOW)}, "failed throttled-too-long"),
    "nor where it was not sent": (record("declared"), {}, {"refused": (ADD, NotSent("away"))}, "failed cannot-reach"),
    "waits where it was refused for a review": (
        *(record("declared"), {}, {"refused": (ADD, REVIEWED)}),
        "enter reviewing, the display name is not approved {'before_review': 'declared'} back",
    ),
    "fails for what another step was refused": (
        *(record("declared"), {}, {"refused": (SEND, REFUSED)}),
        "failed parameter-refused",
    ),
}
ASKED = record("code_requested", requested_at=TODAY, message=3, messages_sent=1)
SENT: dict[str, Row] = {
    "is sent after its reads": (
        *(record("added"), APPROVED | {OWN: {}}, {}),
        f"read {BIND}|read {OWN}|call {SEND}",
    ),
    "is not sent where it is needless": (
        *(record("added"), APPROVED | {OWN: {"word": "verified"}}, {}),
        f"read {BIND}|read {OWN}|enter verified, verified already",
    ),
    "is never sent again on a loss": (
        *(record("code_requested", SEND), {OWN: {}}, {"lost": ((SEND, LOST),)}),
        f"read {OWN}|paused for code",
    ),
    "is refused often enough for a day": (
        *(record("added", refusals={SEND: Refusal("X", 400, "", TODAY, 3, "", (TODAY,) * 3)}), APPROVED | {OWN: {}}),
        *({}, f"read {BIND}|read {OWN}|blocked refused-often"),
    ),
    "but once more when a person says so": (
        *(record("added", refusals={SEND: Refusal("X", 400, "", TODAY, 3, "", (TODAY,) * 3)}), APPROVED | {OWN: {}}),
        *({"resend": True}, f"read {BIND}|read {OWN}|call {SEND}"),
    ),
    "is not looked up where it was refused": (
        record("added"),
        {},
        {"refused": (SEND, REFUSED)},
        "failed parameter-refused",
    ),
    "waits for its code": (ASKED, {OWN: {}}, {}, f"read {OWN}|paused for code"),
    "is asked for at once after it was sent": (ASKED, {}, {"sent": True}, "paused for code"),
    "is read for again once there is a code": (
        *(ASKED, {OWN: {}}, {"sent": True, "code": CODE}),
        f"read {OWN}|call {VERIFY} with the code",
    ),
    "needs no code where it is verified elsewhere": (
        *(ASKED, {OWN: {"word": "verified"}}, {"code": CODE}),
        f"read {OWN}|enter verified, verified elsewhere",
    ),
    "fails where another step was refused": (ASKED, {}, {"refused": (SEND, REFUSED)}, "failed parameter-refused"),
    "fails where the code was not sent": (ASKED, {}, {"refused": (VERIFY, NotSent("away"))}, "failed cannot-reach"),
    "is asked for again after a wrong code": (
        *(ASKED, {OWN: {}}, {"refused": (VERIFY, WRONG)}),
        f"read {OWN}|paused code-refused for code",
    ),
    "is looked at where the code was refused otherwise": (
        *(ASKED, {OWN: {"word": "verified"}}, {"refused": (VERIFY, EXISTS)}),
        f"read {OWN}|enter verified, verified elsewhere",
    ),
    "fails where a code was refused otherwise": (
        *(ASKED, {OWN: {}, WHY: {}}, {"refused": (VERIFY, EXISTS)}),
        f"read {OWN}|read {WHY} newer|failed refused-by-cloud",
    ),
    "fails at once where the caller was refused": (
        *(ASKED, {WHY: {}}, {"refused": (VERIFY, REFUSED)}),
        f"read {WHY} newer|failed parameter-refused",
    ),
    "goes back where that says so": (
        *(ASKED, {OWN: {}, WHY: {"word": "gone"}}, {"refused": (VERIFY, EXISTS)}),
        f"read {OWN}|read {WHY} newer|enter declared, not so in the cloud back",
    ),
    "is parked after three codes": (
        *(record("code_requested", attempts=3), {OWN: {}}, {"code": CODE}),
        f"read {OWN}|paused parked for code",
    ),
    "is parked rather than refused": (
        *(record("code_requested", attempts=3), {OWN: {}}, {"refused": (VERIFY, WRONG)}),
        f"read {OWN}|paused parked for code",
    ),
    "is settled by reading after a lost code": (
        *(record("code_requested", VERIFY), {OWN: {"word": "verified"}}, {"lost": ((VERIFY, LOST),)}),
        f"read {OWN} newer|enter verified, settled by reading",
    ),
    "is asked for again after a lost code": (
        *(record("code_requested", VERIFY), {OWN: {}}, {"lost": ((VERIFY, LOST),)}),
        f"read {OWN} newer|paused unknown-answer for code",
    ),
    "takes as many codes as are typed": (
        *(record("code_requested", VERIFY), {OWN: {}}, {"lost": ((VERIFY, LOST),) * 5, "code": CODE}),
        f"read {OWN} newer|call {VERIFY} with the code",
    ),
    "was refused with a code that no list has": (
        *(record("code_requested", VERIFY, requested_at=TODAY), {OWN: {}}, {"lost": ((VERIFY, LOST_CODE),)}),
        f"read {OWN} newer|paused submission-refused for code",
    ),
    "and may have lapsed after a day": (
        *(record("code_requested", VERIFY, requested_at=LONG_AGO), {OWN: {}, WHY: {"word": "gone"}}),
        *(
            {"lost": ((VERIFY, LOST_CODE),)},
            f"read {OWN} newer|read {WHY} newer|enter declared, not so in the cloud back",
        ),
    ),
    "is unknown where it is stopped for the run": (
        *(record("code_requested", VERIFY, requested_at=TODAY), {OWN: {}}),
        *(
            {"lost": ((VERIFY, Unknown("400 `X`", "X", stops=True)),)},
            f"read {OWN} newer|unknown operation-stopped for code",
        ),
    ),
    "says what became of the message before": (
        *(ASKED, {OWN: {}}, {"lost": ((SEND, LOST_CODE),)}),
        f"read {OWN}|paused unknown-answer for code",
    ),
    "and not of a message that is only in doubt": (
        *(ASKED, {OWN: {}}, {"lost": ((SEND, LOST),)}),
        f"read {OWN}|paused for code",
    ),
    "is not taken where the register is counted out": (
        *(record("code_requested", metered=(TODAY,) * 3), {OWN: {}}, {"code": CODE}),
        f"read {OWN}|blocked metered-out for code",
    ),
    "is taken once more with consent": (
        *(record("code_requested", metered=(TODAY,) * 3), {OWN: {}}, {"code": CODE, "allow_metered": True}),
        f"read {OWN}|call {VERIFY} with the code",
    ),
}
GONE_BACK = {"refused": (REGISTER, REFUSED), "back": True}
DONE: dict[str, Row] = {
    "is done at an end": (record("registered"), {}, {}, "done"),
    "is done when it is gone": (record(GONE), {}, {"resend": True}, "done"),
    "registers": (record("verified"), {}, {}, f"call {REGISTER}"),
    "registers whatever was sent just before": (record("verified"), {}, {"sent": True}, f"call {REGISTER}"),
    "is set": (record("connected"), {}, {}, f"call {HOOK}"),
    "is set once more after one loss, with a code or not": (
        *(record("connected"), {}, {"lost": ((HOOK, LOST_CODE),)}),
        f"call {HOOK}",
    ),
    "is not set after two": (
        *(record("connected"), {}, {"lost": ((HOOK, LOST), (HOOK, LOST_CODE))}),
        "unknown unknown-answer",
    ),
    "registers no more than thrice": (
        *(record("verified", metered=(TODAY,) * 3), {}, {}),
        "blocked metered-out",
    ),
    "registers once more with consent": (
        *(record("verified", metered=(TODAY,) * 3), {}, {"allow_metered": True}),
        f"call {REGISTER}",
    ),
    "registers not after three refusals": (
        *(record("verified", refusals={REGISTER: Refusal("X", 400, "", TODAY, 3, "", (TODAY,) * 3)}), {}, {}),
        "blocked refused-often",
    ),
    "is unknown after one loss of what is counted": (
        *(record("verified", REGISTER), {OWN: {}}, {"lost": ((REGISTER, LOST),)}),
        f"read {OWN} newer|unknown unknown-answer",
    ),
    "is unknown, too, after a code that no list has": (
        *(record("verified", REGISTER), {OWN: {}, WHY: {}}, {"lost": ((REGISTER, LOST_CODE),)}),
        f"read {OWN} newer|read {WHY} newer|unknown unknown-answer",
    ),
    "is settled by reading": (
        *(record("verified", REGISTER), {OWN: {"word": "connected"}}, {}),
        f"read {OWN} newer|enter registered, settled by reading",
    ),
    "goes back where it was refused": (
        *(record("verified"), {WHY: {"word": "lapsed"}}, {"refused": (REGISTER, REFUSED)}),
        f"read {WHY} newer|enter code_requested, not so in the cloud back",
    ),
    "is refused today for something else": (
        *(record("declared", refusals={ADD: Refusal("X", 400, "", TODAY, 3, "", (TODAY,) * 3)}), APPROVED | SEEN, {}),
        f"{READS}|call {ADD}",
    ),
    "takes a code however often one was refused": (
        *(record("code_requested", refusals={VERIFY: Refusal("X", 400, "", TODAY, 3, "", (TODAY,) * 3)}), {OWN: {}}),
        *({"code": CODE}, f"read {OWN}|call {VERIFY} with the code"),
    ),
    "waits for a person where another code is needed": (ASKED, {}, GONE_BACK, "paused verification-lapsed for code"),
    "waits for the cloud where it reviews": (record("reviewing"), {}, GONE_BACK, "paused review-awaited for time"),
    "fails where the next run sends": (record("added"), {}, GONE_BACK, "failed parameter-refused"),
    "is passed over where it does not apply": (
        *(record("verified", facts={**FACTS, "waits": "1"}), {}, {}),
        "enter registered, nothing to do",
    ),
    "leaves": (record("retired"), {}, {}, f"call {LEAVE}"),
    "has left where the cloud says it is gone": (
        *(record("retired", LEAVE), {OWN: Error("Gone", Meaning.ABSENT)}, {}),
        f"read {OWN} newer|enter gone, settled by reading",
    ),
    "waits": (
        *(
            record("reviewing"),
            {BIND: {}, LIST: {"word": "waiting", "shown": "in review", "learned": {"channel": "sms"}}},
            {},
        ),
        f"read {BIND} newer|read {LIST} newer|paused settings-late for time",
    ),
    "waits no longer": (
        *(record("reviewing"), {BIND: {}, LIST: {"word": "approved", "learned": {"channel": "sms"}}}, {}),
        f"read {BIND} newer|read {LIST} newer|enter verified, seen {{'channel': 'sms'}}",
    ),
    "waits on where nothing is said": (
        *(record("reviewing"), {BIND: {}, LIST: {}, WHY: {}}, {}),
        f"read {BIND} newer|read {LIST} newer|read {WHY} newer|paused for time",
    ),
    "goes back where what it waits for is gone": (
        *(record("reviewing"), {BIND: {}, LIST: {}, WHY: {"word": "gone"}}, {}),
        f"read {BIND} newer|read {LIST} newer|read {WHY} newer|enter declared, not so in the cloud back",
    ),
}
RESENT: dict[str, Row] = {
    "is not sent on an unclear status": (
        *(ASKED, APPROVED | {OWN: {"word": "differs"}}, {"resend": True}),
        f"read {BIND}|read {OWN}|blocked already-there",
    ),
    "is sent by the step before": (
        ASKED,
        APPROVED | {OWN: {}},
        {"resend": True},
        f"read {BIND}|read {OWN}|call {SEND}",
    ),
    "is needless where it is verified": (
        *(ASKED, APPROVED | {OWN: {"word": "verified"}}, {"resend": True}),
        f"read {BIND}|read {OWN}|enter verified, verified elsewhere",
    ),
    "is not sent during a review": (
        *(ASKED, APPROVED | {OWN: {"word": "in_review"}}, {"resend": True}),
        f"read {BIND}|read {OWN}|blocked no-account",
    ),
    "is not sent where a read stops it": (
        *(ASKED, {BIND: {"word": "no_account"}}, {"resend": True}),
        f"read {BIND}|blocked no-account",
    ),
    "is none where none was sent": (record("verified"), {}, {"resend": True}, "failed nothing-to-resend"),
}


@pytest.mark.parametrize(
    "row",
    [*MADE.values(), *SENT.values(), *DONE.values(), *RESENT.values()],
    ids=[f"it {name}" for table in (MADE, SENT, DONE, RESENT) for name in table],
)
def test_what_comes_next(row: Row) -> None:
    """Nothing is made that a read found or sent on a guess; what is unknown is called so."""
    found, answers, knows, told = row
    assert moves(found, answers, **knows) == told


FULL: tuple[tuple[Record, Mapping[str, Any], dict[str, Any], dict[str, Any]], ...] = (
    (
        *(record("declared"), APPROVED | SEEN, {}),
        {"operation": ADD, "effect": "K", "phase": "declared", "metered": False, "daily": "", "seen": ABSENT},
    ),
    (
        *(record("added"), APPROVED | {OWN: {}}, {}),
        {"operation": SEND, "effect": "N", "phase": "code_requested", "daily": "code_messages_per_day"},
    ),
    (
        *(ASKED, APPROVED | {OWN: {}}, {"resend": True}),
        {"operation": SEND, "effect": "N", "phase": "code_requested", "daily": "code_messages_per_day"},
    ),
    (
        *(record("connected"), APPROVED | {OWN: {}}, {"resend": True}),
        {"operation": SEND, "effect": "N", "phase": "connected", "daily": "code_messages_per_day"},
    ),
    (
        *(ASKED, {OWN: {}}, {"code": CODE}),
        {"operation": VERIFY, "effect": "C", "phase": "code_requested", "metered": True},
    ),
    (*(record("verified"), {}, {}), {"operation": REGISTER, "effect": "I", "phase": "verified", "metered": True}),
)


@pytest.mark.parametrize(("found", "answers", "knows", "entry"), FULL)
def test_an_intent_assumes_the_worst(
    found: Record, answers: Mapping[str, Any], knows: dict[str, Any], entry: dict[str, Any]
) -> None:
    """A message counts as sent, by its channel, before it is; whatever is made was seen to be absent; no code in it."""
    call = last(found, answers, **knows)
    assert isinstance(call, Call)
    learned = {"channel": "sms"} if entry["effect"] == "N" else {}
    said = {"type": "intent", "id": "phone_number/x", "params": {"CustSpaceId": "cams-acme"}, "learned": learned}
    assert call.entry == {"metered": False, "daily": "", **said, **entry}
    assert call.code is knows.get("code")


def last(found: Record, answers: Mapping[str, Any], **knows: Any) -> Write | Call | Stop:
    """The first move that is no read."""
    turn = Turn("cams-acme", "acme/phone_number/x", "create", NOW, **knows)
    while isinstance(move := decide(KIND, found, turn), Read):
        answer = answers[move.operation]
        turn = turn.saw(move.operation, answer if isinstance(answer, Answer) else Ok(answer))
    return move


SENDS_ONE = "`reconciler verify ADDRESS --resend` sends one more"
IN_DOUBT = record("code_requested", SEND, attempts=3)
SAID: dict[str, tuple[Record, dict[str, Any], str, str | None, str]] = {
    "a wrong code": (
        ASKED,
        {"refused": (VERIFY, WRONG)},
        "the code was not accepted; nothing was sent again",
        "400 `X` wrong",
        "",
    ),
    "an unlisted code for a code": (
        *(record("code_requested", VERIFY, requested_at=TODAY), {"lost": ((VERIFY, LOST_CODE),)}),
        "the cloud refused: 400 `X`; whether it took the code is unknown, and nothing was sent again",
        *("in its words", ""),
    ),
    "and no words": (
        *(record("code_requested", VERIFY, requested_at=TODAY), {"lost": ((VERIFY, Unknown("400 `X`", "X")),)}),
        "the cloud refused: 400 `X`; whether it took the code is unknown, and nothing was sent again",
        *(None, ""),
    ),
    "an unlisted code for a message": (
        *(ASKED, {"lost": ((SEND, LOST_CODE),)}, f"{SEND} was sent, its outcome is unknown: 400 `X`", "in its words"),
        f"A message may have been sent: answer it, or {SENDS_ONE}.",
    ),
    "the same after too many codes": (
        *(record("code_requested", attempts=3), {"lost": ((SEND, LOST_CODE),)}),
        *(f"{SEND} was sent, its outcome is unknown: 400 `X`", "in its words"),
        f"A message may have been sent, and too many codes were tried before: {SENDS_ONE}.",
    ),
    "a lost code": (
        *(record("code_requested", VERIFY), {"lost": ((VERIFY, LOST),)}),
        *(f"{VERIFY} was sent, its outcome is unknown: cut", None, ""),
    ),
    "too many codes": (record("code_requested", attempts=3), {}, "3 codes were tried since the last message", None, ""),
    "too many codes, and one message in doubt": (
        *(IN_DOUBT, {}, "3 codes were tried since the last message that was sent for certain", None, ""),
    ),
    "another code": (
        *(ASKED, GONE_BACK, "the verification does not hold any more, and nothing was sent again", "no", ""),
    ),
    "the review": (record("reviewing"), GONE_BACK, f"{REGISTER} was refused: 400 `X`", "no", ""),
    "what is sent next": (
        *(record("added"), GONE_BACK, f"{REGISTER} was refused: 400 `X`", "no"),
        "The record was corrected: run `reconciler apply` again.",
    ),
}


@pytest.mark.parametrize("name", SAID)
def test_why_it_stops_is_said(name: str) -> None:
    """With the cloud's own words, and with what a person can do where that is not the same for every such stop."""
    found, knows, what, words, hint = SAID[name]
    move = last(found, {OWN: {}, WHY: {}}, **knows)
    assert isinstance(move, Stop) and move.outcome.problem
    problem = move.outcome.problem
    assert (problem.what, problem.found) == (what, words)
    assert problem.hint == hint or not hint


@pytest.mark.parametrize(
    ("word", "sends"), [("found", " and send at most 1 sms"), ("connected", "")], ids=["to be verified", "in service"]
)
def test_what_taking_over_would_send_is_said(word: str, sends: str) -> None:
    """Before anybody consents to it."""
    move = last(record("declared"), APPROVED | {SYNC: {}, LIST: {"word": word}})
    assert isinstance(move, Stop) and move.outcome.problem
    assert move.outcome.problem.hint == f"Apply with --adopt to take it over{sends}, or remove it from the cloud."


WAITING = Kind(
    "contact",
    "contact",
    "confirmed",
    {
        "links_sent": Step(
            *("GetMessageContact", request, {"ok": "confirmed", "waiting": "links_sent"}),
            ask="confirmation",
            says=word,
            learn=learned,
        )
    },
    left={},
)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"word": "waiting"}, "paused for confirmation"),
        ({"word": "waiting", "learned": {"title": "CEO"}}, "paused for confirmation"),
        ({"word": "waiting", "learned": {"open": "email"}}, "enter links_sent, less is waited for {'open': 'email'}"),
        ({"word": "ok", "learned": {"open": ""}}, "enter confirmed, seen {'open': ''}"),
    ],
)
def test_a_confirmation_is_recorded_as_it_comes(data: Any, told: str) -> None:
    """Where one of two links was followed, only the other one is waited for from then on."""
    tom = Record("contact/tom", "contact/tom", "contact", "tom", "links_sent", {"title": "CEO", "open": "phone"})
    turn = Turn("cams-acme", "acme/contact/tom", "create", NOW)
    assert isinstance(read := decide(WAITING, tom, turn), Read) and not read.shared
    move = decide(WAITING, tom, turn.saw("GetMessageContact", Ok(data)))
    assert not isinstance(move, Read) and _told(move) == told


HELD = Look(LIST, request, word, learned, holds=lambda facts, data: {"display_name": "Acme"})
MORE = Look(WHY, request, word, holds=lambda facts, data: {"about": data["about"]})
IMPORTED = Kind(
    "register",
    "phone_number",
    "registered",
    {
        "declared": Step(
            *(ADD, request, {"ok": "added", "found": "added", "connected": "connected"}),
            before=(ACCOUNT, replace(HELD, also=(MORE,))),
        ),
        "added": Step(SEND, request, {"ok": "registered"}, before=(STATUS,)),
    },
    left={},
    served=frozenset(("connected",)),
)


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({LIST: {"word": "found"}}, "enter added, already so {'display_name': 'Acme'}"),
        (
            {LIST: {"word": "connected"}, WHY: {"about": "x"}},
            "enter connected, already so {'display_name': 'Acme', 'about': 'x'}",
        ),
        ({LIST: {"word": "connected"}, WHY: LOST}, "unknown unknown-answer"),
    ],
)
def test_what_is_imported_is_read_as_it_is(answers: dict[str, Any], told: str) -> None:
    """In service, with all its settings; before that, with what the listing says; an account is not asked for."""
    found = record("declared", facts={"number": KEY})
    turn = Turn("cams-acme", "acme/phone_number/x", "import", NOW, adopt=True, importing=True)
    asked = []
    while isinstance(move := decide(IMPORTED, found, turn), Read):
        asked.append(move.operation)
        answer = answers[move.operation]
        turn = turn.saw(move.operation, answer if isinstance(answer, Answer) else Ok(answer))
    assert (asked, _told(move)) == ([*answers], told)
