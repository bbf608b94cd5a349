"""Decides the next move for one resource. The executor only carries moves out.

Theory of operation. executor/drive.py calls decide(kind, record, turn), a pure function, after each move until it
returns Stop:

    Read   make one read; the turn remembers the answer
    Write  append one entry without a call; mostly it puts the record in another phase
    Call   append the intent, make one call that has an effect, append its outcome
    Stop   how the change ended: done, paused, blocked, failed, or unknown

The record is what is known permanently. The turn is what only this run knows: answers read since the last call or
entry, refusals, unknown answers, the code. For each phase the moves are considered in one order, and the first that
applies is taken: (1) skip a step that does not apply; (2) handle a refusal of the last call; (3) find out what a call
with an unknown result did; (4) make the reads that come before; (5) stop at a limit of this program; (6) ask a person;
(7) stop after too many unknown answers; (8) call.

Invariants: a message that may have been sent is never sent again here; a creation is made only if a read did not find
the resource; what was found is adopted only if its absence was on record before, or with consent. All of it follows
from the table and the operation's effect class: this module names no kind and no operation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from reconciler.core.answer import Error, Unknown, answered
from reconciler.core.explain import explain, not_made
from reconciler.core.journal.record import ABSENT, Record
from reconciler.core.journal.tries import is_parked, metered_for, metered_out, refused_often, refused_until
from reconciler.core.lifecycle.look import (
    applies,
    further,
    held_further,
    itself,
    known,
    may_lag,
    not_yet,
    read_well,
    stopped_by,
    told,
    unreadable,
    was_absent,
    what_it_says,
)
from reconciler.core.lifecycle.moves import Call, Move, Read, Stop, Turn, Write
from reconciler.core.lifecycle.settle import not_there, settled
from reconciler.core.plan.challenge import challenge, may_be_asked_again
from reconciler.core.plan.route import route
from reconciler.errors import Problem
from reconciler.kinds.table import Kind, Look, Step
from reconciler.operations import Effect
from reconciler.refusals import Meaning

LOST_ANSWERS = 2


def decide(kind: Kind, record: Record, turn: Turn) -> Move:
    """The next move for a record."""
    if record.phase in kind.ends:
        return turn.stop("done")
    step = kind.steps[record.phase]
    # A step whose message was refused is simply called again.
    if turn.resend and not may_be_asked_again(kind, record):
        return _resend(kind, record, turn)
    return next(_moves(kind, record, turn, step))


def _moves(kind: Kind, record: Record, turn: Turn, step: Step) -> Iterator[Move]:
    """The moves that a phase may need, in order; the first one is taken."""
    facts = known(record, turn, step)
    if not step.needed(facts):
        yield Write(settled(kind, record, step, "ok", {}, "nothing to do"))
    unanswered = step.operation in record.intents and step.api.effect is not Effect.NOTIFY
    yield from _refused(kind, record, turn, step)
    if step.ask == "code" and turn.sent and turn.code is None:
        # The status was read just before the message. It is read again once there is a code, before that is used.
        yield _asked(kind, record, turn, step)
    if unanswered:
        for move in _looked(kind, record, turn, step, step.lost, "settled by reading", newer=True):
            yield _adoption_refused(kind, record, turn, step, move) or move
    if unanswered and any(loss.code for loss in turn.losses(step.operation)) and not may_lag(record, turn.now):
        yield from _stuck(kind, record, turn, step)
    observes = step.api.effect is Effect.READ
    for move in _looked(kind, record, turn, step, step.before, step.unless or "already so", newer=observes):
        yield _adoption_refused(kind, record, turn, step, move) or move
    if observes:
        yield from _looked(kind, record, turn, step, (itself(step),), "seen", newer=True)
        yield from _stuck(kind, record, turn, step)
    yield from _stopped_by_limit(kind, record, turn, step)
    if step.ask and (turn.code is None or is_parked(record)):
        yield _asked(kind, record, turn, step)
    losses = turn.losses(step.operation)
    if len(losses) >= _lost_answers(step, losses):
        yield _after_lost_answers(record, turn, step, losses[-1])
    yield _call(record, turn, step)


def _after_lost_answers(record: Record, turn: Turn, step: Step, loss: Unknown) -> Move:
    """The move after too many unknown answers. A creation that got an unlisted code, and whose resource no read found,
    is closed as not made; a later run may make it with other values. Any other call stays unknown."""
    if step.api.effect is Effect.CREATE and loss.code:
        if step.operation in record.intents:
            return Write(not_there(record, step))
        return turn.stop("failed", explain(step.operation, loss) if loss.stops else not_made(step.operation, loss))
    return turn.stop("unknown", explain(step.operation, loss))


def _stopped_by_limit(kind: Kind, record: Record, turn: Turn, step: Step) -> Iterator[Move]:
    """Stops at a limit of this program: registrations in 72 hours, unless a person allows one more; refusals in 24
    hours of a registration, or of a message, unless a person asks to resend that."""
    again = "" if turn.allow_metered else metered_for(record, step, turn.now)
    if again and step.ask:
        yield turn.stop("blocked", metered_out(turn.address, again), challenge(kind, record, turn.address))
    if again:
        yield turn.stop("blocked", metered_out(turn.address, again))
    bounded = step.api.effect is Effect.NOTIFY or (step.api.metered and not step.ask)
    later = refused_until(record, step.operation, turn.now) if bounded else ""
    if later and not turn.resend:
        yield turn.stop("blocked", refused_often(record, step.operation, later))


def _lost_answers(step: Step, losses: list[Unknown]) -> int:
    """After how many unknown answers this run makes the call for this resource no more: 1 for metered calls and for
    creations that got an unlisted code, otherwise 2. A step that takes a code has no limit: a person types each code.
    """
    if step.api.effect is Effect.CONSUME:
        return len(losses) + 1
    made = step.api.effect is Effect.CREATE and any(loss.code for loss in losses)
    return 1 if made or step.api.metered else LOST_ANSWERS


def _resend(kind: Kind, record: Record, turn: Turn) -> Move:
    """Sends one more message, by the first step in `Kind.resend` whose reads do not say that it is unnecessary."""
    phases = kind.resend.get(record.phase, ())
    if not phases:
        problem = Problem("nothing-to-resend", "no message was sent for this, so none can be sent again")
        return turn.stop("failed", problem)
    for phase in phases:
        step = kind.steps[phase]
        # A word that leads on becomes a Write with the phase "".
        probe = replace(step, leads={word: to if to == kind.review else "" for word, to in step.leads.items()})
        move = next(_looked(kind, record, turn, probe, step.before, step.unless), None)
        if move is None:
            return _call(record, turn, replace(step, leads={"ok": record.phase}))
        if isinstance(move, Read | Stop):
            return move
        assert isinstance(move, Write)
        if move.entry["phase"]:
            return turn.stop("blocked", Problem("no-account", "the account bound to the space is under review"))
    # No message is needed: the answers already lead on.
    return next(_moves(kind, record, replace(turn, resend=False), kind.steps[record.phase]))


def _looked(
    kind: Kind, record: Record, turn: Turn, step: Step, looks: tuple[Look, ...], why: str, newer: bool = False
) -> Iterator[Move]:
    """The moves for some looks. newer: shared answers must be requested after this run's last call for the record."""
    facts = known(record, turn, step)
    for look in looks:
        if not applies(look, facts, turn):
            continue
        for each in look.reads:
            if each.operation not in turn.seen:
                after = each.after.operation if each.after else ""
                yield Read(each.operation, each.request(facts), each.shared, newer, after)
                return
        word, learned = what_it_says(look, facts, turn)
        more = further(look, facts, turn) if kind.arrived(step.leads.get(word, "")) else []
        if unread := next((each for each in more if each.operation not in turn.seen), None):
            yield Read(unread.operation, unread.request(facts), unread.shared, newer)
            return
        failed = next((each for each in (*look.reads, *more) if not read_well(each, step, turn)), None)
        if failed:
            yield unreadable(record, turn, failed, turn.seen[failed.operation])
            continue
        learned = held_further(more, facts, learned, turn)
        if word not in step.leads and word not in step.stops:
            continue
        elif word in step.stops and not (turn.adopt and word in step.leads):
            yield turn.stop("blocked", stopped_by(look, step, word, facts, turn))
        elif step.leads[word] != record.phase:
            yield Write(settled(kind, record, step, word, learned, why))
        elif step.ask == "confirmation" and {**record.facts, **learned} != record.facts:
            yield Write(settled(kind, record, step, word, learned, "less is waited for"))
        else:
            yield _asked(kind, record, turn, step, not_yet(step, look, facts, turn))


def _adoption_refused(kind: Kind, record: Record, turn: Turn, step: Step, move: Move) -> Stop | None:
    """Stops if an existing resource would be adopted without consent and without proof that this program created it."""
    takes_over = isinstance(move, Write) and move.entry["phase"] != kind.review
    if step.api.effect is not Effect.CREATE or not takes_over or turn.adopt or was_absent(record, step):
        return None
    assert isinstance(move, Write)
    hint = f"Apply with --adopt to take it over{_sending(kind, record, move)}, or remove it from the cloud."
    return turn.stop(
        "blocked",
        Problem("already-there", "it already exists in the cloud but was not created by reconciler", hint=hint),
    )


def _sending(kind: Kind, record: Record, move: Write) -> str:
    facts = {**record.facts, **move.entry["learned"]}
    sent = Counter(call.channel for call in route(kind, move.entry["phase"], facts) if call.channel)
    return f" and send at most {', '.join(f'{n} {channel}' for channel, n in sorted(sent.items()))}" if sent else ""


def _refused(kind: Kind, record: Record, turn: Turn, step: Step) -> Iterator[Move]:
    """The moves after a call was refused. A creation may be refused because the resource exists: a read tells."""
    if turn.refused is None:
        return
    operation, refusal = turn.refused
    problem = explain(operation, refusal)
    if operation != step.operation:
        yield _led_back(kind, record, turn, step, problem) if turn.back else turn.stop("failed", problem)
    if isinstance(refusal, Error) and refusal.meaning is Meaning.REVIEWING:
        learned = {"before_review": record.phase}
        yield Write(settled(kind, record, step, "in_review", learned, "the display name is not approved"), back=True)
    if isinstance(refusal, Error) and step.api.effect is Effect.CONSUME and not refusal.about_the_caller:
        if refusal.meaning is Meaning.WRONG_CODE:
            return
        yield from _looked(kind, record, turn, step, step.before, step.unless or "already so")
    looks_up = step.api.effect is Effect.CREATE and isinstance(refusal, Error) and not refusal.about_the_caller
    if not looks_up:
        if isinstance(refusal, Error) and not (refusal.not_let_in or refusal.throttled):
            yield from _stuck(kind, record, turn, step)
        yield turn.stop("failed", problem)
    for move in _looked(kind, record, turn, step, step.lost, "taken over: there already", newer=True):
        yield _adoption_refused(kind, record, turn, step, move) or move
    yield turn.stop("failed", problem)


def _stuck(kind: Kind, record: Record, turn: Turn, step: Step) -> Iterator[Move]:
    """The moves of reads that may put a refused or waiting record in the phase that the cloud reports."""
    led = replace(step, leads=step.back)
    for move in _looked(kind, record, turn, led, step.stuck, "not so in the cloud", newer=True):
        yield replace(move, back=True) if isinstance(move, Write) else move


def _led_back(kind: Kind, record: Record, turn: Turn, step: Step, problem: Problem) -> Stop:
    """The refusal was right: the record was ahead of the cloud. If another code is needed, a person decides."""
    if step.ask == "time":
        awaited = Problem("review-awaited", problem.what, found=problem.found)
        return turn.stop("paused", awaited, challenge(kind, record, turn.address))
    if step.ask != "code":
        return turn.stop("failed", replace(problem, hint="The record was corrected: run `reconciler apply` again."))
    what = "the verification does not hold any more, and nothing was sent again"
    lapsed = Problem("verification-lapsed", what, found=problem.found)
    return turn.stop("paused", lapsed, challenge(kind, record, turn.address))


def _asked(kind: Kind, record: Record, turn: Turn, step: Step, late: Problem | None = None) -> Stop:
    waits = challenge(kind, record, turn.address)
    problem = _why_asked_again(turn, step, waits.parked) or late
    if waits.parked and (problem is None or problem.code == "code-refused"):
        sure = " that was sent for certain" if waits.in_doubt else ""
        problem = Problem("parked", f"{record.attempts} codes were tried since the last message{sure}")
    return turn.stop("paused", problem, waits)


def _why_asked_again(turn: Turn, step: Step, parked: bool) -> Problem | None:
    if turn.refused and isinstance(turn.refused[1], Error):
        refusal = turn.refused[1]
        said = f"{answered(refusal.status, refusal.code)} {refusal.message}".strip()
        return Problem("code-refused", "the code was not accepted; nothing was sent again", found=said)
    operation, loss = turn.lost[-1] if turn.lost else ("", None)
    if loss is None or (operation != step.operation and not loss.code):
        return None
    if operation == step.operation and loss.code and not loss.stops:
        what = f"the cloud refused: {loss.reason}; whether it took the code is unknown, and nothing was sent again"
        return Problem("submission-refused", what, found=loss.message or None)
    problem = explain(operation, loss)
    again = "`reconciler verify ADDRESS --resend` sends one more"
    hint = f"A message may have been sent: answer it, or {again}."
    if parked:
        hint = f"A message may have been sent, and too many codes were tried before: {again}."
    return problem if operation == step.operation or loss.stops else replace(problem, hint=hint)


def _call(record: Record, turn: Turn, step: Step) -> Call:
    params = step.request({**known(record, turn, step), **told(record, turn, step)})
    sends = step.api.effect is Effect.NOTIFY
    entry = {
        "type": "intent",
        "id": record.id,
        "operation": step.operation,
        "effect": step.api.effect.value,
        "params": params,
        "phase": step.leads["ok"] if sends else record.phase,
        "learned": {**step.learn(record.facts, {}), "channel": step.sends(record.facts)[0]} if sends else {},
        "metered": step.api.metered,
        "daily": step.api.daily,
        # A creation is only reached after a read that did not find the resource.
        **({"seen": ABSENT} if step.api.effect is Effect.CREATE else {}),
    }
    return Call(step, params, entry, turn.code if step.api.secret else None)
