"""What may be called again, by what the call does to the world (see Effect). It never sends a message twice on a guess.

A throttled call was certainly not executed, so any class waits and goes again. A lost one may have been: only what
can be repeated unseen is repeated, reads and unmetered idempotent calls. Where HTTP says "too many requests" in a code
that no list has, so is a creation, which is found again by its key. For the rest, the answer stands as it is, and the
caller finds out or asks a human.
"""

from __future__ import annotations

from collections.abc import Callable

from tenacity import RetryCallState, Retrying, wait_exponential, wait_random

from reconciler.core.answer import Answer, Error, NotSent, Ok, Unknown
from reconciler.operations import Effect, Operation

# Calls in all, the first one included.
THROTTLED = {Effect.READ: 8, Effect.IDEMPOTENT: 8, Effect.CREATE: 8, Effect.NOTIFY: 3, Effect.CONSUME: 2}
LOST = 4
UNREACHED = 3
BUDGET = 15.0  # seconds from the start, after which nothing lost or unreached is called again
LONGEST = 60.0  # seconds; a cloud that asks for a longer wait is given up on

_backoff = wait_exponential(multiplier=0.5, max=8) + wait_random(0, 0.5)


def tries(operation: Operation, answer: Answer, elapsed: float = 0.0) -> int:
    """How often a call may be made in all, if this is what it came to, so many seconds after the start."""
    match answer:
        case Error(throttled=True, retry_after=wait) if wait <= LONGEST:
            return THROTTLED[operation.effect]
        case Unknown(busy=True, retry_after=wait) if wait <= LONGEST and _again_when_busy(operation):
            return THROTTLED[operation.effect]
        case Unknown() if elapsed < BUDGET and repeatable(operation):
            return LOST
        case NotSent() if elapsed < BUDGET and operation.effect is Effect.READ:
            return UNREACHED
    return 1


def repeatable(operation: Operation) -> bool:
    """Whether doing it twice is as good as once, and costs nothing that is counted."""
    return operation.effect in (Effect.READ, Effect.IDEMPOTENT) and not operation.metered


def _again_when_busy(operation: Operation) -> bool:
    return repeatable(operation) or operation.effect is Effect.CREATE


def repeat(
    operation: Operation,
    attempt: Callable[[], Answer],
    *,
    sleep: Callable[[float], object],
    monotonic: Callable[[], float],
    waiting: Callable[[Answer, float], None],
) -> Answer:
    """Make the attempt as often as allowed. waiting: told the answer and the seconds before each repetition."""
    start, answers = monotonic(), list[Answer]()

    def once() -> Answer:
        answers.append(attempt())
        return answers[-1]

    def again(state: RetryCallState) -> bool:
        _raise_what_was_raised(state)
        return state.attempt_number < tries(operation, answers[-1], monotonic() - start)

    def before_sleep(state: RetryCallState) -> None:
        waiting(answers[-1], state.upcoming_sleep)

    def pause(seconds: float) -> None:
        sleep(seconds)

    def wait(state: RetryCallState) -> float:
        return max(_backoff(state), getattr(answers[-1], "retry_after", 0.0))

    Retrying(retry=again, wait=wait, sleep=pause, before_sleep=before_sleep)(once)
    return conclusion(answers)


def conclusion(answers: list[Answer]) -> Answer:
    """The last answer, unless an earlier one was lost and the last does not settle what became of it."""
    doubt = next((answer for answer in answers if isinstance(answer, Unknown)), None)
    last = answers[-1]
    settled = isinstance(last, Ok)  # a refusal of the repetition may mean that the lost one was done
    return last if settled or doubt is None else doubt


def _raise_what_was_raised(state: RetryCallState) -> None:
    if state.outcome is not None:
        state.outcome.result()
