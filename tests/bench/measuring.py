"""Whole processes, measured from outside, in turn; and what they took compared with each other."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

METER = str(Path(__file__).with_name("meter.py"))


class Taken(NamedTuple):
    """By one run of one command. wall, processor: seconds; memory: its peak, in bytes."""

    wall: float
    processor: float
    memory: int
    code: int
    printed: str


def taken(command: Sequence[str], environ: Mapping[str, str]) -> Taken:
    """Its exit code is the caller's to judge; output goes to a file, which no command waits for."""
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as output:
        meter = [sys.executable, "-I", "-S", METER, output.name, *command]
        said = subprocess.run(meter, env=dict(environ), check=True, capture_output=True, text=True).stdout
        wall, processor, memory, code = said.split()
        return Taken(float(wall), float(processor), int(memory), int(code), output.read())


def ratio(ours: Iterable[float], theirs: Iterable[float]) -> float:
    """The median of what each pair of runs, one right after the other, gives."""
    return statistics.median(mine / other for mine, other in zip(ours, theirs, strict=True))
