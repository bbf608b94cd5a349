"""Terraform with its built-in `terraform_data`: a block for each row, no provider to fetch, a state file."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.bench.rows import Row, declared, recorded, shared_out

VERSION = "1.4.0"
"""The first that knows `terraform_data`; a state of an older program than the one that reads it is taken."""
UNCHANGED, OTHERWISE = "No changes.", "Plan: "


def make(folder: Path, numbers: int, files: int, workload: str) -> None:
    """Written in the format of its state: an apply takes time with the square of the numbers."""
    folder.mkdir(parents=True)
    for place, rows in enumerate(shared_out(declared(numbers, workload), files)):
        (folder / f"s{place:04}.tf").write_text("".join(map(_block, rows)))
    if workload != "created":
        (folder / "terraform.tfstate").write_text(json.dumps(_state(recorded(numbers)), indent=2))


def command(program: str, folder: Path) -> list[str]:
    return [program, f"-chdir={folder}", "plan", "-input=false", "-no-color"]


def environ() -> Mapping[str, str]:
    """Nothing is asked of the network, and what somebody has set for other work of theirs does not count."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
    return {**kept, "CHECKPOINT_DISABLE": "1"}


def counted(printed: str) -> int:
    """How many rows a plan changes."""
    if UNCHANGED in printed:
        return 0
    words = printed.rpartition(OTHERWISE)[2].split()
    return sum(int(words[place]) for place in (0, 3))


def _fields(row: Row) -> dict[str, str]:
    return {name: value for name, value in row._asdict().items() if name != "name"}


def _block(row: Row) -> str:
    fields = "".join(f'    {name} = "{value}"\n' for name, value in _fields(row).items())
    return f'resource "terraform_data" "{row.name}" {{\n  input = {{\n{fields}  }}\n}}\n'


def _state(rows: Sequence[Row]) -> dict[str, Any]:
    head = {"version": 4, "terraform_version": VERSION, "serial": len(rows), "lineage": str(uuid.uuid4())}
    return {**head, "outputs": {}, "resources": [_resource(row) for row in rows], "check_results": None}


def _resource(row: Row) -> dict[str, Any]:
    held = {"value": _fields(row), "type": ["object", dict.fromkeys(sorted(_fields(row)), "string")]}
    attributes = {"id": str(uuid.uuid4()), "input": held, "output": held, "triggers_replace": None}
    instance = {"schema_version": 0, "attributes": attributes, "sensitive_attributes": []}
    kind = {"mode": "managed", "type": "terraform_data", "name": row.name}
    return {**kind, "provider": 'provider["terraform.io/builtin/terraform"]', "instances": [instance]}
