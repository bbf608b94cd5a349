"""plan --against REV: two revisions compared, where there is neither state nor snapshot. It reads nothing else."""

from __future__ import annotations

import json

from reconciler.render.text.first_line import NO_CHANGES
from tests.review.scene import BARE, Scene, timeless
from tests.stage.project import GLOBEX, SALES, registered

NOTE = """\
Note:         Compared with what revision COMMIT declares, as if all of it were done: recorded state was not read.
              This plan can be read, not applied.
"""
CHANGED = """\
reconciler will perform the following actions:

  Resource            Number or e-mail  Action  Messages  Needs
  globex/contact/tom  tim@example.com   update  1 email   links followed

  # globex/contact/tom will be updated in-place
  ~ contact tom
    ~ email         tom@example.com -> tim@example.com
      because       email changed

Plan: 0 to add, 1 to change, 0 to destroy.

Messages:     at most 1 (1 email)
People:       tom must follow the links sent (globex/contact/tom)
Takes:        under a second, plus waiting for people
Settings:     max_messages 20, max_delete_percent 30, allowed_countries any
Calls:        3, --full lists them
Spaces:       globex (cams-globex)
"""


def test_what_a_branch_changes_is_the_plan(repository: Scene) -> None:
    """To the character: the changes, their cost, and that state was not read."""
    repository.edit("spaces/globex.yaml", "tom@example.com", "tim@example.com")
    done = repository.run("plan", "--against", "main", "--detailed-exitcode", **BARE)
    assert (done.code, timeless(done.out)) == (2, CHANGED + NOTE)


def test_a_branch_that_changes_nothing_has_no_changes(repository: Scene) -> None:
    """Comments, order and the names of files are no change."""
    (repository.root / "spaces/globex.yaml").rename(repository.root / "spaces/renamed.yaml")
    repository.edit("spaces/renamed.yaml", "contacts:", "# people\ncontacts:")
    done = repository.run("plan", "--against", "main", "--detailed-exitcode")
    assert (done.code, timeless(done.out)) == (
        0,
        "No changes. Revision COMMIT and this one declare the same; recorded state was not read.\n" + NOTE,
    )
    assert repository.run("plan", "--against", "main", "--compat", "terraform").out.startswith(NO_CHANGES)


def test_what_came_to_the_base_since_is_not_the_branchs_doing(repository: Scene) -> None:
    """Compared is with where the branch was begun."""
    repository.git("checkout", "--quiet", "-b", "branch")
    repository.git("checkout", "--quiet", "main")
    repository.project.declare("support", "sales")
    repository.commit()
    repository.git("checkout", "--quiet", "branch")
    assert repository.run("plan", "--against", "main").out.startswith("No changes.")


def test_no_state_is_read(scene: Scene) -> None:
    """State that is damaged, encrypted, or of another cloud is not even opened; none is made either."""
    (scene.root / ".reconciler/state.db").write_text("damaged")
    (scene.root / ".reconciler/seen.json").write_text("damaged")
    env = {"RECONCILER_STATE": "postgres://nobody@127.0.0.1:1/none"}
    assert scene.run("plan", "--against", "main", **env).code == 0
    scene.cloned()
    assert scene.stranger("plan", "--against", "origin/main").code == 0
    assert not (scene.clone / ".reconciler").exists()
    both = scene.run("plan", "--against", "main", "--state", "sqlite:x.db")
    assert (both.code, both.out) == (64, "")


SAVED = "Saved to plan.out; it can be read, and not be applied.\n"


def test_such_a_plan_cannot_be_applied(repository: Scene) -> None:
    """Exit 5, by name, and nothing is called."""
    repository.project.declare("support", "sales")
    assert repository.run("plan", "--against", "main", "--out", "plan.out").err == SAVED
    for way in (("apply", "plan.out"), ("plan", "check", "plan.out")):
        done = repository.run(*way)
        assert (done.code, done.out) == (5, "")
        assert timeless(done.err).startswith(
            "error[plan-not-recorded] plan.out was made against revision COMMIT, not against recorded state\n"
        )
    assert repository.cloud.calls() == []


def test_it_can_be_shown_as_any_plan(repository: Scene) -> None:
    """Saved and shown it is the same plan, with its notes; policies see that it cannot be applied."""
    repository.project.declare("support", "sales")
    told = repository.run("plan", "--against", "main", "--out", "plan.out").out
    assert repository.run("show", "plan.out").out == told
    document = json.loads(repository.run("show", "--json", "plan.out").out)
    assert (document["applyable"], document["reconciler"]["basis"]["taken_at"]) == (False, "")
    assert document["reconciler"]["notes"][-1] == "This plan can be read, not applied."


def test_the_first_configuration_of_a_repository_is_all_new(repository: Scene) -> None:
    """Where nothing was declared, everything is added; what is taken out with a word goes."""
    repository.git("checkout", "--quiet", "--orphan", "empty")
    repository.git("rm", "--quiet", "-r", "--cached", ".")
    for path in (repository.root / "spaces").iterdir():
        path.rename(repository.project.scratch / path.name)
    repository.commit()
    for path in repository.project.scratch.iterdir():
        path.rename(repository.root / "spaces" / path.name)
    assert "Plan: 2 to add, 0 to change, 0 to destroy." in repository.run("plan", "--against", "empty").out
    repository.commit()
    repository.edit("spaces/globex.yaml", GLOBEX, "space: globex\nspace_id: cams-globex\nremoved: {tom: delete}\n")
    assert "Plan: 0 to add, 0 to change, 1 to destroy." in repository.run("plan", "--against", "HEAD").out


def test_a_base_with_problems_of_its_own_says_at_which_revision(repository: Scene) -> None:
    """It cannot be compared with, and that is not the branch's fault."""
    repository.edit("spaces/globex.yaml", "space: globex", "spice: globex")
    repository.commit()
    repository.git("branch", "broken")
    repository.edit("spaces/globex.yaml", "spice: globex", "space: globex")
    done = repository.run("plan", "--against", "broken")
    assert (done.code, done.out) == (1, "")
    assert "at revision COMMIT: " in timeless(done.err)


def test_a_number_that_changes_its_space_migrates(repository: Scene) -> None:
    """As it does with recorded state."""
    repository.project.declare("sales")
    block = registered("support", "+8613800001234")
    repository.edit("spaces/globex.yaml", "contacts:", f"phone_numbers:\n{block}contacts:")
    out = repository.run("plan", "--against", "main").out
    assert "because       moves here from acme" in out
    assert SALES not in out
