"""A signal at a prompt is never lost. A hundred times as many: `python -m tests.full interrupts`."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.together.interrupts import AT_ONCE, PROMPTS, cases


@pytest.mark.parametrize("case", [*cases(AT_ONCE)], ids=[*PROMPTS])
def test_every_signal_ends_it_in_time(case: tuple[str, int]) -> None:
    """Ctrl-C, SIGTERM or a closed terminal, when the prompt has just been shown or later: 130 or 3 within 5 s."""
    alone = [sys.executable, "-m", "tests.together.interrupts", *map(str, case)]
    done = subprocess.run(alone, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "\n", "")
