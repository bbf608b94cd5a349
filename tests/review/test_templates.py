"""Templates in review: another revision's files are filled from that revision's templates, never from the work tree."""

from __future__ import annotations

import pytest

from tests.review.scene import Scene
from tests.stage.cloud import Cloud
from tests.stage.project import SALES, SUPPORT, Project

SHOP = """\
parameters: {number: {}}
phone_numbers:
  support:
    number: ${number}
    onboarding: register
    display_name: Shop
"""
USERS = f"""\
template: ../templates/shop.yaml
instances:
  one:
    values: {{number: "{SUPPORT}"}}
    space_id: cams-one
  two:
    values: {{number: "{SALES}"}}
    space_id: cams-two
"""
OTHER = 'space: other\nspace_id: cams-other\nphone_numbers: {a: {number: "+8613800001119", onboarding: migrate}}\n'


@pytest.fixture
def shops(project: Project, cloud: Cloud) -> Scene:
    """Two spaces of one template, and one without; a branch that begins at main."""
    scene = Scene(project, cloud)
    for name, text in (("spaces/shops.yaml", USERS), ("spaces/other.yaml", OTHER), ("templates/shop.yaml", SHOP)):
        scene.project.write(name, text)
    scene.git("init", "--quiet", "--initial-branch=main")
    scene.commit()
    scene.git("checkout", "--quiet", "-b", "branch")
    return scene


def test_a_changed_template_affects_all_that_it_is_filled_in_for(shops: Scene) -> None:
    """And no other space, though no space file changed; a comment in it, or another name for it, affects none."""
    assert shops.changed_since() == []
    shops.project.write("templates/shop.yaml", f"# What shops have in common.\n{SHOP}")
    assert shops.changed_since() == []
    shops.project.write("templates/shop.yaml", SHOP.replace("Shop", "Our Shop"))
    assert shops.changed_since() == ["one", "two"]


def test_one_value_affects_one_space(shops: Scene) -> None:
    """Of two in one file."""
    shops.project.write("spaces/shops.yaml", USERS.replace(SALES, "+8613800001118"))
    assert shops.changed_since() == ["two"]


def test_a_base_is_filled_from_its_own_template(shops: Scene) -> None:
    """A plan against a revision tells what the template's change means; also where the work tree has none any more."""
    shops.project.write("templates/shop.yaml", SHOP.replace("display_name: Shop", "display_name: Our Shop"))
    done = shops.run("plan", "--against", "main")
    for name in ("one", "two"):
        assert f"{name}/phone_number/support: display_name is 'Shop' and cannot be changed" in done.out
    (shops.root / "templates/shop.yaml").unlink()
    shops.project.write("spaces/shops.yaml", OTHER.replace("other", "third").replace("1119", "1117"))
    assert shops.changed_since() == ["one", "third", "two"]


def test_a_base_whose_template_is_missing_says_so(shops: Scene) -> None:
    """The work tree's would be another revision's."""
    shops.git("rm", "--quiet", "--cached", "templates/shop.yaml")
    shops.git("commit", "--quiet", "--message=without")
    done = shops.run("plan", "--against", "HEAD")
    assert done.code == 1
    assert done.err.startswith("error[template-missing] spaces/shops.yaml:1:11: at revision ")


def test_a_saved_plan_ages_with_its_template(shops: Scene) -> None:
    """What was approved is not applied once the template says something else."""
    assert shops.run("plan", "--out", "plan.out").code == 0
    shops.project.write("templates/shop.yaml", SHOP.replace("Shop", "Our Shop"))
    done = shops.run("apply", "plan.out", "--auto-approve")
    assert done.code == 5, done.err
    assert "error[plan-other-config]" in done.err
