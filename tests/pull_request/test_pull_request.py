"""The whole way of a change: planned without secrets, commented, reviewed, merged, applied, paused, answered, finished.

Every command is a process on a machine of its own. They share a bare repository, the place of recorded state, and what
one leaves for the next.
"""

from __future__ import annotations

import json
import os

import pytest

from tests.pull_request.machines import BASE, HOTLINE, NEW, OLD, PUSHES, SALES, SUPPORT, Machine, Repository
from tests.pull_request.thread import GOLDEN, Thread
from tests.stage.canary import files, leaks
from tests.stage.cloud import Cloud
from tests.stage.people import answer
from tests.stage.project import Project
from tests.stage.servers.forge import WHO, Forge

APPLY = ("apply", "plan.out", "--no-input", "--auto-approve", "--json-into", "events.jsonl")
CALLS = [
    *("AddChatappPhoneNumber", "ChatappVerifyAndRegister", "GetChatappVerifyCode"),
    *("SendEmailVerificationForMessageContact", "UpdateMessageContact"),
]
MESSAGES = [("email", OLD), ("email", NEW), ("sms", SUPPORT), ("sms", HOTLINE), ("sms", SALES)]
NOTHING_LEFT = "No changes. Your infrastructure matches the configuration."


@pytest.fixture
def thread(project: Project, forge: Forge) -> Thread:
    """State is in a database at GitHub's customer, and in a shared folder at GitLab's."""
    return Thread(Repository(project, "dir" if forge.gitlab else "sqlite"), forge)


def test_the_whole_way(thread: Thread, cloud: Cloud) -> None:
    """One comment tells it from the first plan to the end; what was reviewed is what is applied, each message once."""
    repository = thread.repository
    trusted = recorded(repository, cloud)
    calls, changes = len(cloud.calls()), len(cloud.changes())
    for number, text in enumerate(PUSHES):
        pushed(thread, trusted, f"stranger-{number}", text)
    reviewer = reviewed(thread)
    assert len(cloud.calls()) == calls

    merged = repository.merge("branch")
    applied(thread, reviewer, "run-1", merged, 3)
    answered(thread, cloud)
    last = applied(thread, reviewer, "run-2", merged, 0)
    finished = last.run("plan", "--detailed-exitcode")
    assert (finished.code, finished.out.splitlines()[0]) == (0, NOTHING_LEFT)

    assert sorted(cloud.changes()[changes:]) == CALLS
    assert sorted((message["channel"], message["to"]) for message in cloud.messages()) == sorted(MESSAGES)
    assert cloud.violations() == []
    written = list(files(repository.project.root, repository.project.scratch))
    assert [leak for token in WHO for leak in leaks(written, cloud.codes(), token)] == []
    digest = reviewer.digest("plan.out")
    assert runs(last)[-3:] == [
        ("apply", "pipeline", "run-1", digest),
        ("verify", "bob", "laptop", ""),
        ("apply", "pipeline", "run-2", digest),
    ]
    told(thread, "history")


GUARD = {"reconciler.yaml": "guards: {max_messages: 1}\n"}
MISTAKEN = PUSHES[0].replace("register", "regster")


def test_a_plan_for_every_push(thread: Thread, cloud: Cloud) -> None:
    """What cannot be planned takes the place of yesterday's plan, and says why and where; a guard's refusal is red and
    says why; each names its commit and its run; a push that is well again is planned again. All in one comment."""
    trusted = recorded(thread.repository, cloud)
    thread.repository.push(GUARD)
    plans = (
        ("planned", PUSHES[0], {}, 2),
        ("mistaken", MISTAKEN, {}, 1),
        ("without-a-base", PUSHES[0], {"--against": "ab" * 20}, 64),
        ("refused", PUSHES[1], {}, 6),
        ("planned-again", PUSHES[0], {}, 2),
    )
    for host, text, basis, code in plans:
        thread.repository.push({"spaces/acme.yaml": text + "# " + host + "\n"}, "branch")
        stranger = thread.repository.clone("eve", host, "branch")
        stranger.take("snapshot.json", trusted)
        words = [word for option in (basis or {"--state": "snapshot.json"}).items() for word in option]
        made = ("--out", "plan.out", "--json-into", "plan.jsonl", "--detailed-exitcode")
        done = stranger.run("plan", *words, *made)
        assert done.code == code, (host, done.err)
        planned = (stranger.folder / "plan.out").is_file()
        thread.write(stranger, *(["plan.out"] if planned else ["--outcome", "plan.jsonl"]), "--untrusted")
        if not planned:
            annotated = stranger.run("show", "--outcome", "plan.jsonl", "--format", "github").out
            assert annotated.startswith("::error file=")
            summary = stranger.run("show", "--outcome", "plan.jsonl", "--format", "markdown").out
            assert summary.splitlines()[0] in thread.forge.texts(12)[0]
    thread.write(stranger, "--no-plan", "--untrusted")
    told(thread, "pushes")


def recorded(repository: Repository, cloud: Cloud) -> Machine:
    """All that the base branch declares is done, and a trusted job has published how far that is."""
    repository.push(BASE)
    trusted = repository.clone("pipeline", "base", state=True, keys=True)
    assert trusted.run("apply", "--auto-approve", "--no-input").code == 3
    answer(trusted.run, cloud)
    assert trusted.run("state", "snapshot", "--out", "snapshot.json").code == 0
    return trusted


def pushed(thread: Thread, trusted: Machine, host: str, text: str) -> None:
    """A stranger's branch: planned where there is no secret, commented where there is nothing but the plan."""
    thread.repository.push({"spaces/acme.yaml": text}, "branch")
    stranger = thread.repository.clone("eve", host, "branch")
    stranger.take("snapshot.json", trusted)
    done = stranger.run("plan", "--state", "snapshot.json", "--out", "plan.out", "--detailed-exitcode")
    assert done.code == 2, done.err
    thread.write(stranger, "plan.out", "--untrusted")


def reviewed(thread: Thread) -> Machine:
    """Somebody who may read recorded state, and cannot call the cloud, plans and rehearses what is going to be done."""
    reviewer = thread.repository.clone("carol", "desk", "branch", state=True)
    assert reviewer.run("plan", "--out", "plan.out").code == 0
    assert reviewer.run("plan", "check", "plan.out").out == "Still what would be done: 2 of 2 changes left.\n"
    rehearsal = reviewer.run("rehearse", "plan.out", "--json")
    assert rehearsal.code == 0, rehearsal.err
    reviewer.keep("try.json", rehearsal.out)
    thread.write(reviewer, "plan.out", "--rehearsal", "try.json")
    return reviewer


def applied(thread: Thread, reviewer: Machine, host: str, merged: str, code: int) -> Machine:
    """The job after the merge, each time on a new machine: the plan that was reviewed, and what came of it."""
    job = thread.repository.clone("pipeline", host, state=True, keys=True)
    job.take("plan.out", reviewer)
    done = job.run(*APPLY)
    assert done.code == code, done.err
    thread.write(job, "--outcome", "events.jsonl", merged=merged)
    return job


def answered(thread: Thread, cloud: Cloud) -> None:
    """Somebody with the telephone, elsewhere, types what the comment says; tom follows his link."""
    bob = thread.repository.clone("bob", "laptop", keys=True)
    state = ("--state", thread.repository.state)
    done = bob.run(*thread.command("acme/phone_number/sales"), *state, given=cloud.code(SALES))
    assert (done.code, done.out) == (0, "acme/phone_number/sales: ready.\n"), done.err
    cloud.tell("confirm", to=NEW)


def runs(machine: Machine) -> list[tuple[str, str, str, str]]:
    """Of the space that was changed: what was run, by whom, where, and the digest of the plan that it was to do."""
    entries = map(json.loads, machine.run("log", "--space", "acme", "--json").out.splitlines())
    opened = [entry["holder"] for entry in entries if entry["type"] == "run_opened"]
    return [(run["verb"], run["who"], run["host"], run["plan"]) for run in opened]


def told(thread: Thread, story: str) -> None:
    """All that the comment ever said, whole. `UPDATE=1 pytest` writes the file anew, to be reviewed."""
    history, golden = "\n".join(thread.history), GOLDEN / f"{story}-{thread.name}.md"
    if os.environ.get("UPDATE"):
        golden.write_text(history, "utf-8")
    assert history == golden.read_text("utf-8")
    update = "PUT" if thread.forge.gitlab else "PATCH"
    assert thread.writes == ["POST", *[update] * (len(thread.history) - 1)]
