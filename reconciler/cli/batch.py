"""`verify -`: the lines that are there are answered side by side, in one run for each space; then those come since.

So a thousand codes go out at the full pace, and a line that comes alone waits for no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from reconciler.apply import WORKERS
from reconciler.cli import codes
from reconciler.cli.running import tallied
from reconciler.cli.verify import Waits, opened, waiting
from reconciler.cli.workspace import Workspace
from reconciler.core.outcome import Outcome
from reconciler.errors import Problem, ReconcilerError


def answers(workspace: Workspace, lock_wait: float) -> Iterator[Outcome]:
    """One for each line of standard input, `address code`; those of one space in the order of their lines."""
    for lines in codes.lines():
        for typed in _apart(line.strip().partition(" ") for line in lines):
            yield from _answered(replace(workspace), typed, lock_wait)


def _apart(words: Iterable[tuple[str, str, str]]) -> Iterator[dict[str, str]]:
    """Codes by address. Two for one address are tried one after the other."""
    typed: dict[str, str] = {}
    for address, _, code in words:
        if address in typed:
            yield typed
            typed = {}
        if address:
            typed[address] = code
    yield typed


def _answered(workspace: Workspace, typed: Mapping[str, str], lock_wait: float) -> Iterator[Outcome]:
    spaces: dict[str, dict[str, Waits]] = {}
    for address, code in typed.items():
        waits = _waiting(workspace, address, code)
        if isinstance(waits, Outcome):
            yield waits
        else:
            spaces.setdefault(waits.state.space_id, {})[address] = waits
    for space in spaces.values():
        try:
            yield from _in_one_run(workspace, space, typed, lock_wait)
        except ReconcilerError as error:
            yield from (_failed(address, error.problems[0]) for address in space)


def _waiting(workspace: Workspace, address: str, typed: str) -> Waits | Outcome:
    """Without a code only what others confirm can be looked up."""
    if typed and codes.normalised(typed) is None:
        return _failed(address, codes.malformed())
    try:
        return waiting(workspace, address)
    except ReconcilerError as error:
        return _failed(address, error.problems[0])


def _in_one_run(
    workspace: Workspace, space: Mapping[str, Waits], typed: Mapping[str, str], lock_wait: float
) -> Iterator[Outcome]:
    state = next(iter(space.values())).state
    given = {address: codes.Given(codes.normalised(typed[address])) for address in space}
    outcomes: list[Outcome] = []
    with opened(workspace, state, [waits.record for waits in space.values()], lock_wait) as (go_on, hands, results):
        hands.ask = lambda challenge, problem: given[challenge.address](challenge, problem)

        def work(address: str) -> Outcome:
            try:
                return go_on(space[address].record, False)
            except ReconcilerError as error:
                hands.stop.set()  # the journal cannot be written any more: nothing else may be called
                return _failed(address, error.problems[0])
            except Exception:
                hands.stop.set()
                raise

        with ThreadPoolExecutor(WORKERS) as pool:
            for outcome in pool.map(work, space):
                outcomes.append(outcome)
                yield outcome
        results[state.space_id] = tallied(outcomes)
    if hands.interrupted and any(outcome.result != "done" for outcome in outcomes):
        raise KeyboardInterrupt


def _failed(address: str, problem: Problem) -> Outcome:
    return Outcome(address, "verify", "failed", problem)
