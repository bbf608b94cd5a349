"""Journals arrive whole at every kind of place: long ones, pruned ones, and those that were closed while they lived."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from reconciler.core.journal.complete import PRUNED
from reconciler.core.journal.snapshot import dump_state
from reconciler.errors import ReconcilerError, StateError
from reconciler.store import open_backend
from reconciler.store.backend import Backend
from reconciler.store.journal import Journal
from reconciler.store.lease import Holder, take
from reconciler.store.safety import transfer
from reconciler.store.safety.emergency import Emergency
from tests.stage.places import places

SPACE, NOW = "cams-acme", "2026-11-21T10:00:00.000Z"
AMY = Holder("amy", "desk", 1, "", "")
PLACES = places()
Open = Callable[[], Backend]


@pytest.fixture
def source(tmp_path: Path) -> Iterator[Backend]:
    (tmp_path / "here").mkdir()
    with closing(open_backend("sqlite:state.db", tmp_path / "here")) as backend:
        yield backend


@pytest.fixture(params=sorted(PLACES))
def again(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Opens one place, once more each time."""
    (tmp_path / "there").mkdir()
    with ExitStack() as stack:
        where = stack.enter_context(PLACES[request.param](tmp_path / "there"))
        yield lambda: stack.enter_context(closing(where.open()))


def lived(backend: Backend, entries: int) -> Journal:
    """A journal of so many entries and one more, a snapshot among them, and its run still open."""
    journal = Journal(backend, SPACE, lambda: NOW, Emergency(Path("/nonexistent")))
    journal.open_run(AMY.run("apply", NOW, 60.0), "acme", "loopback")
    journal.append(*[{"type": "alive"}] * (entries - 3))
    journal.close_run({})
    journal.open_run(AMY.run("migrate", NOW, 60.0), "acme", "loopback")
    return journal


def test_a_long_journal_arrives_whole(source: Backend, again: Open) -> None:
    """Entry for entry, and its snapshot, so that it reads as fast there; and copying it again changes nothing."""
    lived(source, 2 * transfer.CHUNK + 500)
    want = transfer.read_whole(source, SPACE)
    for _ in range(2):
        transfer.copy(again(), want, transfer.read_whole(again(), SPACE))
        transfer.verify(again(), want)
        assert again().history(SPACE) == source.history(SPACE)
        assert again().read(SPACE) == source.read(SPACE)


def test_a_pruned_journal_arrives_as_it_is_left(source: Backend, again: Open) -> None:
    """No serial becomes free to be written again there: the next entry follows the last one and no other can."""
    journal = lived(source, 100)
    source.snapshot(SPACE, journal.state.serial, dump_state(journal.state))
    source.prune(SPACE, 90)
    want = transfer.read_whole(source, SPACE)
    assert want.first == 91
    transfer.copy(again(), want, transfer.read_whole(again(), SPACE))
    transfer.verify(again(), want)
    assert [line for line in again().history(SPACE) if line != PRUNED] == source.history(SPACE)
    for serial in (0, 1, 90, 100):
        with pytest.raises(StateError):
            again().append(SPACE, serial, ["x"])
    there = Journal(again(), SPACE, lambda: NOW, Emergency(Path("/nonexistent")))
    there.open_run(AMY.run("apply", NOW, 60.0), "acme", "loopback")
    assert there.state.serial == 102


def test_a_place_that_is_being_filled_says_so(again: Open) -> None:
    """To whoever opens it, until it is finished; it goes on from the same journals, and from no others."""
    transfer.begin(again(), "here", {"l1", "l2"}, NOW)
    with pytest.raises(StateError, match="is being filled from here; not all is there"):
        transfer.check_filled(again())
    transfer.begin(again(), "here again", {"l1"}, NOW)
    with pytest.raises(StateError, match="is being filled from here; not all is there"):
        transfer.begin(again(), "elsewhere", {"l3"}, NOW)
    transfer.finish(again(), NOW)
    transfer.finish(again(), NOW)
    transfer.check_filled(again())
    assert transfer.spaces(again()) == []


def test_a_journal_that_moved_takes_no_entry_more(source: Backend) -> None:
    """Neither from the run that closed it, nor from one that waited for its lease, nor by force."""
    journal = lived(source, 10)
    waiting = Journal(source, SPACE, lambda: NOW, Emergency(Path("/nonexistent")))
    journal.append({"type": "moved", "to": "sqlite:there.db"})
    before = source.history(SPACE)
    for attempt in (
        lambda: journal.append({"type": "alive"}),
        lambda: journal.close_run({}),
        lambda: waiting.append({"type": "alive"}),
        lambda: take(waiting, AMY.run("apply", NOW, 60.0), "acme", "loopback", AMY, wait=1.0),
    ):
        with pytest.raises(ReconcilerError):
            attempt()
    assert source.history(SPACE) == before


def test_a_snapshot_remembers_that_a_journal_moved(source: Backend) -> None:
    """Also where nothing is left of the entries but the last one."""
    journal = lived(source, 10)
    journal.append({"type": "moved", "to": "sqlite:there.db"})
    source.snapshot(SPACE, journal.state.serial, dump_state(journal.state))
    source.prune(SPACE, journal.state.serial)
    assert transfer.read_whole(source, SPACE).state.moved_to == "sqlite:there.db"
