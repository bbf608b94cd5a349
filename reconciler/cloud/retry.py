"""Which calls are repeated, by their effect class. A message is never sent twice on a guess.

A call answered with `Error(throttled)` counts as not executed, so every class waits and repeats it; client.py turns a
throttling answer that is not trusted into `Unknown` first. A call with an unknown result may have been executed, so
only reads are repeated, and idempotent calls that Meta does not count (`Operation.metered`). After HTTP 429 with an
unlisted code, creations are repeated as well: if one of them was executed, a read finds the resource by its key. Of
calls that were not sent, only reads are repeated. Everything else returns as it is; the caller reads what happened, or
asks a person.
"""

from __future__ import annotations

from collections.abc import Callable

from tenacity import RetryCallState, Retrying, wait_exponential, wait_random

from reconciler.core.answer import Answer, Error, NotSent, Ok, Unknown
from reconciler.errors import CloudError
from reconciler.operations import Effect, Operation

# Numbers of calls, including the first.
THROTTLED = {Effect.READ: 8, Effect.IDEMPOTENT: 8, Effect.CREATE: 8, Effect.NOTIFY: 3, Effect.CONSUME: 2}
LOST = 4
UNREACHED = 3
BUDGET = 15.0  # seconds after the first call in which unknown or unsent calls are repeated
LONGEST = 60.0  # seconds; a longer requested wait ends the attempts

_backoff = wait_exponential(multiplier=0.5, max=8) + wait_random(0, 0.5)


def tries(operation: Operation, answer: Answer, elapsed: float = 0.0) -> int:
    """How many calls are allowed in total after this answer. elapsed: seconds since the first call."""
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
    """Whether calling twice has the same effect as once, and is not counted against a limit."""
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
    """Calls `attempt` as often as allowed. waiting: called with the answer and the seconds before each repetition."""
    start, answers = monotonic(), list[Answer]()

    def once() -> Answer:
        try:
            answers.append(attempt())
        except CloudError as error:  # credentials that fail between two attempts settle nothing of the first
            if not answers:
                raise
            answers.append(NotSent(error.problems[0].what))
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
    """The last answer if it is a success or no answer was unknown; otherwise the first unknown one."""
    doubt = next((answer for answer in answers if isinstance(answer, Unknown)), None)
    last = answers[-1]
    settled = isinstance(last, Ok)  # a refusal may mean that the unknown call was executed
    return last if settled or doubt is None else doubt


def _raise_what_was_raised(state: RetryCallState) -> None:
    if state.outcome is not None:
        state.outcome.result()
