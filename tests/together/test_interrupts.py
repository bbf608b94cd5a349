"""A signal at a prompt is never lost. A hundred times as many: `python -m tests.full interrupts`."""

from __future__ import annotations

import pytest

from .interrupts import AT_ONCE, PROMPTS, Worker, cases


@pytest.fixture(scope="module")
def worker() -> Worker:
    return Worker()


@pytest.mark.parametrize("case", [*cases(AT_ONCE)], ids=[*PROMPTS])
def test_every_signal_ends_it_in_time(worker: Worker, case: tuple[str, int]) -> None:
    """Ctrl-C, SIGTERM or a closed terminal, when the prompt has just been shown or later: 130 or 3 within 5 s."""
    assert worker(case)[1] == []
