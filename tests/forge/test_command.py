"""`reconciler comment` and `pending --older-than` as processes, as a pipeline runs them."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from reconciler.runs.files import outcomes
from tests.stage.cloud import Cloud
from tests.stage.plans import pack, unpacked
from tests.stage.project import SALES, SUPPORT, Done, Project
from tests.stage.servers.forge import WHO, Forge

COMMIT = "a" * 40
MARK = "<!-- reconciler:plan -->"
LONGER = "Nothing has waited longer than 2 days; 2 wait for a human.\n"
VERIFY = "reconciler verify acme/phone_number/support"


def unstamped(text: str) -> str:
    """Without the line that says when it was written, for which commit, by which run."""
    return re.sub(r"\n\n`[0-9-]{10} [0-9:]{5}` UTC.*", "", text)


class Job:
    """A job of a pipeline: a project, and a forge that its comments go to."""

    def __init__(self, project: Project, forge: Forge) -> None:
        self.project, self.forge = project, forge
        self.name = "gitlab" if forge.gitlab else "github"

    def comment(self, *arguments: str, pull: str = "12", **env: str) -> Done:
        number = ["--pull", pull] if pull else []
        whole: dict[str, Any] = {**self.forge.environment, **env}
        done = self.project.run("comment", self.name, *arguments, *number, **whole)
        assert not [token for token in WHO if token in done.out + done.err]
        return done

    @property
    def text(self) -> str:
        """Of the one comment there is."""
        (text,) = self.forge.texts(12)
        return text


@pytest.fixture
def job(project: Project, github: Forge) -> Job:
    return Job(project, github)


@pytest.fixture
def either(project: Project, forge: Forge) -> Job:
    return Job(project, forge)


def planned(job: Job, *names: str) -> Job:
    job.project.declare(*(names or ("support",)))
    assert job.project.run("plan", "--out", "plan.out").code == 0
    return job


def apply(job: Job) -> int:
    return job.project.run("apply", "plan.out", "--no-input", "--json-into", "apply.jsonl").code


def test_one_comment_from_plan_to_done(either: Job, cloud: Cloud) -> None:
    """The plan; what waits, with the command for the person with the phone; the finished apply: in one comment."""
    planned(either)
    done = either.comment("plan.out")
    assert (done.code, done.err) == (0, "")
    whose = "project 7" if either.forge.gitlab else "acme/phones"
    assert done.out == f"Created comment 1001 on {whose}, number 12.\n"
    assert either.text.startswith(f"{MARK}\n")
    assert "Plan: 1 to add, 0 to change, 0 to destroy." in either.text
    assert "+86 138****1234" in either.text

    assert apply(either) == 3
    assert either.comment("--outcome", "apply.jsonl").out.startswith("Updated comment 1001")
    assert "Apply paused: 0 added, 0 changed, 0 destroyed, 1 paused" in either.text
    assert VERIFY in either.text
    assert "+86 138****1234" in either.text

    assert either.project.run("verify", "acme/phone_number/support", given=cloud.code(SUPPORT)).code == 0
    assert apply(either) == 0
    assert either.comment("--outcome", "apply.jsonl").out.startswith("Updated comment 1001")
    assert "Apply complete!" in either.text
    assert SUPPORT.removeprefix("+86") not in either.text


def test_an_apply_that_was_refused_says_why(job: Job) -> None:
    """A stale plan: nothing was begun, and the comment says so in place of what waits."""
    planned(job)
    job.project.declare("support", "sales")
    assert apply(job) == 5
    assert job.comment("--outcome", "apply.jsonl").out.startswith("Created")
    assert unstamped(job.text).startswith(f"{MARK}\n### Apply refused: nothing was done\n\n**Why:**\n\n- `")


def test_the_job_needs_the_document_and_nothing_else(job: Job) -> None:
    """No configuration, no state, no cloud: the plan alone, as a job after a stranger's has it, which is said."""
    plan = (planned(job).project.root / "plan.out").read_bytes()
    for folder in ("spaces", ".reconciler"):
        path = job.project.root / folder
        if path.exists():
            path.rename(job.project.scratch / folder.strip("."))
    (job.project.root / "plan.out").write_bytes(plan)
    assert job.comment("plan.out", "--untrusted", RECONCILER_ENDPOINT="").code == 0
    assert "untrusted" in job.text
    assert job.comment("plan.out", "--key", "trusted").code == 0
    assert "untrusted" not in job.forge.texts(12)[1]


def test_a_stranger_cannot_write_the_comment(job: Job) -> None:
    """Text that was put into the document is shown nowhere, and a plan that was edited is refused."""
    root = planned(job).project.root
    plan = unpacked(root / "plan.out")
    for edited, code in (({**plan, "notes": ["@everyone approved"]}, "unreadable"), ({**plan, "spaces": []}, "edited")):
        pack(root / "plan.out", edited)
        done = job.comment("plan.out", "--untrusted")
        assert (done.code, done.err.split()[0]) == (5, f"error[plan-{code}]")


def test_a_document_that_is_too_large_is_not_read(job: Job) -> None:
    """32 megabytes are the most."""
    job.project.write("plan.out", " " * (outcomes.SIZE + 1))
    done = job.comment("plan.out")
    assert (done.code, done.err.split()[0]) == (64, "error[document-too-large]")
    assert job.forge.heard == []


def test_what_waits_by_recorded_state(job: Job, cloud: Cloud) -> None:
    """Listed while it waits; nothing new is written where nothing does, and what is there is brought up to date."""
    planned(job)
    assert job.comment("--pending").out == "Nothing commented: nothing waits for a human.\n"
    assert apply(job) == 3
    assert job.comment("--pending").out.startswith("Created")
    assert VERIFY in job.text
    assert job.project.run("verify", "acme/phone_number/support", given=cloud.code(SUPPORT)).code == 0
    assert job.comment("--pending").out.startswith("Updated")
    assert VERIFY not in job.text


def test_a_reminder_of_what_has_waited_longer(job: Job) -> None:
    """Not yet after an hour, but after a millisecond."""
    planned(job)
    apply(job)
    key = ("--key", "nudge")
    none = "Nothing commented: nothing has waited longer than 1 hour; 1 waits for a human.\n"
    assert job.comment("--pending", "--older-than", "1h", *key).out == none
    assert job.comment("--pending", "--older-than", "1ms", *key).out.startswith("Created")
    assert job.comment("--pending", "--older-than", "1h", *key).out.startswith("Updated")
    assert unstamped(job.text).endswith("### Nothing has waited longer than 1 hour; 1 waits for a human.")


def test_pending_older_than(project: Project, cloud: Cloud) -> None:
    """What has waited longer, also for a code that no message brought; exit 0 in any case."""
    cloud.purchase("+6581234567")
    bought = '  desk:\n    number: "+6581234567"\n    onboarding: prevalidated\n'
    project.declare("support", extra=bought)
    assert project.run("apply", "--auto-approve", "--no-input").code == 3
    every = project.run("pending").out
    assert every.count("reconciler verify") == 2
    assert project.run("pending", "--older-than", "1ms") == Done(0, every, "")
    assert project.run("pending", "--older-than", "2d") == Done(0, LONGER, "")
    assert project.run("pending", "--older-than", "2d", "--format", "markdown").out.endswith(f"### {LONGER}")
    assert json.loads(project.run("pending", "--older-than", "2d", "--json").out) == []
    text = project.run("pending", "--format", "markdown").out
    assert text.count("reconciler verify") == 2
    assert "+86 138****1234" in text


def test_the_number_comes_from_the_job(either: Job) -> None:
    """Of a pull request's job; of a job after a merge; without either it is a mistake to be said."""
    planned(either)
    merge = {"CI_MERGE_REQUEST_IID": "12"} if either.forge.gitlab else {"GITHUB_REF": "refs/pull/12/merge"}
    assert either.comment("plan.out", pull="", **merge).out.startswith("Created")
    after = (
        {"CI_COMMIT_SHA": COMMIT} if either.forge.gitlab else {"GITHUB_SHA": COMMIT, "GITHUB_REF": "refs/heads/main"}
    )
    nothing = either.comment("plan.out", pull="", **after)
    assert (nothing.code, nothing.out.partition(":")[0]) == (0, "Nothing commented")
    state, id = ("merged", "iid") if either.forge.gitlab else ("closed", "number")
    either.forge.pulls = [{id: 12, "state": state, "merge_commit_sha": COMMIT, "merged_at": "2026-11-20T10:31:00Z"}]
    assert either.comment("plan.out", pull="", **after).out.startswith("Updated")
    assert either.comment("plan.out", pull="", **after).out.startswith("Unchanged")
    lost = either.comment("plan.out", pull="")
    assert (lost.code, lost.err.split()[0]) == (64, "error[no-pull-request]")


def test_a_lost_answer_makes_one_comment(job: Job) -> None:
    """The whole command, with the gateway failing after the comment was written."""
    planned(job)
    job.forge.fail("POST", r"/(notes|comments)$", 502, done=True)
    assert job.comment("plan.out").out.startswith("Created")
    assert job.text.startswith(MARK)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "Give one of"),
        (("plan.out", "--pending"), "Give one of"),
        (("plan.out", "--older-than", "2d"), "goes with --pending"),
        (("--pending", "--older-than", "2d"), "give --key nudge"),
        (("--pending", "--older-than", "soon"), "no duration"),
        (("--pending", "--rehearsal", "try.json"), "--rehearsal goes with"),
        (("plan.out", "--rehearsal", "try.json", "--untrusted"), "--rehearsal goes with"),
        (("plan.out", "--key", "--><script>"), "comment-key"),
        (("plan.out", "--key", "Plan"), "comment-key"),
        (("none.json",), "no-such-plan"),
        (("--outcome", "none.jsonl"), "outcome-unreadable"),
    ],
)
def test_wrong_words_are_said(project: Project, github: Forge, arguments: tuple[str, ...], says: str) -> None:
    """Exit 64, and nothing is called."""
    done = Job(project, github).comment(*arguments)
    assert (done.code, says in done.err, github.heard) == (64, True, [])


def test_a_refusal_ends_in_one(job: Job) -> None:
    """Exit 1, the reason, the way out."""
    planned(job)
    job.forge.locked = True
    done = job.comment("plan.out")
    assert (done.code, done.err.split()[0]) == (1, "error[comment-locked]")
    assert "hint: Unlock it" in done.err


def test_a_rehearsal_beside_the_forecast(job: Job) -> None:
    """What `rehearse --json` found stands in the plan's comment."""
    planned(job, "support", "sales")
    report = job.project.run("rehearse", "plan.out", "--json")
    job.project.write("try.json", report.out)
    assert job.comment("plan.out", "--rehearsal", "try.json").code == 0
    assert "Seeded from" in job.text
    assert SALES.removeprefix("+86") not in job.text
    job.project.write("try.json", "{}")
    assert job.comment("plan.out", "--rehearsal", "try.json").code == 5


def test_what_is_not_as_recorded(job: Job, cloud: Cloud) -> None:
    """First in the comment, also where nobody is waited for; brought up to date when it is as recorded again."""
    planned(job)
    assert apply(job) == 3
    assert job.project.run("verify", "acme/phone_number/support", given=cloud.code(SUPPORT)).code == 0
    key = ("--pending", "--key", "nudge", "--checked", "check.json")
    for status, said, found in (("OFFLINE", "Created", True), ("CONNECTED", "Updated", False)):
        cloud.tell("console", number=SUPPORT, do="show", row={"Status": status})
        checked = job.project.run("check", "--json")
        assert checked.code == (2 if found else 0)
        job.project.write("check.json", checked.out)
        assert job.comment(*key).out.startswith(said)
        assert ("**Not as recorded, by `reconciler check`:**" in job.text) == found
        assert ("- `acme/phone_number/support` gone: OFFLINE" in job.text) == found


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"format": 2}', '{"format": 1, "resources": []}', "\ud800"])
def test_what_check_did_not_print(job: Job, text: str) -> None:
    """It is refused: nothing is copied into a comment."""
    job.project.root.joinpath("check.json").write_bytes(text.encode("utf-8", "surrogatepass"))
    done = job.comment("--pending", "--checked", "check.json")
    assert (done.code, "error[check-unreadable]" in done.err) == (64, True)
    assert job.comment("--no-plan", "--checked", "check.json").code == 64
