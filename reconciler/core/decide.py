"""What comes next for one resource. The executor only does what is said here.

decide(kind, record, turn) -> a Move, purely. What is read first, looked up, asked again or refused follows from the
table and from the operation's effect class alone; nothing in here knows a kind or an operation by name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from reconciler.core.answer import Answer, Error, Ok, Unknown
from reconciler.core.explain import explain
from reconciler.core.guards import is_parked, metered_out, metered_until
from reconciler.core.moves import Ask, Call, Move, Read, Stop, Turn, Write
from reconciler.core.outcome import Challenge, Result
from reconciler.core.record import ABSENT, Record
from reconciler.core.route import route
from reconciler.core.settle import about_the_caller, about_the_code, settled, under_review
from reconciler.errors import Problem
from reconciler.kinds.table import Facts, Kind, Look, Step
from reconciler.operations import Effect

LOST_ANSWERS = 2


def decide(kind: Kind, record: Record, turn: Turn) -> Move:
    if record.phase in kind.ends:
        return turn.stop("done")
    if turn.resend:
        return _resend(kind, record, turn)
    step = kind.steps[record.phase]
    return next(_moves(kind, record, turn, step))


def _moves(kind: Kind, record: Record, turn: Turn, step: Step) -> Iterator[Move]:
    """The moves that a phase may need, in order; the first one is the next one."""
    facts = _facts(record, turn, step)
    if not step.needed(facts):
        yield Write(settled(kind, record, step, "ok", {}, "nothing to do"))
    unanswered = step.operation in record.intents and step.api.effect is not Effect.NOTIFY
    yield from _refused(kind, record, turn, step)
    if step.ask == "code" and turn.sent and turn.code is None:
        # The status was read just before the message; it is read again when a code is there, before that is spent.
        yield _asked(kind, record, turn, step)
    if unanswered:
        for move in _looked(kind, record, turn, step, step.lost, "settled by reading", newer=True):
            yield _not_ours(kind, record, turn, step, move) or move
    observes = step.api.effect is Effect.READ
    for move in _looked(kind, record, turn, step, step.before, step.unless or "already so", newer=observes):
        yield _not_ours(kind, record, turn, step, move) or move
    if observes:
        yield from _looked(kind, record, turn, step, (_itself(step),), "seen", newer=True)
        yield from _stuck(kind, record, turn, step)
    if step.ask and turn.code is None:
        yield _asked(kind, record, turn, step)
    again = metered_until(record, turn.now) if step.api.metered and not turn.allow_metered else ""
    if again:
        yield turn.stop("blocked", metered_out(turn.address, again))
    losses = turn.losses(step.operation)
    if len(losses) >= LOST_ANSWERS:
        yield turn.stop("unknown", explain(step.operation, losses[-1]))
    yield _call(record, turn, step)


def _resend(kind: Kind, record: Record, turn: Turn) -> Move:
    """One more message, from the first of the kind's senders that still has something to send. The phase stays."""
    phases = kind.resend.get(record.phase, ())
    if not phases:
        problem = Problem("nothing-to-resend", "no message was sent for this, so none can be sent again")
        return turn.stop("failed", problem)
    for phase in phases:
        step = kind.steps[phase]
        anywhere = replace(step, leads={word: to if to == kind.review else "" for word, to in step.leads.items()})
        move = next(_looked(kind, record, turn, anywhere, step.before, step.unless), None)
        if move is None:
            return _call(record, turn, replace(step, leads={"ok": record.phase}))
        if isinstance(move, Read | Stop):
            return move
        if isinstance(move, Write) and move.entry["phase"]:
            return turn.stop("blocked", Problem("no-account", "the account bound to the space is under review"))
    # Nobody has to be sent anything: what the readings say leads on from here.
    return next(_moves(kind, record, replace(turn, resend=False), kind.steps[record.phase]))


def _looked(
    kind: Kind, record: Record, turn: Turn, step: Step, looks: tuple[Look, ...], why: str, newer: bool = False
) -> Iterator[Move]:
    """newer: they tell what a call of this run did, if it made one."""
    facts = _facts(record, turn, step)
    for look in looks:
        if not look.needed(facts):
            continue
        for each in look.reads:
            if each.operation not in turn.seen:
                after = each.after.operation if each.after else ""
                yield Read(each.operation, each.request(facts), each.shared, newer, after)
                return
        failed = next((each for each in look.reads if not _read_well(each, step, turn)), None)
        word, learned = _said(look, facts, turn)
        if failed:
            yield _unreadable(record, turn, failed, turn.seen[failed.operation])
        elif word not in step.leads and word not in step.stops:
            continue
        elif word in step.stops:
            found = look.shows(facts, _data(look, turn)) or None
            yield turn.stop("blocked", Problem(step.stops[word], _STOPPED[word].format(record.phase), found=found))
        elif step.leads[word] == record.phase:
            yield _asked(kind, record, turn, step)
        else:
            yield Write(settled(kind, record, step, word, learned, why))


def _unreadable(record: Record, turn: Turn, look: Look, answer: Answer) -> Move:
    assert not isinstance(answer, Ok)
    problem = explain(look.operation, answer)
    if isinstance(answer, Error) and record.facts.get("put_back") and not (answer.not_let_in or answer.throttled):
        problem = Problem("put-back-unread", problem.what, found=problem.found)
    result: Result = "unknown" if isinstance(answer, Unknown) else "failed"
    return turn.stop(result, problem)


def _read_well(look: Look, step: Step, turn: Turn) -> bool:
    answer = turn.seen[look.operation]
    return isinstance(answer, Ok) or (isinstance(answer, Error) and answer.code in step.already)


def _said(look: Look, facts: Facts, turn: Turn) -> tuple[str, Facts]:
    if not isinstance(turn.seen[look.operation], Ok):
        return "ok", {}  # refused, as what it asks about is gone already
    data = _data(look, turn)
    return look.says(facts, data), look.learn(facts, data)


def _data(look: Look, turn: Turn) -> Facts:
    """What a look goes by: its own answer, and beside it that of the read before it."""
    found = {each.operation: answer.data for each in look.reads if isinstance(answer := turn.seen[each.operation], Ok)}
    return {**found.get(look.operation, {}), **{name: found[name] for name in found if name != look.operation}}


def _not_ours(kind: Kind, record: Record, turn: Turn, step: Step, move: Move) -> Stop | None:
    """What is there may be taken over only by who surely made it, or who says so."""
    takes_over = isinstance(move, Write) and move.entry["phase"] != kind.review
    if step.api.effect is not Effect.CREATE or not takes_over or turn.adopt or was_absent(record, step):
        return None
    assert isinstance(move, Write)
    hint = f"Apply with --adopt to take it over{_sending(kind, record, move)}, or remove it from the cloud."
    return turn.stop("blocked", Problem("already-there", "it exists already, and not through this journal", hint=hint))


def was_absent(record: Record, step: Step) -> bool:
    """Whether it was not there before a call of ours that is open: what is there now was made by that call."""
    intent = record.intents.get(step.operation)
    return intent is not None and intent.seen == ABSENT


def _sending(kind: Kind, record: Record, move: Write) -> str:
    facts = {**record.facts, **move.entry["learned"]}
    sent = Counter(call.channel for call in route(kind, move.entry["phase"], facts) if call.channel)
    return f" and send at most {', '.join(f'{n} {channel}' for channel, n in sorted(sent.items()))}" if sent else ""


def _refused(kind: Kind, record: Record, turn: Turn, step: Step) -> Iterator[Move]:
    """A call was just refused. A creation may be refused because the thing is there: that is settled by look-up."""
    if turn.refused is None:
        return
    operation, refusal = turn.refused
    problem = explain(operation, refusal)
    if operation != step.operation:
        yield _led_back(kind, record, turn, step, problem) if turn.back else turn.stop("failed", problem)
    if under_review(refusal) and "in_review" in step.leads:
        learned = {"before_review": record.phase}
        yield Write(settled(kind, record, step, "in_review", learned, "the display name is not approved"), back=True)
    if step.api.effect is Effect.CONSUME and about_the_code(refusal):
        return
    looks_up = step.api.effect is Effect.CREATE and isinstance(refusal, Error) and not about_the_caller(refusal)
    if not looks_up:
        if isinstance(refusal, Error) and not (refusal.not_let_in or refusal.throttled):
            yield from _stuck(kind, record, turn, step)
        yield turn.stop("failed", problem)
    for move in _looked(kind, record, turn, step, step.lost, "taken over: there already", newer=True):
        yield _not_ours(kind, record, turn, step, move) or move
    yield turn.stop("failed", problem)


def _stuck(kind: Kind, record: Record, turn: Turn, step: Step) -> Iterator[Move]:
    led = replace(step, leads=step.back)
    for move in _looked(kind, record, turn, led, step.stuck, "not so in the cloud", newer=True):
        yield replace(move, back=True) if isinstance(move, Write) else move


def _led_back(kind: Kind, record: Record, turn: Turn, step: Step, problem: Problem) -> Stop:
    """The refusal was right: the record was ahead of the cloud. Where a code is needed anew, people decide."""
    if step.ask == "time":
        awaited = Problem("review-awaited", problem.what, found=problem.found)
        return turn.stop("paused", awaited, challenge(kind, record, turn.address))
    if step.ask != "code":
        return turn.stop("failed", replace(problem, hint="The record is put right; apply again."))
    what = "the verification does not hold any more, and nothing was sent anew"
    lapsed = Problem("verification-lapsed", what, found=problem.found)
    return turn.stop("paused", lapsed, challenge(kind, record, turn.address))


def _itself(step: Step) -> Look:
    return Look(step.operation, step.request, step.says, step.learn)


def _asked(kind: Kind, record: Record, turn: Turn, step: Step) -> Move:
    waits = challenge(kind, record, turn.address)
    if step.ask == "code" and not waits.parked:
        return Ask(waits, _asked_again(turn, step))
    problem = Problem("parked", f"{record.attempts} codes were tried since the last message") if waits.parked else None
    return turn.stop("paused", problem, waits)


def _asked_again(turn: Turn, step: Step) -> Problem | None:
    if turn.refused and isinstance(turn.refused[1], Error):
        return Problem("code-refused", "the code was not accepted; nothing was sent anew", found=turn.refused[1].code)
    losses = turn.losses(step.operation)
    return explain(step.operation, losses[-1]) if losses else None


def challenge(kind: Kind, record: Record, address: str) -> Challenge:
    """What a record that waits for a human waits for. Its phase must ask something."""
    step = kind.steps[record.phase]
    assert step.ask
    return Challenge(
        address,
        str(record.facts.get("number") or record.facts.get("phone") or record.facts.get("email") or record.key),
        step.ask,
        step.operation,
        record.requested_at,
        record.attempts,
        record.messages_sent,
        any(_sends(kind, operation) for operation in record.intents),
        step.ask == "code" and is_parked(record),
        str(record.facts.get("channel", "")),
        step.awaits(record.facts),
    )


def _sends(kind: Kind, operation: str) -> bool:
    return any(step.operation == operation and step.api.effect is Effect.NOTIFY for step in kind.steps.values())


def _call(record: Record, turn: Turn, step: Step) -> Call:
    params = step.request(_facts(record, turn, step))
    sends = step.api.effect is Effect.NOTIFY
    entry = {
        "type": "intent",
        "id": record.id,
        "operation": step.operation,
        "effect": step.api.effect.value,
        "params": {name: value for name, value in params.items() if name not in step.api.secret},
        "phase": step.leads["ok"] if sends else record.phase,
        "learned": {**step.learn(record.facts, {}), "channel": step.sends(record.facts)[0]} if sends else {},
        "metered": step.api.metered,
        "daily": step.api.daily,
        # Nothing is created before it was looked for, and what was found is never created.
        **({"seen": ABSENT} if step.api.effect is Effect.CREATE else {}),
    }
    return Call(step, params, entry)


def _facts(record: Record, turn: Turn, step: Step) -> Facts:
    """What requests and looks go by: the record's facts, and what only this turn knows."""
    known = {"space_id": turn.space_id, "code": turn.code, "phase": record.phase}
    return {
        **record.facts,
        **known,
        "was_absent": was_absent(record, step),
        "allow_metered": turn.allow_metered,
    }


_STOPPED = {
    "no_account": "the space has no approved account bound to it",
    "differs": "it exists already, with other values",
    "unclear": "the cloud lists it with a status that says nothing",
    "nameless": "the cloud lists it without an id",
    "declined": "the display name was declined",
    "elsewhere": "it waits for an address other than those declared",
    "changed": "its values in the cloud are not those of the record",
    "failed": "the directory reports that deleting failed",
}
