"""Copies journals from one backend to another, completely or not at all, and makes backups.

A backend that is being filled records that in a journal of its own, FILLING. Until it is finished, everything else
refuses to work there: missing entries would look like calls that were never made. After a crash, the copy can be
repeated: it appends only what is missing, and only if nothing else was written.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection, Iterable, Iterator
from functools import partial
from itertools import count, pairwise
from pathlib import Path
from typing import Any

from reconciler.core.journal.complete import PRUNED, Whole, missing, whole
from reconciler.core.journal.snapshot import dump_state, fold
from reconciler.core.journal.state import State, moved, parse, seal
from reconciler.errors import Problem, ReconcilerError, StateError
from reconciler.runtime import regular_files
from reconciler.runtime.failpoints import reached
from reconciler.store.backend import Backend, Read
from reconciler.store.filesystem import keep_out_of_git
from reconciler.store.side_by_side import side_by_side

FILLING = "_filling"
CHUNK = 1000


def spaces(backend: Backend) -> list[str]:
    """The ids of all spaces."""
    return [space_id for space_id in backend.spaces() if space_id != FILLING]


def states(backend: Backend, but: Collection[str] = ()) -> dict[str, State]:
    """Space id -> state, in order. but: ids of spaces to leave out."""
    return _states(backend.read_all({FILLING, *but}))


def state(backend: Backend, space_id: str) -> dict[str, State]:
    """The same of one space."""
    return _states([(space_id, backend.read(space_id))])


def _states(read: Iterable[tuple[str, Read]]) -> dict[str, State]:
    found = {id: fold(id, lines, snapshot) for id, (snapshot, lines) in read}
    return {id: state for id, state in found.items() if state.serial}


def still_here(states: dict[str, State]) -> dict[str, State]:
    """Raises StateError for journals that continue elsewhere."""
    if gone := [moved(state) for state in states.values() if state.moved_to]:
        raise StateError(*gone)
    return states


def read_whole(backend: Backend, space_id: str) -> Whole:
    """Checkpoint and entries that match: entries are only pruned after a newer checkpoint. Raises StateError."""
    snapshot, lines = backend.read(space_id)
    if snapshot is None and not lines:
        return whole(space_id, lines, None)
    while True:
        history = backend.history(space_id)
        again, _ = backend.read(space_id)
        if again == snapshot:
            return whole(space_id, history, snapshot)
        snapshot = again


def read_wholes(backend: Backend, ids: Collection[str]) -> Iterator[Whole]:
    """The same for several spaces, concurrently."""
    return side_by_side(partial(read_whole, backend), ids, backend.at_once)


def unfinished(backend: Backend) -> tuple[str, str]:
    """The source from which this backend is being filled, and one of its lineages; two empty strings if it is not."""
    newest = _newest(backend)
    return str(newest.get("source", "")), str(newest.get("lineage", ""))


def _newest(backend: Backend) -> dict[str, Any]:
    _, lines = backend.read(FILLING)
    return parse(lines[-1], FILLING) if lines else {}


def check_filled(backend: Backend) -> None:
    """Raises StateError while the backend is being filled."""
    source, _ = unfinished(backend)
    if source:
        raise StateError(Problem("state-unfinished", f"{backend.url} is being filled from {source}; not all is there"))


def check_takes(backend: Backend) -> None:
    """Raises StateError if no journal may begin here. Called just after the first entry, so that close() cannot miss
    one."""
    check_filled(backend)
    if gone := _newest(backend).get("to"):
        raise StateError(Problem("state-moved", f"{backend.url} is closed: all of it continues in {gone}"))


def close(backend: Backend, to: str, at: str) -> None:
    """Lets no more journals begin here. Existing ones can still be read."""
    if not _newest(backend).get("to"):
        _mark(backend, {"type": "closed", "to": to, "at": at})
    reached("transfer.closed")


def begin(backend: Backend, source: str, lineages: Collection[str], at: str) -> None:
    """Marks the backend as being filled. lineages: of all journals to come. An unfinished copy from the same source
    continues."""
    doing, lineage = unfinished(backend)
    if lineage not in lineages:
        check_takes(backend)
    if not doing:
        _mark(backend, {"type": "filling", "source": source, "lineage": min(lineages), "at": at})
    reached("transfer.begun")


def finish(backend: Backend, at: str) -> None:
    """Marks the backend as filled."""
    if unfinished(backend)[0]:
        _mark(backend, {"type": "filled", "at": at})
    reached("transfer.finished")


def halves(found: Iterable[Whole]) -> list[Problem]:
    """Problems for journals of which only the last part is here, without a checkpoint: they cannot be read."""
    hint = "Run the same `state migrate` or `state push` again, or leave this place alone and name another one."
    what = "only a part of this journal is here, which cannot be read alone"
    return [
        Problem("state-unfinished", f"{each.state.space_id}: {what}", hint=hint)
        for each in found
        if each.padding and each.snapshot is None
    ]


def give_up(backend: Backend, at: str) -> None:
    """Accepts an unfinished copy as complete. Raises StateError, and changes nothing, if a journal cannot be read."""
    if unfinished(backend)[0]:
        found = list(read_wholes(backend, spaces(backend)))
        if problems := halves(found):
            raise StateError(*problems)
        for each in found:
            if each.padding:
                backend.prune(each.state.space_id, each.padding)
        finish(backend, at)


def _mark(backend: Backend, entry: dict[str, str]) -> None:
    """Appends to FILLING, which is chained like every journal."""
    state = State(FILLING)
    for line in backend.read(FILLING)[1]:
        state.chain(line)
    backend.append(FILLING, state.serial, [seal(state, entry)])


def copy_all(target: Backend, wanted: Collection[tuple[Whole, Whole]]) -> Iterator[Whole]:
    """Copies and verifies each journal beside what is there of it, concurrently."""

    def copied(pair: tuple[Whole, Whole]) -> Whole:
        copy(target, *pair)
        verify(target, pair[0])
        return pair[0]

    return side_by_side(copied, wanted, target.at_once)


def copy(target: Backend, want: Whole, have: Whole) -> None:
    """Appends what is missing. have: the target's journal.

    Raises StateError, before writing, if it is another journal, and LostPlace if it changed since it was read.
    """
    space_id = want.state.space_id
    lines = missing(have, want)
    padding = have.padding
    if not have.lines and not padding and want.first > 1:
        padding = want.first - 1
        target.append(space_id, 0, [PRUNED] * padding)
        reached("transfer.padded")
    at = want.last - len(lines)
    for start, end in _chunks(at, want.last, want.told):
        target.append(space_id, start, lines[start - at : end - at])
        reached("transfer.appended")
    if want.snapshot is not None:
        target.snapshot(space_id, want.told, want.snapshot)
        reached("transfer.told")
    if padding:
        target.prune(space_id, padding)
    reached("transfer.copied")


def _chunks(at: int, last: int, cut: int) -> Iterator[tuple[int, int]]:
    """Ranges of serials after `at` to append together.

    Reading starts after the checkpoint's last entry, so a range ends there: earlier entries need not be read.
    """
    return pairwise(sorted({*range(at, last, CHUNK), last, *([cut] if at < cut < last else ())}))


def verify(target: Backend, want: Whole) -> None:
    """Reads the copy back and compares it. Raises StateError."""
    back = read_whole(target, want.state.space_id)
    if missing(back, want) or back.last != want.last or dump_state(back.state) != dump_state(want.state):
        raise StateError(Problem("state-differs", f"{want.state.name}: the copy in {target.url} reads otherwise"))
    reached("transfer.verified")


def backup(folder: Path, serial: int, text: str) -> Path:
    """A durable file readable by its owner only, and ignored by git. An existing backup is never overwritten."""
    try:
        with _draft(folder, text) as draft:
            for number in count(1):
                path = folder / f"backup-{serial}{f'-{number}' if number > 1 else ''}.json"
                if path.exists() and _is(path, text):
                    return path
                with contextlib.suppress(FileExistsError):
                    os.link(draft, path)
                    reached("backup.written")
                    return path
    except (OSError, UnicodeDecodeError) as error:
        raise ReconcilerError(Problem("cannot-write", f"no backup can be written to {folder}: {error}")) from None
    raise AssertionError


def _is(path: Path, text: str) -> bool:
    """Whether exactly this text is there. Anything that is not a regular file counts as different."""
    body = text.encode()
    with contextlib.suppress(regular_files.NotRegular, regular_files.TooLarge):
        return regular_files.read(path, len(body)) == body
    return False


@contextlib.contextmanager
def _draft(folder: Path, text: str) -> Iterator[str]:
    import tempfile  # slow import, rarely needed

    folder.mkdir(parents=True, exist_ok=True)
    keep_out_of_git(folder)
    number, draft = tempfile.mkstemp(prefix="backup.", dir=folder)
    try:
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        yield draft
    finally:
        Path(draft).unlink(missing_ok=True)
