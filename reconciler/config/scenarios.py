"""Scenario files of a project: what `reconciler test` tries. Every problem of every file is reported with its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from reconciler.config import files
from reconciler.config.document import read_document
from reconciler.config.schema import judge, load_schema, typed
from reconciler.config.text.explain import close
from reconciler.config.text.nodes import Block, Items, Node, place
from reconciler.core.rehearsal.scenario import Scenario, as_list
from reconciler.errors import ERRORS, ConfigError, Place, Problem
from reconciler.kinds import KINDS
from reconciler.operations import OPERATIONS

DEFAULT = ("scenarios/*.yaml", "scenarios/*.yml")
READY, ABSENT = "ready", "absent"
PHASES = {phase for kind in KINDS.values() for phase in (*kind.steps, kind.ready)}


class ScenarioFile(NamedTuple):
    """A scenario, and where its parts are.

    file: relative to the project.
    content: without problems of form.
    block: what it was read from.
    """

    file: str
    content: Scenario
    block: Block

    def at(self, *path: str | int) -> Place:
        """The place of what is under these keys and positions, or of the nearest that is there."""
        node: Node = self.block
        mark = self.block.marks[0]
        for step in path:
            if isinstance(node, Block) and step in node:
                mark, node = node.of_key(str(step)), node[str(step)]
            elif isinstance(node, Items) and isinstance(step, int):
                mark, node = node.of(step), node[step]
        return place(self.file, mark)


def find_scenarios(root: Path, patterns: Sequence[files.Pattern] | None) -> list[Path]:
    """The scenario files of the patterns; None means the default folder. Raises ConfigError if there is none."""
    said = patterns if patterns is not None else [(text, Place(files.SETTINGS)) for text in DEFAULT]
    paths, problems = files.find(root, said)
    if patterns is not None and problems:
        raise ConfigError.of(problems)
    if not paths:
        raise ConfigError(Problem("no-scenarios", "there is no scenario file here", Place("scenarios")))
    return paths


def read_scenarios(root: Path, paths: Iterable[Path]) -> list[ScenarioFile]:
    """Raises ConfigError with the problems of all files."""
    found: list[ScenarioFile] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            found.append(_read(root, path))
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError.of(sorted(problems, key=lambda each: each.place or Place("")))
    return found


def _read(root: Path, path: Path) -> ScenarioFile:
    block, problems = read_document(root, path)
    file = files.relative(root, path)
    said = typed(block, load_schema("scenario"))
    problems += judge("scenario").problems(block, said, partial(place, file))
    if problems:
        raise ConfigError.of(problems)
    read = ScenarioFile(file, msgspec.convert(said, Scenario), block)
    if unknown := list(_unknown_words(read)):
        raise ConfigError.of(unknown)
    return read


def _unknown_words(read: ScenarioFile) -> Iterator[Problem]:
    """Names that no schema lists, because tables of the program have them."""
    content = read.content
    for address, phase in content.recorded.items():
        yield from _known("phase", phase, {*PHASES, READY}, read.at("recorded", address))
    for number, step in enumerate(content.steps):
        here, cloud = ("steps", number), ("steps", number, "cloud", "faults")
        for position, fault in enumerate(step.cloud.faults):
            yield from _known("operation", fault.operation, {*OPERATIONS, "*"}, read.at(*cloud, position, "operation"))
        for address, words in step.people.items():
            for word in as_list(words):
                yield from _known("answer", word, {"right", "wrong"}, read.at(*here, "people", address))
        for key, kind, known in _CHECKED:
            said = getattr(step.expect, key) or ()
            for position, (owner, word) in enumerate(_words(said, key)):
                where = owner if isinstance(said, Mapping) else position
                yield from _known(kind, word, known, read.at(*here, "expect", key, where))


def _words(said: Any, key: str) -> Iterator[tuple[str, str]]:
    """(key, word to check) of an expectation."""
    if not isinstance(said, Mapping):
        yield from ((word, word.partition(" ")[0]) for word in said)
    elif key == "calls":
        yield from ((word, word) for word in said)
    else:
        yield from ((owner, word) for owner, value in said.items() for word in as_list(value))


_CHECKED: tuple[tuple[str, str, set[str]], ...] = (
    ("refused", "error code", set(ERRORS)),
    ("calls", "operation", set(OPERATIONS)),
    ("exact_calls", "operation", set(OPERATIONS)),
    ("phases", "phase", {*PHASES, READY, ABSENT}),
    ("errors", "error code", set(ERRORS)),
)


def _known(kind: str, word: str, known: set[str], where: Place) -> Iterator[Problem]:
    if word not in known:
        hint = close(word, sorted(known)) or _HINTS[kind]
        yield Problem("scenario-unknown-word", f"there is no such {kind}", where, word, hint)


_HINTS = {
    "phase": "See docs/lifecycles.md for those that there are.",
    "operation": "See docs/cloud.md for those that there are.",
    "error code": "See docs/errors.md for those that there are.",
    "answer": "One of: right, wrong.",
}
