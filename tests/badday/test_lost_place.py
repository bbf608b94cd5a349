"""A run whose place was taken, by time or by hand: whatever it still learns, it calls and writes nothing more."""

from __future__ import annotations

import re
import signal
import subprocess
import time

import pytest

from tests.heavy import mostly_heavy
from tests.stage.cloud import Cloud, until
from tests.stage.failing import Failing, codes
from tests.stage.project import APPLY, NUMBERS, Project

ADD, SEND = "AddChatappPhoneNumber", "GetChatappVerifyCode"
ANSWERED_AFTER = 1.5
BOB = {"RECONCILER_WHO": "bob", "RECONCILER_HOST": "laptop"}


def under_way(
    failing: Failing, cloud: Cloud, operation: str, late: float = ANSWERED_AFTER, **env: str
) -> subprocess.Popen[bytes]:
    """An apply by ann that has made this call for three numbers and waits for the answers. late: seconds."""
    failing.project.declare(*NUMBERS)
    cloud.fault(operation, f"late:{late}", times=len(NUMBERS))
    process = failing.project.start(*APPLY, **env)
    until(lambda: len(cloud.calls(operation)) == len(NUMBERS))
    return process


def finish(failing: Failing, cloud: Cloud) -> None:
    """What was learned is brought home; then nothing is left to do but for people, and nobody got a second message."""
    assert failing("state", "recover").code == 0
    assert failing(*APPLY, **BOB).code == 3
    assert [len(cloud.messages(number)) for number in NUMBERS.values()] == [1, 1, 1]
    assert cloud.changes().count(ADD) == len(NUMBERS)


@pytest.mark.parametrize("operation", mostly_heavy([SEND, ADD], 1))
def test_a_sleeper_wakes_beyond_its_lease(failing: Failing, project: Project, cloud: Cloud, operation: str) -> None:
    """Stopped for longer than its term it is taken over; awake again it sends nothing, and says what befell it."""
    sleeps_through_its_lease(failing, project, cloud, operation)


def just_after_a_sign_of_life(failing: Failing) -> None:
    """A quarter of a second before the next one: whoever is stopped now is not stopped while it writes."""

    def signs() -> int:
        return sum(entry["type"] == "alive" for entry in failing.entries())

    before = signs()
    until(lambda: signs() > before)
    time.sleep(0.15)


def sleeps_through_its_lease(failing: Failing, project: Project, cloud: Cloud, operation: str) -> None:
    # Late enough that it still waits when it is stopped, however slow the machine is until then.
    sleeper = under_way(failing, cloud, operation, 4 * ANSWERED_AFTER, RECONCILER_LEASE_TERM="1.2")
    just_after_a_sign_of_life(failing)
    sleeper.send_signal(signal.SIGSTOP)
    other = failing(*APPLY, "--lock-wait", "20s", **BOB)
    assert other.code == 3, other.err
    calls, written = cloud.calls(), failing.entries()
    time.sleep(4 * ANSWERED_AFTER)
    sleeper.send_signal(signal.SIGCONT)
    woken = project.end(sleeper)
    assert (woken.code, set(codes(woken.out))) == (1, {"outcome-kept"})
    assert "was written by another run" in woken.out
    assert "hint: Another run has taken this one's place." in woken.out
    assert (cloud.calls(), failing.entries()) == (calls, written)
    finish(failing, cloud)


def test_force_unlock_wants_the_right_run(failing: Failing, project: Project, cloud: Cloud) -> None:
    """The id of another run is refused, naming the holder, and the holder goes on; so is any id when none is held."""
    holder = under_way(failing, cloud, ADD, 4 * ANSWERED_AFTER)
    refused = failing("force-unlock", "0123456789ab")
    assert refused.code == 4
    assert re.fullmatch(
        r"error\[wrong-run\] run 0123456789ab holds nothing; "
        r"acme is held by ann@tower since 20[0-9T:.-]+Z \(apply, run [a-p]{12}\)\n"
        r"  hint: Give the run's id: `reconciler spaces --status` shows it\.\n",
        refused.err,
    ), refused.err
    assert project.end(holder).code == 3
    again = failing("force-unlock", "0123456789ab")
    assert (again.code, again.err.splitlines()[0]) == (
        4,
        "error[wrong-run] run 0123456789ab holds nothing; nothing is held now",
    )


def test_an_unlocked_run_that_is_alive_does_nothing_more(failing: Failing, project: Project, cloud: Cloud) -> None:
    """Unlocked by its id, the space is free at once; the run that held it neither writes nor sends any more."""
    holder = under_way(failing, cloud, ADD, 4 * ANSWERED_AFTER)
    locked = failing(*APPLY, **BOB)
    (run,) = re.findall(r"run ([a-p]{12})\)", locked.err)
    unlocked = failing("force-unlock", run, **BOB)
    assert (unlocked.code, unlocked.out) == (0, "acme: unlocked.\n")
    calls, written = cloud.calls(), failing.entries()
    ended = project.end(holder)
    assert (ended.code, set(codes(ended.out))) == (1, {"outcome-kept"})
    assert (cloud.calls(), failing.entries()) == (calls, written)
    finish(failing, cloud)
