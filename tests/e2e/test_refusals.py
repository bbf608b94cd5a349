"""What is refused before anything happens: guards, usage, approval. And that 2 means changes and nothing else."""

from __future__ import annotations

import json

import pytest

from tests.stage.cloud import Cloud
from tests.stage.project import APPLY, SUPPORT, Done, Project


def refused(done: Done, code: str) -> str:
    """Exit 6, with the guard's name; what the refusal said as a hint."""
    assert (done.code, f"error[{code}] " in done.err) == (6, True)
    return done.err.partition("  hint: ")[2].splitlines()[0]


def test_too_many_messages_are_refused_until_allowed(project: Project, cloud: Cloud) -> None:
    """Plan says it and ends 6 as apply does, each naming the flag; the flag allows it, once."""
    project.declare("support", "sales")
    project.write("reconciler.yaml", "guards: {max_messages: 1}\n")
    plan = project.run("plan")
    assert plan.code == 6
    assert "refused[too-many-messages] up to 2 messages would be sent, and max_messages is 1\n" in plan.out
    hint = refused(project.run(*APPLY), "too-many-messages")
    assert hint == "Allow it once with --allow-messages 2, or raise guards.max_messages in reconciler.yaml."
    assert cloud.calls() == []
    assert project.run(*APPLY, "--allow-messages", "2").code == 3


def test_a_refused_plan_is_saved_and_ends_in_6(project: Project, cloud: Cloud) -> None:
    """6 before 2, after it is shown and saved; consent given to plan is shown and not saved: apply needs it again."""
    project.declare("support", "sales")
    project.write("reconciler.yaml", "guards: {max_messages: 1}\n")
    words = ("--allow-messages", "2")
    assert project.run("plan", "--detailed-exitcode", "--out", "plan.out").code == 6
    assert project.run("show", "plan.out").code == 0
    check = project.run("plan", "check", "plan.out")
    assert (check.code, check.out) == (6, "Still what would be done: 2 of 2 changes left.\n")
    assert check.err.startswith("error[too-many-messages] up to 2 messages would be sent, and max_messages is 1\n")
    assert project.run("plan", "check", "plan.out", *words).code == 0
    allowed = project.run("plan", "--detailed-exitcode", "--out", "plan.out", *words)
    assert allowed.code == 2
    assert allowed.out.splitlines()[-4:-1] == [
        "",
        "allowed[too-many-messages] up to 2 messages would be sent, and max_messages is 1",
        "  hint: This consent is not saved: give apply the same options.",
    ]
    assert allowed.err == (
        "Saved to plan.out; `reconciler apply plan.out` does this and no more, "
        "if you give it the same consent options.\n"
    )
    refused(project.run("apply", "plan.out", "--no-input"), "too-many-messages")
    assert project.run("apply", "plan.out", "--no-input", *words).code == 3


def test_what_only_time_refuses_is_no_6(project: Project, cloud: Cloud) -> None:
    """Registering that may be tried again in some hours is shown as refused; the plan is as good as it was. Its hint
    allows one more."""
    project.declare("support")
    assert project.run(*APPLY).code == 3
    cloud.tell("numbers", number=SUPPORT, state="verified", space="cams-e2e")
    for _ in range(3):
        cloud.fault("ChatappPhoneNumberRegister", "drop_before")
        assert project.run(*APPLY).code == 1
    plan = project.run("plan", "--detailed-exitcode", "--out", "plan.out")
    assert (plan.code, "refused[metered-out] " in plan.out) == (2, True)
    assert project.run("plan", "check", "plan.out").code == 0
    hint = refused(project.run(*APPLY), "metered-out")
    assert "`reconciler apply --allow-metered`" in hint
    assert project.run(*APPLY, "--allow-metered").code == 0
    assert cloud.changes()[-1] == "ChatappPhoneNumberRegister"


def test_consent_to_a_metered_call_is_no_other_consent(project: Project, cloud: Cloud) -> None:
    """Whatever is read before a call is read with it, too: a number that differs is not taken over."""
    cloud.tell("numbers", number=SUPPORT, state="unverified", space="cams-e2e")
    cloud.tell("console", number=SUPPORT, do="show", row={"VerifiedName": "Somebody Else"})
    project.declare("support")
    for words in (("--adopt",), ("--adopt", "--allow-metered")):
        done = project.run(*APPLY, *words)
        assert (done.code, "[already-there-differs]" in done.out) == (1, True), done.out
    assert (cloud.changes(), cloud.messages()) == ([], [])


def test_too_much_deleted_is_refused_until_allowed(project: Project, cloud: Cloud) -> None:
    """Of ten recorded, four would be forgotten: 6 naming the flag, and the flag allows it."""
    numbers = [f"+86138000012{index}" for index in range(10, 20)]
    project.write("spaces/acme.yaml", _forgettable(numbers))
    assert project.run(*APPLY).code == 3
    project.write("spaces/acme.yaml", _forgettable(numbers[4:]))
    hint = refused(project.run(*APPLY), "too-much-deleted")
    assert hint == "Allow it once with --allow-deletes 40, or raise guards.max_delete_percent in reconciler.yaml."
    assert project.run(*APPLY, "--allow-deletes", "40").code == 3
    assert len(project.run("state", "list").out.splitlines()) == 6


def test_a_removed_block_is_refused_until_the_file_says_what_to_do(project: Project, cloud: Cloud) -> None:
    """Taking lines out stops no business by accident: 6, with the words that would allow it; with them it is done."""
    project.declare("support", "sales")
    assert project.run(*APPLY).code == 3
    project.declare("support")
    hint = refused(project.run(*APPLY), "removal-refused")
    assert hint == "Put the block back, or write `removed: {sales: …}` with forget or deregister in spaces/acme.yaml."
    project.declare("support", extra="removed: {sales: forget}\n")
    done = project.run(*APPLY)
    assert (done.code, len(project.run("state", "list").out.splitlines())) == (3, 1)


def test_a_country_that_is_not_allowed_is_refused_until_allowed(project: Project, cloud: Cloud) -> None:
    """allowed_countries is a guard like the others: 6 naming the flag, and the flag allows it."""
    project.declare("support")
    project.write("reconciler.yaml", 'guards: {allowed_countries: ["65"]}\n')
    hint = refused(project.run(*APPLY), "country-not-allowed")
    assert hint == "Add its country code to guards.allowed_countries, or allow it once with --allow-country CODE."
    assert cloud.calls() == []
    assert project.run(*APPLY, "--allow-country", "86").code == 3


@pytest.mark.parametrize(
    "line",
    [
        "plan --no-such-option",
        "nosuch",
        "",
        "verify",
        "verify acme/phone_number/nobody",
        "verify nobody",
        "state show acme/phone_number/nobody",
        "apply --lock-wait soon",
        "apply --lock-wait -1s",
        "plan --space nosuch",
        "apply one two",
        "apply --allow-messages many",
        "schema nosuch",
        "-C nowhere plan",
        "plan --endpoint http://example.com",
        "plan --endpoint https://169.254.169.254",
    ],
)
def test_wrong_usage_is_64_and_calls_nothing(project: Project, cloud: Cloud, line: str) -> None:
    """A typo is never read by a pipeline as `changes present`."""
    project.declare("support")
    done = project.run(*line.split())
    assert (done.code, done.out) == (64, "")
    assert done.err
    assert cloud.calls() == []


def test_only_plan_with_detailed_exitcode_exits_2(project: Project) -> None:
    """The same changes: 2 with the option, 0 without it, 64 and 1 for what is wrong with either."""
    project.declare("support")
    codes = [project.run("plan", *more).code for more in ((), ("--detailed-exitcode",), ("--out", "/proc/no.json"))]
    project.write("spaces/acme.yaml", "space: acme\n")
    codes.append(project.run("plan", "--detailed-exitcode").code)
    assert codes == [0, 2, 64, 1]


def test_without_a_terminal_approval_is_needed_before_anything_happens(project: Project, cloud: Cloud) -> None:
    """No terminal and no --auto-approve: an error, also when `yes` is piped in; nothing recorded, nothing called."""
    project.declare("support")
    done = project.run("apply", given="yes\n")
    assert (done.code, done.err.splitlines()[0]) == (
        1,
        "error[approval-needed] there is no terminal to ask for approval",
    )
    assert cloud.calls() == []
    assert json.loads(project.run("state", "pull").out)["spaces"] == []


def _forgettable(numbers: list[str]) -> str:
    rest = "onboarding: register, display_name: A, on_remove: forget"
    names = [f'  n{number[-4:]}: {{number: "{number}", {rest}}}' for number in numbers]
    return "\n".join(["space: acme", "space_id: cams-e2e", "phone_numbers:", *names, ""])
