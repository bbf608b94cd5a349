"""Reviewed is applied: a saved plan is checked before a merge, and applied by its file or by its digest alone."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

from tests.review.scene import Scene, timeless
from tests.stage.plans import unpacked
from tests.stage.project import APPLY, GLOBEX, SALES, SUPPORT, Done, Project

ANN = "  ann: {email: ann@example.com, title: CEO, message_types: [FaultMessage]}\n"
STALE = r"acme/phone_number/sales was changed 20[0-9T:.-]+Z by bob@tower since the plan was made\n"


@pytest.fixture
def planned(repository: Scene) -> Scene:
    repository.project.declare("support", "sales")
    assert repository.run("plan", "--out", "plan.out").code == 0
    return repository


def digest(scene: Scene, *more: str) -> str:
    return scene.run("plan", *more).out.rpartition("Digest:")[2].strip()


def bytes_of(root: Path) -> str:
    found = sorted(path for path in root.rglob("*") if path.is_file())
    return hashlib.sha256(b"".join(str(path).encode() + path.read_bytes() for path in found)).hexdigest()


def test_a_plan_that_still_holds_passes_and_nothing_is_written(planned: Scene) -> None:
    """0, in a line; no file changes and nothing is called."""
    before = bytes_of(planned.root)
    done = planned.run("plan", "check", "plan.out")
    assert (done.code, done.out, done.err) == (0, "Still what would be done: 3 of 3 changes left.\n", "")
    assert bytes_of(planned.root) == before
    assert planned.cloud.calls() == []


def test_its_own_runs_and_codes_leave_it_as_it_is(planned: Scene) -> None:
    """After the pause, after a code, after all of it: each time it says what is left."""
    assert planned.run("apply", "plan.out", "--no-input").code == 3
    code = planned.cloud.code(SUPPORT)
    assert planned.run("verify", "acme/phone_number/support", given=code, RECONCILER_WHO="eve").code == 0
    assert planned.run("plan", "check", "plan.out").out == "Still what would be done: 2 of 3 changes left.\n"


def test_a_stale_plan_says_which_record_by_whom_and_when(planned: Scene) -> None:
    """By the run that changed it, not by who typed a code since; check and apply say the same, and exit 5."""
    assert planned.run(*APPLY, "--space", "acme", RECONCILER_WHO="bob").code == 3
    code = planned.cloud.code(SALES)
    assert planned.run("verify", "acme/phone_number/sales", given=code, RECONCILER_WHO="eve").code == 0
    checked, applied = planned.run("plan", "check", "plan.out"), planned.run("apply", "plan.out")
    assert (checked.code, checked.out, checked.err) == (5, "", applied.err)
    assert re.search(STALE, checked.err), checked.err
    assert "eve" not in checked.err


def test_what_was_forgotten_since_is_named_too(scene: Scene) -> None:
    """By whom and when, as the journal tells it."""
    scene.edit("spaces/globex.yaml", "title: CEO", "title: TechnicalDirector")
    assert scene.run("plan", "--out", "plan.out").code == 0
    assert scene.run("state", "rm", "globex/contact/tom", "--auto-approve", RECONCILER_WHO="bob").code == 0
    done = scene.run("plan", "check", "plan.out")
    assert done.code == 5
    assert re.search(
        r"globex/contact/tom was forgotten 20[0-9T:.-]+Z by bob@tower since the plan was made\n", done.err
    ), done.err


@pytest.mark.parametrize("by", ["file", "digest"])
def test_a_finished_plan_does_nothing_again(live: Scene, by: str) -> None:
    """What it made was removed since, and is declared again: that is another plan, and sends nothing by this one."""
    with_ann, without = GLOBEX + ANN, GLOBEX + "removed: {ann: delete}\n"
    live.project.write("spaces/globex.yaml", with_ann)
    reviewed = digest(live, "--space", "globex", "--out", "plan.out")
    again = ("apply", "--no-input", *(("plan.out",) if by == "file" else ("--digest", reviewed, "--space", "globex")))
    assert live.run(*again).code == 3
    for name in ("ann", "tom"):
        live.cloud.tell("confirm", to=f"{name}@example.com")
    assert live.run(*again).code == 0
    live.project.write("spaces/globex.yaml", without)
    assert live.run(*APPLY, "--space", "globex", RECONCILER_WHO="bob").code == 0
    live.project.write("spaces/globex.yaml", with_ann)
    sent = live.cloud.messages()
    assert live.run(*again).code == 5
    assert live.cloud.messages() == sent


def test_the_digest_is_the_same_wherever_it_is_told(planned: Scene) -> None:
    """Text, Terraform's wording, the stream, the saved plan and its JSON; a plan with nothing to do tells none."""
    told = {
        digest(planned, "--compat", "terraform"),
        json.loads(planned.run("plan", "--json").out.splitlines()[-1])["digest"],
        unpacked(planned.root / "plan.out")["digest"],
        json.loads(planned.run("show", "--json", "plan.out").out)["reconciler"]["digest"],
    }
    assert len(told) == 1
    assert re.fullmatch("[0-9a-f]{64}", told.pop())


def test_the_reviewed_digest_is_applied_without_the_file(planned: Scene) -> None:
    """No yes is asked, as the digest is one; only what has it is done."""
    done = planned.run("apply", "--digest", digest(planned), "--no-input")
    assert done.code == 3
    assert len(planned.cloud.messages()) == 3


def test_another_digest_is_refused(planned: Scene) -> None:
    """Exit 5, telling the digest that there would be; nothing is called or recorded."""
    reviewed = digest(planned)
    planned.edit("spaces/globex.yaml", "title: CEO", "title: TechnicalDirector")
    done = planned.run("apply", "--digest", reviewed, "--no-input")
    assert (done.code, done.out) == (5, "")
    assert done.err.startswith(
        f"error[plan-other-digest] what there is to do has the digest {digest(planned)}\n  found: {reviewed}\n"
    )
    assert (planned.cloud.calls(), planned.run("log").out) == ([], "")


def test_the_next_run_of_the_same_job_goes_on(planned: Scene) -> None:
    """The same digest resumes after the pause, for whatever is left, and ends 0 when nothing is; no second message."""
    job = ("apply", "--digest", digest(planned), "--no-input")
    assert planned.run(*job).code == 3
    for name, number in (("support", SUPPORT), ("sales", SALES)):
        code = planned.cloud.code(number)
        assert planned.run("verify", f"acme/phone_number/{name}", given=code, RECONCILER_HOST="laptop").code == 0
    planned.cloud.tell("confirm", to="tom@example.com")
    ended = [planned.run(*job) for _ in range(2)]
    assert [(done.code, done.last) for done in ended] == [
        (0, "Apply complete! Resources: 1 added, 0 changed, 0 destroyed."),
        (0, "Apply complete! Resources: 0 added, 0 changed, 0 destroyed."),
    ]
    assert len(planned.cloud.messages()) == 3


def test_a_job_goes_on_where_the_journal_was_pruned(live: Scene) -> None:
    """What was before the plan is told by a snapshot then."""
    live.cloud.tell("confirm", to="tom@example.com")
    assert live.run(*APPLY).code == 0
    assert live.run("state", "prune", "--keep-days", "0").code == 0
    live.project.declare("support", "sales")
    job = ("apply", "--digest", digest(live), "--no-input")
    assert live.run(*job).code == 3
    code = live.cloud.code(SALES)
    assert live.run("verify", "acme/phone_number/sales", given=code).code == 0
    assert live.run(*job).code == 0


def test_a_digest_that_was_begun_does_not_let_another_run_pass(planned: Scene) -> None:
    """What somebody else changed since is named, as with a file; so is another configuration."""
    job = ("apply", "--digest", digest(planned), "--no-input")
    assert planned.run(*job).code == 3
    planned.edit("spaces/globex.yaml", "title: CEO", "title: TechnicalDirector")
    other = planned.run(*job)
    assert (other.code, other.err.partition("]")[0]) == (5, "error[plan-other-digest")
    assert planned.run("apply", "--space", "globex", "--auto-approve", "--no-input", RECONCILER_WHO="bob").code == 3
    planned.edit("spaces/globex.yaml", "title: TechnicalDirector", "title: CEO")
    stale = planned.run(*job)
    assert (stale.code, stale.err.partition("]")[0]) == (5, "error[plan-stale")
    assert "globex/contact/tom was changed TIME by bob@tower since" in timeless(stale.err)


def refused(done: Done) -> bool:
    return (done.code, done.out) == (64, "")


def test_a_digest_is_a_word_of_consent(planned: Scene) -> None:
    """It is said on the command line, whole, and not beside a plan file."""
    reviewed = digest(planned)
    assert planned.run("apply", "--no-input", RECONCILER_DIGEST=reviewed).code == 1
    assert refused(planned.run("apply", "--digest", reviewed[:12]))
    assert refused(planned.run("apply", "plan.out", "--digest", reviewed))
    assert planned.cloud.calls() == []


def test_check_is_no_plan(project: Project) -> None:
    """A file that is not there was a typo."""
    project.declare("support")
    assert refused(project.run("plan", "check", "no.json"))
