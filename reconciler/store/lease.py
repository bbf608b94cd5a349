"""One run per space. A lease is held by appending to the journal, and lost by somebody else appending.

No two machines' wall clocks are compared: a holder counts as gone when a waiter's own monotonic clock saw no new
entry for a whole term, or at once when it was a process of this very machine that is known to exist no more.
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
"""Space id -> how many changes came to what."""


def term(environ: Mapping[str, str]) -> float:
    """Seconds; RECONCILER_LEASE_TERM says otherwise. Raises UsageError for what is no such time."""
    said = environ.get("RECONCILER_LEASE_TERM", str(TERM))
    with contextlib.suppress(ValueError):
        if 0.01 <= float(said) <= 3600:
            return float(said)
    raise UsageError(Problem("bad-term", "RECONCILER_LEASE_TERM is no number of seconds up to 3600", found=said))


@dataclass(frozen=True, slots=True)
class Holder:
    """Who runs this, as far as the machine says. boot and started tell a process from a later one of the same pid."""

    who: str
    host: str
    pid: int
    boot: str
    started: str

    def run(self, verb: str, opened_at: str, term: float, plan: str = "", settings: InForce = NONE) -> Run:
        # Letters alone: with digits, some would be taken for phone numbers and masked.
        id = os.urandom(6).hex().translate(str.maketrans(string.digits, "ghijklmnop"))
        return Run(id, verb, self.who, self.host, self.pid, self.boot, self.started, term, opened_at, plan, settings)


def this_process(environ: Mapping[str, str]) -> Holder:
    host = environ.get("RECONCILER_HOST") or socket.gethostname()
    who = environ.get("RECONCILER_WHO") or _user()
    return Holder(_text(who), _text(host), os.getpid(), _boot_id(), _started(os.getpid(), PROCESSES))


def _text(said: str) -> str:
    """Bytes of the environment that are no text are kept as escapes, which can be written down."""
    return said.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _user() -> str:
    with contextlib.suppress(OSError, KeyError, ImportError):
        return getpass.getuser()
    return "unknown"


def _boot_id() -> str:
    """This boot of this machine, and which processes can be seen here: a container sees only its own."""
    with contextlib.suppress(OSError):
        return f"{_read('/proc/sys/kernel/random/boot_id')} {Path('/proc/self/ns/pid').readlink()}"
    return ""


def _started(pid: int, processes: Path) -> str:
    """Clock ticks since boot at which a process started, "" where that cannot be read: field 22 of its stat.

    Other users' processes may be hidden; and a container may have been given a list in which numbers mean others.
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
    """Certain only for this very machine: same host, same boot, and no such process, or another one of its number.

    That a process cannot be seen says nothing.
    """
    if not (run.boot and run.started) or (run.host, run.boot) != (me.host, me.boot):
        return False
    started = _started(run.pid, processes)
    return started != run.started if started else _is_no_process(run.pid)


def _is_no_process(pid: int) -> bool:
    """Signal 0 is never sent: it is only said whether it could be, or to whom not."""
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
    """Open the run in the journal. Raises Locked when another run holds the space for longer than `wait` seconds."""
    for state in free(journal, name, endpoint, me, wait, monotonic, sleep):
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
    """The state, each time that no run is at work there. Raises Locked where one is for longer than `wait` seconds."""
    asked = seen = monotonic()
    state, serial = journal.state, -1
    while True:
        # Of a space that was free a moment ago nothing is read again: if that is so no more, the append is refused.
        state = journal.reread() if state.run or serial >= 0 else state
        journal.check_endpoint(endpoint)
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
    """Whose run goes on in a space, "" where there is none, or its process is surely gone."""
    run = state.run
    return held_by(state.name, run) if run and not is_gone(run, this_process(os.environ)) else ""


def held_by(name: str, run: Run) -> str:
    return f"{name} is held by {run.who}@{run.host} since {run.opened_at} ({run.verb}, run {run.id})"


@contextlib.contextmanager
def kept(journal: Journal, term: float) -> Iterator[None]:
    """Signs of life within each term, for as long as nothing else is appended."""
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
    """Leases on several spaces, taken in sorted order; all given back if one cannot be had.

    journals: space id -> (journal, space's name). Yields what takes the run's results.
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
    """Close somebody else's run. Raises Locked when the run that holds the space is another one, or there is none."""
    holding = journal.state.run
    if holding is None or holding.id != run_id:
        what = held_by(journal.state.name, holding) if holding else f"{journal.state.name} is held by nobody"
        raise Locked(Problem("wrong-run", f"{what}; the given run holds nothing here"))
    journal.open_run(me.run("unlock", opened_at, TERM), journal.state.name, journal.state.endpoint, run_id)
    journal.close_run({})
