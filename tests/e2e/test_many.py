"""Of many that are alike people read a few lines; what is left out is counted, and --full shows it."""

from __future__ import annotations

import re

from tests.e2e.test_terminal import APPROVE, CODE, typed
from tests.stage.cloud import Cloud
from tests.stage.project import APPLY, SALES, SUPPORT, Project, finished, registered

GUARDS = "guards: {max_messages: 1000}\n"
NAMES = [f"p{letter}" for letter in "abcdefghijklmnopqrst"]


def declare(project: Project, many: int) -> None:
    numbers = {f"n{index:03}": f"+861380001{index:04}" for index in range(many)}
    blocks = "".join(registered(name, number) for name, number in numbers.items())
    project.write("spaces/acme.yaml", f"space: acme\nspace_id: cams-e2e\nphone_numbers:\n{blocks}")
    project.write("reconciler.yaml", GUARDS)


def test_a_plan_of_hundreds_is_compact(project: Project, cloud: Cloud) -> None:
    """Each headline that tools look for, the figures, the first ten of each list; --full has all of it, also later."""
    declare(project, 101)
    plan = project.run("plan", "--out", "plan.out")
    heads = "".join(f"  # acme/phone_number/n{index:03} will be created\n" for index in range(101))
    people = [
        f"someone with phone +86 138****{index:04} must read out a code (acme/phone_number/n{index:03})"
        for index in range(10)
    ]
    asked = "\n              ".join([*people, "and 91 more"])
    rows = "".join(
        f"  acme/phone_number/n{index:03}  +86 138****{index:04}   create  1 sms     code\n" for index in range(20)
    )
    table = f"  Resource                Number or e-mail  Action  Messages  Needs\n{rows}  and 81 more, below\n"
    assert plan.out.rpartition("Digest:")[0] == (
        f"reconciler will perform the following actions:\n\n{table}\n{heads}\n"
        "Compact, as there are many: --full shows each with its values, its reason and its calls.\n\n"
        "Plan: 101 to add, 0 to change, 0 to destroy.\n\n"
        f"Messages:     at most 101 (101 sms)\nPeople:       {asked}\n"
        "Takes:        20 seconds, plus waiting for people\n"
        "Settings:     max_messages 1000, max_delete_percent 30, allowed_countries any\n"
        "Calls:        404, --full lists them\n"
        "Recorded:     acme (cams-e2e): nothing yet\n"
    )
    full = project.run("plan", "--full").out
    assert (full.count("because       it is new in the YAML"), full.count("someone with phone")) == (101, 101)
    assert project.run("show", "plan.out", "--full").out == full
    assert project.run("show", "plan.out").out == plan.out
    declare(project, 100)
    assert "Compact" not in project.run("plan").out


def test_equal_errors_are_one(project: Project, cloud: Cloud) -> None:
    """Twenty numbers that went wrong in the same way are a line and an error; --full names each."""
    declare(project, 20)
    cloud.fault("AddChatappPhoneNumber", "error:InvalidParameter.PhoneNumberError", times=40)
    short, full = project.run(*APPLY), project.run(*APPLY, "--full")
    assert (short.code, full.code) == (1, 1)
    told = short.out.rpartition("\n\n")[0].rpartition("Digest:")[2].partition("\n")[2]
    assert re.match("acme/phone_number/n000 and 19 more \\(--full lists them\\): failed\nerror\\[", told), told
    assert (short.out.count("error["), full.out.count("error[")) == (1, 20)
    assert "20 failed" in short.last
    assert short.last == full.last


def test_equal_refusals_are_one(project: Project, cloud: Cloud) -> None:
    """Of six numbers that a guard refuses for the same reason the first is told, and how many there are."""
    declare(project, 6)
    project.write("reconciler.yaml", "guards: {allowed_countries: ['62']}\n")
    plan = project.run("plan")
    assert (plan.code, plan.out.count("refused[country-not-allowed]")) == (6, 1)
    assert "\n  and 5 more of this code: --full lists them\n" in plan.out
    assert project.run("plan", "--full").out.count("refused[country-not-allowed]") == 6


def test_a_daily_limit_is_planned_with(project: Project, cloud: Cloud) -> None:
    """How many go today, and in how many days the rest; what was sent already is counted."""
    people = "".join(
        f"  {name}: {{email: {name}@example.com, title: CEO, message_types: [FaultMessage]}}\n" for name in NAMES
    )
    project.write("spaces/acme.yaml", f"space: acme\nspace_id: cams-e2e\ncontacts:\n{people}")
    project.write("reconciler.yaml", f"{GUARDS}limits: {{contact_messages_per_day: 4}}\n")
    first = project.run("plan").out
    assert "\nDaily limit:  contact_messages_per_day 4: 4 today, 16 over 4 days\n" in first
    assert "\nTakes:        4 days by the daily limit, plus waiting for people\n" in first
    done = project.run(*APPLY)
    assert (done.code, len(cloud.messages())) == (3, 4)
    assert "\nDaily limit:  contact_messages_per_day 4: 0 today, 16 over 4 days\n" in project.run("plan").out


def test_what_many_wait_for_is_listed_in_part(project: Project, cloud: Cloud) -> None:
    """Twenty commands to go on, and where the rest is."""
    declare(project, 23)
    done = project.run(*APPLY)
    assert (done.code, done.out.count("  reconciler verify acme/")) == (3, 20)
    assert "\n  and 3 more: `reconciler pending` lists them\n" in done.out
    assert project.run(*APPLY, "--full").out.count("  reconciler verify acme/") == 23


def test_the_summary_counts_what_is_open_now(project: Project, cloud: Cloud) -> None:
    """A colleague answers the second number while the first is asked for: in the end nothing of it is open."""
    project.declare("support", "sales", "desk")
    person = project.terminal("apply")
    typed(person, APPROVE, "yes")
    person.expect(CODE)
    assert project.run("verify", "acme/phone_number/sales", given=cloud.code(SALES)).code == 0
    person.sendline(cloud.code(SUPPORT))
    person.expect("\\+8613800001236")
    person.expect(CODE)
    person.sendintr()
    person.expect_exact("Apply paused: 1 added, 0 changed, 0 destroyed, 1 paused, 0 failed, 0 unknown, 0 not started.")
    assert finished(person) == 130
    left = person.logfile_read.getvalue().rpartition("To go on")[2]
    assert re.findall("reconciler verify (\\S+)", left) == ["acme/phone_number/desk"]
