"""A person at a terminal: prompts are hidden, only `yes` approves, an empty answer leaves a code for later."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.stage.cloud import Cloud
from tests.stage.project import SALES, SUPPORT, Project, finished

CODE = "6-digit code \\(Enter = skip for now\\): "
APPROVE = "Type yes: "
ESCAPE = re.compile("\x1b\\[[0-9;?]*[A-Za-z]")


def typed(person: Any, prompt: str, answer: str) -> None:
    person.expect(prompt)
    person.sendline(answer)


def answer_first(person: Any, cloud: Cloud) -> None:
    """The first prompt says which message it waits for; its code is typed."""
    when = r"[0-9: -]+ \+00:00,\s+(just\s+now|1\s+min\s+ago)"  # a busy machine takes its time, also over midnight
    person.expect(rf"waits for the code sent by sms at {when},\s+to\s+\+8613800001234")
    typed(person, CODE, cloud.code(SUPPORT))


def test_apply_asks_for_approval_then_for_each_code_hidden(project: Project, cloud: Cloud) -> None:
    """yes, then one code after the other, none of which the terminal ever shows; then all is done."""
    project.declare("support", "sales")
    person = project.terminal("apply")
    typed(person, APPROVE, "yes")
    answer_first(person, cloud)
    typed(person, CODE, cloud.code(SALES))
    person.expect_exact("Apply complete! Resources: 2 added, 0 changed, 0 destroyed.")
    assert finished(person) == 0
    assert cloud.messages()[0]["code"] not in person.logfile_read.getvalue()


def test_whoever_says_yes_sees_to_what(project: Project, cloud: Cloud) -> None:
    """Where it goes and is recorded, how many changes and messages, just above the prompt. Ctrl-C there is 130, and
    nothing happened."""
    project.declare("support", "sales")
    person = project.terminal("apply")
    person.expect(APPROVE)
    host = cloud.url.partition("://")[2]
    assert person.before.replace("\r\n", "\n").rpartition("\n\n")[2] == (
        f"Cloud:        SANDBOX ({host})\n"
        "Spaces:       acme\n"
        "Recorded in:  sqlite:.reconciler/state.db\n"
        "Send up to 2 messages and change 2 resources on SANDBOX? "
    )
    person.sendintr()
    assert finished(person) == 130
    assert (cloud.calls(), project.run("state", "list").out) == ([], "")


def test_missing_credentials_are_found_before_the_question(project: Project, cloud: Cloud) -> None:
    """Nobody is asked for a yes that could not be kept."""
    project.declare("support")
    del project.environment["ALIBABA_CLOUD_ACCESS_KEY_SECRET"]
    person = project.terminal("apply")
    person.expect_exact("error[credentials-unusable]")
    assert "Type yes" not in person.before
    assert finished(person) == 1


@pytest.mark.parametrize("answer", ["", "y", "YES", "yes please", "no"])
def test_only_the_literal_yes_approves(project: Project, cloud: Cloud, answer: str) -> None:
    """Anything else ends with 1, and nothing was recorded or called."""
    project.declare("support")
    person = project.terminal("apply")
    typed(person, APPROVE, answer)
    person.expect_exact("the plan was not approved; nothing was done")
    assert finished(person) == 1
    assert (cloud.calls(), project.run("state", "list").out) == ([], "")


def test_an_empty_answer_leaves_that_one_for_later(project: Project, cloud: Cloud) -> None:
    """It stays open and the next one is asked for: exit 3, with the command for what is left."""
    project.declare("support", "sales")
    person = project.terminal("apply")
    typed(person, APPROVE, "yes")
    typed(person, CODE, "")
    typed(person, CODE, cloud.code(SALES))
    person.expect_exact("reconciler verify acme/phone_number/support")
    person.expect_exact("Apply paused: 1 added, 0 changed, 0 destroyed, 1 paused, 0 failed, 0 unknown, 0 not started.")
    assert finished(person) == 3
    person = project.terminal("verify", "acme/phone_number/support")
    typed(person, CODE, "")
    assert finished(person) == 3


def test_a_wrong_code_is_asked_for_again_without_a_message(project: Project, cloud: Cloud) -> None:
    """What has not the form of a code is asked again at once; a refused one says so and asks again."""
    project.declare("support")
    assert project.run("apply", "--auto-approve", "--no-input").code == 3
    person = project.terminal("verify", "acme/phone_number/support")
    typed(person, CODE, "hello")
    person.expect_exact("a code has 6 digits, as in 123-830")
    typed(person, CODE, cloud.wrong(SUPPORT))
    person.expect_exact("the code was not accepted; nothing was sent again")
    typed(person, CODE, cloud.code(SUPPORT).replace("-", " "))
    person.expect_exact("acme/phone_number/support: ready.")
    assert (finished(person), len(cloud.messages())) == (0, 1)


def test_resend_at_a_terminal_sends_one_and_asks_for_it(project: Project, cloud: Cloud) -> None:
    """The new message first, then the prompt for its code."""
    project.declare("support")
    assert project.run("apply", "--auto-approve", "--no-input").code == 3
    cloud.tell("allow", to=SUPPORT, messages=1)
    person = project.terminal("verify", "acme/phone_number/support", "--resend")
    person.expect(CODE)
    assert len(cloud.messages()) == 2
    person.sendline(cloud.code(SUPPORT))
    person.expect_exact("ready.")
    assert finished(person) == 0


@pytest.mark.parametrize("key", ["\x03", "\x1c"])
def test_a_person_is_heard_where_signals_were_ignored(project: Project, cloud: Cloud, key: str) -> None:
    """A script that started it had them ignored, for itself and what it starts: at a prompt they count all the same."""
    project.declare("support")
    before = ("sh", "-c", 'trap \'\' INT QUIT; exec "$0" "$@"')
    for arguments, prompt in ((("apply",), APPROVE), (("apply", "--auto-approve"), CODE)):
        person = project.terminal(*arguments, before=before)
        person.expect(prompt)
        person.send(key)
        assert finished(person) == 130


def test_ctrl_c_at_a_prompt_is_130_with_true_last_lines(project: Project, cloud: Cloud) -> None:
    """What was answered counts, what was not stays open; no lease is left, and nothing is sent to go on."""
    project.declare("support", "sales")
    person = project.terminal("apply")
    typed(person, APPROVE, "yes")
    answer_first(person, cloud)
    person.expect(CODE)
    person.sendintr()
    person.expect_exact("Apply paused: 1 added, 0 changed, 0 destroyed, 1 paused, 0 failed, 0 unknown, 0 not started.")
    assert finished(person) == 130
    assert project.run("log").out.splitlines()[-1].split("acme ", 1)[1].startswith("run ends: ")
    assert project.run("verify", "acme/phone_number/sales", given=cloud.code(SALES)).code == 0
    assert len(cloud.messages()) == 2


def test_no_input_asks_nothing_even_at_a_terminal(project: Project, cloud: Cloud) -> None:
    """--no-input makes a terminal a pipeline: it needs --auto-approve, and pauses with 3."""
    project.declare("support")
    person = project.terminal("apply", "--no-input")
    person.expect_exact("error[approval-needed]")
    assert finished(person) == 1
    person = project.terminal("apply", "--no-input", "--auto-approve")
    person.expect_exact("Apply paused:")
    assert finished(person) == 3


def test_a_pipe_sees_colour_only_when_forced(project: Project) -> None:
    """The same bytes as for anybody who asks for none."""
    project.declare("support")
    plain, forced = project.run("plan").out, project.run("plan", FORCE_COLOR="1").out
    assert "\x1b" not in plain
    assert "\x1b[" in forced
    assert ESCAPE.sub("", forced) == plain


def test_a_narrow_terminal_loses_nothing(project: Project, cloud: Cloud) -> None:
    """At 40 columns the plan has the same words in the same order, and an apply still ends."""
    project.declare("support", "sales")
    person = project.terminal("plan", columns=40, NO_COLOR="1")
    assert finished(person) == 0
    shown, whole = person.logfile_read.getvalue(), project.run("plan").out
    assert shown[shown.index("  # acme") :].split() == whole[whole.index("  # acme") :].split()
    person = project.terminal("apply", "--auto-approve", columns=40)
    typed(person, CODE, "")
    typed(person, CODE, "")
    person.expect_exact("Apply paused:")
    assert finished(person) == 3


def test_what_others_taught_while_a_plan_waited_for_its_yes_stays(project: Project, cloud: Cloud) -> None:
    """Answered elsewhere between the plan and its approval, a number keeps what its answer told: nothing is lost."""
    number = "+6581234567"
    code = cloud.purchase(number)
    block = f'phone_numbers:\n  desk: {{number: "{number}", onboarding: prevalidated}}\n'
    project.write("spaces/acme.yaml", f"space: acme\nspace_id: cams-e2e\n{block}")
    assert project.run("apply", "--auto-approve", "--no-input").code == 3
    person = project.terminal("apply")
    person.expect(APPROVE)
    assert project.run("verify", "acme/phone_number/desk", given=f"{code}\n").code == 0
    known = project.run("state", "show", "acme/phone_number/desk").out
    assert re.search("phone_number_id +[0-9]+\n", known)
    person.sendline("yes")
    assert finished(person) == 0
    after = project.run("state", "show", "acme/phone_number/desk").out
    assert re.findall("phone_number_id.*\n", after) == re.findall("phone_number_id.*\n", known)
