"""Compares what came of a scenario's step with what its file expects. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import NamedTuple

from reconciler.core.rehearsal.scenario import Expected, Mismatch, as_list
from reconciler.operations import OPERATIONS, Effect

ABSENT = "absent"
Words = tuple[str, ...]


class StepResult(NamedTuple):
    """What came of a step.

    plan: address -> the words for what the plan does to it; any will do.
    planned_messages: channel -> messages in the forecast.
    refused: codes of problems.
    exit: the exit code.
    calls: (operation, address or space that it is about).
    messages: (channel, address).
    phases: address -> the words for its phase; any will do.
    waits: address -> what it waits for.
    errors: address -> code.
    broken: promises that were broken.
    """

    plan: Mapping[str, Words]
    planned_messages: Mapping[str, int]
    refused: Words
    exit: int
    calls: tuple[tuple[str, str], ...] = ()
    messages: tuple[tuple[str, str], ...] = ()
    phases: Mapping[str, Words] = {}
    waits: Mapping[str, str] = {}
    errors: Mapping[str, str] = {}
    broken: Words = ()


def mismatches(step: int, expected: Expected, found: StepResult) -> Iterator[Mismatch]:
    """Every difference. Broken promises are always one."""
    for key, compare in _KEYS.items():
        wanted = getattr(expected, key)
        if wanted is not None:
            lines = list(compare(wanted, found))
            missing = tuple(line for sign, line in lines if sign == "-")
            besides = tuple(line for sign, line in lines if sign == "+")
            if lines:
                yield Mismatch(step, key, missing, besides)
    if found.broken:
        yield Mismatch(step, "promises", (), found.broken)


Lines = Iterator[tuple[str, str]]
"""(- for what was expected, + for what was found; the line)."""


def _values(wanted: Mapping[str, str | Words], found: Mapping[str, Words], complete: bool = True) -> Lines:
    """By address. The last line that matches counts. complete: whether what no line matches is a difference."""
    for address, words in found.items():
        line = last_match(wanted, address)
        if line is None:
            yield from [("+", f"{address}: {words[0]}")] if complete else ()
            continue
        if not set(as_list(wanted[line])) & set(words):
            yield "-", f"{address}: {_shown(wanted[line])}"
            yield "+", f"{address}: {words[0]}"
    for line in wanted:
        if not any(fnmatchcase(address, line) for address in found):
            yield "-", f"{line}: {_shown(wanted[line])}"


def last_match(lines: Iterable[str], address: str) -> str | None:
    """The last of these patterns that matches an address."""
    return next((line for line in reversed(list(lines)) if fnmatchcase(address, line)), None)


def _phases(wanted: Mapping[str, str | Words], found: StepResult) -> Lines:
    """An address that is nowhere is absent."""
    nowhere = {line: (ABSENT,) for line in wanted if "*" not in line and line not in found.phases}
    return _values(wanted, {**found.phases, **nowhere}, complete=False)


def _counts(wanted: Mapping[str, int], found: Mapping[str, int]) -> Lines:
    for name in sorted({*wanted, *found}):
        if wanted.get(name, 0) != found.get(name, 0):
            yield "-", f"{name}: {wanted.get(name, 0)}"
            yield "+", f"{name}: {found.get(name, 0)}"


def _calls(wanted: Mapping[str, int], found: StepResult) -> Lines:
    made = Counter(operation for operation, _ in found.calls)
    counted = {name: n for name, n in made.items() if name in wanted or OPERATIONS[name].effect is not Effect.READ}
    return _counts(wanted, counted)


def _exact(wanted: Words, found: StepResult) -> Lines:
    """As a diff, so that one call more does not make all that follow it differ."""
    from difflib import ndiff  # slow import, only for these

    for line in ndiff(wanted, [" ".join(filter(None, call)) for call in found.calls]):
        if line[0] in "-+":
            yield line[0], line[2:]


def _messages(wanted: Mapping[str, int], found: StepResult) -> Lines:
    return _counts(wanted, _counted(wanted, found))


def _at_most(wanted: Mapping[str, int], found: StepResult) -> Lines:
    for name, number in _counted(wanted, found).items():
        if number > wanted.get(name, 0):
            yield "-", f"{name}: at most {wanted.get(name, 0)}"
            yield "+", f"{name}: {number}"


def _counted(wanted: Mapping[str, int], found: StepResult) -> Counter[str]:
    """Messages under the lines that they fall under, the others under their address."""
    return Counter(
        channel if channel in wanted else last_match(wanted, address) or address for channel, address in found.messages
    )


def _refused(wanted: Words, found: StepResult) -> Lines:
    yield from (("-", code) for code in wanted if code not in found.refused)
    yield from (("+", code) for code in found.refused if code not in wanted)


def _exit(wanted: int, found: StepResult) -> Lines:
    if wanted != found.exit:
        yield from (("-", str(wanted)), ("+", str(found.exit)))


def _shown(wanted: str | Words) -> str:
    return " or ".join(as_list(wanted))


def _alone(values: Mapping[str, str]) -> dict[str, Words]:
    return {address: (value,) for address, value in values.items()}


_KEYS: dict[str, Callable[..., Lines]] = {
    "plan": lambda wanted, found: _values(wanted, found.plan),
    "planned_messages": lambda wanted, found: _counts(wanted, found.planned_messages),
    "refused": _refused,
    "exit": _exit,
    "calls": _calls,
    "exact_calls": _exact,
    "messages": _messages,
    "messages_at_most": _at_most,
    "phases": _phases,
    "waits": lambda wanted, found: _values(wanted, _alone(found.waits)),
    "errors": lambda wanted, found: _values(wanted, _alone(found.errors)),
}
