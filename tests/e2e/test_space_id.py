"""A name that is recorded with another space_id moves nothing until its file says so."""

from __future__ import annotations

import pytest

from tests.stage.cloud import Cloud
from tests.stage.project import SALES, SUPPORT, Project, registered

HERE = "spaces/acme.yaml"


def declare(project: Project, file: str, name: str, space_id: str, numbers: dict[str, str], more: str = "") -> None:
    blocks = "".join(registered(key, number) for key, number in numbers.items())
    project.write(f"spaces/{file}.yaml", f"space: {name}\nspace_id: {space_id}\n{more}phone_numbers:\n{blocks}")


@pytest.fixture
def ready(project: Project, cloud: Cloud) -> Project:
    """A number in service in each of two spaces."""
    declare(project, "acme", "acme", "cams-e2e", {"support": SUPPORT})
    declare(project, "globex", "globex", "cams-globex", {"sales": SALES})
    assert project.run("apply", "--auto-approve", "--no-input").code == 3
    for address, number in (("acme/phone_number/support", SUPPORT), ("globex/phone_number/sales", SALES)):
        assert project.run("verify", address, given=cloud.code(number)).code == 0
    return project


def refused(name: str, file: str, old: str, new: str) -> str:
    what = f"[space-id-changed] spaces/{file}.yaml:2:11: {name} is recorded as space_id {old}, and is {new} now"
    todo = f"If all of it is to move, write `moved: {{space_id: {old}}}` in spaces/{file}.yaml."
    return f"{what}\n  hint: Put {old} back. {todo}\n"


def test_an_id_changed_by_one_letter_moves_nothing(ready: Project, cloud: Cloud) -> None:
    """The plan shows the migrations and the refusal; apply refuses, calls nothing and sends nothing."""
    before = len(cloud.calls())
    declare(ready, "acme", "acme", "cams-e2f", {"support": SUPPORT})
    planned = ready.run("plan")
    assert planned.out.partition("\nDigest:")[0].endswith(
        f"\n\nrefused{refused('acme', 'acme', 'cams-e2e', 'cams-e2f')}"[:-1]
    )
    applied = ready.run("apply", "--auto-approve", "--no-input")
    assert (applied.code, applied.err) == (6, f"error{refused('acme', 'acme', 'cams-e2e', 'cams-e2f')}")
    assert len(cloud.calls()) == before


def test_a_move_of_all_is_said_in_the_file(ready: Project, cloud: Cloud) -> None:
    """With `moved:` naming the recorded id, and no other, all of it migrates; the line may stay when that is done."""
    declare(ready, "acme", "acme", "cams-new", {"support": SUPPORT}, "moved: {space_id: cams-e2f}\n")
    assert ready.run("apply", "--auto-approve", "--no-input").code == 6
    declare(ready, "acme", "acme", "cams-new", {"support": SUPPORT}, "moved: {space_id: cams-e2e}\n")
    cloud.tell("allow", to=SUPPORT, messages=1)
    assert ready.run("apply", "--auto-approve", "--no-input").code == 3
    assert ready.run("verify", "acme/phone_number/support", given=cloud.code(SUPPORT)).code == 0
    assert ready.run("apply", "--auto-approve", "--no-input").code == 0
    done = ready.run("plan", "--detailed-exitcode")
    assert (done.code, done.out.splitlines()[0], done.err) == (
        0,
        "No changes. Your infrastructure matches the configuration.",
        "",
    )


def test_names_that_changed_places_are_refused_each(ready: Project) -> None:
    """Nothing would be called, and each address would be another customer's number: both files have to say so."""
    declare(ready, "acme", "globex", "cams-e2e", {"support": SUPPORT})
    declare(ready, "globex", "acme", "cams-globex", {"sales": SALES})
    both = [refused("acme", "globex", "cams-e2e", "cams-globex"), refused("globex", "acme", "cams-globex", "cams-e2e")]
    applied = ready.run("apply", "--auto-approve", "--no-input")
    assert (applied.code, applied.err) == (6, "".join(f"error{each}" for each in both))
    planned = ready.run("plan")
    assert planned.out.endswith("\n" + "".join(f"refused{each}" for each in both))
    declare(ready, "acme", "globex", "cams-e2e", {"support": SUPPORT}, "moved: {space_id: cams-globex}\n")
    declare(ready, "globex", "acme", "cams-globex", {"sales": SALES}, "moved: {space_id: cams-e2e}\n")
    assert ready.run("apply", "--auto-approve", "--no-input").code == 0


def test_a_new_name_for_a_space_moves_nothing(ready: Project) -> None:
    """A name is for people: where no other space had it, nothing is refused and nothing changes."""
    declare(ready, "acme", "acme-china", "cams-e2e", {"support": SUPPORT})
    done = ready.run("plan", "--detailed-exitcode")
    assert (done.code, "refused" in done.out) == (0, False)
