"""What is read before a message is sent: what makes its code useless blocks, and no message goes out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reconciler.core.answer import Ok
from reconciler.core.journal.record import Record
from reconciler.core.lifecycle.decide import decide
from reconciler.core.lifecycle.moves import Call, Stop, Turn
from reconciler.kinds import KINDS
from tests.check.lived import lived
from tests.preflight.test_preflight import foreseen
from tests.stage.cloud import Cloud
from tests.stage.project import APPLY, SALES, SUPPORT, Project, registered
from tests.stage.recorded import Past

NOW = "2026-11-20T10:31:00.000Z"
AT = "acme/phone_number/support"
MIGRATED = f"""space: acme
space_id: cams-e2e
phone_numbers: {{sales: {{number: "{SALES}", onboarding: migrate, locale: id}}}}
"""
DECLINED = """\
acme/phone_number/support: blocked
error[display-name-declined] the display name was declined
  found: PENDING, NameStatus DECLINED
  hint: Change it in the console; apply looks again, and continues when it is approved."""


def turn(phase_status: str, name: Any, **more: Any) -> Turn:
    """Everything that precedes a message was read. name: the fields of the display name's review."""
    row = {"PhoneNumber": SUPPORT, "Status": phase_status, **name}
    return Turn(
        "cams-e2e",
        AT,
        "create",
        NOW,
        seen={
            "QueryChatappBindWaba": Ok({"Data": {"AccountReviewStatus": "APPROVED"}}),
            "ChatappSyncPhoneNumber": Ok({"PhoneNumbers": [row]}),
            "QueryChatappPhoneNumbers": Ok({"PhoneNumbers": [row]}),
            "GetPhoneNumberVerificationStatus": Ok({"Data": {"CodeVerificationStatus": "NOT_VERIFIED"}}),
        },
        **more,
    )


def record(kind: str, phase: str, tries: int = 0) -> Record:
    facts = {"number": SUPPORT, "display_name": "Acme Support", "method": "sms", "locale": "en_US"}
    metered = tuple(f"2026-11-20T0{hour}:00:00.000Z" for hour in range(tries))
    return Record(f"phone_number/{SUPPORT}", "phone_number/support", kind, SUPPORT, phase, facts, metered=metered)


def met(kind: str, phase: str, status: str, name: Any, tries: int = 0, **more: Any) -> str:
    """The error code that blocks, or the operation that is called."""
    match decide(KINDS[kind], record(kind, phase, tries), turn(status, name, **more)):
        case Stop(outcome):
            assert outcome.result == "blocked" and outcome.problem
            return outcome.problem.code
        case Call(step):
            return step.operation
        case other:
            raise AssertionError(other)


REGISTER, MIGRATE = ("register", "added", "PENDING"), ("migrate", "initiated", "MIGRATING")


@pytest.mark.parametrize(("way", "sends"), [(REGISTER, "GetChatappVerifyCode"), (MIGRATE, "GetMigrationVerifyCode")])
@pytest.mark.parametrize(
    ("name", "blocked"),
    [
        ({"NameStatus": "DECLINED"}, True),
        ({"NameStatus": "Rejected", "NewNameStatus": "DECLINED"}, True),
        ({"NameStatus": "DECLINED", "NewNameStatus": "Pending_Review"}, False),
        ({"NameStatus": "APPROVED", "NewNameStatus": "DECLINED"}, False),
        ({"NameStatus": "Pending_Review"}, False),
        ({"NameStatus": "QUESTIONED"}, False),
        ({}, False),
    ],
)
def test_a_declined_name_gets_no_message(way: tuple[str, str, str], sends: str, name: Any, blocked: bool) -> None:
    """A name that was declined, with none to replace it, cannot be registered. What no list has blocks nothing."""
    assert met(*way, name) == ("display-name-declined" if blocked else sends)


def test_no_message_whose_code_cannot_be_used() -> None:
    """Three tries in 72 hours: the code of a registration would not last. A migration's verification does, for days."""
    assert met(*REGISTER, {}, tries=2) == "GetChatappVerifyCode"
    assert met(*REGISTER, {}, tries=3) == "metered-out"
    assert met(*REGISTER, {}, tries=3, allow_metered=True) == "GetChatappVerifyCode"
    assert met(*MIGRATE, {}, tries=3) == "GetMigrationVerifyCode"


@pytest.mark.parametrize("phase", ["added", "code_requested", "verified"])
def test_foreseen_and_met(project: Project, cloud: Cloud, phase: str) -> None:
    """Preflight and apply say the same of a declined name: before the message, before its code is used up, and before a
    metered registration."""
    files = {"acme": f"space: acme\nspace_id: cams-e2e\nphone_numbers:\n{registered('support', SUPPORT)}"}
    lived(project, cloud, {AT: Past(phase, "2026-11-20T09:00")}, files=files)
    cloud.tell("console", number=SUPPORT, do="show", row={"Status": "PENDING", "NameStatus": "DECLINED"})
    verdicts = foreseen(project.run("plan", "--preflight", "--format", "json"))
    assert verdicts == {AT: ("will_fail", "display-name-declined")}
    done = project.run(*APPLY)
    assert done.code == 1
    assert done.out.rpartition("\n\nApply failed")[0].endswith(f"\n{DECLINED}")
    assert (cloud.changes(), cloud.messages()) == ([], [])


def test_a_message_beyond_the_day_is_not_foreseen(project: Project, cloud: Cloud) -> None:
    """Where the day's messages are used up, nothing is called sure to succeed."""
    project.write("reconciler.yaml", "limits: {code_messages_per_day: 1}\n")
    project.declare("support")
    assert project.run(*APPLY).code == 3
    project.declare("support", "sales")
    assert project.run(*APPLY).code == 3
    verdicts = foreseen(project.run("plan", "--preflight", "--format", "json"))
    assert verdicts["acme/phone_number/sales"] == ("unknown", "daily-limit")


def test_a_refused_plan_is_named_beside_its_verdicts(project: Project, cloud: Cloud) -> None:
    """The changes alone would succeed; that a guard refuses all of them is in the last line, and in the document."""
    project.write("reconciler.yaml", "guards: {max_messages: 1}\n")
    project.declare("support", "sales")
    done = project.run("plan", "--preflight")
    assert (done.code, "2 will succeed. But apply refuses the plan as a whole: see above.\n" in done.out) == (6, True)
    document = json.loads(project.run("plan", "--preflight", "--format", "json").out)
    assert document["reconciler"]["preflight"]["refused"] is True


@pytest.mark.parametrize(
    ("status", "verdict"), [("VERIFIED", "will_succeed"), ("not_verified", "unknown"), ("", "unknown")]
)
def test_a_business_that_is_not_verified_makes_a_migration_unsure(
    project: Project, cloud: Cloud, status: str, verdict: str
) -> None:
    """No document lists the status, so it is shown and nothing is refused: a plan's verdict is unknown."""
    cloud.tell("numbers", number=SALES, state="elsewhere")
    cloud.tell("settings", business=status)
    project.write("spaces/acme.yaml", MIGRATED)
    verdicts = foreseen(project.run("plan", "--preflight", "--format", "json"))
    code = "" if verdict == "will_succeed" else "business-not-verified"
    assert verdicts == {"acme/phone_number/sales": (verdict, code)}
    assert project.run(*APPLY).code == 3
