"""Whatever several writers and readers are told at once could have been told one at a time: on every backend."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from reconciler.store.backend import Backend
from reconciler.store.sqlite.journals import Sqlite
from tests.heavy import mostly_heavy
from tests.stage.places import Where, places
from tests.store.histories import SPACE, Told, concurrent, wrong

PLACES = places()
WRITERS, TURNS, SEEDS = 6, 25, 3


@pytest.mark.parametrize("name", sorted(PLACES))
@pytest.mark.parametrize("seed", mostly_heavy(range(SEEDS), 1))
def test_histories_are_linearizable(name: str, seed: int, tmp_path: Path) -> None:
    """Each answer fits a length that the journal had between the question and the answer; and what stands in the end

    is what the answers say.
    """
    with PLACES[name](tmp_path) as where, ExitStack() as stack:
        told = concurrent(partial(_opened, stack, where), WRITERS, TURNS, seed)
        assert wrong(told) == []
        assert len(_opened(stack, where).history(SPACE)) == max(each.after for each in told)


def _opened(stack: ExitStack, where: Where) -> Backend:
    return stack.enter_context(closing(where.open()))


class Unfenced(Sqlite):
    """Appends wherever the journal ends, whatever the writer knew."""

    def append(self, space_id: str, serial: int, entries: Sequence[str]) -> None:
        super().append(space_id, len(self.read(space_id)[1]), entries)


def test_a_dropped_fence_is_found_out(tmp_path: Path) -> None:
    """A backend that takes what was built upon an older length gives a history that could not have been.

    Whether any writer is late is up to the machine: one of some histories is enough.
    """
    made = (concurrent(partial(Unfenced, tmp_path / f"{seed}.db"), WRITERS, TURNS, seed) for seed in range(20))
    assert any(map(wrong, made))


def test_what_could_not_have_been_is_found_out() -> None:
    """A read of what was over, a read of what nobody wrote, and a refusal without a reason."""
    first, second = Told("append", 0, 1, 0, 1), Told("append", 2, 3, 1, 3)
    assert wrong([first, second, Told("read", 4, 5, 3, 3), Told("append", 1.5, 1.8, 0, -1)]) == []
    for impossible in (
        Told("read", 4, 5, 1, 1),
        Told("read", 4, 5, 4, 4),
        Told("append", 1.5, 1.8, 1, -1),
        replace(second, before=0),
    ):
        assert wrong([first, second, impossible])
