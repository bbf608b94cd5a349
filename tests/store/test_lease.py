"""One run per space: who holds it, who is refused, who may take over, and who has lost."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from msgspec.structs import replace

from reconciler.core.journal.entries import Run
from reconciler.errors import Locked, LostPlace, StateError, UsageError
from reconciler.store import open_backend
from reconciler.store.journal import Journal
from reconciler.store.lease import Holder, force_unlock, held, holder, is_gone, kept, take, term, this_process
from reconciler.store.safety.emergency import Emergency

ME = this_process(os.environ)
OTHER = Holder("ann", "far", 1, "other-boot", "1")
TICKS = itertools.count()


def now() -> str:
    return f"2026-01-01T00:00:{next(TICKS) % 60:02}.000Z"


def journal(tmp_path: Path, space: str = "s") -> Journal:
    return Journal(open_backend("sqlite:state.db", tmp_path), space, now, Emergency(tmp_path / "emergency"))


def run(holder: Holder, term: float = 60.0) -> Run:
    return holder.run("apply", now(), term)


def test_a_held_space_is_refused_at_once_and_names_the_holder(tmp_path: Path) -> None:
    """Whoever comes second is told who holds it, where, since when, in which run, and waits for nothing."""
    first = run(OTHER)
    take(journal(tmp_path), first, "acme", "loopback", OTHER)
    began = time.monotonic()
    with pytest.raises(Locked) as refused:
        take(journal(tmp_path), run(ME), "acme", "loopback", ME)
    assert time.monotonic() - began < 1
    text = refused.value.problems[0].what
    assert text == f"acme is held by ann@far since {first.opened_at} (apply, run {first.id})"


def test_a_closed_run_holds_nothing(tmp_path: Path) -> None:
    """After a run has closed, the next one opens at once."""
    with held({"s": (journal(tmp_path), "acme")}, run(OTHER), "loopback", OTHER, 0):
        pass
    take(journal(tmp_path), run(ME), "acme", "loopback", ME)


def test_a_lease_is_removed_by_the_name_of_the_run_that_holds_it(tmp_path: Path) -> None:
    """Another run's name, or any name where nothing is held, removes nothing."""
    there = journal(tmp_path)
    first = run(OTHER)
    take(there, first, "acme", "loopback", OTHER)
    with pytest.raises(Locked) as refused:
        force_unlock(there, "0123456789ab", ME, now())
    what = f"acme is held by ann@far since {first.opened_at} (apply, run {first.id}); the given run holds nothing here"
    assert refused.value.problems[0].what == what
    assert there.state.run == first
    force_unlock(there, first.id, ME, now())
    assert there.state.run is None
    with pytest.raises(Locked) as again:
        force_unlock(there, first.id, ME, now())
    assert again.value.problems[0].what == "acme is held by nobody; the given run holds nothing here"


@pytest.mark.parametrize(("wait", "pause"), [(30.0, 0.2), (2.0, 0.1), (0.05, 0.01)])
def test_who_waits_looks_again_soon(tmp_path: Path, wait: float, pause: float) -> None:
    """Five times a second at most, and often enough that a short wait is not over before the first look."""
    take(journal(tmp_path), run(OTHER), "acme", "loopback", OTHER)
    clock, paused = [0.0], list[float]()

    def sleep(seconds: float) -> None:
        paused.append(seconds)
        clock[0] += seconds

    with pytest.raises(Locked):
        take(journal(tmp_path), run(ME), "acme", "loopback", ME, wait, lambda: clock[0], sleep)
    assert set(paused) == {pause}


def test_a_holder_that_gives_no_sign_for_a_term_is_taken_over(tmp_path: Path) -> None:
    """A waiter takes over when its own clock saw no new entry for a whole term, and says from whom."""
    dead = run(OTHER, term=0.1)
    take(journal(tmp_path), dead, "acme", "loopback", OTHER)
    mine = journal(tmp_path)
    began = time.monotonic()
    take(mine, run(ME), "acme", "loopback", ME, wait=5)
    assert 0.1 <= time.monotonic() - began < 2
    assert f'"taken_from":"{dead.id}"' in mine.backend.history("s")[-1]


def test_a_holder_that_gives_signs_is_never_taken_over(tmp_path: Path) -> None:
    """Signs of life within each term keep a lease, however long a waiter waits."""
    holding = journal(tmp_path)
    first = run(OTHER, term=1.5)
    take(holding, first, "acme", "loopback", OTHER)
    with kept(holding, first.term), pytest.raises(Locked):
        take(journal(tmp_path), run(ME), "acme", "loopback", ME, wait=4)


def test_a_dead_process_of_this_machine_is_taken_over_at_once(tmp_path: Path) -> None:
    """No waiting for a process that this very machine knows to be gone."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        gone = Holder(ME.who, ME.host, child.pid, ME.boot, started(child.pid))
        take(journal(tmp_path), run(gone), "acme", "loopback", gone)
        with pytest.raises(Locked):
            take(journal(tmp_path), run(ME), "acme", "loopback", ME)
    take(journal(tmp_path), run(ME), "acme", "loopback", ME)


def test_only_certainty_counts_as_gone() -> None:
    """Another host, another boot, an unreadable start: nothing of that makes a holder gone."""
    dead = Holder(ME.who, ME.host, 2**22 - 1, ME.boot, "1")
    assert is_gone(run(dead), ME)
    assert not is_gone(run(Holder(dead.who, "elsewhere", dead.pid, dead.boot, dead.started)), ME)
    assert not is_gone(run(Holder(dead.who, dead.host, dead.pid, "", dead.started)), ME)
    assert not is_gone(run(Holder(dead.who, dead.host, dead.pid, dead.boot, "")), ME)
    assert not is_gone(run(ME), ME)


@pytest.mark.parametrize("pid", [os.getpid(), os.getppid(), 1, 0, -1, -(2**22), 2**40], ids=range(7))
def test_a_process_that_cannot_be_seen_is_not_gone(tmp_path: Path, pid: int) -> None:
    """Where the list of processes shows none of them: who lives is not gone, nor is what is no number of one."""
    (tmp_path / "self").symlink_to(str(os.getpid()))
    assert not is_gone(run(Holder(ME.who, ME.host, pid, ME.boot, "1")), ME, tmp_path)


def test_a_number_that_is_no_process_is_gone_seen_or_not(tmp_path: Path) -> None:
    """Nobody hides that there is none: so a dead holder is taken over at once there, too."""
    dead = run(Holder(ME.who, ME.host, 2**22 - 1, ME.boot, "1"))
    assert (is_gone(dead, ME), is_gone(dead, ME, tmp_path)) == (True, True)


def test_another_process_of_the_same_number_is_another() -> None:
    """The holder ended, and its number was given again: the time at which it started tells."""
    assert is_gone(run(Holder(ME.who, ME.host, os.getpid(), ME.boot, "1")), ME)


def test_a_list_in_which_numbers_mean_others_says_nothing(tmp_path: Path) -> None:
    """A container that was given its host's list: what stands there at a number is somebody else."""
    (tmp_path / "self").symlink_to("1")
    (tmp_path / str(os.getpid())).mkdir()
    (tmp_path / f"{os.getpid()}/stat").write_text(f"{os.getpid()} (sh) S {' '.join('7' * 18)} 99 0")
    assert not is_gone(run(ME), ME, tmp_path)


PROBE = """
import os, sys
from reconciler.core.journal.entries import Run
from reconciler.store.lease import Holder, is_gone, this_process

pid, boot, started, host = int(sys.argv[1]), *sys.argv[2:5]
me = this_process({"RECONCILER_HOST": host, "RECONCILER_WHO": "eve"})
if os.getuid() == 0 and "setuid" in sys.argv:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
    assert not os.path.exists(f"/proc/{pid}")
print(is_gone(Holder("ann", host, pid, boot, started).run("apply", "", 60.0), me))
"""
HIDDEN = 'mount -t proc -o hidepid=2 proc /proc && exec "$@" setuid'
COVERED = 'mount -t tmpfs none "/proc/$4" && exec "$@"'
WAYS = (("unshare", "-m", "sh", "-ec", HIDDEN, "sh"), ("unshare", "-rm", "sh", "-ec", COVERED, "sh"), ())


def test_another_users_run_is_not_taken_over_where_processes_are_hidden() -> None:
    """By the kernel's own `hidepid`, where this machine lets a test mount it: held while it lives, gone afterwards."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        holder = [str(child.pid), ME.boot, started(child.pid), ME.host]
        alive = [probed(way, holder) for way in WAYS]
    assert set(alive) <= {"False", "refused"}
    assert alive[-1] == "False"
    assert {probed(way, holder) for way in WAYS} <= {"True", "refused"}


def started(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]


def probed(way: tuple[str, ...], holder: list[str]) -> str:
    """What is_gone says there; "refused" where such a place cannot be made."""
    done = subprocess.run([*way, sys.executable, "-c", PROBE, *holder], capture_output=True, text=True)
    assert done.returncode == 0 or "Traceback" not in done.stderr, done.stderr
    return done.stdout.strip() or "refused"


def test_a_sleeper_that_lost_its_lease_writes_nothing_more(tmp_path: Path) -> None:
    """After a take-over the old holder's next append is refused, and so is every one after that."""
    sleeper = journal(tmp_path)
    take(sleeper, run(OTHER, term=0.05), "acme", "loopback", OTHER)
    mine = journal(tmp_path)
    take(mine, run(ME), "acme", "loopback", ME, wait=5)
    before = mine.backend.history("s")
    for _ in range(3):
        with pytest.raises(LostPlace):
            sleeper.append({"type": "alive"})
    assert mine.backend.history("s") == before


def test_several_spaces_are_had_together_or_not_at_all(tmp_path: Path) -> None:
    """When one of several spaces is held, those taken already are given back before the refusal."""
    take(journal(tmp_path, "b"), run(OTHER), "b", "loopback", OTHER)
    spaces = {name: (journal(tmp_path, name), name) for name in ("c", "a", "b")}
    with pytest.raises(Locked), held(spaces, run(ME), "loopback", ME, 0):
        raise AssertionError("never entered")
    assert journal(tmp_path, "a").state.run is None
    assert journal(tmp_path, "c").state.serial == 0


def test_a_journal_stays_in_its_account(tmp_path: Path) -> None:
    """The first run that knows the account gives it to the journal; one of another is refused, one of none is not."""
    accounts = ("", "1" * 16, "", "2" * 16, "1" * 16)
    for account in accounts:
        mine, opened = replace(run(ME), account=account), journal(tmp_path)
        if account == accounts[3]:
            with pytest.raises(StateError, match="recorded in account 1"):
                take(opened, mine, "acme", "loopback", ME)
        else:
            with held({"s": (opened, "acme")}, mine, "loopback", ME, 0):
                pass
    assert journal(tmp_path).state.account == "1" * 16


def test_a_journal_stays_with_its_cloud(tmp_path: Path) -> None:
    """The first entry fixes the endpoint: a run against another one is refused, and nothing is written."""
    with held({"s": (journal(tmp_path), "acme")}, run(ME), "loopback", ME, 0):
        pass
    before = journal(tmp_path).backend.history("s")
    with pytest.raises(StateError, match="recorded against loopback"):
        take(journal(tmp_path), run(ME), "acme", "cams.example.com", ME)
    assert journal(tmp_path).backend.history("s") == before


@pytest.mark.parametrize(("said", "seconds"), [(None, 60.0), ("0.01", 0.01), ("90", 90.0), ("3600", 3600.0)])
def test_a_term_is_a_number_of_seconds(said: str | None, seconds: float) -> None:
    """A minute where nothing is said, an hour at most."""
    assert term({} if said is None else {"RECONCILER_LEASE_TERM": said}) == seconds


@pytest.mark.parametrize("said", ["", "0", "0.009", "3600.5", "-1", "nan", "inf", "1m"])
def test_any_other_term_is_refused(said: str) -> None:
    """With what was found."""
    with pytest.raises(UsageError) as refused:
        term({"RECONCILER_LEASE_TERM": said})
    (problem,) = refused.value.problems
    assert (problem.code, problem.found) == ("bad-term", said)


def test_a_holder_may_be_given_its_names() -> None:
    """A pipeline knows better than its machine who runs and where; an empty name is none."""
    given = this_process({"RECONCILER_WHO": "amy", "RECONCILER_HOST": "desk"})
    assert given == Holder("amy", "desk", ME.pid, ME.boot, ME.started)
    assert this_process({"RECONCILER_WHO": "", "RECONCILER_HOST": ""}) == this_process({})


def test_a_machine_without_an_identity_takes_nothing_over_at_once() -> None:
    """That two runs both know no boot, or no start, does not make them of one machine."""
    for boot, start in (("", "1"), ("b", ""), ("", "")):
        here = Holder(ME.who, ME.host, 2**22 - 1, boot, start)
        assert not is_gone(run(here), here)


def test_a_process_may_be_called_anything(tmp_path: Path) -> None:
    """What stands in its list before its start is no text that can be relied on."""
    (tmp_path / "self").symlink_to(str(os.getpid()))
    (tmp_path / str(os.getpid())).mkdir()
    (tmp_path / f"{os.getpid()}/stat").write_bytes(b"1 (a\xff) b) S " + b"7 " * 18 + b"99 0")
    for start, gone in (("99", False), ("98", True)):
        mine = Holder(ME.who, ME.host, os.getpid(), ME.boot, start)
        assert is_gone(run(mine), ME, tmp_path) is gone


def test_who_holds_a_space_is_said_while_somebody_may(tmp_path: Path) -> None:
    """Not of a free one, nor of one whose process is known to be gone."""
    there = journal(tmp_path)
    assert holder(there.state) == ""
    first = run(OTHER)
    take(there, first, "acme", "loopback", OTHER)
    assert holder(there.state) == f"acme is held by ann@far since {first.opened_at} (apply, run {first.id})"
    there.close_run({})
    gone = Holder(ME.who, ME.host, 2**22 - 1, ME.boot, "1")
    take(there, run(gone), "acme", "loopback", gone)
    assert holder(there.state) == ""


@pytest.mark.parametrize("recorded", [False, True])
def test_of_two_that_take_a_free_space_one_has_it(tmp_path: Path, recorded: bool) -> None:
    """The other one, which read it when it was free, reads again, and is told who was quicker."""
    if recorded:
        with held({"s": (journal(tmp_path), "acme")}, run(OTHER), "loopback", OTHER, 0):
            pass
    late, quick = journal(tmp_path), journal(tmp_path)
    take(quick, run(OTHER), "acme", "loopback", OTHER)
    with pytest.raises(Locked, match="acme is held by ann@far"):
        take(late, run(ME), "acme", "loopback", ME, monotonic=iter(range(99)).__next__)


def test_a_run_that_ends_is_followed_at_once(tmp_path: Path) -> None:
    """By who waits for it, and by who opened the journal while it was held and asks only now."""
    holding = journal(tmp_path)
    take(holding, run(OTHER), "acme", "loopback", OTHER)
    waiting, opened = journal(tmp_path), journal(tmp_path)
    paused: list[float] = []

    def sleep(seconds: float) -> None:
        paused.append(seconds)
        holding.close_run({})

    take(waiting, run(ME), "acme", "loopback", ME, 30, sleep=sleep)
    assert len(paused) == 1
    waiting.close_run({})
    take(opened, run(ME), "acme", "loopback", ME)


def test_a_held_space_of_another_cloud_is_not_waited_for(tmp_path: Path) -> None:
    """It will be refused however long that takes, so it is at once."""
    take(journal(tmp_path), run(OTHER), "acme", "loopback", OTHER)
    with pytest.raises(StateError, match="recorded against loopback") as refused:
        take(journal(tmp_path), run(ME), "acme", "cams.example.com", ME, wait=30)
    assert not isinstance(refused.value, Locked)


def test_each_space_of_a_run_is_kept(tmp_path: Path) -> None:
    """By a thread of its own, which ends no later than the run, and never holds up the end of the process."""
    spaces = {name: (journal(tmp_path, name), name) for name in ("a", "b")}
    with held(spaces, run(ME, term=0.06), "loopback", ME, 0):
        keepers = [thread for thread in threading.enumerate() if thread.name == "lease"]
        assert [thread.daemon for thread in keepers] == [True, True]
        deadline = time.monotonic() + 10
        while not all(each.state.serial > 2 for each, _ in spaces.values()) and time.monotonic() < deadline:
            time.sleep(0.01)
    assert [thread.is_alive() for thread in keepers] == [False, False]
    for each, _ in spaces.values():
        assert '"type":"alive"' in each.backend.history(each.space_id)[2]


def test_an_unlocked_space_says_by_whom(tmp_path: Path) -> None:
    """The run that did it is in the journal, with the one whose place it took."""
    there, first = journal(tmp_path), run(OTHER)
    take(there, first, "acme", "loopback", OTHER)
    force_unlock(there, first.id, ME, now())
    opened, closed = map(json.loads, there.backend.history("s")[-2:])
    assert (opened["holder"]["verb"], opened["holder"]["who"], opened["taken_from"]) == ("unlock", ME.who, first.id)
    assert (closed["type"], closed["run"]) == ("run_closed", opened["holder"]["id"])
