"""The whole job, as the README tells it: plan, apply, codes and links from people, apply, nothing left."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.stage.cloud import Cloud
from tests.stage.project import QUICKSTART, Done, Project

MOVED, BOUGHT = "+6281234567890", "+6581234567"
TARGETS = ("+8613911111234", "tom@example.com", "xiaoming@example.com")
BELOW = """\
Plan: 5 to add, 0 to change, 0 to destroy.

Messages:     at most 5 (2 email, 3 sms)
First:        a person must switch two-step verification off where the number is now, no operation can: \
acme/phone_number/sales
People:       someone with phone +86 138****1234 must read out a code (acme/phone_number/support)
              someone with phone +62 812****7890 must read out a code (acme/phone_number/sales)
              tom must follow the links sent (acme/contact/tom)
              someone with the purchase code of +65 812****4567 must enter it (globex/phone_number/hotline)
              王小明 must follow the links sent (globex/contact/王小明)
Takes:        under a second, plus waiting for people
Irreversible: acme/phone_number/sales: ChatappMigrationRegister
Settings:     max_messages 10, max_delete_percent 30, allowed_countries 62 65 86
Calls:        20, --full lists them
Recorded:     acme (cams-kei8s9d0): nothing yet
              globex (cams-glo4x7q2): nothing yet
Digest:       HEX
"""
PAUSED = """\
acme/phone_number/support: paused, waits for the code sent by sms at HH:MM UTC to +86 138****1234
acme/phone_number/sales: paused, waits for the code sent by sms at HH:MM UTC to +62 812****7890; first switch \
two-step verification off where the number is now
acme/contact/tom: paused, waits for the links sent HH:MM UTC to be followed
globex/phone_number/hotline: paused, waits for the purchase code of +65 812****4567
globex/contact/王小明: paused, waits for the links sent HH:MM UTC to be followed

To continue, one command each:
  reconciler verify acme/phone_number/support
  reconciler verify acme/phone_number/sales
  reconciler verify acme/contact/tom
  reconciler verify globex/phone_number/hotline
  reconciler verify 'globex/contact/王小明'

Apply paused: 0 added, 0 changed, 0 destroyed, 5 paused, 0 failed, 0 unknown, 0 not started.
"""
NOTHING_LEFT = "No changes. Your infrastructure matches the configuration."


def quickstart(project: Project, cloud: Cloud) -> str:
    """The example as it is, in a world where its numbers exist. Returns the purchase code."""
    project.copy(QUICKSTART)
    cloud.tell("numbers", number=MOVED, state="elsewhere")
    return cloud.purchase(BOUGHT)


def timeless(text: str) -> str:
    return re.sub(r"\b[0-9a-f]{64}\b", "HEX", re.sub(r"\b[0-9]{2}:[0-9]{2}\b", "HH:MM", text))


def planned(project: Project) -> list[dict[str, Any]]:
    spaces = json.loads(project.run("show", "--json", "plan.out").out)["reconciler"]["spaces"]
    return [call for space in spaces for change in space["changes"] for call in change["calls"]]


def verified(project: Project, address: str, code: str = "") -> Done:
    done = project.run("verify", address, given=code)
    assert (done.code, done.out) == (0, f"{address}: ready.\n")
    return done


def test_the_main_job_from_the_first_plan_to_no_changes(project: Project, cloud: Cloud) -> None:
    """Plan says 2, apply pauses with 3, people answer, apply ends 0; then nothing is left and nothing is called."""
    purchase_code = quickstart(project, cloud)
    plan = project.run("plan", "--out", "plan.out", "--detailed-exitcode")
    assert (plan.code, timeless(plan.out[plan.out.index("Plan:") :])) == (2, BELOW)
    paused = project.run("apply", "--auto-approve", "--no-input")
    assert (paused.code, timeless(paused.out).rpartition("Digest:       HEX\n")[2]) == (3, PAUSED)

    verified(project, "acme/phone_number/support", cloud.code("+8613800001234"))
    verified(project, "acme/phone_number/sales", cloud.code(MOVED))
    verified(project, "globex/phone_number/hotline", purchase_code)
    assert project.run("verify", "acme/contact/tom").code == 3
    for target in TARGETS:
        cloud.tell("confirm", to=target)
    applied = project.run("apply", "--auto-approve", "--no-input")
    assert (applied.code, applied.last) == (0, "Apply complete! Resources: 2 added, 0 changed, 0 destroyed.")

    calls = planned(project)
    expected = [call["operation"] for call in calls if call["effect"] != "R" and not call["only_if"]]
    assert sorted(cloud.changes()) == sorted(expected)
    allowed = {name for call in calls for name in (call["operation"], *call["looks"])}
    assert {call["operation"] for call in cloud.calls()} <= allowed
    nothing = project.run("plan", "--detailed-exitcode")
    assert (nothing.code, nothing.out.splitlines()[0]) == (0, NOTHING_LEFT)
    before = len(cloud.calls())
    assert project.run("apply", "--auto-approve").code == 0
    assert len(cloud.calls()) == before


def test_pending_lists_what_waits_in_the_documented_shape(project: Project, cloud: Cloud) -> None:
    """Each challenge with its number in full, what it waits for, and how many messages went out for it."""
    quickstart(project, cloud)
    assert project.run("apply", "--auto-approve", "--no-input").code == 3
    rows = json.loads(project.run("pending", "--json").out)
    assert all(row.pop("requested_at") or row["messages_sent"] == 0 for row in rows)
    expected = [
        ("acme/contact/tom", "+8613911111234", "confirmation", "GetMessageContact", 2, "email"),
        ("acme/phone_number/sales", MOVED, "code", "ChatappMigrationVerified", 1, "sms"),
        ("acme/phone_number/support", "+8613800001234", "code", "ChatappVerifyAndRegister", 1, "sms"),
        ("globex/contact/王小明", "xiaoming@example.com", "confirmation", "GetMessageContact", 1, "email"),
        ("globex/phone_number/hotline", BOUGHT, "code", "GetPreValidatePhoneId", 0, ""),
    ]
    names = ("address", "number", "challenge", "operation", "messages_sent", "channel")
    nobody_tried = {"attempts": 0, "in_doubt": False, "parked": False, "reason": ""}
    assert rows == [dict(zip(names, values, strict=True)) | nobody_tried for values in expected]


def test_a_plan_after_a_pause_resumes_and_is_a_change(project: Project, cloud: Cloud) -> None:
    """While a challenge is open the plan is not empty: the creation resumes, and its message is not sent again."""
    project.declare("support")
    assert project.run("apply", "--auto-approve", "--no-input").code == 3
    plan = project.run("plan", "--detailed-exitcode")
    assert plan.code == 2
    lines = timeless(plan.out).splitlines()
    assert lines[5:7] == [
        "  # acme/phone_number/support will be created",
        "  > resumes: code requested HH:MM UTC, waiting for it",
    ]
    below = timeless(plan.out)[plan.out.index("Plan:") :]
    assert below == (
        "Plan: 1 to add, 0 to change, 0 to destroy.\n\n"
        "Messages:     none\n"
        "Skipped:      acme/phone_number/support: one was sent HH:MM UTC; --resend asks for another\n"
        "People:       someone with phone +86 138****1234 must read out a code (acme/phone_number/support)\n"
        "Takes:        under a second, plus waiting for people\n"
        "Settings:     max_messages 20, max_delete_percent 30, allowed_countries any\n"
        "Calls:        2, --full lists them\n"
        "Recorded:     acme (cams-e2e): 1 resource, last changed just now\n"
        "Digest:       HEX\n"
    )
    assert project.run("apply", "--auto-approve", "--no-input").code == 3
    assert len(cloud.messages()) == 1


def test_independent_resources_go_on_when_one_fails(project: Project, cloud: Cloud) -> None:
    """A refused number fails alone; the others pause as they would have, and the counts are true."""
    project.declare("support", "sales", "desk")
    cloud.fault("AddChatappPhoneNumber", "error:InvalidParameter.PhoneNumberError")
    done = project.run("apply", "--auto-approve", "--no-input")
    assert done.code == 1
    assert done.last == "Apply failed: 0 added, 0 changed, 0 destroyed, 2 paused, 1 failed, 0 unknown, 0 not started."
    again = project.run("apply", "--auto-approve", "--no-input")
    assert (again.code, len(cloud.messages())) == (3, 3)
