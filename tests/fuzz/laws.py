"""Every law over drawn examples, with other examples for each seed: ten times as many as a commit's run draws. Laws
with a number of examples of their own keep to it."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

TESTS = Path(__file__).parents[1]
LAWS = [
    str(path)
    for path in sorted(TESTS.rglob("test_*.py"))
    if "from hypothesis import" in path.read_text() or "from tests.core.worlds import" in path.read_text()
]


def cases(size: int) -> list[int]:
    return list(range(size))


class Worker:
    """Runs the laws with one seed."""

    def __call__(self, seed: int) -> tuple[Counter[str], list[str]]:
        call = [
            "-q",
            "-p",
            "no:cacheprovider",
            "--timeout=0",
            "--hypothesis-profile=thorough",
            f"--hypothesis-seed={seed}",
        ]
        ended = subprocess.run(
            [sys.executable, "-m", "pytest", *call, *LAWS], capture_output=True, text=True, check=False
        )
        wrong = [line for line in ended.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
        return Counter({"seeds": 1}), wrong or ([ended.stdout[-500:]] if ended.returncode else [])
