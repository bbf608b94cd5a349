"""What every backend promises, on real engines. A new one is added to tests/stage/places.py and to nothing else."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path

import pytest

from reconciler.errors import LostPlace, StateError
from reconciler.store import open_backend
from reconciler.store.backend import Backend
from tests.stage.places import places
from tests.stage.together import together

Open = Callable[[], Backend]
PLACES = places()


@pytest.fixture(params=sorted(PLACES))
def again(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Opens the same place once more, as another process would."""
    with ExitStack() as stack:
        where = stack.enter_context(PLACES[request.param](tmp_path))
        yield lambda: stack.enter_context(closing(where.open()))


def test_what_was_appended_is_read_by_others(again: Open) -> None:
    """An append that returned is seen by whoever opens the place afterwards, in order."""
    again().append("s", 0, ["a", "b"])
    again().append("s", 2, ["c"])
    assert again().read("s") == (None, ["a", "b", "c"])
    assert again().history("s") == ["a", "b", "c"]


def test_nothing_is_there_before_the_first_append(again: Open) -> None:
    """An empty place reads as empty, and reading it makes nothing."""
    backend = again()
    assert (backend.spaces(), backend.read("s"), backend.history("s")) == ([], (None, []), [])


@pytest.mark.parametrize("serial", [0, 1, 3, 7])
def test_a_writer_that_lost_its_place_writes_nothing(again: Open, serial: int) -> None:
    """Append is compare-and-append: with any serial but the newest it is refused, whole."""
    again().append("s", 0, ["a", "b"])
    with pytest.raises(LostPlace):
        again().append("s", serial, ["x", "y"])
    assert again().history("s") == ["a", "b"]


def test_spaces_are_apart(again: Open) -> None:
    """What is written for one space moves no other's serial."""
    again().append("s", 0, ["a"])
    again().append("t", 0, ["b"])
    assert again().spaces() == ["s", "t"]
    assert again().read("t") == (None, ["b"])


def test_all_spaces_are_read_as_each_is(again: Open) -> None:
    """In the order of their ids, with snapshots and without, after a prune, and however many they are."""
    backend = again()
    for number in range(40):
        backend.append(f"s{number:02}", 0, [f"{number}a", f"{number}b", f"{number}c"])
    for number in range(0, 40, 3):
        backend.snapshot(f"s{number:02}", 2, f"{number}S")
    backend.prune("s06", 2)
    found = dict(again().read_all())
    assert list(found) == again().spaces() == [f"s{number:02}" for number in range(40)]
    assert found == {space_id: again().read(space_id) for space_id in found}
    assert (found["s06"], found["s07"]) == (("6S", ["6c"]), (None, ["7a", "7b", "7c"]))


def test_reading_starts_at_the_snapshot(again: Open) -> None:
    """With a snapshot, reading gives it and the entries after it; the history stays whole."""
    backend = again()
    backend.append("s", 0, ["a", "b", "c"])
    backend.snapshot("s", 2, "S2")
    assert again().read("s") == ("S2", ["c"])
    assert again().history("s") == ["a", "b", "c"]


def test_an_older_snapshot_changes_nothing(again: Open) -> None:
    """A slow writer's snapshot does not take a newer one's place."""
    backend = again()
    backend.append("s", 0, ["a", "b", "c"])
    backend.snapshot("s", 3, "S3")
    backend.snapshot("s", 1, "S1")
    assert again().read("s") == ("S3", [])


def test_pruning_frees_no_serial(again: Open) -> None:
    """What a snapshot tells may be forgotten; reading goes on as before, and no old serial can be written again."""
    backend = again()
    backend.append("s", 0, ["a", "b", "c"])
    backend.append("s", 3, ["d"])
    backend.snapshot("s", 3, "S3")
    backend.prune("s", 3)
    assert again().read("s") == ("S3", ["d"])
    assert again().history("s") == ["d"]
    for serial in (0, 1, 2, 3):
        with pytest.raises(LostPlace):
            again().append("s", serial, ["x"])
    again().append("s", 4, ["e"])
    assert again().read("s") == ("S3", ["d", "e"])


def test_pruning_leaves_what_no_snapshot_tells(again: Open) -> None:
    """Nothing is forgotten but what the snapshot holds, and the newest entry keeps its place."""
    backend = again()
    backend.append("s", 0, ["a"])
    backend.append("s", 1, ["b"])
    backend.prune("s", 2)
    assert again().history("s") == ["a", "b"]
    backend.snapshot("s", 2, "S2")
    backend.prune("s", 2)
    assert again().read("s") == ("S2", [])
    with pytest.raises(LostPlace):
        again().append("s", 0, ["x"])
    again().append("s", 2, ["c"])
    assert again().read("s") == ("S2", ["c"])


def test_one_of_many_writers_wins_each_serial(again: Open) -> None:
    """Of writers that append at the same serial at once exactly one succeeds, round after round."""
    rounds, writers = 10, 8
    won: list[tuple[int, str]] = []
    barrier = threading.Barrier(writers)

    def write(name: str) -> None:
        backend = again()
        for serial in range(rounds):
            barrier.wait()
            try:
                backend.append("s", serial, [f"{name}{serial}"])
                won.append((serial, name))
            except LostPlace:
                pass

    together(partial(write, f"w{n}-") for n in range(writers))
    assert again().history("s") == [f"{name}{serial}" for serial, name in sorted(won)]
    assert [serial for serial, _ in sorted(won)] == list(range(rounds))


def test_an_unknown_place_is_refused_by_name(tmp_path: Path) -> None:
    """A state URL of no known backend is a StateError that lists those there are."""
    with pytest.raises(StateError, match="none of sqlite:"):
        open_backend("ftp:somewhere", tmp_path)
