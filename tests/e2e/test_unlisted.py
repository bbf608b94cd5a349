"""Answers that no list has, or that contradict themselves, after the call was done. They are never believed."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from reconciler.operations import OPERATIONS, Effect
from tests.heavy import heavy
from tests.stage.cloud import Cloud
from tests.stage.project import APPLY, NUMBERS, SUPPORT, Project

ASK, ADD, SPEND = "GetChatappVerifyCode", "AddChatappPhoneNumber", "ChatappVerifyAndRegister"
LINK = "SendPhoneVerificationForMessageContact"
CONTACT = (
    'contacts: {tom: {email: tom@example.com, phone: "+8613911111234", title: CEO, message_types: [FaultMessage]}}\n'
)
LISTED = "InvalidParameter.PhoneNumberError"
# What may come after the message went out: the HTTP status, the fields, and how people are told.
AMBIGUOUS: list[tuple[int, dict[str, Any]]] = [
    (200, {"Code": "InternalError"}),
    (200, {"Code": "ServiceUnavailable", "Success": False}),
    (200, {"Code": "Ok", "Success": True}),
    (200, {"Code": "OK", "Success": False}),
    (200, {"Code": "0000", "Success": False}),
    (200, {"Code": 999999}),
    (200, {"Code": "SUCCESS"}),
    (200, {"Code": LISTED, "Success": True}),
    (400, {"Code": "RequestTimeout"}),
    (400, {"Code": "OK"}),
    (400, {"Code": "0000"}),
    (400, {"Code": "999999"}),
    (400, {"Code": 2388103}),
    (400, {"Code": "ERR-FB-001"}),
    (400, {"Code": "Throttled"}),
    (400, {"Code": " "}),
    (401, {"Code": "Unauthorized"}),
    (403, {"Code": "CHAT.APIError"}),
    (404, {"Code": "NotFound"}),
    (408, {"Code": "Timeout"}),
    (409, {"Code": "Conflict"}),
    (429, {"Code": "ConcurrentCallNotSupported"}),
    (429, {"Code": "TooManyRequests"}),
    (500, {"Code": LISTED}),
    (500, {"Code": "Throttling.User"}),
    (503, {"Code": "ServiceUnavailable"}),
]
LIGHT = AMBIGUOUS[::3]
HEAVY = [heavy(*each) for each in AMBIGUOUS if each not in LIGHT]


def says(status: int, fields: dict[str, Any]) -> str:
    return f"says:{status}:{json.dumps({'RequestId': 'R-1', 'Message': 'as it was', **fields})}"


def outcomes(project: Project) -> list[dict[str, Any]]:
    entries = [json.loads(line) for line in project.run("log", "--json").out.splitlines()]
    return [entry for entry in entries if entry["type"] == "outcome"]


@pytest.mark.parametrize(("status", "fields"), [*LIGHT, *HEAVY], ids=lambda each: json.dumps(each))
def test_no_second_message(project: Project, cloud: Cloud, status: int, fields: dict[str, Any]) -> None:
    """Code and link went out, the answer is not believed: recorded as unknown, paused, and sent once for ever."""
    project.declare("support", extra=CONTACT)
    for operation in (ASK, LINK):
        cloud.fault(operation, says(status, fields))
    first, second = project.run(*APPLY), project.run(*APPLY)
    assert (first.code, second.code) == (3, 3)
    assert (len(cloud.messages(SUPPORT)), len(cloud.messages("+8613911111234"))) == (1, 1)
    code = str(fields["Code"])
    for done in (first, second):
        assert f"the cloud answered {status} `{code}`; a code may have been sent at " in done.out
        assert ": enter it, or `--resend` (1 message)\n" in done.out
    told = [entry for entry in outcomes(project) if entry["operation"] in (ASK, LINK)]
    assert [
        [entry.get(name) for name in ("result", "code", "status", "message", "request_id")] for entry in told
    ] == 2 * [["unknown", code, status, "as it was", "R-1"]]
    assert f"`{code}` (as it was)\n" in project.run("state", "show", "acme/phone_number/support").out
    assert project.run("verify", "acme/phone_number/support", given=cloud.code(SUPPORT)).code == 0


@pytest.mark.parametrize("name", [name for name, row in OPERATIONS.items() if row.effect is Effect.NOTIFY])
def test_every_operation_that_notifies_is_in_the_stories(name: str) -> None:
    """A new one has to be tried as these are."""
    assert name in (ASK, LINK, "GetMigrationVerifyCode", "SendEmailVerificationForMessageContact")


@pytest.mark.parametrize("name", ["GetMigrationVerifyCode", "SendEmailVerificationForMessageContact"])
@pytest.mark.parametrize(("status", "fields"), AMBIGUOUS[::6], ids=lambda each: json.dumps(each))
def test_no_second_message_elsewhere(
    project: Project, cloud: Cloud, name: str, status: int, fields: dict[str, Any]
) -> None:
    """The other operations that send are no exception."""
    block = f'phone_numbers: {{sales: {{number: "{SUPPORT}", onboarding: migrate}}}}\n'
    project.write("spaces/acme.yaml", f"space: acme\nspace_id: cams-e2e\n{block}{CONTACT}")
    cloud.tell("numbers", number=SUPPORT, state="elsewhere")
    cloud.fault(name, says(status, fields))
    assert [project.run(*APPLY).code for _ in range(2)] == [3, 3]
    assert len(cloud.calls(name)) == len(cloud.messages()) - 2 == 1


def test_success_in_digits(project: Project, cloud: Cloud) -> None:
    """`0000` in a 200 that says nothing else against it is the success it is documented to be."""
    project.declare("support")
    cloud.fault(ASK, says(200, {"Code": "0000"}))
    done = project.run(*APPLY)
    assert (done.code, "waits for the code sent by sms" in done.out) == (3, True)


def test_the_third_stops_the_operation(project: Project, cloud: Cloud) -> None:
    """Not every number is put in doubt: after three such answers the operation is not called any more, loudly."""
    project.declare_many(range(12))
    project.write("reconciler.yaml", "limits: {calls_per_second: 1}\n")
    cloud.fault(ASK, says(400, {"Code": "ERR-FB-001"}), times=20)
    done = project.run(*APPLY, "--json-into", "outcome.jsonl")
    assert done.code == 1
    first = done.out.partition("Irreversible")[2] or done.out
    line = next(line for line in first.splitlines() if line.startswith(ASK))
    why = "it is stopped for this run, as the cloud answered again in a code that no list has, 400 `ERR-FB-001`"
    assert line in (f"{ASK} was sent: {why}", f"{ASK} was not sent: {why}")
    assert len(cloud.messages()) == 3
    assert "2 paused, 9 failed, 1 unknown, 0 not started." in done.last


def test_three_numbers_are_enough_for_a_red_job(project: Project, cloud: Cloud) -> None:
    """With nobody left to be stopped it is said all the same: exit 1, and the third counts as unknown."""
    project.declare(*NUMBERS)
    cloud.fault(ASK, says(200, {"Code": "InternalError"}), times=3)
    done = project.run(*APPLY)
    assert (done.code, "2 paused, 0 failed, 1 unknown" in done.last) == (1, True)
    assert len(cloud.messages()) == 3


@pytest.mark.parametrize("code", ["Number.Strange", "999999"])
def test_a_creation_that_came_to_nothing(project: Project, cloud: Cloud, code: str) -> None:
    """Looked for in vain: failed, showing the code; pending tells it; the next apply may try, and does."""
    project.declare("support")
    cloud.fault(ADD, f"error:{code}")
    done = project.run(*APPLY)
    assert (done.code, f"400 `{code}`, and it is not there" in done.out) == (1, True)
    assert f"{ADD} was refused " in project.run("pending").out
    assert f"last refusal      {ADD} was refused " in project.run("state", "show", "acme/phone_number/support").out
    assert (project.run(*APPLY).code, len(cloud.messages())) == (3, 1)


def test_registering_is_counted_whoever_does_it(project: Project, cloud: Cloud) -> None:
    """With every answer lost, no more than three of ours reach the number, code or no code."""
    project.declare("support")
    assert project.run(*APPLY).code == 3
    for operation in (SPEND, "ChatappPhoneNumberRegister"):
        cloud.fault(operation, "drop_before", times=20)
    code = cloud.code(SUPPORT)
    for _ in range(5):
        project.run("verify", "acme/phone_number/support", given=code)
        project.run(*APPLY)
    registering = [call for call in cloud.calls() if OPERATIONS[call["operation"]].metered]
    assert len(registering) == 3


def test_a_refusal_is_told_wherever_people_look(project: Project, cloud: Cloud) -> None:
    """Two-step verification is on: plan, saved plan, pending and its Markdown, state show say so, and what to do."""
    block = f'phone_numbers: {{sales: {{number: "{SUPPORT}", onboarding: migrate}}}}\n'
    project.write("spaces/acme.yaml", f"space: acme\nspace_id: cams-e2e\n{block}")
    cloud.tell("numbers", number=SUPPORT, state="elsewhere")
    cloud.fault("GetMigrationVerifyCode", "error:133005", times=9)
    codes = [project.run(*APPLY).code for _ in range(5)]
    assert (codes, len(cloud.calls("GetMigrationVerifyCode"))) == ([1] * 5, 3)
    said, todo = "GetMigrationVerifyCode was refused 3 times, last ", "Switch two-step verification off"
    for command in (
        ("plan", "--out", "p.json"),
        ("show", "p.json"),
        ("pending",),
        ("pending", "--format", "markdown"),
        ("state", "show", "acme/phone_number/sales"),
    ):
        done = project.run(*command)
        bare = re.sub(r"[\\`]", "", done.out)
        assert (done.code, said in bare, " 400 133005 (" in bare, todo in bare) == (0, True, True, True), bare
    (row,) = json.loads(project.run("pending", "--json").out)
    assert (row["challenge"], row["refusal"]["code"], row["refusal"]["often"]) == ("refusal", "133005", 3)
    assert "Nothing waits" not in project.run("pending").out
