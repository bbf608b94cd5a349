"""Journals as objects: where the fence could be gone around, and what readers see beside writers and pruners."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.errors import LostPlace, Problem, StateError
from reconciler.store import open_backend
from reconciler.store.backend import Backend
from reconciler.store.objects.directory import Directory, open_directory
from reconciler.store.objects.journals import PAGE, SIDE_BY_SIDE, ObjectJournals
from tests.programs import needs
from tests.stage.places import places
from tests.stage.together import together

Open = Callable[[], Backend]


@pytest.fixture(params=["dir", "oss", "s3"])
def again(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    with ExitStack() as stack:
        where = stack.enter_context(places()[request.param](tmp_path))
        yield lambda: stack.enter_context(closing(where.open()))


class Watched(Directory):
    """A directory that tells before it does something, which may fail it or do something else first."""

    def __init__(self, path: Path, before: Callable[[str, str], None]) -> None:
        super().__init__(path)
        self.before = before

    def create(self, key: str, body: bytes) -> bool:
        self.before("create", key)
        return super().create(key, body)

    def replace(self, key: str, body: bytes) -> None:
        self.before("replace", key)
        super().replace(key, body)

    def get(self, key: str) -> bytes | None:
        self.before("get", key)
        return super().get(key)

    def names(self, folder: str, after: str = "", most: int = 0) -> list[str]:
        self.before("names", folder)
        return super().names(folder, after, most)

    def keys(self, most: int) -> list[str]:
        self.before("keys", "")
        return [f"{folder}/{name}" for folder in sorted(self.folders()) for name in Directory.names(self, folder)]

    def remove(self, key: str) -> None:
        self.before("remove", key)
        super().remove(key)


def _numbers(start: int, end: int) -> list[str]:
    return [str(number) for number in range(start, end + 1)]


def _written(backend: Backend, sizes: Sequence[int]) -> int:
    end = 0
    for size in sizes:
        backend.append("s", end, _numbers(end + 1, end + size))
        end += size
    return end


def test_only_the_newest_boundary_can_be_written_behind(again: Open) -> None:
    """Whoever appends anywhere but at the end is refused: at old boundaries, between them, and beyond the end."""
    sizes = (1, 3, 2, 1, 4)
    end = _written(again(), sizes)
    for serial in (*range(end), end + 1, end + 7):
        with pytest.raises(LostPlace):
            again().append("s", serial, ["x"])
    assert again().history("s") == _numbers(1, end)
    again().append("s", end, ["next"])


@pytest.mark.parametrize("pruned", [False, True])
def test_a_writer_that_slept_at_a_boundary_writes_nothing(again: Open, pruned: bool) -> None:
    """What was once a boundary stays taken, whatever was snapshotted, pruned and forgotten since."""
    sleeper, backend = again(), again()
    sleeper.append("s", 0, ["1", "2"])
    backend.append("s", 2, _numbers(3, 5))
    backend.append("s", 5, _numbers(6, 6))
    if pruned:
        backend.snapshot("s", 5, "S5")
        backend.prune("s", 5)
    for serial in (2, 3, 4, 5):
        with pytest.raises(LostPlace):
            sleeper.append("s", serial, ["x"])
    assert again().read("s") == (("S5", ["6"]) if pruned else (None, _numbers(1, 6)))
    sleeper.append("s", 6, ["7"])


def test_nothing_to_append_makes_nothing(again: Open) -> None:
    """An empty append only tells whether the place is still one's own."""
    again().append("s", 0, [])
    assert again().spaces() == []
    again().append("s", 0, ["a"])
    with pytest.raises(LostPlace):
        again().append("s", 0, [])


def test_a_snapshot_may_be_within_an_append(again: Open) -> None:
    """Whatever serial a snapshot tells and whatever was pruned up to it, reading goes on right behind it."""
    backend = again()
    end = _written(backend, (2, 5, 1, 3))
    for serial in range(1, end + 1):
        backend.snapshot("s", serial, f"S{serial}")
        backend.prune("s", end)
        assert again().read("s") == (f"S{serial}", _numbers(serial + 1, end))
        left = again().history("s")
        assert left == _numbers(end + 1 - len(left), end)
        assert len(left) >= end - serial
    again().append("s", end, ["next"])


def test_many_objects_are_listed_page_by_page(again: Open) -> None:
    """A journal of more objects than a page holds is read whole, and behind a snapshot."""
    backend = again()
    end = _written(backend, [1] * 230)
    assert again().read("s") == (None, _numbers(1, end))
    backend.snapshot("s", 105, "S")
    backend.prune("s", 105)
    assert again().read("s") == ("S", _numbers(106, end))
    assert again().history("s") == _numbers(106, end)
    assert again().spaces() == ["s"]


def test_readers_beside_a_writer_and_a_pruner_see_one_moment(again: Open) -> None:
    """Snapshot and tail fit at every moment, and nothing that was seen is ever gone."""
    rounds, done = 12, threading.Event()
    failed: list[str] = []

    def write() -> None:
        backend, end = again(), 0
        for size in [1, 3, 2] * (rounds // 3):
            backend.append("s", end, _numbers(end + 1, end + size))
            end += size
            backend.snapshot("s", end - 1, str(end - 1)) if end > 1 else None
            backend.prune("s", end)
        done.set()

    def look() -> None:
        backend, before = again(), 0
        while not done.is_set():
            snapshot, entries = backend.read("s")
            start = int(snapshot or 0)
            end = start + len(entries)
            if entries != _numbers(start + 1, end) or end < before:
                failed.append(f"{snapshot} {entries} after {before}")
            left = backend.history("s")
            if left and left != _numbers(int(left[0]), int(left[0]) + len(left) - 1):
                failed.append(f"history {left}")
            before = end

    together((write, look, look))
    assert failed == []
    assert again().read("s") == ("23", ["24"])


@pytest.mark.parametrize("number", range(12))
def test_a_reader_is_overtaken_at_any_point(tmp_path: Path, number: int) -> None:
    """Whatever a reader was about to do when others appended, snapshotted and pruned, what it gives fits."""
    _written(open_directory(tmp_path), (2, 3, 1))
    seen: list[str] = []

    def overtake(what: str, _: str) -> None:
        seen.append(what)
        if len(seen) == number + 1:
            other = open_directory(tmp_path)
            other.append("s", 6, _numbers(7, 8))
            other.snapshot("s", 6, "6")
            other.prune("s", 6)

    open_directory(tmp_path).snapshot("s", 3, "3")
    snapshot, entries = ObjectJournals(Watched(tmp_path, overtake)).read("s")
    assert snapshot in ("3", "6")
    assert entries in (_numbers(int(snapshot) + 1, 6), _numbers(int(snapshot) + 1, 8))


def test_a_hundred_thousand_entries_cost_a_few_requests(tmp_path: Path) -> None:
    """What reading costs is measured by the tail behind the snapshot, not by the journal."""
    backend = open_directory(tmp_path)
    for start in range(0, 100_000, 500):
        backend.append("s", start, _numbers(start + 1, start + 500))
    backend.snapshot("s", 99_600, "S")
    asked: list[str] = []
    _, entries = ObjectJournals(Watched(tmp_path, lambda what, _: asked.append(what))).read("s")
    assert len(entries) == 400
    assert sorted(asked) == ["get", "get", "names", "names", "names"]


def test_a_short_journal_costs_one_listing(tmp_path: Path) -> None:
    """Its snapshot and the parts behind it are found together; and appending there lists nothing more."""
    _written(open_directory(tmp_path), [1] * 9)
    open_directory(tmp_path).snapshot("s", 8, "S")
    asked: list[str] = []
    backend = ObjectJournals(Watched(tmp_path, lambda what, _: asked.append(what)))
    assert backend.read("s") == ("S", ["9"])
    backend.append("s", 9, ["10"])
    assert sorted(asked) == ["create", "get", "get", "names"]


def test_of_a_snapshot_at_the_end_of_an_append_no_part_is_read(tmp_path: Path) -> None:
    """What a snapshot tells whole costs itself; and appending behind it lists nothing more."""
    _written(open_directory(tmp_path), [2] * 3)
    open_directory(tmp_path).snapshot("s", 4, "older")
    assert open_directory(tmp_path).read("s") == ("older", ["5", "6"])
    backend = open_directory(tmp_path)
    backend.read("s")
    backend.snapshot("s", 6, "S")
    asked: list[str] = []
    backend = ObjectJournals(Watched(tmp_path, lambda what, _: asked.append(what)))
    assert backend.read("s") == ("S", [])
    backend.append("s", 6, ["7"])
    assert sorted(asked) == ["create", "get", "names"]
    assert open_directory(tmp_path).read("s") == ("S", ["7"])


def test_a_few_objects_of_many_spaces_are_listed_at_once(tmp_path: Path) -> None:
    """Where one page holds the names of all objects, no space is listed by itself, unless its objects changed since."""
    for space in "abc":
        open_directory(tmp_path).append(space, 0, ["1"])
    asked: list[str] = []
    spaces = ObjectJournals(Watched(tmp_path, lambda what, _: asked.append(what))).read_all({"b"})
    assert list(spaces) == [("a", (None, ["1"])), ("c", (None, ["1"]))]
    assert asked == ["keys", "get", "get"]


def test_more_objects_than_a_page_holds_are_listed_space_by_space(tmp_path: Path) -> None:
    """The first page of all objects may end within a space: nothing is read of such a listing."""
    for space in "abc":
        open_directory(tmp_path).append(space, 0, ["1"])
    for number in range(PAGE):
        (tmp_path / f"b/beside-{number}.json").touch()
    assert list(open_directory(tmp_path).read_all()) == [(space, (None, ["1"])) for space in "abc"]


def test_a_look_that_missed_what_its_snapshot_tells_is_taken_again(tmp_path: Path) -> None:
    """A listing may show a new snapshot and not yet the parts that it tells: nothing is read of such a one."""

    class Late(Directory):
        """Its first listing was begun before the last part came, and ended after the snapshot had."""

        looks = 0

        def names(self, folder: str, after: str = "", most: int = 0) -> list[str]:
            self.looks += 1
            missed = ("000000000008.json",) if self.looks == 1 else ()
            return [name for name in super().names(folder, after, most) if name not in missed]

    _written(open_directory(tmp_path), [*[1] * 7, 2])
    open_directory(tmp_path).snapshot("s", 8, "S")
    late = Late(tmp_path)
    assert (ObjectJournals(late).read("s"), late.looks) == (("S", ["9"]), 2)


@pytest.mark.parametrize("stopped", [0, 1, SIDE_BY_SIDE - 1, SIDE_BY_SIDE, 40, 69])
def test_a_prune_that_was_stopped_is_finished_by_the_next(tmp_path: Path, stopped: int) -> None:
    """Wherever it stopped, nothing that no snapshot tells is gone; the next one forgets all that this one left."""
    end = _written(open_directory(tmp_path), [1] * 80)
    open_directory(tmp_path).snapshot("s", 70, "S")
    done: list[str] = []

    def fail(what: str, key: str) -> None:
        if what == "replace":
            done.append(key)
            if len(done) > stopped:
                raise StateError(Problem("state-unusable", "stopped"))

    with pytest.raises(StateError):
        ObjectJournals(Watched(tmp_path, fail)).prune("s", 70)
    backend = open_directory(tmp_path)
    assert backend.read("s") == ("S", _numbers(71, end))
    left = backend.history("s")
    assert left == _numbers(end + 1 - len(left), end)
    backend.prune("s", 70)
    assert backend.history("s") == _numbers(71, end)
    emptied = [path for path in sorted((tmp_path / "s").glob("0*.json")) if '"entries": null' in path.read_text()]
    assert len(emptied) == 70


@pytest.mark.parametrize("left_over", [1, 3, 8, 17, 70])
def test_a_part_that_a_prune_left_over_is_no_end_of_the_journal(tmp_path: Path, left_over: int) -> None:
    """Where one among the emptied could not be emptied, history begins behind them all; the next prune finds it."""
    end = _written(open_directory(tmp_path), [1] * 80)
    open_directory(tmp_path).snapshot("s", 70, "S")

    def fail(what: str, key: str) -> None:
        if (what, key) == ("replace", f"s/{left_over:012}.json"):
            raise StateError(Problem("state-unusable", "not this one"))

    with pytest.raises(StateError):
        ObjectJournals(Watched(tmp_path, fail)).prune("s", 70)
    backend = open_directory(tmp_path)
    left = backend.history("s")
    assert left == _numbers(end + 1 - len(left), end)
    backend.snapshot("s", 75, "S")
    backend.prune("s", 75)
    assert '"entries": null' in (tmp_path / f"s/{left_over:012}.json").read_text()
    assert backend.history("s") == _numbers(76, end)


def test_what_is_pruned_is_gone_from_the_disk(tmp_path: Path) -> None:
    """Names stay, and what was said in them does not."""
    backend = open_directory(tmp_path)
    backend.append("s", 0, ["personal"])
    backend.append("s", 1, ["b"])
    backend.snapshot("s", 1, "S")
    backend.prune("s", 1)
    names = sorted(path.name for path in (tmp_path / "s").iterdir())
    assert names == ["000000000001.json", "000000000002.json", "snapshot-000000000001.json"]
    assert not any("personal" in path.read_text() for path in (tmp_path / "s").iterdir())


def test_a_journal_is_readable_in_an_editor(tmp_path: Path) -> None:
    """One file for each append, with its entries in order; umlauts and Chinese as they are."""
    open_directory(tmp_path).append("s", 0, ["müller", "小王"])
    text = (tmp_path / "s/000000000001.json").read_text("utf-8")
    assert json.loads(text)["entries"] == ["müller", "小王"]
    assert "小王" in text and text.endswith("\n")


@pytest.mark.parametrize("name", ["000000000001.json", "000000000003.json", "snapshot-000000000001.json"])
def test_a_torn_file_is_found_out_by_name(tmp_path: Path, name: str) -> None:
    """Cut anywhere, filled with zeros, or with one byte changed: never a shorter journal, and the file is named."""
    backend = open_directory(tmp_path)
    backend.append("s", 0, ["a", "b"])
    backend.append("s", 2, ["c", "d"])
    backend.snapshot("s", 1, "S1")
    path = tmp_path / "s" / name
    whole = path.read_bytes()
    end = whole.rindex(b"}")
    torn = [whole[:cut] for cut in range(end)] + [whole[:cut] + bytes(len(whole) - cut) for cut in range(end)]
    changed = [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in range(end)]
    for body in [*torn, *changed]:
        path.write_bytes(body)
        with pytest.raises(StateError, match=name):
            open_directory(tmp_path).read("s")
    path.write_bytes(whole)
    assert open_directory(tmp_path).read("s") == ("S1", ["b", "c", "d"])


def test_a_file_under_another_name_is_found_out(tmp_path: Path) -> None:
    """A copy of one part is not taken for another."""
    _written(open_directory(tmp_path), (1, 1))
    shutil.copy(tmp_path / "s/000000000001.json", tmp_path / "s/000000000002.json")
    with pytest.raises(StateError, match="000000000002"):
        open_directory(tmp_path).read("s")


def test_a_snapshot_that_is_damaged_lets_nothing_be_forgotten(tmp_path: Path) -> None:
    """What only a damaged snapshot tells is not pruned away."""
    backend = open_directory(tmp_path)
    _written(backend, (1, 1, 1))
    backend.snapshot("s", 2, "S")
    (tmp_path / "s/snapshot-000000000002.json").write_text("{")
    with pytest.raises(StateError):
        open_directory(tmp_path).prune("s", 2)
    (tmp_path / "s/snapshot-000000000002.json").unlink()
    assert backend.read("s") == (None, _numbers(1, 3))


@pytest.mark.parametrize("missing", [1, 2, 4])
def test_a_part_that_is_missing_is_a_gap(tmp_path: Path, missing: int) -> None:
    """A file that somebody removed is named; entries around it are not joined."""
    _written(open_directory(tmp_path), (1, 2, 1, 1))
    (tmp_path / f"s/{missing:012}.json").unlink()
    with pytest.raises(StateError, match=f"{missing:012}.json is missing") as refused:
        open_directory(tmp_path).read("s")
    assert refused.value.problems[0].code == "state-gap"
    with pytest.raises(StateError):
        open_directory(tmp_path).history("s")


def test_an_emptied_part_without_a_snapshot_is_a_gap(tmp_path: Path) -> None:
    """What was forgotten is told by a snapshot; when that is gone, nothing is made up."""
    backend = open_directory(tmp_path)
    _written(backend, (1, 1))
    backend.snapshot("s", 1, "S")
    backend.prune("s", 1)
    (tmp_path / "s/snapshot-000000000001.json").unlink()
    with pytest.raises(StateError, match="pruned"):
        open_directory(tmp_path).read("s")


def test_a_part_of_a_newer_program_is_not_guessed_at(tmp_path: Path) -> None:
    """A format this program does not know is refused by its number."""
    from reconciler.store.objects import parts

    open_directory(tmp_path).append("s", 0, ["a"])
    path = tmp_path / "s/000000000001.json"
    fields = {**json.loads(path.read_text()), "format": 2}
    del fields["digest"]
    path.write_text(json.dumps({**fields, "digest": parts._digest(fields)}))
    with pytest.raises(StateError, match="format 2") as refused:
        open_directory(tmp_path).read("s")
    assert refused.value.problems[0].code == "state-newer"


KILLED = """
import os, signal
from pathlib import Path
from reconciler.runtime.failpoints import arm
from reconciler.store import open_backend

arm(lambda place: os.kill(os.getpid(), signal.SIGKILL) if place == "{}" else None)
open_backend("dir:.reconciler/journals", Path()).append("s", 0, ["a", "b"])
"""


@pytest.mark.parametrize(("place", "found"), [("dir.before", []), ("dir.linked", ["a", "b"])])
def test_an_append_that_was_killed_is_there_whole_or_not_at_all(tmp_path: Path, place: str, found: list[str]) -> None:
    """Killed before or after the name is given: all or nothing, and the draft that stays is in nobody's way."""
    killed = subprocess.run([sys.executable, "-c", KILLED.format(place)], cwd=tmp_path, check=False)
    assert killed.returncode == -9
    backend = open_backend("dir:.reconciler/journals", tmp_path)
    assert backend.history("s") == found
    assert backend.spaces() == (["s"] if found else [])
    backend.append("s", len(found), ["next"])
    assert backend.history("s") == [*found, "next"]
    assert (tmp_path / ".reconciler/.gitignore").read_text() == "*\n"


@needs("strace")
def test_file_and_name_are_forced_to_the_disk(tmp_path: Path) -> None:
    """Each append costs a sync of the file and one of its directory."""
    script = KILLED.format("never") + "open_backend('dir:.reconciler/journals', Path()).append('s', 2, ['c'])\n"
    traced = ["strace", "-f", "-e", "trace=fsync,fdatasync,link", "-o", str(tmp_path / "calls"), sys.executable]
    subprocess.run([*traced, "-c", script], cwd=tmp_path, check=True)
    calls = [line.split(None, 1)[1].partition("(")[0] for line in (tmp_path / "calls").read_text().splitlines()]
    assert [call for call in calls if call in ("fsync", "link")][-6:] == ["fsync", "link", "fsync"] * 2


@settings(max_examples=150)
@given(spaces=st.sets(st.text(min_size=1, max_size=12).filter(lambda id: not _surrogate(id)), min_size=1, max_size=4))
def test_any_space_id_is_safe_as_a_name(tmp_path_factory: pytest.TempPathFactory, spaces: set[str]) -> None:
    """Dots, slashes, spaces, escapes: each id has a folder of its own below the place, and is told as it was."""
    root = tmp_path_factory.mktemp("ids")
    backend = open_directory(root / "state")
    for id in spaces:
        backend.append(id, 0, [id])
    assert backend.spaces() == sorted(spaces)
    assert {id: backend.history(id) for id in spaces} == {id: [id] for id in spaces}
    assert [path.name for path in root.iterdir()] == ["state"]
    files = [path for path in (root / "state").iterdir() if not path.is_dir()]
    assert [(path.name, path.read_text()) for path in files] == ([(".gitignore", "*\n")] if spaces else [])


def test_a_folder_that_was_there_is_its_owners(tmp_path: Path) -> None:
    """Nothing is put beside what somebody keeps there; a folder of the program's own is kept out of Git."""
    (tmp_path / "theirs").mkdir()
    for name in ("theirs", "ours"):
        open_directory(tmp_path / name).append("s", 0, ["a"])
    assert [path.name for path in (tmp_path / "theirs").iterdir()] == ["s"]
    assert (tmp_path / "ours/.gitignore").read_text() == "*\n"


def _surrogate(text: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in text)


@pytest.mark.parametrize("id", [".", "..", "../x", "a/b", "A%2Fb", "snapshot-1", "#?&=+ ~", "名"])
def test_odd_space_ids_are_kept_apart_in_buckets_too(again: Open, id: str) -> None:
    """What needs escaping in a file's name needs it in a URL."""
    backend = again()
    backend.append(id, 0, ["a"])
    backend.append("s", 0, ["b"])
    assert (backend.spaces(), backend.history(id)) == (sorted([id, "s"]), ["a"])


def test_what_stands_beside_the_journals_is_no_space(tmp_path: Path) -> None:
    """Files and folders of others are left alone, and neither read nor told."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "No Space").mkdir()
    (tmp_path / "No Space/000000000001.json").write_text("{}")
    (tmp_path / "note.json").write_text("{}")
    backend = open_directory(tmp_path)
    backend.append("s", 0, ["a"])
    (tmp_path / "s/.000000000002.json.draft").write_text("{")
    (tmp_path / "s/note.txt").write_text("mine")
    assert (backend.spaces(), backend.read("s")) == (["s"], (None, ["a"]))


def test_a_directory_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    """A file where the directory should be: a StateError that names it, for reading as for writing."""
    (tmp_path / "state").write_text("precious")
    backend = open_backend("dir:state", tmp_path)
    for use in (lambda: backend.read("s"), lambda: backend.append("s", 0, ["a"]), backend.spaces):
        with pytest.raises(StateError, match="state"):
            use()
    assert (tmp_path / "state").read_text() == "precious"


def test_reading_makes_no_directory(tmp_path: Path) -> None:
    """What does not exist is empty, and stays so."""
    backend = open_backend("dir:state", tmp_path)
    assert (backend.read("s"), backend.spaces(), backend.history("s")) == ((None, []), [], [])
    assert list(tmp_path.iterdir()) == []


def test_a_directory_across_a_network_is_refused(tmp_path: Path) -> None:
    """As a SQLite file is, unless a person said otherwise."""
    mounts = tmp_path / "mounts"
    mounts.write_text("1 0 0:1 / / rw - nfs4 server:/ rw\n")
    with pytest.raises(StateError) as refused:
        open_directory(tmp_path / "state", mounts=mounts)
    assert refused.value.problems[0].code == "network-filesystem"
    open_directory(tmp_path / "state", network_allowed=True, mounts=mounts)
