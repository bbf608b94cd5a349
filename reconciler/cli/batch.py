"""`verify -`: the lines that are there are answered side by side, in one run for each space; then those come since.

So a thousand codes go out at the full pace, and a line that comes alone waits for no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from reconciler.cli import codes
from reconciler.cli.submitting import find, submit_all
from reconciler.cli.workspace import Workspace
from reconciler.core.outcome import Challenge, Outcome
from reconciler.errors import Problem, ReconcilerError
from reconciler.submit import waiting


def answers(workspace: Workspace, lock_wait: float) -> Iterator[Outcome]:
    """One for each line of standard input, `address code`; those of one space in the order of their lines."""
    for lines in codes.lines():
        for typed in _apart(line.strip().partition(" ") for line in lines):
            yield from _answered(workspace, typed, lock_wait)


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
    spaces: dict[str, list[tuple[Challenge, str]]] = {}
    for address, code in typed.items():
        waits = _waiting(workspace, address, code)
        if isinstance(waits, Outcome):
            yield waits
        else:
            spaces.setdefault(address.partition("/")[0], []).append((waits, codes.normalised(code) or ""))
    for space in spaces.values():
        try:
            yield from submit_all(workspace, space, lock_wait)
        except ReconcilerError as error:
            yield from (_failed(waits.address, error.problems[0]) for waits, _ in space)
    workspace.close()


def _waiting(workspace: Workspace, address: str, typed: str) -> Challenge | Outcome:
    """Without a code only what others confirm can be looked up."""
    if typed and codes.normalised(typed) is None:
        return _failed(address, codes.malformed())
    try:
        return waiting(*find(workspace, address))
    except ReconcilerError as error:
        return _failed(address, error.problems[0])


def _failed(address: str, problem: Problem) -> Outcome:
    return Outcome(address, "verify", "failed", problem)
