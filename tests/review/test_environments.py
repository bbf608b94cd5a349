"""Environments in review: what a base revision's guards are, whatever the branch calls things."""

from __future__ import annotations

import pytest

from tests.review.scene import Scene
from tests.stage.cloud import Cloud
from tests.stage.project import DESK, SALES, SUPPORT, Project, registered

ACCOUNT = "1234567890123456"
SETTINGS = f"""environments:
  trial:
    spaces: environments/trial/*.yaml
    account: "{ACCOUNT}"
    guards: {{max_messages: 100}}
  production:
    spaces: environments/production/*.yaml
    account: "{ACCOUNT}"
    guards: {{max_messages: 1}}
"""
ACME = f"space: acme\nspace_id: cams-acme\nphone_numbers:\n{registered('support', SUPPORT)}"
MORE = registered("sales", SALES)


@pytest.fixture
def scene(project: Project, cloud: Cloud) -> Scene:
    """One number in production, which may send one message; a branch that adds another."""
    scene = Scene(project, cloud)
    scene.project.write("reconciler.yaml", SETTINGS)
    scene.project.write("environments/production/acme.yaml", ACME)
    scene.project.write("environments/trial/desk.yaml", "space: desk\nspace_id: cams-desk\n")
    scene.git("init", "--quiet", "--initial-branch=main")
    scene.commit()
    scene.git("checkout", "--quiet", "-b", "branch")
    scene.project.write("environments/production/acme.yaml", ACME + MORE)
    return scene


def refused(scene: Scene, environment: str) -> bool:
    done = scene.run("plan", "--environment", environment, "--guards-of", "main")
    assert done.code in (0, 6), done.err
    return "too-many-messages" in done.out and done.code == 6


def test_its_own_guards_count(scene: Scene) -> None:
    """A branch that raises the limit of its environment is judged by the one before; each environment has its own."""
    scene.project.write("reconciler.yaml", SETTINGS.replace("max_messages: 1}", "max_messages: 50}"))
    assert refused(scene, "production")
    scene.project.write("environments/trial/desk.yaml", f"space: desk\nspace_id: cams-desk\nphone_numbers:\n{MORE}")
    scene.project.write("environments/production/acme.yaml", ACME)
    assert not refused(scene, "trial")


def test_a_new_name_relaxes_nothing(scene: Scene) -> None:
    """The spaces tell which environment it was."""
    renamed = SETTINGS.replace("  production:", "  live:").replace("max_messages: 1}", "max_messages: 50}")
    scene.project.write("reconciler.yaml", renamed)
    assert refused(scene, "live")


def test_another_environment_relaxes_nothing(scene: Scene) -> None:
    """A space that moves to an environment with higher limits keeps those that it had."""
    (scene.root / "environments/production/acme.yaml").unlink()
    scene.project.write("environments/trial/acme.yaml", ACME + MORE)
    scene.project.write("environments/production/desk.yaml", "space: desk\nspace_id: cams-desk\n")
    (scene.root / "environments/trial/desk.yaml").unlink()
    assert refused(scene, "trial")


def test_environments_that_come_or_go(scene: Scene) -> None:
    """Before there were any, what stood outside counts; after the last, the strictest of those that had its spaces."""
    scene.project.write("reconciler.yaml", "spaces: [environments/*/*.yaml]\nguards: {max_messages: 50}\n")
    done = scene.run("plan", "--guards-of", "main", "--space", "acme")
    assert (done.code, "too-many-messages" in done.out) == (6, True)
    scene.commit()
    scene.git("branch", "--quiet", "--force", "main", "branch")
    scene.project.write("reconciler.yaml", SETTINGS.replace("max_messages: 1}", "max_messages: 60}"))
    done = scene.run("plan", "--guards-of", "main", "--environment", "production")
    assert done.code == 0


def test_a_plan_against_another_revision(scene: Scene) -> None:
    """It is of the same environment: what stands in another one is neither new nor gone."""
    done = scene.run("plan", "--against", "main", "--environment", "production")
    assert "Plan: 1 to add, 0 to change, 0 to destroy." in done.out
    done = scene.run("plan", "--against", "main", "--environment", "trial")
    assert done.out.startswith("No changes.")
    assert scene.run("spaces", "--changed-since", "main", "--environment", "production").out == "acme\n"
    assert scene.run("spaces", "--changed-since", "main", "--environment", "trial").out == ""


def test_an_account_that_changes_hands_relaxes_nothing(scene: Scene) -> None:
    """An environment that takes over another's account is judged as that one, too."""
    other = SETTINGS.replace(ACCOUNT, "6543210987654321", 1)
    scene.project.write("reconciler.yaml", other)
    scene.project.write("environments/production/acme.yaml", ACME)
    scene.commit()
    scene.git("branch", "--quiet", "--force", "main", "branch")
    scene.project.write("reconciler.yaml", SETTINGS)
    two = registered("a", SALES) + registered("b", DESK)
    scene.project.write("environments/trial/desk.yaml", f"space: desk\nspace_id: cams-desk\nphone_numbers:\n{two}")
    assert refused(scene, "trial")


def test_without_environments_nothing_is_hidden(scene: Scene) -> None:
    """A branch that drops them all is judged by the strictest, and its removals show."""
    scene.git("stash", "--quiet")
    for path in scene.root.glob("environments/*/*.yaml"):
        path.unlink()
    (scene.root / "reconciler.yaml").unlink()
    two = registered("a", SALES) + registered("b", DESK)
    scene.project.write("spaces/new.yaml", f"space: new\nspace_id: cams-new\nphone_numbers:\n{two}")
    done = scene.run("plan", "--against", "main")
    assert (done.code, "too-many-messages" in done.out, "acme/phone_number/support" in done.out) == (6, True, True)


def test_a_new_name_hides_no_removal(scene: Scene) -> None:
    """A customer's file that goes with the old name is gone, and shown."""
    scene.project.write("environments/production/globex.yaml", ACME.replace("acme", "globex").replace(SUPPORT, DESK))
    scene.commit()
    scene.git("branch", "--quiet", "--force", "main", "branch")
    scene.project.write("reconciler.yaml", SETTINGS.replace("  production:", "  live:"))
    (scene.root / "environments/production/globex.yaml").unlink()
    done = scene.run("plan", "--against", "main", "--environment", "live")
    assert (done.code, "globex/phone_number/support" in done.out) == (6, True)


def test_what_another_environment_published(scene: Scene) -> None:
    """It plans nothing here, although the names in it are the same, and is expected of no other state."""
    scene.project.write("environments/production/acme.yaml", ACME)
    scene.project.write("environments/trial/acme.yaml", ACME.replace("cams-acme", "cams-trial").replace(SUPPORT, SALES))
    scene.commit()
    taken = ("state", "snapshot", "--out", "trial.json", "--environment", "trial")
    assert scene.run(*taken).code == 0
    assert "Plan: 1 to add" in scene.run("plan", "--state", "trial.json", "--environment", "trial").out
    for words, code in (("--state", "snapshot-of-another"), ("--expect", "expect-elsewhere")):
        done = scene.run("plan", words, "trial.json", "--environment", "production")
        assert (done.code, done.err.startswith(f"error[{code}]")) == (1, True)
        assert "the environment trial" in done.err
    scene.project.write("reconciler.yaml", SETTINGS.replace(ACCOUNT, "6543210987654321"))
    done = scene.run("plan", "--state", "trial.json", "--environment", "trial")
    assert (done.code, "account ****3456, and this is ****4321" in done.err) == (1, True)


@pytest.mark.parametrize(
    ("name", "was", "now"),
    [
        ("account", f'"{ACCOUNT}"\n    guards: {{max_messages: 1}}', '"6543210987654321"'),
        ("contacts_account", "guards: {max_messages: 1}", 'contacts_account: "6543210987654321"'),
        ("protect", "guards: {max_messages: 1}", "protect: true"),
        ("site", "guards: {max_messages: 1}", "site: international"),
        ("state", "guards: {max_messages: 1}", "state: dir:journals"),
        ("environments", "  production:", "  live:"),
    ],
)
def test_whatever_a_branch_changes_is_said(scene: Scene, name: str, was: str, now: str) -> None:
    """Not only its limits: whose cloud it is, where its state is, what is protected, which environments there are."""
    assert "settings-changed" not in scene.run("plan", "--against", "main", "--environment", "trial").out
    scene.project.write("reconciler.yaml", SETTINGS.replace(was, now))
    environment = "live" if name == "environments" else "production"
    done = scene.run("plan", "--against", "main", "--environment", environment)
    assert done.out.count(f"warning[settings-changed] {name} ") == 1
