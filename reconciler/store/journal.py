"""The journal of one space, open for reading and, during a run, for appending. It works on any backend.

Theory of operation. The journal is a write-ahead log. append() takes entries from any thread, and one thread at a time
writes. With group commit, everything that threads have ready while one write is in progress goes out in the next write:

    batches ── check each alone ──> seal (serial, hash) ──> backend.append(serial) ──> state.advance(line)

A Journal object is in one of three states. Before open_run() it only reads; during a run it appends; after a failed
write, a takeover by another run, or close_run(), it refuses every append, until open_run() succeeds again.

Invariants:

- append() returns only after its entries are durable; entries of one call are written together or not at all.
- Fencing: a run that lost its lease cannot append, and the executor makes no call whose intent was not appended.
- If an entry could not be read back, its append() fails before anything is written; those of other threads do not.
- After `run_closed` or `moved`, nothing of the same writer follows, not even from the same write.
- An outcome that cannot be appended is not dropped: rescue() saves it to the emergency file, or else in the hint.

lease.py opens and closes runs, executor/drive.py appends intents and outcomes, runs/ reads.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from msgspec import to_builtins

from reconciler.core.journal.entries import About, Run, checked
from reconciler.core.journal.fold import next_record
from reconciler.core.journal.record import Record
from reconciler.core.journal.snapshot import dump_state, fold
from reconciler.core.journal.state import FORMAT, State, moved, seal
from reconciler.errors import LostPlace, Problem, StateError
from reconciler.runtime.failpoints import reached
from reconciler.runtime.gc_pause import paused
from reconciler.store.backend import Backend
from reconciler.store.safety import transfer
from reconciler.store.safety.emergency import Emergency, printed, to_keep

# close_run() writes a checkpoint if max(50, records / 20) entries follow the last one. So checkpoints have a constant
# amortised cost per entry, and reading the entries after a checkpoint is fast compared with reading the checkpoint.
SNAPSHOT_EVERY, RECORDS_PER_ENTRY = 50, 20
TAKEN = "Another run has taken this one's place. Run `reconciler state recover`, then look at `reconciler log`."


# Nothing of the same writer may follow these, not even from the same write.
LAST = frozenset({"run_closed", "moved"})


def _interrupted() -> Exception:
    return StateError(Problem("state-unusable", "the write was interrupted: whether it is there is unknown"))


@dataclass(slots=True)
class _Batch:
    """What one thread wants to append, together or not at all.

    entries: as given, then with time and run.
    done: the batch was handled; `error` is final.
    error: why it was not written; None once it was.
    """

    entries: tuple[Mapping[str, Any], ...]
    done: bool = False
    error: Exception | None = field(default_factory=_interrupted)


def _ends(batch: _Batch) -> bool:
    return any(entry["type"] in LAST for entry in batch.entries)


def _groups(batches: Iterable[_Batch]) -> Iterator[list[_Batch]]:
    """Batches to write together; a group ends with an entry that nothing may follow."""
    group: list[_Batch] = []
    for batch in batches:
        group.append(batch)
        if _ends(batch):
            yield group
            group = []
    if group:
        yield group


class Journal:
    """The journal of one space. now: the time, as in entries. state: folded, up to this journal's own last append."""

    def __init__(self, backend: Backend, space_id: str, now: Callable[[], str], emergency: Emergency) -> None:
        self.backend = backend
        self.space_id = space_id
        self._emergency = emergency
        self._now = now
        self._condition, self._writing = threading.Condition(), False
        self._waiting: list[_Batch] = []
        self._run = ""
        self._closed = ""
        self.appended = threading.Event()
        self.state = State(space_id)
        self.reread()

    def reread(self) -> State:
        """Reads everything again. Raises StateError."""
        with paused():
            snapshot, lines = self.backend.read(self.space_id)
            self.state = fold(self.space_id, lines, snapshot)
        self._snapshot_at = self.state.serial - len(lines)
        return self.state

    def record(self, id: str) -> Record | None:
        """The record of this id, None if there is none."""
        return self.state.records.get(id)

    def append(self, *entries: Mapping[str, Any]) -> None:
        """Appends entries together or not at all. Time, run, serial and hash are added here. Raises StateError."""
        mine = _Batch(entries)
        led: list[_Batch] = []
        leads = False
        try:
            with self._condition:
                self._waiting.append(mine)
                self._condition.wait_for(lambda: mine.done or not self._writing)
                if leads := not mine.done:  # the first thread that finds nobody writing writes for all that wait
                    self._writing = True
            led = self._gathered() if leads else []
            for group in _groups([batch for batch in led if self._is_sound(batch)]):
                self._attempt(group)
        finally:
            if leads:
                self._hand_over(led or [mine])
        if mine.error:
            raise mine.error
        self.appended.set()

    def _gathered(self) -> list[_Batch]:
        self.backend.gather(self.space_id)
        with self._condition:
            led, self._waiting = self._waiting, []
        return led

    def _hand_over(self, batches: list[_Batch]) -> None:
        with self._condition:
            for batch in batches:
                batch.done = True
            self._waiting = [
                batch for batch in self._waiting if not batch.done
            ]  # if this thread was interrupted while waiting
            self._writing = False
            self._condition.notify_all()

    def _attempt(self, batches: list[_Batch]) -> None:
        error: Exception | None = None
        try:
            self._write(batches)
        except Exception as failed:  # noqa: BLE001 - each waiting thread raises it
            error = failed
        for batch in batches:
            batch.error = error

    def _write(self, batches: list[_Batch]) -> None:
        if self.state.moved_to:
            raise StateError(moved(self.state))
        if self._closed:
            raise LostPlace(Problem("lost-place", self._closed))
        lines = self._sealed([entry for batch in batches for entry in batch.entries])
        self._pass("append.before", batches)
        reached("write.before")
        try:
            self.backend.append(self.space_id, self.state.serial, lines)
        except StateError as error:
            self._closed = error.problems[0].what  # whether it was written is unknown, so nothing may follow
            raise
        for line in lines:
            self.state.advance(line)
        if _ends(batches[-1]):
            self._closed = f"{self.space_id}: this run is closed; nothing more is written or called"
        self._pass("append.after", batches)

    def _pass(self, place: str, batches: list[_Batch]) -> None:
        for batch in batches:
            reached(f"{place}:{batch.entries[0]['type']}")

    def rescue(self, entry: Mapping[str, Any], cause: StateError) -> StateError:
        """Saves an outcome, which could not be appended, to the emergency file; if that fails as well, the error's
        hint contains it. Returns the error to raise."""
        kept = to_keep(self.space_id, self.state.records[entry["id"]], entry)
        why = cause.problems[0].what
        try:
            self._emergency.keep(kept)
        except OSError:
            what = (
                f"after serial {self.state.serial}: {kept.operation} was answered, and nothing can be written ({why})"
            )
            hint = f"Repair the disk, then run: reconciler state recover --line {printed(kept)}"
            return StateError(Problem("outcome-nowhere", what, hint=hint))
        what = (
            f"{kept.operation} was answered, and the journal cannot be written ({why}); kept in {self._emergency.path}"
        )
        return StateError(Problem("outcome-kept", what, hint=TAKEN if isinstance(cause, LostPlace) else ""))

    def _is_sound(self, batch: _Batch) -> bool:
        """Checks a batch alone: one unreadable line would damage the whole journal."""
        try:
            batch.entries = tuple(self._checked(entry) for entry in batch.entries)
        except Exception as error:  # noqa: BLE001 - the batch's own thread raises it
            batch.error = error
            return False
        return True

    def _checked(self, entry: Mapping[str, Any]) -> Mapping[str, Any]:
        entry = {**entry, "at": self._now(), "run": self._run}
        line = checked(entry)
        if isinstance(line, About):
            next_record(self.state.records.get(line.id), line)
        return entry

    def _sealed(self, entries: Iterable[Mapping[str, Any]]) -> list[str]:
        ahead = State(self.space_id, serial=self.state.serial, hash=self.state.hash)
        lines: list[str] = []
        for entry in entries:
            lines.append(seal(ahead, entry))
            ahead.chain(lines[-1])
        return lines

    def open_run(self, run: Run, name: str, endpoint: str, taken_from: str = "") -> None:
        """Takes the lease. The first run of a space also fixes its lineage and endpoint. taken_from: the run that it
        replaces."""
        self._closed = ""
        self._run = run.id
        entry = {"type": "run_opened", "name": name, "holder": to_builtins(run), "taken_from": taken_from}
        if self.state.serial:
            self.append(entry)
            return
        born = {"type": "opened", "format": FORMAT, "name": name, "lineage": os.urandom(16).hex(), "endpoint": endpoint}
        self.append({**born, "space_id": self.space_id}, entry)
        try:
            transfer.check_takes(self.backend)
        except StateError:
            self.close_run({})
            raise

    def close_run(self, results: Mapping[str, int]) -> None:
        """Gives up the lease. Nothing can be appended afterwards: an abandoned thread may still try."""
        self.append({"type": "run_closed", "results": results})
        due = max(SNAPSHOT_EVERY, len(self.state.records) // RECORDS_PER_ENTRY)
        if self.state.serial - self._snapshot_at >= due:
            reached("snapshot.before")
            self.backend.snapshot(self.space_id, self.state.serial, dump_state(self.state))
            self._snapshot_at = self.state.serial

    def check_cloud(self, endpoint: str, account: str | None = None) -> None:
        """Raises StateError if the journal was recorded against another cloud or account.

        account: that the configuration names, "" if it names none; None if no call is made.
        """
        if self.state.endpoint and self.state.endpoint != endpoint:
            what = f"{self.state.name}: recorded against {self.state.endpoint}, and this is {endpoint}"
            raise StateError(Problem("other-endpoint", what))
        if account is not None and self.state.account not in ("", account):
            raise StateError(other_account(self.state, account))


def other_account(state: State, account: str) -> Problem:
    """The error for a journal of another account than the configuration names; "" if it names none."""
    here = f"this is {account}" if account else "reconciler.yaml names none"
    return Problem("other-account", f"{state.name}: recorded in account {state.account}, and {here}")
