"""UPDATE=1 pytest tests/scenarios: writes what came of each run into its file, for people to read and question."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml


class _Dumper(yaml.SafeDumper):
    """Texts of several lines as blocks, so that a plan is read as it is shown."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


def _list(dumper: yaml.SafeDumper, items: list[Any]) -> yaml.Node:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=False)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(list, _list)


def rewrite(path: Path, thens: list[dict[str, Any]]) -> None:
    """Only the `then` of each run, which is its last key; all else stays byte for byte."""
    head, runs, tail = path.read_text(encoding="utf-8").partition("\nruns:\n")
    found = [re.sub(r"\n    then:.*", "", run.rstrip("\n"), flags=re.DOTALL) for run in _runs(tail)]
    assert len(found) == len(thens)
    body = "\n".join(f"{run}\n    then:\n{_indented(then)}" for run, then in zip(found, thens, strict=True))
    path.write_text(head + runs + body + "\n", encoding="utf-8")


def _runs(text: str) -> Iterator[str]:
    return (run for run in re.split(r"^(?=  - )", text, flags=re.MULTILINE) if run.strip())


def _indented(then: dict[str, Any]) -> str:
    text = yaml.dump(
        then, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1000, default_flow_style=None, indent=2
    )
    return "\n".join(f"      {line}" if line else "" for line in text.rstrip("\n").split("\n"))
