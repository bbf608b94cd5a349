"""A SIM is replaced under its key: the new number answers before the old one is off, and nobody is asked twice."""

from __future__ import annotations

from tests.e2e.test_terminal import APPROVE, CODE, typed
from tests.stage.cloud import Cloud
from tests.stage.project import APPLY, SALES, SUPPORT, Project, finished

FILE = """space: acme
space_id: cams-acme
phone_numbers:
  support: {{number: "{0}", onboarding: register, display_name: Acme Support}}
removed: {{{1}}}
"""
ADDRESS = "acme/phone_number/support"
OLD_OFF = "ChatappPhoneNumberDeregister"


def running(project: Project, cloud: Cloud) -> None:
    """The first SIM is in service."""
    project.write("spaces/acme.yaml", FILE.format(SUPPORT, ""))
    assert project.run(*APPLY).code == 3
    assert project.run("verify", ADDRESS, given=cloud.code(SUPPORT)).code == 0


def replace(project: Project) -> None:
    project.write("spaces/acme.yaml", FILE.format(SALES, f'"{SUPPORT}": deregister'))


def test_one_command_at_a_terminal(project: Project, cloud: Cloud) -> None:
    """yes, the code of the new one, and after that the old one is off, in the same run of the command."""
    running(project, cloud)
    replace(project)
    person = project.terminal("apply")
    typed(person, APPROVE, "yes")
    typed(person, "1 change of these cannot be undone. Type irreversible: ", "irreversible")
    person.expect(CODE)
    assert OLD_OFF not in cloud.changes()
    person.sendline(cloud.code(SALES))
    person.expect_exact("Apply complete! Resources: 1 added, 0 changed, 1 destroyed.")
    assert finished(person) == 0
    assert (cloud.changes()[-1], len(cloud.messages())) == (OLD_OFF, 2)
    assert project.run("plan", "--detailed-exitcode").code == 0


def test_one_plan_in_a_pipeline(project: Project, cloud: Cloud) -> None:
    """apply PLANFILE pauses; the code is typed elsewhere; the same plan then lets the old one go, once."""
    running(project, cloud)
    replace(project)
    assert project.run("plan", "--out", "plan.out").code == 0
    assert project.run("apply", "plan.out", "--no-input").code == 3
    assert project.run("verify", ADDRESS, given=cloud.code(SALES), RECONCILER_HOST="laptop").code == 0
    assert OLD_OFF not in cloud.changes()
    done = project.run("apply", "plan.out", "--no-input")
    assert (done.code, done.last) == (0, "Apply complete! Resources: 0 added, 0 changed, 1 destroyed.")
    assert cloud.changes().count(OLD_OFF) == 1
    assert project.run("apply", "plan.out", "--no-input").code == 0
    assert cloud.changes().count(OLD_OFF) == 1


def test_the_hint_of_a_refusal_can_be_followed(project: Project, cloud: Cloud) -> None:
    """A number whose on_remove is refuse: the plan says what to write, with the old number in place of the words."""
    running(project, cloud)
    project.write("spaces/acme.yaml", FILE.format(SALES, ""))
    refused = project.run("plan")
    assert refused.code == 6
    hint = 'write `removed: {"OLD NUMBER": …}` with forget or deregister in spaces/acme.yaml.'
    assert hint in refused.out + refused.err
    replace(project)
    assert project.run("plan").code == 0
