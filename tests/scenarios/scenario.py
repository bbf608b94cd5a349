"""What a scenario file may say. It only reads: a key that is not named here is an error.

law: what holds
given:
  config: {SPACE: text of its file below the heads that are the same everywhere}
  was: the same as config, for what is recorded; config itself when absent
  settings: text of reconciler.yaml
  recorded: {ADDRESS: PHASE, or a Past}
  answers: {WORD: the document it stands for in `cloud`}
runs:
  - apply: {adopt, saved, only}       or  verify: ADDRESS, with resend: true
    at: the time, when it is not 10:31 of the first day
    config: the files from now on
    cloud: {OPERATION, or OPERATION SUBJECT: an answer, or a list of answers in order}
    people: {ADDRESS: a code, or a list of codes in the order they are typed}
    then: {plan, calls, outcomes, exit, journal}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from reconciler.rehearsal.past import Past

CASES = Path(__file__).parent / "cases"
NOW = "2026-11-20T10:31"

Files = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Given:
    config: Files = field(default_factory=dict)
    was: Files | None = None
    settings: str = ""
    recorded: Mapping[str, Past] = field(default_factory=dict)
    answers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Apply:
    """saved: applies the plan of the first run again, from its file. only: names of spaces."""

    adopt: bool = False
    saved: bool = False
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    apply: Apply | None = None
    verify: str = ""
    resend: bool = False
    at: str = NOW
    config: Files | None = None
    cloud: Mapping[str, Any] = field(default_factory=dict)
    people: Mapping[str, Any] = field(default_factory=dict)
    then: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scenario:
    law: str
    given: Given
    runs: tuple[Run, ...]


def names() -> list[str]:
    return sorted(str(path.relative_to(CASES).with_suffix("")) for path in CASES.rglob("*.yaml"))


def path(name: str) -> Path:
    return CASES / f"{name}.yaml"


def read(name: str) -> Scenario:
    return parse(path(name).read_text(encoding="utf-8"))


def parse(text: str) -> Scenario:
    assert text.startswith("law: "), "the first line of a scenario states its law"
    data = yaml.safe_load(text)
    return Scenario(**{**data, "given": _given(data["given"]), "runs": tuple(_run(run) for run in data["runs"])})


def _given(data: dict[str, Any]) -> Given:
    recorded = {address: _past(said) for address, said in data.pop("recorded", {}).items()}
    return Given(**data, recorded=recorded)


def _past(said: str | dict[str, Any]) -> Past:
    return Past(said) if isinstance(said, str) else Past(**said)


def _run(data: dict[str, Any]) -> Run:
    assert ("apply" in data) != ("verify" in data), "a run is an apply or a verify"
    if "apply" in data:
        data["apply"] = Apply(**(data["apply"] or {}))
    return Run(**data)


def listed(said: Any) -> list[Any]:
    """One value may stand for a list of one."""
    return list(said) if isinstance(said, list) else [said]
