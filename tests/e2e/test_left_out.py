"""One space's trouble stops that space: the others are planned and applied, and the exit code is 1 all the same."""

from __future__ import annotations

import json
from pathlib import Path

from tests.stage.cloud import Cloud
from tests.stage.plans import unpacked
from tests.stage.project import APPLY, SUPPORT, Project, registered

ERROR = (
    "left out[no-way-back] spaces/acme.yaml:7:19: acme/phone_number/support: "
    "display_name is 'Acme support' and cannot be changed by any operation\n"
    "  found: Renamed\n"
    "  hint: Put display_name back to 'Acme support'. "
    "To start over: `reconciler state rm`, then clean up in the console.\n"
)


def renamed(project: Project, cloud: Cloud) -> None:
    """A ready number whose file follows what somebody changed in the console, and another customer's new number."""
    project.declare("support")
    assert project.run(*APPLY).code == 3
    assert project.run("verify", "acme/phone_number/support", given=cloud.code(SUPPORT)).code == 0
    path = project.root / "spaces/acme.yaml"
    path.write_text(path.read_text().replace("Acme support", "Renamed"))
    project.declare_elsewhere("sales")


def test_the_other_spaces_are_planned(project: Project, cloud: Cloud) -> None:
    """Shown and saved without that space, in each form with its errors: exit 1, also before 2 and 6."""
    renamed(project, cloud)
    plan = project.run("plan", "--detailed-exitcode", "--out", "plan.out")
    assert (plan.code, "Plan: 1 to add, 0 to change, 0 to destroy." in plan.out) == (1, True)
    assert plan.out.partition("\nleft out")[2] == ERROR.partition("left out")[2] + plan.out[plan.out.index("Digest:") :]
    for form in ("markdown", "github", "code-quality", "terraform"):
        assert "no-way-back" in project.run("show", "plan.out", "--format", form).out
    shown = json.loads(project.run("show", "--json", "plan.out").out)
    assert (shown["errored"], [each["code"] for each in shown["reconciler"]["left_out"]]) == (True, ["no-way-back"])
    alone = project.run("plan", "--space", "acme")
    assert (alone.code, alone.out, "error[no-way-back]" in alone.err) == (1, "", True)
    assert project.run("plan", "--space", "other").code == 0


def test_the_other_spaces_are_applied(project: Project, cloud: Cloud) -> None:
    """By the plan of this moment, by a file and by a digest: all but that space, which counts as failed; exit 1."""
    renamed(project, cloud)
    project.run("plan", "--out", "plan.out")
    digest = unpacked(project.root / "plan.out")["digest"]
    for way in (APPLY, ("apply", "plan.out", "--no-input"), ("apply", "--digest", digest, "--no-input")):
        done = project.run(*way, "--json-into", "outcome.jsonl")
        last = "Apply failed: 0 added, 0 changed, 0 destroyed, 1 paused, 1 failed, 0 unknown, 0 not started."
        assert (done.code, done.last) == (1, last)
        assert "acme/phone_number/support: failed\nerror[no-way-back] spaces/acme.yaml:7:19: " in done.out
    assert len(cloud.messages()) == 2
    events = [json.loads(line) for line in Path(project.root / "outcome.jsonl").read_text().splitlines()]
    assert [each["hook"]["resource"]["addr"] for each in events if each["type"] == "apply_errored"] == [
        "acme/phone_number/support"
    ]


def test_nothing_else_to_do_is_no_success(project: Project, cloud: Cloud) -> None:
    """`No changes.` is not said, and apply fails, where the rest is as declared."""
    renamed(project, cloud)
    project.write("spaces/other.yaml", "space: other\nspace_id: cams-other\n")
    plan, done = project.run("plan"), project.run(*APPLY)
    assert (plan.code, plan.out.splitlines()[0]) == (1, "Plan: 0 to add, 0 to change, 0 to destroy.")
    assert (done.code, done.last.split(",")[4]) == (1, " 1 failed")
    assert "No changes." not in plan.out + done.out


def test_half_a_move_is_not_planned(project: Project, cloud: Cloud) -> None:
    """What moves to or from a space that is left out waits with it; a third space does not."""
    renamed(project, cloud)
    desk = registered("desk", "+8613800001236")
    acme = project.root / "spaces/acme.yaml"
    text = acme.read_text()
    acme.write_text(text.replace("Renamed", "Acme support") + desk)
    assert project.run(*APPLY).code == 3
    acme.write_text(text)
    other = project.root / "spaces/other.yaml"
    other.write_text(other.read_text() + desk)
    project.write(
        "spaces/third.yaml", f"space: third\nspace_id: cams-3\nphone_numbers:\n{registered('x', '+8613800001299')}"
    )
    plan = project.run("plan")
    assert (plan.code, plan.out.count("will be created")) == (1, 1)
    assert "# third/phone_number/x will be created" in plan.out
    why = "moves to or from a space that is left out, and so is its own"
    assert f"left out[space-left-out] other/phone_number/desk {why}\n" in plan.out
