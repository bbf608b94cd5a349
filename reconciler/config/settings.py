"""reconciler.yaml: where the spaces and the state are, and the limits of a run; of each environment, if it has some.

A pull request must not be able to redirect the state or the calls, or to have files outside the repository read.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

from reconciler.config.document import read_document
from reconciler.config.files import SETTINGS, Pattern, leaves_root
from reconciler.config.schema import judge, load_schema, typed
from reconciler.config.text.explain import close
from reconciler.config.text.nodes import Block, Items, place, section, text
from reconciler.core.model import Guards, Limits
from reconciler.errors import ConfigError, Place, Problem, UsageError
from reconciler.operations import CloudSite

STATE = "sqlite:.reconciler/state.db"
_LOCAL = re.compile(r"(sqlite|dir):(?!//)")
_NO_ENVIRONMENTS = "reconciler.yaml has no environments"


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of an environment, or of a project without environments.

    If the file has problems, all but `patterns` have their defaults, and load_project raises ConfigError.

    patterns: of the space files; None for the default folder.
    state: URL of the journals.
    guards: limits of a run.
    limits: limits of calls and messages.
    site: the account's site.
    account: id of the account that the credentials must belong to; "" for any.
    contacts_account: the same for the credentials for message contacts; `account` by default.
    environment: its name; "" without environments.
    protect: whether consent options such as --adopt are refused unless --environment is on the same command line.
    environments: name -> settings, of all environments.
    scenarios: patterns of the scenario files; None for the default folder.
    """

    patterns: Sequence[Pattern] | None = None
    state: str = STATE
    guards: Guards = field(default_factory=Guards)
    limits: Limits = field(default_factory=Limits)
    site: CloudSite = "china"
    account: str = ""
    contacts_account: str = ""
    environment: str = ""
    protect: bool = False
    environments: Mapping[str, Settings] = field(default_factory=dict)
    scenarios: Sequence[Pattern] | None = None

    def of(self, environment: str) -> Settings:
        """Settings of one environment. Raises UsageError for an unknown one, and for "" if there are some."""
        if environment in self.environments or not (environment or self.environments):
            return replace(self.environments.get(environment, self), environments=self.environments)
        names = ", ".join(self.environments)
        if not environment:
            raise UsageError(Problem("no-environment", f"reconciler.yaml has the environments {names}"))
        what = f"reconciler.yaml has no such environment; it has: {names}" if names else _NO_ENVIRONMENTS
        hint = close(environment, list(self.environments))
        raise UsageError(Problem("unknown-environment", what, found=environment, hint=hint))

    @property
    def sets(self) -> list[Settings]:
        """Settings of every environment, or its own without environments."""
        return list(self.environments.values()) or [self]


def read_settings(root: Path) -> tuple[Settings, list[Problem]]:
    """The settings and all problems found. If the file is absent or has any problem, the settings are the defaults,
    except `patterns`, which are read where possible.

    They are those outside of environments; `Settings.of` gives an environment's.
    """
    path = root / SETTINGS
    if not (path.exists() or path.is_symlink()):
        return Settings(), []
    try:
        block, problems = read_document(root, path)
    except ConfigError as error:
        return Settings(), list(error.problems)
    said = typed(block, load_schema("project"))
    judged = judge("project").problems(block, said, partial(place, SETTINGS))
    judged += [problem for each in (block, *_environments(block).values()) for problem in _state(root, each)]
    judged += _beside_environments(block)
    # After a YAML error, further errors at the same place are noise.
    refused = {problem.place for problem in problems}
    problems += [problem for problem in judged if problem.place not in refused]
    sound = {} if problems else said
    environments = {name: _environment(name, sound, each, refused) for name, each in _environments(block).items()}
    found = _settings(sound, _patterns(block, refused))
    return replace(found, environments=environments, scenarios=_patterns(block, refused, "scenarios")), problems


def _settings(said: Mapping[str, Any], patterns: Sequence[Pattern] | None) -> Settings:
    return Settings(
        patterns,
        str(said.get("state", STATE)),
        _guards(said.get("guards", {})),
        Limits(**said.get("limits", {})),
        said.get("site", "china"),
        said.get("account", ""),
        said.get("contacts_account") or said.get("account", ""),
    )


def _environments(block: Block) -> dict[str, Block]:
    return {name: each for name, each in section(block, "environments").items() if isinstance(each, Block)}


def _environment(name: str, said: Mapping[str, Any], block: Block, refused: Collection[Place | None]) -> Settings:
    """The site and accounts that an environment does not set are those outside of environments; guards and limits are
    merged by key. Its spaces, state and protection are its own."""
    own = said.get("environments", {}).get(name, {})
    merged = {key: {**said.get(key, {}), **own.get(key, {})} for key in ("guards", "limits")}
    whole = {"state": f"sqlite:.reconciler/{name}/state.db", **said, **own, **merged}
    found = _settings(whole, _patterns(block, refused) or [])
    return replace(found, environment=name, protect=own.get("protect", False))


def _patterns(
    block: Block, refused: Collection[Place | None], key: Literal["spaces", "scenarios"] = "spaces"
) -> Sequence[Pattern] | None:
    written = block.get(key)
    if isinstance(written, str):
        said = [(written, place(SETTINGS, block.of(key)))]
    elif isinstance(written, Items):
        said = [(each, place(SETTINGS, written.of(n))) for n, each in enumerate(written) if isinstance(each, str)]
    else:
        return None
    return [pattern for pattern in said if pattern[1] not in refused]


def _beside_environments(block: Block) -> Iterator[Problem]:
    """Problems: if there are environments, `spaces` and `state` may only be set inside them."""
    for key in ("spaces", "state"):
        if section(block, "environments") and key in block:
            what = f"`{key}` is beside `environments`, each of which has its own"
            yield Problem("beside-environments", what, place(SETTINGS, block.of_key(key)))


def _guards(said: dict[str, Any]) -> Guards:
    countries = tuple(str(code) for code in said.get("allowed_countries", ()))
    hosts = tuple(str(host).lower() for host in said.get("callback_hosts", ()))
    return Guards(**{**said, "allowed_countries": countries, "callback_hosts": hosts})


def _state(root: Path, block: Block) -> list[Problem]:
    if (state := text(block, "state")) is None:
        return []
    here = place(SETTINGS, block.of("state"))
    if not _LOCAL.match(state):  # not shown: a URL may contain a password
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
    except (OSError, RuntimeError, ValueError):  # a name that is too long, a loop of links, a NUL
        return False
