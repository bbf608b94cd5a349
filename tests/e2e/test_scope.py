"""Plans of a part, of something anew, and of the end of everything: --target, --exclude, --replace, --destroy."""

from __future__ import annotations

import pytest

from tests.e2e.test_terminal import APPROVE, typed
from tests.stage.cloud import Cloud
from tests.stage.project import APPLY, NUMBERS, SUPPORT, Project, finished

ADDRESS = "acme/phone_number/support"
BLOCK = '  {0}: {{number: "{1}", onboarding: register, display_name: Acme, on_remove: {2}}}\n'
OFF = "ChatappPhoneNumberDeregister"
PARTIAL = "this plan is partial: "


def declare(project: Project, on_remove: str = "deregister", *names: str) -> None:
    blocks = "".join(BLOCK.format(name, NUMBERS[name], on_remove) for name in names or NUMBERS)
    project.write("spaces/acme.yaml", f"space: acme\nspace_id: cams-acme\nphone_numbers:\n{blocks}")


def running(project: Project, cloud: Cloud, *names: str) -> None:
    """These numbers are in service."""
    declare(project, "deregister", *names)
    assert project.run(*APPLY).code == 3
    for name in names:
        assert project.run("verify", f"acme/phone_number/{name}", given=cloud.code(NUMBERS[name])).code == 0


def test_a_target_is_planned_alone_and_the_plan_says_so(project: Project, cloud: Cloud) -> None:
    """One of three; the rest is another plan, which is left to do."""
    declare(project)
    whole = project.run("plan")
    part = project.run("plan", "-target=acme/phone_number/support", "-out=part.out")
    assert "Plan: 1 to add, 0 to change, 0 to destroy." in part.out
    assert f"{PARTIAL}only {ADDRESS}; 2 other changes are left out" in part.out
    assert PARTIAL not in whole.out
    assert project.run("apply", "part.out", "--no-input").code == 3
    assert [each["to"] for each in cloud.messages()] == [SUPPORT]
    assert "Plan: 3 to add, 0 to change, 0 to destroy." in project.run("plan").out  # one of them is resumed


def test_what_is_excluded_is_left_out(project: Project, cloud: Cloud) -> None:
    """Nothing is sent for what is excluded; the others are applied."""
    declare(project)
    done = project.run(*APPLY, "--exclude", ADDRESS)
    assert (done.code, SUPPORT in [each["to"] for each in cloud.messages()]) == (3, False)
    assert len(cloud.messages()) == 2


def test_a_partial_plan_is_another_plan_even_where_nothing_is_left_out(project: Project) -> None:
    """Its digest differs, and apply --digest needs the same words."""
    declare(project, "refuse", "support")
    digests = [
        next(line for line in project.run("plan", *words, "--json").out.splitlines() if '"digest"' in line)
        for words in ((), ("--target", "acme"))
    ]
    assert digests[0].partition('"digest"')[2] != digests[1].partition('"digest"')[2]


@pytest.mark.parametrize("option", ["--target", "--exclude", "--replace"])
def test_an_address_at_which_nothing_is_is_refused(project: Project, option: str) -> None:
    """A typing error must not plan nothing, or all."""
    declare(project)
    done = project.run("plan", option, "acme/phone_number/suport")
    assert done.code == 64
    assert "error[unknown-address]" in done.err
    assert f"Did you mean {ADDRESS}?" in done.err


@pytest.mark.parametrize("empty", ["", " ", "acme,"])
@pytest.mark.parametrize("option", ["--target", "--exclude", "--replace", "--space", "--allow-country"])
def test_an_empty_name_is_refused(project: Project, option: str, empty: str) -> None:
    """What a pipeline did not fill in must not widen a plan, nor what is allowed."""
    declare(project)
    done = project.run("plan", option, empty)
    assert done.code == 64
    assert f"Error: Invalid value for '{option}'" in done.err
    assert "it is empty: name one, or leave it out" in done.err


def test_an_empty_target_destroys_nothing(project: Project, cloud: Cloud) -> None:
    """Typed or in a variable, it is no name, and not all."""
    running(project, cloud, "support")
    words = ("destroy", "--auto-approve", "--allow-irreversible", "--no-input")
    assert project.run(*words, "--target", "").code == 64
    assert project.run(*words, RECONCILER_TARGET="").code == 64
    assert project.run(*words, RECONCILER_SPACE=" ").code == 64
    assert OFF not in cloud.changes()


def test_target_and_exclude_exclude_each_other(project: Project) -> None:
    """As elsewhere: what is not a target is left out already."""
    declare(project)
    assert project.run("plan", "--target", "acme", "--exclude", ADDRESS).code == 64


def test_both_ends_of_a_replacement_are_targeted_together(project: Project, cloud: Cloud) -> None:
    """The new number and the old one under the same key are one change, whichever is named."""
    running(project, cloud, "support", "sales")
    blocks = BLOCK.format("support", NUMBERS["desk"], "deregister")
    project.write("spaces/acme.yaml", f"space: acme\nspace_id: cams-acme\nphone_numbers:\n{blocks}")
    part = project.run("plan", "--target", ADDRESS)
    assert "Plan: 1 to add, 0 to change, 1 to destroy." in part.out
    assert "1 other change is left out" in part.out


def test_replace_removes_and_makes_anew(project: Project, cloud: Cloud) -> None:
    """Asked for in the plan, done once: the same saved plan does not do it twice.

    A deregistered number stays in its space, so --adopt takes it over; it is verified still, so nothing is sent.
    """
    running(project, cloud, "support")
    plan = project.run("plan", "--replace", ADDRESS, "--out", "plan.out")
    assert "acme/phone_number/support must be replaced" in plan.out
    assert "--replace asks for it; it is the same phone number, so the old one goes first" in plan.out
    assert project.run("apply", "plan.out", "--no-input", "--adopt").code == 0
    assert project.run("apply", "plan.out", "--no-input", "--adopt").code == 0
    assert (cloud.changes().count(OFF), len(cloud.messages())) == (1, 1)
    assert project.run("plan", "--detailed-exitcode").code == 0


def test_the_same_replace_continues(project: Project, cloud: Cloud) -> None:
    """While it waits for the answer to its message, it neither removes nor sends again."""
    block = "{email: tom@example.com, title: CEO, message_types: [FaultMessage], on_remove: delete}"
    project.write("spaces/acme.yaml", f"space: acme\nspace_id: cams-acme\ncontacts:\n  tom: {block}\n")
    assert project.run(*APPLY).code == 3
    cloud.confirm("tom@example.com")
    assert project.run(*APPLY).code == 0
    replace = (*APPLY, "--replace", "acme/contact/tom")
    assert project.run(*replace).code == 3
    made = cloud.changes()
    assert project.run(*replace).code == 3
    assert (cloud.changes(), len(cloud.messages())) == (made, 2)


def test_replace_does_nothing_to_what_refuses(project: Project, cloud: Cloud) -> None:
    """on_remove: refuse holds against --replace too, and the hint can be followed."""
    running(project, cloud, "support")
    declare(project, "refuse", "support")
    assert project.run(*APPLY).code == 0
    refused = project.run(*APPLY, "--replace", ADDRESS)
    assert refused.code == 6
    assert f"spaces/acme.yaml:4:3: the on_remove of {ADDRESS} is refuse" in refused.err
    assert "Write `on_remove:` with forget or deregister in its block, or leave --replace out." in refused.err
    assert OFF not in cloud.changes()
    declare(project, "forget", "support")
    assert project.run("plan", "--replace", ADDRESS).code == 0


def test_destroy_asks_for_the_name_and_for_what_cannot_be_undone(project: Project, cloud: Cloud) -> None:
    """`yes` is not enough; the space's name and another word are. Files stay as they are."""
    running(project, cloud, "support")
    person = project.terminal("destroy")
    typed(person, "Type acme: ", "yes")
    person.expect_exact("the plan was not approved; nothing was done")
    assert finished(person) == 1
    person = project.terminal("destroy")
    typed(person, r"Send no messages and destroy 1 resource on SANDBOX\? Type acme: ", "acme")
    assert "Irreversible: 1 change" in str(person.before)
    typed(person, "1 change of these cannot be undone. Type irreversible: ", "irreversible")
    person.expect_exact("Apply complete! Resources: 0 added, 0 changed, 1 destroyed.")
    assert finished(person) == 0
    assert cloud.changes()[-1] == OFF
    assert project.run("state", "list").out == ""
    assert "No changes." in project.run("plan", "--destroy").out


def test_what_is_typed_ahead_destroys_nothing(project: Project, cloud: Cloud) -> None:
    """Neither before the question is shown, nor in one paste with the answer to the question before it."""
    running(project, cloud, "support")
    person = project.terminal("destroy")
    person.send("acme\nirreversible\n")
    typed(person, "Type acme: ", "acme\nirreversible")
    typed(person, "Type irreversible: ", "no")
    person.expect_exact("the plan was not approved; nothing was done")
    assert (finished(person), OFF in cloud.changes()) == (1, False)


def test_destroy_in_a_pipeline_needs_both_words(project: Project, cloud: Cloud) -> None:
    """--auto-approve alone never deregisters a whole space; so it is for a saved plan that destroys."""
    running(project, cloud, "support")
    refused = project.run("destroy", "--auto-approve", "--no-input")
    assert (refused.code, "error[irreversible-steps]" in refused.err) == (6, True)
    assert project.run("plan", "--destroy", "--out", "end.out").code == 0
    assert project.run("apply", "end.out", "--no-input").code == 6
    assert OFF not in cloud.changes()
    assert project.run("apply", "end.out", "--no-input", "--allow-irreversible").code == 0
    assert cloud.changes().count(OFF) == 1
    assert project.run("apply", "end.out", "--no-input", "--allow-irreversible").code == 0
    assert cloud.changes().count(OFF) == 1


def test_destroy_does_nothing_to_what_refuses(project: Project, cloud: Cloud) -> None:
    """on_remove: refuse, the default, refuses the whole plan, and the hint can be followed."""
    running(project, cloud, "support")
    declare(project, "refuse", "support")
    assert project.run(*APPLY).code == 0
    refused = project.run("destroy", "--auto-approve", "--allow-irreversible", "--no-input")
    assert (refused.code, "the on_remove of acme/phone_number/support is refuse" in refused.err) == (6, True)
    assert project.run("plan", "--destroy", "--exclude", ADDRESS).code == 0


def test_destroying_a_space_spares_what_is_on_its_way_to_another(project: Project, cloud: Cloud) -> None:
    """A block that was pasted into another file is in use there; where both spaces end, that block decides."""
    running(project, cloud, "support")
    project.write("spaces/acme.yaml", "space: acme\nspace_id: cams-acme\n")
    block = BLOCK.format("support", SUPPORT, "forget")
    project.write("spaces/globex.yaml", f"space: globex\nspace_id: cams-globex\nphone_numbers:\n{block}")
    refused = project.run("destroy", "--space", "acme", "--auto-approve", "--allow-irreversible", "--no-input")
    assert (refused.code, f"{ADDRESS} is declared in globex" in refused.err) == (1, True)
    assert "No changes." in project.run("plan", "--destroy", "--space", "acme", "--exclude", ADDRESS).out
    assert "on_remove is forget" in project.run("plan", "--destroy").out
    assert OFF not in cloud.changes()


def test_at_a_terminal_what_cannot_be_undone_is_asked_for(project: Project, cloud: Cloud) -> None:
    """An apply that deregisters asks for one more word than `yes`; with --allow-irreversible it does not."""
    running(project, cloud, "support", "sales")
    declare(project, "deregister", "sales")
    person = project.terminal("apply")
    typed(person, APPROVE, "yes")
    typed(person, "Type irreversible: ", "yes")
    assert finished(person) == 1
    person = project.terminal("apply", "--allow-irreversible")
    typed(person, APPROVE, "yes")
    person.expect_exact("Apply complete! Resources: 0 added, 0 changed, 1 destroyed.")
    assert finished(person) == 0
