"""Stories with kills in contrary worlds: no promise breaks. The full size: `python -m tests.full contrary`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contrary.full import FULL, LEAST, Worker, closing
from tests.heavy import mostly_heavy

SEEDS, FEW = 40, 2


@pytest.fixture(scope="session")
def worker() -> Iterator[Worker]:
    made = Worker()
    yield made
    made.close()


@pytest.mark.parametrize("seed", mostly_heavy(range(SEEDS), FEW))
def test_no_promise_breaks(worker: Worker, seed: int) -> None:
    """No second message that nobody asked for, no finished step repeated, state readable, no code on disk, every exit

    code documented and none of them 70, nothing called done that is not so; and the world is told where one breaks.
    """
    figures, wrong = worker(seed)
    assert wrong == []
    assert figures["worlds"] == 1 and figures["runs"] > 1


def test_a_full_run_draws_everything_often() -> None:
    """A run of full size draws each answer fifty times; one of forty would not, and is not asked to."""
    lines, few = closing(FULL)
    assert few == []
    assert all(line.count(", ") >= 1 for line in lines)
    assert closing(SEEDS)[1] == []
    assert LEAST == 50
