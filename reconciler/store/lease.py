"""Leases: one run per space at a time.

Theory of operation. A lease is an open run in the journal. There is no other lock:

    free ── open_run() ──> held ── heartbeat, or any entry, within each term ──> held ── close_run() ──> free
                            └── no new entry for a whole term, or its process is gone ──> another run takes it over

Taking over is one compare-and-append of `run_opened`. Of several runs that try at once, one succeeds; the others get
LostPlace, read again, and wait. From that moment the next append of the previous holder is refused (fencing), so it
makes no further call.

Invariants:

- Wall clocks of different machines are never compared. A waiter measures the term with its own monotonic clock, from
  when it first saw the newest entry.
- A holder on this machine is gone as soon as its process provably does not exist: same host, same boot, and no process
  with this pid and start time. If that cannot be read, the term decides.
- Leases on several spaces are taken in sorted order, so that two runs cannot wait for each other.

runs/lease.py enters held() for each space of a command, in sorted order; held() takes the lease, keeps it with
heartbeats, and closes it. A rehearsal enters held() itself; only `force-unlock` opens a run without it.
"""

from __future__ import annotations

import contextlib
import getpass
import os
import socket
import string
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from reconciler.core.journal.entries import Run
from reconciler.core.journal.state import State
from reconciler.core.plan.settings import InForce
from reconciler.errors import Locked, LostPlace, Problem, StateError, UsageError
from reconciler.store.journal import Journal

TERM, PROCESSES = 60.0, Path("/proc")
NONE: InForce = {}
Results = dict[str, dict[str, int]]
"""Space id -> how many changes ended how."""


def term(environ: Mapping[str, str]) -> float:
    """The lease's term in seconds, from RECONCILER_LEASE_TERM. Raises UsageError if it is not a number of seconds."""
    said = environ.get("RECONCILER_LEASE_TERM", str(TERM))
    with contextlib.suppress(ValueError):
        if 0.01 <= float(said) <= 3600:
            return float(said)
    raise UsageError(Problem("bad-term", "RECONCILER_LEASE_TERM is no number of seconds up to 3600", found=said))


@dataclass(frozen=True, slots=True)
class Holder:
    """A process, as it is recorded.

    who: the user.
    host: the host's name.
    pid: the process id.
    boot: the boot id; "" if unknown.
    started: the process's start time: with boot, it distinguishes a later process of the same pid.
    """

    who: str
    host: str
    pid: int
    boot: str
    started: str

    def run(
        self, verb: str, opened_at: str, term: float, plan: str = "", settings: InForce = NONE, account: str = ""
    ) -> Run:
        """A new run of this process."""
        # Letters only: digits could be taken for a phone number and masked.
        id = os.urandom(6).hex().translate(str.maketrans(string.digits, "ghijklmnop"))
        whose = self.who, self.host, self.pid, self.boot, self.started
        return Run(id, verb, *whose, term, opened_at, plan, settings, account)


def this_process(environ: Mapping[str, str]) -> Holder:
    """This process. RECONCILER_WHO and RECONCILER_HOST replace its names."""
    host = environ.get("RECONCILER_HOST") or socket.gethostname()
    who = environ.get("RECONCILER_WHO") or _user()
    return Holder(_text(who), _text(host), os.getpid(), _boot_id(), _started(os.getpid(), PROCESSES))


def _text(said: str) -> str:
    """Bytes that are not UTF-8 become escapes, which can be stored."""
    return said.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _user() -> str:
    with contextlib.suppress(OSError, KeyError, ImportError):
        return getpass.getuser()
    return "unknown"


def _boot_id() -> str:
    """The boot of this machine, and the PID namespace: a container sees only its own processes."""
    with contextlib.suppress(OSError):
        return f"{_read('/proc/sys/kernel/random/boot_id')} {Path('/proc/self/ns/pid').readlink()}"
    return ""


def _started(pid: int, processes: Path) -> str:
    """When a process started, in clock ticks since boot (field 22 of its stat); "" if it cannot be read.

    Other users' processes may be hidden, and a container may see a /proc of other processes.
    """
    with contextlib.suppress(OSError, IndexError):
        if str((processes / "self").readlink()) == str(os.getpid()):
            return (processes / f"{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[19]
    return ""


def _read(path: str) -> str:
    with contextlib.suppress(OSError):
        return Path(path).read_text().strip()
    return ""


def is_gone(run: Run, me: Holder, processes: Path = PROCESSES) -> bool:
    """Whether a run's process provably does not exist: same host, same boot, and no process with its pid and start
    time.

    If /proc does not show the process, that proves nothing; then signal 0 tells.
    """
    if not (run.boot and run.started) or (run.host, run.boot) != (me.host, me.boot):
        return False
    started = _started(run.pid, processes)
    return started != run.started if started else _is_no_process(run.pid)


def _is_no_process(pid: int) -> bool:
    """Signal 0 is not delivered; the error tells whether the process exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return pid > 0
    except (OSError, OverflowError):
        return False
    return False


def take(
    journal: Journal,
    run: Run,
    name: str,
    endpoint: str,
    me: Holder,
    wait: float = 0.0,
    monotonic: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], object] = time.sleep,
) -> None:
    """Opens the run. Raises Locked if another run holds the space for longer than `wait` seconds."""
    for state in free(journal, name, endpoint, me, wait, monotonic, sleep):
        journal.check_cloud(endpoint, run.account or None)
        with contextlib.suppress(LostPlace):
            journal.open_run(run, name, endpoint, state.run.id if state.run else "")
            return


def free(
    journal: Journal,
    name: str,
    endpoint: str,
    me: Holder,
    wait: float = 0.0,
    monotonic: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], object] = time.sleep,
) -> Iterator[State]:
    """Yields the state each time that the lease can be taken: no run is open, or the open one has expired or its
    process is gone. Raises Locked if that takes longer than `wait` seconds."""
    asked = seen = monotonic()
    state, serial = journal.state, -1
    while True:
        # A space that was free is not read again: if that has changed, the append is refused.
        state = journal.reread() if state.run or serial >= 0 else state
        journal.check_cloud(endpoint)
        if state.serial != serial:
            serial, seen = state.serial, monotonic()
        held = state.run
        if held is None or is_gone(held, me) or monotonic() - seen >= held.term:
            yield state
        elif monotonic() - asked >= wait:
            raise Locked(Problem("locked", held_by(name, held)))
        else:
            sleep(min(0.2, max(wait / 20, 0.01)))


def holder(state: State) -> str:
    """Who holds a space, for people; "" if nobody does, or the process is provably gone."""
    run = state.run
    return held_by(state.name, run) if run and not is_gone(run, this_process(os.environ)) else ""


def held_by(name: str, run: Run) -> str:
    """Who holds a space, for people."""
    return f"{name} is held by {run.who}@{run.host} since {run.opened_at} ({run.verb}, run {run.id})"


@contextlib.contextmanager
def kept(journal: Journal, term: float) -> Iterator[None]:
    """Keeps the lease: a heartbeat in each third of the term in which nothing else was appended."""
    done = threading.Event()

    def live() -> None:
        while not done.wait(term / 3):
            if not journal.appended.is_set():
                with contextlib.suppress(StateError):
                    journal.append({"type": "alive"})
            journal.appended.clear()

    thread = threading.Thread(target=live, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


@contextlib.contextmanager
def held(
    journals: Mapping[str, tuple[Journal, str]],
    run: Run,
    endpoint: str,
    me: Holder,
    wait: float,
    monotonic: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], object] = time.sleep,
) -> Iterator[Results]:
    """Leases on several spaces, taken in sorted order; if one is not available, all are given back.

    journals: space id -> (journal, the space's name). Yields the dictionary for the run's results.
    """
    results: Results = {}
    with contextlib.ExitStack() as stack:
        for space_id in sorted(journals):
            journal, name = journals[space_id]
            take(journal, run, name, endpoint, me, wait, monotonic, sleep)
            stack.callback(_close, journal, results, space_id)
            stack.enter_context(kept(journal, run.term))
        yield results


def _close(journal: Journal, results: Results, space_id: str) -> None:
    with contextlib.suppress(StateError):
        journal.close_run(results.get(space_id, {}))


def force_unlock(journal: Journal, run_id: str, me: Holder, opened_at: str) -> None:
    """Closes somebody else's run. Raises Locked if another run holds the space, or none."""
    holding = journal.state.run
    if holding is None or holding.id != run_id:
        what = held_by(journal.state.name, holding) if holding else f"{journal.state.name} is held by nobody"
        raise Locked(Problem("wrong-run", f"{what}; the given run holds nothing here"))
    journal.open_run(me.run("unlock", opened_at, TERM), journal.state.name, journal.state.endpoint, run_id)
    journal.close_run({})
