"""reconciler.yaml: where the spaces are, where the state is, what a run may do at most.

It must never let a pull request point state, calls or files at anything outside the repository.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from reconciler.config.document import read_document
from reconciler.config.files import SETTINGS, Pattern, leaves_root
from reconciler.config.schema import judge, load_schema, typed
from reconciler.config.text.nodes import Block, Items, place, text
from reconciler.core.model import Guards, Limits
from reconciler.errors import ConfigError, Place, Problem
from reconciler.operations import CloudSite

STATE = "sqlite:.reconciler/state.db"
_LOCAL = re.compile(r"(sqlite|dir):(?!//)")


@dataclass(frozen=True, slots=True)
class Settings:
    """patterns: where the space files are, None for the default folder. Only used where there is no problem."""

    patterns: Sequence[Pattern] | None = None
    state: str = STATE
    guards: Guards = field(default_factory=Guards)
    limits: Limits = field(default_factory=Limits)
    site: CloudSite = "china"


def read_settings(root: Path) -> tuple[Settings, list[Problem]]:
    """What reconciler.yaml says, and all that is wrong with it; the defaults where it is absent or cannot be read."""
    path = root / SETTINGS
    if not (path.exists() or path.is_symlink()):
        return Settings(), []
    try:
        block, problems = read_document(root, path)
    except ConfigError as error:
        return Settings(), list(error.problems)
    state = text(block, "state")
    said = typed(block, load_schema("project"))
    judged = judge("project").problems(block, said, partial(place, SETTINGS))
    judged += _state(root, state, place(SETTINGS, block.of("state"))) if state is not None else []
    # Where YAML itself was refused, what else is said of the same place is noise.
    refused = {problem.place for problem in problems}
    problems += [problem for problem in judged if problem.place not in refused]
    patterns = _patterns(block, refused)
    if problems:
        return Settings(patterns), problems
    return (
        Settings(
            patterns,
            str(said.get("state", STATE)),
            _guards(said.get("guards", {})),
            Limits(**said.get("limits", {})),
            said.get("site", "china"),
        ),
        problems,
    )


def _patterns(block: Block, refused: Collection[Place | None]) -> Sequence[Pattern] | None:
    spaces = block.get("spaces")
    if not isinstance(spaces, Items):
        return None
    said = ((each, place(SETTINGS, spaces.of(n))) for n, each in enumerate(spaces) if isinstance(each, str))
    return [pattern for pattern in said if pattern[1] not in refused]


def _guards(said: dict[str, Any]) -> Guards:
    countries = tuple(str(code) for code in said.get("allowed_countries", ()))
    return Guards(**{**said, "allowed_countries": countries})


def _state(root: Path, state: str, here: Place) -> list[Problem]:
    if not _LOCAL.match(state):  # not shown: a URL may hold a password
        return [Problem("state-elsewhere", "the state is neither sqlite:FILE nor dir:FOLDER", here)]
    _, _, path = state.partition(":")
    if leaves_root(path) or not _within(root, path):
        return [Problem("file-outside", "the state's path leads out of the repository", here, state)]
    if not judge("project").fits("state", state):
        return [Problem("bad-value", "the state's path is not well formed", here, state)]
    return []


def _within(root: Path, path: str) -> bool:
    try:
        return (root / path).resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError, ValueError):  # a name too long, a loop of links, a NUL
        return False
