"""What the README promises first: one block to try it, one to run the tests."""

from __future__ import annotations

import re
from pathlib import Path

README = Path(__file__).parents[2] / "README.md"


def blocks() -> list[list[str]]:
    """The lines of each fenced sh block."""
    found = re.findall(r"^```sh\n(.*?)^```$", README.read_text(), re.MULTILINE | re.DOTALL)
    return [text.strip().splitlines() for text in found]


def test_the_first_block_ends_with_the_demo() -> None:
    """Whoever pastes it sees the whole job once."""
    assert blocks()[0][-1].split("#")[0].strip().endswith("reconciler demo")


def test_the_second_block_runs_the_tests() -> None:
    """Whoever pastes it sees them pass."""
    assert any(re.search(r"\bpytest\b", line) for line in blocks()[1])
