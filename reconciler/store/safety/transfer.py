"""Journals copied from one place to another, whole or not at all, and backups of them.

A place that is being filled says so in a journal of its own, FILLING, whose id no space has. Until that is finished
all else refuses to work there: what is missing yet would be taken for never done. Killed anywhere it can be repeated:
only what is missing is copied, and only to where nothing else was written.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection, Iterable, Iterator, Sequence
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
from reconciler.store.backend import Backend
from reconciler.store.filesystem import keep_out_of_git
from reconciler.store.side_by_side import side_by_side

FILLING = "_filling"
CHUNK = 1000


def spaces(backend: Backend) -> list[str]:
    return [space_id for space_id in backend.spaces() if space_id != FILLING]


def states(backend: Backend, only: Sequence[str] = ()) -> dict[str, State]:
    """What is recorded of each space, by id, in order. only: the ids of those to read, all if none is given."""
    read = ((space_id, backend.read(space_id)) for space_id in only) if only else backend.read_all()
    found = {id: fold(id, lines, snapshot) for id, (snapshot, lines) in read if id != FILLING}
    return {id: state for id, state in found.items() if state.serial}


def still_here(states: dict[str, State]) -> dict[str, State]:
    """Raises StateError for journals that continue in another place."""
    if gone := [moved(state) for state in states.values() if state.moved_to]:
        raise StateError(*gone)
    return states


def read_whole(backend: Backend, space_id: str) -> Whole:
    """Snapshot and entries that fit: nothing is pruned without a newer snapshot. Raises StateError."""
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
    """The same of several, side by side."""
    return side_by_side(partial(read_whole, backend), ids, backend.at_once)


def unfinished(backend: Backend) -> tuple[str, str]:
    """What this place is being filled from, for people, and the lineage of one of the journals; or two empty texts."""
    newest = _newest(backend)
    return str(newest.get("source", "")), str(newest.get("lineage", ""))


def _newest(backend: Backend) -> dict[str, Any]:
    _, lines = backend.read(FILLING)
    return parse(lines[-1], FILLING) if lines else {}


def check_filled(backend: Backend) -> None:
    source, _ = unfinished(backend)
    if source:
        raise StateError(Problem("state-unfinished", f"{backend.url} is being filled from {source}; not all is there"))


def check_takes(backend: Backend) -> None:
    """Whether a journal may begin here. Asked once it has, and before it says anything: so no closing overlooks it."""
    check_filled(backend)
    if gone := _newest(backend).get("to"):
        raise StateError(Problem("state-moved", f"{backend.url} is closed: all of it continues in {gone}"))


def close(backend: Backend, to: str, at: str) -> None:
    """No journal begins here any more. Those that did before this are there to be seen."""
    if not _newest(backend).get("to"):
        _mark(backend, {"type": "closed", "to": to, "at": at})
    reached("transfer.closed")


def begin(backend: Backend, source: str, lineages: Collection[str], at: str) -> None:
    """lineages: of all journals that are to come. Goes on with what was begun from there, and with nothing else."""
    doing, lineage = unfinished(backend)
    if lineage not in lineages:
        check_takes(backend)
    if not doing:
        _mark(backend, {"type": "filling", "source": source, "lineage": min(lineages), "at": at})
    reached("transfer.begun")


def finish(backend: Backend, at: str) -> None:
    if unfinished(backend)[0]:
        _mark(backend, {"type": "filled", "at": at})
    reached("transfer.finished")


def halves(found: Iterable[Whole]) -> list[Problem]:
    """Journals of which only the end is here, and the rest is not told by a snapshot: nobody can read what they say."""
    hint = "Run the same `state migrate` or `state push` again, or leave this place alone and name another one."
    what = "only a part of this journal is here, which cannot be read alone"
    return [
        Problem("state-unfinished", f"{each.state.space_id}: {what}", hint=hint)
        for each in found
        if each.padding and each.snapshot is None
    ]


def give_up(backend: Backend, at: str) -> None:
    """What is here is all that is to come. Raises StateError, and goes on being filled, where some cannot be read."""
    if unfinished(backend)[0]:
        found = list(read_wholes(backend, spaces(backend)))
        if problems := halves(found):
            raise StateError(*problems)
        for each in found:
            if each.padding:
                backend.prune(each.state.space_id, each.padding)
        finish(backend, at)


def _mark(backend: Backend, entry: dict[str, str]) -> None:
    """Chained as every journal is, so that no program takes it for anything else."""
    state = State(FILLING)
    for line in backend.read(FILLING)[1]:
        state.chain(line)
    backend.append(FILLING, state.serial, [seal(state, entry)])


def copy_all(target: Backend, wanted: Collection[tuple[Whole, Whole]]) -> Iterator[Whole]:
    """Each wanted one, beside what is there of it, copied and read back, side by side."""

    def copied(pair: tuple[Whole, Whole]) -> Whole:
        copy(target, *pair)
        verify(target, pair[0])
        return pair[0]

    return side_by_side(copied, wanted, target.at_once)


def copy(target: Backend, want: Whole, have: Whole) -> None:
    """have: what is recorded there. Raises StateError, before anything is written, when that is something else, and
    LostPlace when it has become so since it was read."""
    space_id = want.state.space_id
    lines = missing(have, want)
    padding = have.padding
    if not have.lines and not padding and want.first > 1:
        padding = want.first - 1
        target.append(space_id, 0, [PRUNED] * padding)
        reached("transfer.padded")
    at = want.last - len(lines)
    for start, end in _chunks(at, want.last, want.told - 1):
        target.append(space_id, start, lines[start - at : end - at])
        reached("transfer.appended")
    if want.snapshot is not None:
        target.snapshot(space_id, want.told, want.snapshot)
        reached("transfer.told")
    if padding:
        target.prune(space_id, padding)
    reached("transfer.copied")


def _chunks(at: int, last: int, cut: int) -> Iterator[tuple[int, int]]:
    """Of the entries after `at`, each from after the one serial up to the other. Reading begins with the entry that the
    snapshot tells last, so what is written together begins with it as well: all before it need not be read along."""
    return pairwise(sorted({*range(at, last, CHUNK), last, *([cut] if at < cut < last else ())}))


def verify(target: Backend, want: Whole) -> None:
    """Read back whole: every line, and what they come to. Raises StateError."""
    back = read_whole(target, want.state.space_id)
    if missing(back, want) or back.last != want.last or dump_state(back.state) != dump_state(want.state):
        raise StateError(Problem("state-differs", f"{want.state.name}: the copy in {target.url} reads otherwise"))
    reached("transfer.verified")


def backup(folder: Path, serial: int, text: str) -> Path:
    """For its owner's eyes, kept out of Git, durable. A backup that is there already is never written over."""
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
    """Whether this very text is there. What is no file is another thing, and stays."""
    body = text.encode()
    with contextlib.suppress(regular_files.NotRegular, regular_files.TooLarge):
        return regular_files.read(path, len(body)) == body
    return False


@contextlib.contextmanager
def _draft(folder: Path, text: str) -> Iterator[str]:
    import tempfile  # a plan makes no backup

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
