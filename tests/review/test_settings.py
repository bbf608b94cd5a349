"""The settings a plan runs under are in it: a branch that relaxes them is seen, and cannot judge itself by its own."""

from __future__ import annotations

import json

import pytest

from tests.review.scene import BARE, Scene, timeless
from tests.stage.project import APPLY

STRICT, LOOSE = "guards: {max_messages: 1}\n", "guards: {max_messages: 50}\n"
WARNING = (
    "warning[settings-changed] max_messages 50 is new in this branch: it is 1 at revision COMMIT, which counts here\n"
    "  hint: Check that it is meant: the next apply uses it.\n"
)
REFUSAL = "refused[too-many-messages] up to 2 messages would be sent, and max_messages is 1\n"


@pytest.fixture
def relaxing(repository: Scene) -> Scene:
    """A branch that raises a guard in the same commit as the numbers that the guard would have refused."""
    repository.project.write("reconciler.yaml", STRICT)
    repository.commit()
    repository.git("checkout", "--quiet", "-b", "branch")
    repository.project.write("reconciler.yaml", LOOSE)
    repository.project.declare("support", "sales", "desk")
    repository.commit()
    return repository


def bare(scene: Scene, *arguments: str, **env: str) -> tuple[int, str]:
    done = scene.run("plan", *arguments, **env)
    return done.code, timeless(done.out)


def test_the_guards_of_the_base_count(relaxing: Scene) -> None:
    """Refused by the guards of where the branch left main, with what the branch makes of them: no state is read."""
    code, out = bare(relaxing, "--against", "main", **BARE)
    assert (code, WARNING in out, REFUSAL in out) == (6, True, True)
    assert "\nSettings:     max_messages 50, max_delete_percent 30, allowed_countries any\n" in out
    assert relaxing.run("plan", "--against", "main", "--allow-messages", "2", **BARE).code == 0


def test_the_guards_of_a_revision_count_against_recorded_state(relaxing: Scene) -> None:
    """The same for a job that has the state; without the word those of the branch count, as they do for its apply."""
    code, out = bare(relaxing, "--guards-of", "main")
    assert (code, WARNING in out) == (6, True)
    assert "refused[too-many-messages] up to 4 messages would be sent, and max_messages is 1\n" in out
    assert relaxing.run("plan").code == 0
    assert relaxing.run(*APPLY, "--guards-of", "main").code == 6
    both = relaxing.run("plan", "--guards-of", "main", "--against", "main")
    assert (both.code, "--against REV goes by the guards of REV" in both.err) == (64, True)
    assert relaxing.run("plan", "--guards-of", "").code == 64


def test_what_a_branch_tightens_counts_as_well(relaxing: Scene) -> None:
    """Its apply would be refused by its own guards; a country that only one of the two lists has is allowed by none."""
    lists = ("guards: {max_messages: 9, allowed_countries: ['86', '62']}\n", "guards: {allowed_countries: ['62']}\n")
    relaxing.git("checkout", "--quiet", "main")
    relaxing.project.write("reconciler.yaml", lists[0])
    relaxing.commit()
    relaxing.git("checkout", "--quiet", "-b", "tight")
    relaxing.project.declare("support", "sales")
    for mine, out in (
        (lists[1], "outside allowed_countries (62)"),
        ("guards: {allowed_countries: ['65']}\n", "outside allowed_countries (none)"),
        ("guards: {max_messages: 0}\n", "max_messages is 0"),
    ):
        relaxing.project.write("reconciler.yaml", mine)
        relaxing.commit()
        code, text = bare(relaxing, "--against", "main", **BARE)
        assert (code, out in text) == (6, True)
        assert (
            "which counts here" in text or "max_messages 0 is new in this branch: it is 9 at revision COMMIT\n" in text
        )


def test_a_snapshot_brings_the_guards_of_its_revision(live: Scene) -> None:
    """A stranger's job with a published snapshot: the same refusal and the same warning."""
    live.project.write("reconciler.yaml", STRICT)
    live.commit()
    snapshot = live.published()
    clone = live.cloned()
    (clone / "reconciler.yaml").write_text(LOOSE)
    text = (clone / "spaces/acme.yaml").read_text()
    more = "".join(
        f'  n{n}: {{number: "+861380000130{n}", onboarding: register, display_name: Acme}}\n' for n in (1, 2)
    )
    (clone / "spaces/acme.yaml").write_text(text + more)
    live.commit(at=clone)
    done = live.stranger("plan", "--state", str(snapshot))
    assert (done.code, "refused[too-many-messages]" in done.out) == (6, True)
    assert "warning[settings-changed] max_messages 50 is new in this branch: it is 1 at revision " in done.out


def test_a_branch_that_only_relaxes_is_seen(repository: Scene) -> None:
    """No space changes, and the warning is there all the same, in each form of the plan."""
    repository.project.write("reconciler.yaml", LOOSE)
    repository.commit()
    repository.git("checkout", "--quiet", "-b", "branch")
    repository.project.write("reconciler.yaml", "limits: {calls_per_second: 5}\n")
    repository.commit()
    done = repository.run("plan", "--against", "main", "--changed-since", "main", "--out", "plan.out")
    assert (done.code, done.out.count("warning[settings-changed] ")) == (0, 2)
    assert "calls_per_second 5 is new in this branch: it is 10 at revision " in done.out
    for form in ("markdown", "github", "code-quality", "terraform"):
        assert "calls_per_second 5 is new" in repository.run("show", "plan.out", "--format", form).out.replace("`", "")


def test_what_changed_since_the_last_apply(repository: Scene) -> None:
    """Said by each plan until an apply under the new settings; other settings are another plan, and make one stale."""
    repository.project.write("reconciler.yaml", "guards: {max_messages: 5, allowed_countries: ['86']}\n")
    assert repository.run(*APPLY).code == 3
    repository.project.declare("support", "sales")
    before = json.loads(repository.run("plan", "--format", "json", "--out", "plan.out").out)["reconciler"]
    assert before["settings"]["max_messages"] == 5
    repository.project.write("reconciler.yaml", "guards: {max_messages: 6}\n")
    plan = repository.run("plan")
    assert plan.out.rpartition("last changed ")[2].partition("\n")[2].partition("Digest:")[0] == (
        "\n"
        "warning[settings-changed] max_messages is 6, and was 5 when globex was applied last\n"
        "  hint: Check that it is meant: the next apply uses it.\n"
        "warning[settings-changed] allowed_countries is any, and was 86 when globex was applied last\n"
        "  hint: Check that it is meant: the next apply uses it.\n"
    )
    after = json.loads(repository.run("plan", "--format", "json").out)["reconciler"]
    assert after["digest"] != before["digest"]
    stale = repository.run("apply", "plan.out", "--no-input")
    assert (stale.code, stale.err.splitlines()[0]) == (
        5,
        "error[plan-other-config] max_messages was 5 when the plan was made, and is 6",
    )
    assert repository.run(*APPLY).code == 3
    assert "settings-changed" not in repository.run("plan").out
