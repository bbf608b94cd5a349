"""`verify -`: answers all piped lines concurrently, in one run per space; then the lines that have arrived since.

A thousand codes are thus sent at the full rate, and a single line does not wait for others. Messages name a line and
its address, and nothing else from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple

from msgspec import structs

from reconciler.core.code import malformed, parsed
from reconciler.core.outcome import Challenge, Outcome
from reconciler.errors import ReconcilerError
from reconciler.executor.submit import open_challenge
from reconciler.runs.codes.answer import failed, submit_all
from reconciler.runs.find_record import find_waiting
from reconciler.runs.workspace import Workspace

# Separators, also of exported tables; no address contains one.
_BETWEEN = r"[\s,;:=|，；：＝]"
_LINE = re.compile(rf"{_BETWEEN}*((?:(?!{_BETWEEN}).)+){_BETWEEN}*(.*)")
_NOBODYS = re.compile('["\ufeff]')


class Line(NamedTuple):
    """A piped line.

    number: from 1.
    address: as typed, or that of the typed number or key.
    code: as typed.
    """

    number: int
    address: str
    code: str


def answers(workspace: Workspace, lines: Iterable[list[str]], lock_wait: float) -> Iterator[Outcome]:
    """An outcome for each line `address code`; in order for lines of one space. lines: as they arrive."""
    number = 0
    for texts in lines:
        for typed in _apart(_read(workspace, texts, number)):
            yield from _answered(workspace, typed, lock_wait)
        number += len(texts)


def _read(workspace: Workspace, texts: Iterable[str], before: int) -> Iterator[Line]:
    for number, text in enumerate(texts, before + 1):
        if found := _LINE.match(_NOBODYS.sub("", text).strip()):
            word, code = found.groups()
            yield Line(number, word if word.count("/") > 1 else _address(workspace, word), code)


def _address(workspace: Workspace, word: str) -> str:
    """The address of a number or a key; a line may contain any of them."""
    try:
        return find_waiting(workspace, word).address
    except ReconcilerError:
        return word


def _apart(lines: Iterable[Line]) -> Iterator[dict[str, Line]]:
    """Groups of codes by address. Two codes for one address are tried one after the other."""
    typed: dict[str, Line] = {}
    for line in lines:
        if line.address in typed:
            yield typed
            typed = {}
        typed[line.address] = line
    yield typed


def _answered(workspace: Workspace, lines: Mapping[str, Line], lock_wait: float) -> Iterator[Outcome]:
    if len(lines) > 1:
        with suppress(ReconcilerError):  # each line reports it
            workspace.recorded  # noqa: B018 - reads all spaces concurrently, before each line reads its own
    spaces: dict[str, list[tuple[Line, Challenge]]] = {}
    for line in lines.values():
        waits = _waiting(workspace, line)
        if isinstance(waits, Outcome):
            yield _named(waits, line)
        else:
            spaces.setdefault(waits.address.partition("/")[0], []).append((line, waits))
    for asked in spaces.values():
        try:
            outcomes = submit_all(workspace, [(waits, parsed(line.code)) for line, waits in asked], lock_wait)
            yield from (_named(outcome, line) for outcome, (line, _) in zip(outcomes, asked, strict=True))
        except ReconcilerError as error:
            yield from (_named(failed(waits.address, error.problems[0]), line) for line, waits in asked)
    workspace.close()


def _waiting(workspace: Workspace, line: Line) -> Challenge | Outcome:
    """Without a code, only a confirmation can be read."""
    try:
        found = find_waiting(workspace, line.address)
    except ReconcilerError as error:
        return failed("", error.problems[0])
    if line.code and parsed(line.code) is None:
        return failed(line.address, malformed())
    return open_challenge(*found)


def _named(outcome: Outcome, line: Line) -> Outcome:
    """With the line's number in the problem, and the address if it is not in it."""
    if (problem := outcome.problem) is None:
        return outcome
    of = f", {outcome.address}" if outcome.address and outcome.address not in problem.what else ""
    return structs.replace(outcome, problem=replace(problem, what=f"line {line.number}{of}: {problem.what}"))
