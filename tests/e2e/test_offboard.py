"""The end of a customer: one command, one pull request, and a list of what is left by hand."""

from __future__ import annotations

import pytest

from tests.stage.cloud import Cloud
from tests.stage.project import APPLY, DESK, SALES, SUPPORT, Project

FILE = f"""# Acme, a customer since 2024
space: acme
space_id: cams-acme

defaults: {{locale: en_US}}

# The lines
phone_numbers:
  support: {{number: "{SUPPORT}", onboarding: register, display_name: Acme, on_remove: deregister}}
  sales: {{number: "{SALES}", onboarding: register, display_name: Acme, on_remove: forget}}
  desk: {{number: "{DESK}", onboarding: register, display_name: Acme}}
"""
ENDED = """# Acme, a customer since 2024
space: acme
space_id: cams-acme

removed:
  desk: forget
  sales: forget
  support: deregister
"""
TOLD = """spaces/acme.yaml declares nothing any more, and says what becomes of 3 resources:
  acme/phone_number/desk                   forgotten
  acme/phone_number/sales                  forgotten
  acme/phone_number/support                removed
To do by hand after the apply:
  acme/phone_number/desk: the number stays in the space, not registered; remove it in the console \
(console of Chat App Message Service, Channel Management)
  acme/phone_number/sales: the number stays registered in the space \
(console of Chat App Message Service, Channel Management)
Nothing was called. Commit the file, review `reconciler plan --space acme --out end.out`, and apply that. \
Then the file can be deleted.
"""


def running(project: Project, cloud: Cloud) -> None:
    """Two numbers in service, and one that waits for its code."""
    project.write("spaces/acme.yaml", FILE)
    assert project.run(*APPLY).code == 3
    for name, number in (("support", SUPPORT), ("sales", SALES)):
        assert project.run("verify", f"acme/phone_number/{name}", given=cloud.code(number)).code == 0


def test_one_command_writes_the_end(project: Project, cloud: Cloud) -> None:
    """What refuses is named, and nothing is written; then the whole file, what it tells, and the plan that follows."""
    running(project, cloud)
    refused = project.run("offboard", "acme")
    assert (refused.code, refused.err.splitlines()[0]) == (
        64,
        "error[offboard-refused] acme: the on_remove of desk is refuse",
    )
    assert (project.root / "spaces/acme.yaml").read_text() == FILE
    done = project.run("offboard", "acme", "--refused", "forget")
    assert (done.code, done.out) == (0, TOLD)
    assert (project.root / "spaces/acme.yaml").read_text() == ENDED
    assert project.run("plan", "--space", "acme", "--out", "end.out").code == 0
    calls = cloud.changes()
    assert project.run("apply", "end.out", "--no-input").code == 0
    assert cloud.changes()[len(calls) :] == ["ChatappPhoneNumberDeregister"]
    assert project.run("state", "list").out == ""
    assert "can be deleted" in project.run("offboard", "acme").out


def test_run_again_it_writes_the_same(project: Project, cloud: Cloud) -> None:
    """Before the apply, and by somebody who does not know that it was run. Others may read the file as before."""
    running(project, cloud)
    (project.root / "spaces/acme.yaml").chmod(0o644)
    assert project.run("offboard", "acme", "--refused", "forget").code == 0
    assert (project.run("offboard", "acme").out, (project.root / "spaces/acme.yaml").read_text()) == (TOLD, ENDED)
    assert (project.root / "spaces/acme.yaml").stat().st_mode & 0o777 == 0o644


MIXED = f"""space: acme
space_id: cams-acme

phone_numbers:
  tom: {{number: "{SUPPORT}", onboarding: register, display_name: Acme, on_remove: deregister}}
contacts:
  boss: {{name: tom, email: tom@example.com, title: CEO, message_types: [FaultMessage], on_remove: delete}}
"""


@pytest.mark.parametrize("earlier", ["", "removed: {tom: deregister, boss: delete}\n"])
def test_each_entry_means_one_resource(project: Project, cloud: Cloud, earlier: str) -> None:
    """A contact may have the name that is the key of a number: each goes as its block said, also where both entries
    were written by hand. Nothing is listed under `import` that the file does not declare any more."""
    whole = project.write("spaces/acme.yaml", MIXED)
    assert project.run(*APPLY).code == 3
    cloud.confirm("tom@example.com")
    assert project.run("verify", "acme/phone_number/tom", given=cloud.code(SUPPORT)).code == 0
    assert project.run(*APPLY).code == 0
    whole.write_text(f"space: acme\nspace_id: cams-acme\n{earlier}" if earlier else f"{MIXED}import: [tom]\n")
    for _ in range(2):
        assert project.run("offboard", "acme").code == 0
    assert project.run("plan", "--out", "end.out").code == 0
    before = len(cloud.changes())
    assert project.run("apply", "end.out", "--no-input").code == 0
    assert sorted(cloud.changes()[before:]) == ["ChatappPhoneNumberDeregister", "DeleteMessageContact"]
    assert project.run("state", "list").out == ""


MOVES = """spaces/acme.yaml declares nothing any more.
Still to move to globex: 1 resource. Plan these spaces together.
Nothing was called. Commit the file, review `reconciler plan --space acme,globex --out end.out`, and apply that. \
Once nothing is recorded any more, the file can be deleted.
"""


def test_a_file_is_not_called_done_while_a_number_is_to_move(project: Project, cloud: Cloud) -> None:
    """A number in service that another space declares is recorded until it is there: the plan named can be made."""
    block = f'phone_numbers:\n  support: {{number: "{SUPPORT}", onboarding: register, display_name: Acme}}\n'
    project.write("spaces/acme.yaml", f"space: acme\nspace_id: cams-acme\n{block}")
    assert project.run(*APPLY).code == 3
    assert project.run("verify", "acme/phone_number/support", given=cloud.code(SUPPORT)).code == 0
    project.write("spaces/acme.yaml", "space: acme\nspace_id: cams-acme\n")
    project.write("spaces/globex.yaml", f"space: globex\nspace_id: cams-globex\n{block}")
    assert project.run("offboard", "acme").out == MOVES
    assert project.run("plan", "--space", "acme,globex", "--out", "end.out").code == 0


def test_a_file_that_lines_cannot_be_taken_out_of_is_left_as_it_is(project: Project) -> None:
    """In brackets: the error says what to do by hand."""
    project.write("spaces/acme.yaml", "{space: acme, space_id: cams-acme, phone_numbers: {}}\n")
    done = project.run("offboard", "acme")
    assert (done.code, "error[offboard-by-hand]" in done.err) == (1, True)


SHOP = "template: ../templates/shop.yaml\n"


@pytest.mark.parametrize(
    ("text", "ends", "hint"),
    [
        (
            f"{SHOP}space: acme\nspace_id: cams-acme\n",
            "spaces/shops.yaml",
            "Run `reconciler render acme > acme.new && mv acme.new spaces/shops.yaml`: the same without the template.",
        ),
        (
            f"{SHOP}instances:\n  globex: {{space_id: cams-globex}}\n  acme: {{space_id: cams-acme}}\n",
            "spaces/acme.yaml",
            (
                "Run `reconciler render acme > acme.new`, take acme out of spaces/shops.yaml, "
                "run `mv acme.new spaces/acme.yaml`."
            ),
        ),
    ],
    ids=["one space", "instances"],
)
def test_a_file_that_fills_a_template_does_without_it_first(text: str, ends: str, hint: str, project: Project) -> None:
    """The error says how, to the letter; then the space ends like any other."""
    project.write("templates/shop.yaml", "parameters: {}\ndefaults: {locale: de}\n")
    file = project.write("spaces/shops.yaml", text)
    assert f"  hint: {hint} Then run this again.\n" in project.run("offboard", "acme").err
    rendered = project.run("render", "acme").out
    file.write_text(text.partition("  acme:")[0])
    project.write(ends, rendered)
    assert project.run("offboard", "acme").out.startswith(f"{ends} declares nothing any more")
    assert "locale" not in (project.root / ends).read_text()
