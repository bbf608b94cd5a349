"""What must never be found: a typed code in any byte on disk, a whole number in what is shown for review and logs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.scenarios.scenario import Scenario

_CODE = re.compile(r"[0-9]{3}[- ]?[0-9]{3}")
_NUMBER = re.compile(r"\+[0-9]{7,}")


def leaks(scenario: Scenario, thens: Iterable[Mapping[str, Any]], root: Path) -> Iterator[str]:
    disk = b"".join(file.read_bytes() for file in sorted(root.rglob("*")) if file.is_file()).decode(errors="replace")
    for code in _CODE.findall(" ".join(str(list(run.people.values())) for run in scenario.runs)):
        if code in disk or re.sub("[- ]", "", code) in disk:
            yield f"the code {code} is on disk"
    shown = " ".join(str(then.get(part, "")) for then in thens for part in ("plan", "outcomes"))
    yield from (f"{number} is shown whole" for number in sorted(set(_NUMBER.findall(disk))) if number in shown)
