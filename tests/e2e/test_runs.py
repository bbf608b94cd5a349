"""One run a space: others are told who holds it, wait for it, and take over from the dead. Interrupted means closed."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import time
from typing import Any

from tests.stage.cloud import Cloud, until
from tests.stage.project import APPLY, SALES, SUPPORT, Project

FIRST = "Interrupted: no new call is made; what is under way has 3 seconds. Once more ends it now."
AGAIN = "Interrupted again: what is under way is not waited for; its outcome is unknown."
ADD = "AddChatappPhoneNumber"


def begun(project: Project, cloud: Cloud, fault: str, **env: str) -> subprocess.Popen[bytes]:
    """An apply that has sent its first call and waits for the answer."""
    cloud.fault(ADD, fault)
    process = project.start(*APPLY, **env)
    until(lambda: cloud.calls("QueryChatappBindWaba") and intents(project))
    return process


def entries(project: Project) -> list[dict[str, Any]]:
    return [json.loads(line) for line in project.run("log", "--json").out.splitlines()]


def intents(project: Project) -> list[str]:
    return [entry["operation"] for entry in entries(project) if entry["type"] == "intent"]


def test_a_held_space_is_locked_and_says_by_whom(project: Project, cloud: Cloud) -> None:
    """The other run ends with 4 long before the first one does, and names holder, host, since when and run id. A run in
    another space is not held up."""
    project.declare("support")
    first = begun(project, cloud, "late:12")
    run = next(entry["holder"]["id"] for entry in entries(project) if entry["type"] == "run_opened")
    started = time.monotonic()
    second = project.run(*APPLY, RECONCILER_WHO="bob", RECONCILER_HOST="laptop")
    assert (second.code, time.monotonic() - started < 8) == (4, True)
    assert re.match(
        rf"error\[locked\] acme is held by ann@tower since 20[0-9T:.-]+Z \(apply, run {run}\)\n  hint: ", second.err
    ), second.err
    project.declare_elsewhere("sales")
    assert project.run(*APPLY, "--space", "other").code == 3
    assert project.end(first).code == 3
    assert [len(cloud.messages(number)) for number in (SUPPORT, SALES)] == [1, 1]


def test_the_state_is_one_file_when_a_command_has_ended(project: Project, cloud: Cloud) -> None:
    """Nothing is beside it, also after a refusal. Copied by itself, as a cache would have it, it holds all there is."""
    project.declare("support")
    for arguments in (APPLY, ("plan",), ("pending",), ("verify", SUPPORT, "--no-input"), ("force-unlock", "none")):
        project.run(*arguments)
        assert [path.name for path in project.root.glob(".reconciler/state.db-*")] == []
    shutil.copy(project.root / ".reconciler/state.db", project.root / ".reconciler/copy.db")
    told = project.run("log", "--json").out
    assert project.run("log", "--json", "--state", "sqlite:.reconciler/copy.db").out == told != ""


def test_lock_wait_waits_for_the_holder(project: Project, cloud: Cloud) -> None:
    """With --lock-wait the second run begins once the first has ended, and both end as if alone."""
    project.declare("support")
    assert project.run("plan", "--out", "plan.out").code == 0
    first = begun(project, cloud, "late:1")
    second = project.start("apply", "plan.out", "--no-input", "--lock-wait", "20s")
    assert [project.end(first).code, project.end(second).code] == [3, 3]
    opened = [entry["type"] for entry in entries(project) if entry["type"].startswith("run_")]
    assert opened == ["run_opened", "run_closed", "run_opened", "run_closed"]
    assert len(cloud.messages()) == 1


def test_a_killed_holder_on_this_machine_is_taken_over_at_once(project: Project, cloud: Cloud) -> None:
    """Its process is gone: nobody waits for its term, its lost call is looked up, nothing is done twice."""
    project.declare("support")
    killed = begun(project, cloud, "late:30")
    killed.kill()
    project.end(killed)
    done = project.run(*APPLY, RECONCILER_WHO="bob")
    assert (done.code, len(cloud.calls(ADD)), len(cloud.messages())) == (3, 1, 1)
    assert "bob@tower  acme apply begins (run " in project.run("log").out
    assert re.search(r"apply begins \(run \w+\), taken over from run \w+\n", project.run("log").out)


def test_a_holder_elsewhere_is_taken_over_after_its_term(project: Project, cloud: Cloud) -> None:
    """Of another machine nothing is known but its silence: locked until a whole term passed without a sign of life."""
    project.declare("support")
    killed = begun(project, cloud, "late:30", RECONCILER_HOST="far", RECONCILER_LEASE_TERM="0.6")
    killed.kill()
    project.end(killed)
    assert project.run(*APPLY).code == 4
    done = project.run(*APPLY, "--lock-wait", "20s")
    assert (done.code, len(cloud.messages())) == (3, 1)


def test_an_interrupt_is_answered_at_once_in_one_line(project: Project, cloud: Cloud) -> None:
    """Long before the call under way has ended; and the second one, too."""
    project.declare("support")
    process = begun(project, cloud, "late:30")
    assert process.stderr
    assert process.stderr.readline() == b"Applying 1 change, at least under a second.\n"
    for told in (FIRST, AGAIN):
        process.send_signal(signal.SIGINT)
        started = time.monotonic()
        assert (process.stderr.readline().decode(), time.monotonic() - started < 2) == (f"{told}\n", True)
    assert project.end(process).code == 130


def test_a_burst_of_signals_ends_it(project: Project, cloud: Cloud) -> None:
    """Each may be heard in the midst of another's: nothing is locked by one that the next would wait for."""
    project.declare("support")
    process = begun(project, cloud, "late:30")
    started = time.monotonic()
    for _ in range(300):
        process.send_signal(signal.SIGINT)
        time.sleep(0.0005)
    assert (project.end(process).code, time.monotonic() - started < 8) == (130, True)


def test_an_interrupted_verify_tells_what_became_of_its_code(project: Project, cloud: Cloud) -> None:
    """The call under way is finished: it registered the number, which nobody has seen in service yet; so it is said."""
    project.declare("support")
    assert project.run(*APPLY).code == 3
    cloud.fault("ChatappVerifyAndRegister", "delay:1")
    process = project.start("verify", "acme/phone_number/support")
    assert process.stdin
    process.stdin.write(cloud.code(SUPPORT).encode() + b"\n")
    process.stdin.flush()
    until(lambda: intents(project)[-1] == "ChatappVerifyAndRegister")
    process.send_signal(signal.SIGINT)
    done = project.end(process)
    waits = "acme/phone_number/support: waits for the cloud to put it in service; nobody is needed.\n"
    assert (done.code, done.out) == (3, waits)
    looked = project.run("apply", "--no-input")
    assert (looked.code, looked.last) == (0, "Apply complete! Resources: 1 added, 0 changed, 0 destroyed.")
