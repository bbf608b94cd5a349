"""--changed-since REV: of many spaces only those that a branch is about, and those that belong together in one go."""

from __future__ import annotations

import json

import pytest

from reconciler.render.text.first_line import NO_CHANGES
from tests.review.scene import Scene
from tests.stage.project import DESK, GLOBEX, SALES, SUPPORT, registered

WAITS = """\
Plan: 0 to add, 0 to change, 0 to destroy.
Note:         None of 2 spaces changed since main; none was checked.
              Still waiting for a human there: 1 resource; `reconciler pending` lists them.
Recorded:     not asked of any space
"""


def planned(scene: Scene, *more: str) -> list[str]:
    done = scene.run("plan", "--changed-since", "main", "--format", "json", *more)
    assert done.code == 0, done.err
    return [space["name"] for space in json.loads(done.out)["reconciler"]["spaces"]]


def other(number: str = SALES, name: str = "sales") -> str:
    return f"space: other\nspace_id: cams-other\nphone_numbers:\n{registered(name, number)}"


@pytest.fixture
def branch(repository: Scene) -> Scene:
    """Three spaces; a branch that begins at main."""
    repository.project.write("spaces/other.yaml", other())
    repository.commit()
    repository.git("checkout", "--quiet", "-b", "branch")
    return repository


def test_a_space_that_changed_is_the_only_one(branch: Scene) -> None:
    """Committed, edited or new and unknown to git: what counts is what lies there."""
    branch.project.declare("support", "desk")
    branch.commit()
    branch.project.write("spaces/new.yaml", "space: new\nspace_id: cams-new\n")
    assert (branch.changed_since(), planned(branch)) == (["acme", "new"], ["acme", "new"])


def test_where_nothing_changed_there_is_nothing_to_plan(branch: Scene) -> None:
    """An empty matrix, a plan of no space, exit 0; also after a comment, a renamed file, and the base going on."""
    (branch.root / "spaces/acme.yaml").rename(branch.root / "spaces/renamed.yaml")
    branch.edit("spaces/renamed.yaml", "phone_numbers:", "# people call these\nphone_numbers:")
    branch.commit()
    branch.git("checkout", "--quiet", "main")
    branch.project.declare("support", "desk")
    branch.commit()
    branch.git("checkout", "--quiet", "branch")
    assert branch.run("spaces", "--changed-since", "main", "--json").out == '{"space":[]}\n'
    done = branch.run("plan", "--changed-since", "main", "--detailed-exitcode")
    assert (done.code, done.out.splitlines()) == (
        0,
        ["No changes. None of 3 spaces changed since main; none was checked.", "Recorded:     not asked of any space"],
    )
    assert done.err == "Changed since main: 0 spaces of 3.\n"


def test_no_changes_is_not_said_where_something_waits(scene: Scene) -> None:
    """A link is open in a space that the branch leaves alone: all forms say so, also of the saved plan."""
    scene.git("checkout", "--quiet", "-b", "branch")
    words = ("plan", "--changed-since", "main")
    done = scene.run(*words, "--detailed-exitcode", "--out", "plan.out")
    assert (done.code, done.out) == (0, WAITS)
    assert scene.run("show", "plan.out").out == WAITS
    for form in ("markdown", "github", "terraform", "events"):
        out = scene.run(*words, "--format", form).out
        assert ("No changes." in out, "Still waiting for a human there: 1 resource" in out) == (False, True)
    assert scene.run(*words, "--space", "acme").out.startswith("No changes. None of 1 space changed since main;")


def test_in_terraforms_wording_no_changes_is_its_sentence(branch: Scene) -> None:
    """Tools search for it whole; our forms say what was not looked at."""
    done = branch.run("plan", "--changed-since", "main", "--compat", "terraform")
    assert done.out.splitlines()[0] == NO_CHANGES
    said = "No changes. None of 3 spaces changed since"
    assert branch.run("plan", "--changed-since", "main", "--format", "markdown").out.startswith(f"### {said} main;")


def test_settings_for_all_change_all(branch: Scene) -> None:
    """reconciler.yaml is about every space, unless what it says is what held anyway."""
    branch.project.write("reconciler.yaml", "guards: {max_messages: 20}\n")
    assert branch.changed_since() == []
    branch.project.write("reconciler.yaml", "guards: {max_messages: 1}\n")
    assert branch.changed_since() == ["acme", "globex", "other"]


def test_a_space_that_went_is_planned_too(scene: Scene) -> None:
    """Its records are refused to be dropped in silence; one that nothing recorded has nothing to plan."""
    scene.project.write("spaces/other.yaml", other())
    scene.commit()
    scene.git("checkout", "--quiet", "-b", "branch")
    for name in ("other", "globex"):
        (scene.root / f"spaces/{name}.yaml").unlink()
    scene.commit()
    assert scene.changed_since() == ["globex", "other"]
    done = scene.run("plan", "--space", "globex,other", "--changed-since", "main")
    assert "error[" not in done.err
    assert "# globex/contact/tom would be removed, and that is refused" in done.out
    assert "refused[removal-refused]" in done.out
    assert planned(scene, "--space", "other") == []


def test_spaces_that_exchange_something_are_one_entry(branch: Scene) -> None:
    """A number that leaves one file for another needs both spaces in one plan; a third goes by itself."""
    branch.project.declare("sales")
    branch.project.write("spaces/other.yaml", other(SUPPORT, "support"))
    branch.edit("spaces/globex.yaml", "title: CEO", "title: TechnicalDirector")
    assert branch.changed_since() == ["acme,other", "globex"]
    assert branch.run("spaces", "--changed-since", "main").out == "acme\nother\nglobex\n"
    assert planned(branch, "--space", "acme,other") == ["acme", "other"]


def test_what_was_moved_before_and_not_applied_brings_its_space_along(scene: Scene) -> None:
    """A plan of the one alone would be refused: the journal of the other still has what moves."""
    block = registered("support", SUPPORT)
    scene.project.declare("desk")
    scene.edit("spaces/globex.yaml", "contacts:", f"phone_numbers:\n{block}contacts:")
    scene.commit()
    scene.git("checkout", "--quiet", "-b", "branch")
    scene.edit("spaces/globex.yaml", "title: CEO", "title: TechnicalDirector")
    assert scene.changed_since() == ["globex"]
    assert planned(scene) == ["acme", "globex"]
    refused = scene.run("plan", "--space", "globex", "--changed-since", "main")
    assert refused.err.partition("]")[0].rpartition("[")[2] == "move-needs-both"


def test_apply_does_what_the_plan_of_the_same_words_shows(branch: Scene) -> None:
    """Only the changed space's number is asked a code."""
    branch.project.write("spaces/other.yaml", other(DESK, "desk"))
    assert branch.run("apply", "--changed-since", "main", "--auto-approve", "--no-input").code == 3
    assert [message["to"] for message in branch.cloud.messages()] == [DESK]


def test_a_base_that_cannot_be_read_leaves_every_space_changed(branch: Scene) -> None:
    """Planning too much is the safe side; it is said."""
    branch.edit("spaces/other.yaml", "space: other", "spice: other")
    branch.commit()
    branch.git("branch", "broken")
    branch.edit("spaces/other.yaml", "spice: other", "space: other")
    done = branch.run("spaces", "--changed-since", "broken")
    assert done.out == "acme\nglobex\nother\n"
    assert "every space counts as changed" in done.err


def test_so_does_one_that_went_since(scene: Scene) -> None:
    """What is recorded of a space without a file is not overlooked because an earlier file of it had a mistake."""
    scene.edit("spaces/globex.yaml", "title: CEO", "title: CTO")
    scene.git("branch", "broken", scene.commit())
    (scene.root / "spaces/globex.yaml").unlink()
    assert (
        "# globex/contact/tom would be removed, and that is refused"
        in scene.run("plan", "--changed-since", "broken").out
    )


def test_the_list_without_a_revision_is_of_all(repository: Scene) -> None:
    """It needs no repository; a mistyped space is wrong usage, with a revision as without."""
    assert repository.run("spaces", "--json").out == '{"space":["acme","globex"]}\n'
    assert repository.run("plan", "--space", "acne", "--changed-since", "main").code == 64
    assert repository.run("plan", "--space", "acme,globex").code == 0


def test_it_goes_with_a_snapshot_and_with_a_revision(scene: Scene) -> None:
    """The same choice, whatever the plan is made against."""
    snapshot = scene.published()
    scene.cloned()
    scene.edit("spaces/globex.yaml", GLOBEX, GLOBEX.replace("CEO", "TechnicalDirector"), at=scene.clone)
    for words in (("--state", str(snapshot)), ("--against", "origin/main")):
        done = scene.stranger("plan", *words, "--changed-since", "origin/main", "--format", "json")
        assert [space["name"] for space in json.loads(done.out)["reconciler"]["spaces"]] == ["globex"]
