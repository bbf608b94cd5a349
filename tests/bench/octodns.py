"""octoDNS from YAML to YAML, without doing it: one record for each row, its fields as values, one zone a file."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.bench.rows import Row, declared, recorded, shared_out

PROVIDER = "{class: octodns.provider.yaml.YamlProvider, directory: %s, enforce_order: false}"
_SUMMARY = re.compile(r"Summary: Creates=(\d+), Updates=(\d+), Deletes=(\d+)")


def make(folder: Path, numbers: int, files: int, workload: str) -> None:
    source, target = folder / "source", folder / "target"
    parts = shared_out(declared(numbers, workload), files)
    _write(source, parts)
    _write(target, [] if workload == "created" else shared_out(recorded(numbers), files))
    providers = f"  source: {PROVIDER % source}\n  target: {PROVIDER % target}\n"
    zones = "".join(f"  {_zone(place)}: {{sources: [source], targets: [target]}}\n" for place in range(len(parts)))
    (folder / "config.yaml").write_text(f"manager: {{max_workers: 1}}\nproviders:\n{providers}zones:\n{zones}")


def command(program: str, folder: Path) -> list[str]:
    return [program, f"--config-file={folder / 'config.yaml'}"]


def environ() -> Mapping[str, str]:
    return os.environ


def counted(printed: str) -> int:
    """How many rows a plan changes."""
    return sum(int(number) for summary in _SUMMARY.findall(printed) for number in summary)


def _zone(place: int) -> str:
    return f"s{place:04}.example."


def _write(folder: Path, parts: Sequence[Sequence[Row]]) -> None:
    folder.mkdir(parents=True)
    for place, rows in enumerate(parts):
        (folder / f"{_zone(place)}yaml").write_text("---\n" + "".join(map(_record, rows)))


def _record(row: Row) -> str:
    fields = {name: value for name, value in row._asdict().items() if name != "name"}
    values = "".join(f'    - "{name}={value}"\n' for name, value in fields.items())
    return f"{row.name}:\n  ttl: 300\n  type: TXT\n  values:\n{values}"
