"""The outcome of a run: a line for each change, how to continue, and a last line with the counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from reconciler.core.answer import answered
from reconciler.core.explain import STOPPED
from reconciler.core.journal.tries import CODES_PER_MESSAGE
from reconciler.core.outcome import Challenge, LastRefusal, Outcome, exit_code
from reconciler.errors import Problem
from reconciler.kinds import KINDS
from reconciler.kinds.types import TYPES
from reconciler.operations import OPERATIONS, Effect
from reconciler.render import mask
from reconciler.render.escape import cut, escape
from reconciler.render.text import problems
from reconciler.render.times import length, moment

_RESULTS = {
    "paused": "paused",
    "failed": "failed",
    "blocked": "failed",
    "unknown": "unknown",
    "not_started": "not started",
}


AWAITED = {
    "": "the cloud to finish",
    "account": "the review of the space's account",
    "name": "the review of its display name",
    "service": "the cloud to put it in service",
    "deletion": "the cloud to finish deleting",
    "signup": "embedded signup in the browser to put it into the space",
    "settings": "the cloud to show its settings as they were set",
    "members": "the directory to list its members",
}
# Call that takes a code -> what a person must do before, because no operation can.
_TO_DO_FIRST = {
    step.operation: kind.first for kind in KINDS.values() for step in kind.steps.values() if step.ask == "code"
}
UNATTENDED = {reason: "" if reason == "signup" else "; nobody is needed" for reason in AWAITED}

Again = Callable[..., str]
"""Words after `reconciler` -> the whole command line."""


def as_typed(*words: str) -> str:
    return " ".join(["reconciler", *words])


LISTED = 20
LOOK_AGAIN = "The next apply checks what waits for the cloud."


def outcome_text(
    outcomes: Sequence[Outcome],
    now: str,
    again: Again = as_typed,
    problem: Callable[[Problem], str] = problems.problem,
    full: bool = False,
) -> str:
    """problem: how what went wrong is worded. full: every line, also where many are alike."""
    lines = [line for alike in _alike(outcomes, full) for line in _lines(alike, now, problem)]
    first = [escape(mask.text_with_addresses(line)) for line in stopped(outcomes)]
    rest = [*_to_go_on(outcomes, now, again, full), last_line(outcomes)]
    return "\n".join([*first, *lines, *([""] if lines else []), *rest])


def stopped(outcomes: Sequence[Outcome]) -> list[str]:
    """Raw: which operations this run does not call any more, a line each. It comes before all else."""
    told = (each.problem.what for each in outcomes if each.problem and each.problem.code == STOPPED)
    return list({what.partition(" ")[0]: what for what in told}.values())


def last_line(outcomes: Sequence[Outcome]) -> str:
    counts = tally(outcomes)
    code = exit_code({outcome.result for outcome in outcomes})
    done = f"{counts['imported']} imported, " if counts["imported"] else ""
    done += f"{counts['added']} added, {counts['changed']} changed, {counts['destroyed']} destroyed"
    if code == 0:
        return f"Apply complete! Resources: {done}."
    rest = ", ".join(f"{counts[name]} {name}" for name in ("paused", "failed", "unknown", "not started"))
    return f"Apply {'paused' if code == 3 else 'failed'}: {done}, {rest}."


def tally(outcomes: Sequence[Outcome]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for outcome in outcomes:
        counts.update(outcome.counts)
        if outcome.result != "done":
            counts[_RESULTS[outcome.result]] += 1
    return counts


def _alike(outcomes: Sequence[Outcome], full: bool) -> list[list[Outcome]]:
    """Outcomes with the same failure together, at the place of the first; all others separately."""
    together: dict[object, list[Outcome]] = {}
    for place, outcome in enumerate(outcomes):
        said = outcome.problem
        wrong = None if full or said is None or outcome.challenge or outcome.left else said
        same = wrong and (outcome.result, wrong.code, wrong.what.replace(outcome.address, ""), wrong.found, wrong.hint)
        together.setdefault(same or place, []).append(outcome)
    return list(together.values())


def _lines(alike: Sequence[Outcome], now: str, problem: Callable[[Problem], str]) -> Iterator[str]:
    outcome = alike[0]
    if outcome.result == "done" and not outcome.left:
        return
    address = escape(outcome.address) + (f" and {len(alike) - 1} more (--full lists them)" if len(alike) > 1 else "")
    if outcome.challenge:
        yield f"{address}: {_RESULTS[outcome.result]}, {waits_for(outcome.challenge, now)}"
    elif outcome.left:
        yield f"{address}: {outcome.result.replace('_', ' ')}; to clean up by hand: {escape(by_hand(outcome))}"
    else:
        yield f"{address}: {outcome.result.replace('_', ' ')}"
    if outcome.problem:
        yield problem(replace(outcome.problem, address=outcome.address))


def by_hand(outcome: Outcome) -> str:
    """What is left to clean up, and where."""
    return TYPES[outcome.address.split("/")[1]].by_hand(outcome.left)


def waits_for(challenge: Challenge, now: str, whole: bool = False) -> str:
    """`the code sent by sms at 10:31 to +86 138****1234`, or whatever else a challenge waits for.

    whole: with the full number, for the person at the terminal.
    """
    whom = escape(challenge.number if whole else mask.target(challenge.number))
    if challenge.kind == "refusal" and challenge.refusal:
        return refused_line(challenge.refusal, now)
    if challenge.kind == "time":
        said = f"; {refused_line(challenge.refusal, now)}" if challenge.refusal else ""
        return f"waits for {AWAITED[challenge.reason]}{UNATTENDED[challenge.reason]}{said}"
    if challenge.kind == "confirmation":
        sent = f" sent {_amid(moment(challenge.requested_at, now))}" if challenge.requested_at else ""
        said = f"the cloud answered {_answered(challenge.refusal)}; " if challenge.refusal else ""
        doubt = f" ({said}whether they were sent is unknown)" if challenge.in_doubt else ""
        if challenge.open:
            left = escape(mask.target(challenge.open))
            return f"waits for the link{sent} to {left} to be followed, the other one is confirmed{doubt}"
        return f"waits for the links{sent} to be followed{doubt}"
    if challenge.parked:
        return f"parked: too many codes were tried for {whom}"
    if not challenge.requested_at:
        return f"waits for the purchase code of {whom}"
    at = moment(challenge.requested_at, now)
    if challenge.in_doubt and challenge.refusal and challenge.refusal.operation != challenge.operation:
        said = _answered(challenge.refusal)
        sent = f"a code may have been sent at {at}: enter it, or `--resend` (1 message)"
        return f"for {whom} the cloud answered {said}; {sent}"
    if challenge.in_doubt:
        return f"a code may have been sent to {whom} at {at}: enter it, or ask for another (1 message)"
    beside = _tries_left(challenge) + _first(challenge)
    return f"waits for the code sent by {escape(challenge.channel)} at {_amid(at)} to {whom}{beside}"


def _first(challenge: Challenge) -> str:
    """What must be done before the code is typed, of a migration."""
    return f"; first {todo}" if (todo := _TO_DO_FIRST.get(challenge.operation)) else ""


def _amid(at: str) -> str:
    """A time with an age after its comma gets another comma if the sentence continues."""
    return f"{at}," if "," in at else at


def _tries_left(challenge: Challenge) -> str:
    """Shown once a try was used."""
    left = CODES_PER_MESSAGE - challenge.attempts
    return f"; {left} of {CODES_PER_MESSAGE} tries left" if 0 < challenge.attempts < CODES_PER_MESSAGE else ""


def resent(before: int, challenge: Challenge) -> str:
    """What one more message means, "" where none went out. before: how many had been sent."""
    if challenge.messages_sent <= before:
        return ""
    what, older = ("code", "An older code") if challenge.kind == "code" else ("links", "Older links")
    sent = "may have been sent" if challenge.in_doubt else "was sent"
    counted = f"one more message {sent}, {challenge.messages_sent} in all"
    return f"{escape(challenge.address)}: {counted}. {older} may not be accepted any more: use the newest {what}."


def refused_line(refusal: LastRefusal, now: str) -> str:
    """The cloud's own words, escaped and masked: how often, when, by which code."""
    often = "" if refusal.often == 1 else f"{refusal.often} times, last "
    verb = "was refused" if refusal.documented else "was answered"
    words = f" ({mask.text(cut(refusal.message))})" if refusal.message else ""
    return f"{refusal.operation} {verb} {often}{moment(refusal.at, now)}: {_answered(refusal)}{words}"


def _answered(refusal: LastRefusal) -> str:
    return mask.text(cut(answered(refusal.status, refusal.code)))


def command(challenge: Challenge, again: Again = as_typed) -> str:
    """The command that answers it, exactly."""
    if challenge.kind in ("refusal", "time") and challenge.refusal and not _notifies(challenge.operation):
        return again("apply")
    resend = challenge.parked or challenge.kind == "refusal"
    return again("verify", escape(challenge.address), *(["--resend"] if resend else []))


def _notifies(operation: str) -> bool:
    return OPERATIONS[operation].effect is Effect.NOTIFY


def said_instead(challenge: Challenge, now: str) -> str:
    """Beside the line of what it waits for: what the cloud last answered, where that does not tell, or what to do."""
    if challenge.refusal is None:
        return ""
    if challenge.kind in ("refusal", "time"):
        return escape(challenge.refusal.advice)
    return refused_line(challenge.refusal, now)


def _to_go_on(outcomes: Sequence[Outcome], now: str, again: Again, full: bool) -> Iterator[str]:
    challenges = [outcome.challenge for outcome in outcomes if outcome.challenge]
    waiting = [challenge for challenge in challenges if challenge.kind != "time"]
    if waiting:
        yield "To continue, one command each:"
        shown = waiting if full else waiting[:LISTED]
        yield from (f"  {command(challenge, again)}" for challenge in shown)
        if len(shown) < len(waiting):
            yield f"  and {len(waiting) - len(shown)} more: `{again('pending')}` lists them"
        yield ""
    if len(waiting) < len(challenges):
        yield LOOK_AGAIN
        yield ""
    if later := when_to_go_on(outcomes, now):
        yield later
        yield ""


def when_to_go_on(outcomes: Sequence[Outcome], now: str) -> str:
    """A sentence where the day's messages are used up, else ""."""
    later = min((outcome.resume_at for outcome in outcomes if outcome.resume_at), default="")
    return f"The day's messages are used up; apply again after {moment(later, now)}." if later else ""


def none_waits(older_than: float = 0.0, total: int = 0) -> str:
    """Where nothing is listed. older_than: seconds, below which something was left out. total: of all that waits."""
    if not total:
        return "Nothing waits for a human."
    return (
        f"Nothing has waited longer than {length(older_than)}; {total} {'waits' if total == 1 else 'wait'} for a human."
    )
