"""RAM policies: each verb runs under its own, and nothing that a verb never calls is allowed in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from reconciler.operations import OPERATIONS, Effect
from reconciler.render.documents.ram_policy import action, calls, policy
from tests.ram.gate import Gate, allowed, guarding
from tests.rehearsal.test_rehearse import BOUGHT, LEFT, MOVED, MOVING_ON
from tests.stage.cloud import Cloud
from tests.stage.people import follow
from tests.stage.project import QUICKSTART, SUPPORT, Project

SENDING = {action(name) for name, row in OPERATIONS.items() if row.effect is Effect.NOTIFY}
CHANGING = {action(name) for name, row in OPERATIONS.items() if row.effect is not Effect.READ}
ROLES: dict[str, dict[str, Any]] = {
    "plan": policy("plan"),
    "plan --preflight": policy("plan", preflight=True),
    "check": policy("check"),
    "apply": policy("apply"),
    "apply --no-input": policy("apply", no_input=True),
    "verify": policy("verify"),
    "verify --resend": policy("verify", resend=True),
    "destroy": policy("destroy"),
}
# Allowed, and called by no story here: why it is needed.
_DELETING = {"resourcemanager:GetMessageContactDeletionStatus": "the directory may take its time over a deletion"}
_DECLARED = "only for a number that declares such settings"
_READ = dict.fromkeys(("cams:GetCommerceSetting", "cams:QueryPhoneBusinessProfile"), _DECLARED)
_SENT = ("cams:ModifyPhoneBusinessProfile", "cams:UpdateCommerceSetting", "cams:UpdatePhoneWebhook")
_SETTINGS = _READ | dict.fromkeys(_SENT, _DECLARED)
REASONS: dict[str, dict[str, str]] = {
    "plan --preflight": _DELETING | _READ,
    "check": _READ,
    "apply --no-input": _SETTINGS,
    "verify": {
        **_DELETING,
        **_SETTINGS,
        "cams:QueryChatappBindWaba": "a number may wait for the review of its account",
        "resourcemanager:DisassociateMembers": "a member may have been taken out while the contact waited",
    },
}


@pytest.fixture
def gate(project: Project, cloud: Cloud) -> Iterator[Gate]:
    """Before the sandbox; commands are pointed at it."""
    with guarding(cloud.url) as gate:
        project.environment["RECONCILER_ENDPOINT"] = gate.url
        yield gate


def listed(role: str, effect: str) -> set[str]:
    return {name for row in ROLES[role]["Statement"] if row["Effect"] == effect for name in row["Action"]}


def test_the_whole_way_under_each_verb_s_own_policy(project: Project, cloud: Cloud, gate: Gate) -> None:
    """All kinds come about, change, move and go, an answer is lost, a call fails and is made by the next apply.

    No call is turned away.

    And of what each policy allows nothing was left uncalled, but where a reason says so.
    """
    called: dict[str, set[str]] = {role: set() for role in ROLES}

    def run(role: str, *words: str, given: str = "") -> int:
        gate.policy, gate.let_in = ROLES[role], set()
        done = project.run(*words, given=given)
        called[role] |= gate.let_in
        assert gate.turned_away == set(), (words, done.err)
        return done.code

    project.copy(QUICKSTART)
    cloud.tell("numbers", number=MOVED, state="elsewhere")
    purchase_code = cloud.purchase(BOUGHT)
    cloud.tell("settings", registers_after_verifying=False)
    cloud.fault("AddMessageContact", "drop_after")
    assert run("plan", "plan", "--out", "plan.out") == 0
    assert run("plan --preflight", "plan", "--preflight") == 0
    assert run("apply --no-input", "apply", "plan.out", "--no-input") == 3
    follow(cloud)
    assert run("plan --preflight", "plan", "--preflight") == 0
    answers = [
        f"acme/phone_number/support {cloud.code(SUPPORT)}",
        f"acme/phone_number/sales {cloud.code(MOVED)}",
        f"globex/phone_number/hotline {purchase_code}",
        "acme/contact/tom",
    ]
    for operation in ("ChatappMigrationRegister", "ChatappPhoneNumberRegister"):
        cloud.fault(operation, "error:TryLater")
    assert run("verify", "verify", "-", given="\n".join(answers)) == 1
    assert run("apply --no-input", "apply", "plan.out", "--no-input") == 0
    cloud.tell("settings", registers_after_verifying=True)

    project.write("spaces/acme.yaml", LEFT)
    project.write("spaces/globex.yaml", MOVING_ON + "account_callback: https://hooks.example.com/globex/account\n")
    assert run("apply --no-input", "apply", "--auto-approve", "--no-input") == 3
    cloud.tell("allow", to=SUPPORT, messages=1)
    assert run("verify --resend", "verify", "globex/phone_number/support", "--resend") == 3
    follow(cloud)
    assert run("verify", "verify", "globex/phone_number/support", given=cloud.code(SUPPORT)) == 0
    assert run("apply --no-input", "apply", "--auto-approve", "--no-input") == 0

    assert run("check", "check") == 0
    assert called["plan"] == set()
    for role in REASONS:
        assert listed(role, "Allow") - called[role] == {*REASONS[role]}, role
    assert called["verify --resend"] & SENDING


ENDING = f"""space: acme
space_id: cams-acme
phone_numbers:
  support: {{number: "{SUPPORT}", onboarding: register, display_name: Acme, on_remove: deregister}}
contacts:
  tom: {{email: tom@example.com, title: CEO, message_types: [FaultMessage], on_remove: delete}}
"""


def test_what_ends_everything_may_do_that_only(project: Project, cloud: Cloud, gate: Gate) -> None:
    """A number in service and a contact are removed under the policy of destroy, by all that it allows to change."""
    project.write("spaces/acme.yaml", ENDING)
    gate.policy = ROLES["apply"]
    assert project.run("apply", "--auto-approve", "--no-input").code == 3
    follow(cloud)
    assert project.run("verify", "acme/phone_number/support", given=cloud.code(SUPPORT)).code == 0
    assert project.run("apply", "--auto-approve", "--no-input").code == 0
    gate.policy, gate.let_in = ROLES["destroy"], set()
    words = ("destroy", "--auto-approve", "--no-input", "--allow-irreversible")
    while (done := project.run(*words)).code == 3:  # the directory takes its time
        cloud.tell("clock", advance_s=10)
    assert (done.code, gate.turned_away) == (0, set())
    assert gate.let_in & CHANGING == listed("destroy", "Allow") & CHANGING


@pytest.mark.parametrize("role", ["plan", "check", "verify", "destroy"])
def test_who_must_not_send_is_turned_away(project: Project, gate: Gate, role: str) -> None:
    """An apply under another verb's policy gets as far as the first call that is not allowed, and sends nothing."""
    project.declare("support")
    gate.policy = ROLES[role]
    done = project.run("apply", "--auto-approve", "--no-input")
    assert done.code == 1
    assert "error[permission-denied]" in done.err + done.out
    assert gate.turned_away
    assert not gate.let_in & CHANGING


@pytest.mark.parametrize("role", ROLES)
def test_each_policy_is_a_policy(role: str) -> None:
    """Version 1; actions that exist, each in one statement; whatever sends or changes is either allowed or denied."""
    made = ROLES[role]
    assert set(made) == {"Version", "Statement"}
    assert made["Version"] == "1"
    names = [name for row in made["Statement"] for name in row["Action"]]
    assert sorted(names) == sorted(set(names))
    assert set(names) >= CHANGING
    assert {name.partition(":")[2] for name in names} <= set(OPERATIONS)
    assert all(set(row) == {"Effect", "Action", "Resource"} and row["Resource"] == "*" for row in made["Statement"])


def test_what_sends_is_denied_to_who_must_not() -> None:
    """By name, so that no other policy lets it through: what sends, to plan and verify; what changes, to plan."""
    assert listed("plan", "Deny") == listed("check", "Deny") == CHANGING
    assert listed("plan", "Allow") == set()
    assert listed("verify", "Deny") >= SENDING
    assert listed("verify --resend", "Allow") - listed("verify", "Allow") == SENDING


def test_a_denial_wins_and_silence_denies() -> None:
    """What the gate takes RAM to do."""
    both = {"Statement": [{"Effect": "Allow", "Action": ["a:*"]}, {"Effect": "Deny", "Action": ["a:b"]}]}
    assert [allowed(both, name) for name in ("a:b", "a:c", "b:c")] == [False, True, False]


def test_apply_without_input_takes_no_code() -> None:
    """Where nobody types, nothing that consumes a code is allowed; all else is as for apply."""
    consuming = {name for name, row in OPERATIONS.items() if row.effect is Effect.CONSUME}
    assert calls("apply") - calls("apply", no_input=True) == consuming


def test_the_command_prints_it(project: Project) -> None:
    """JSON as it is pasted into the console; an option that fits no verb is wrong usage."""
    assert json.loads(project.run("ram-policy", "plan").out) == ROLES["plan"]
    assert json.loads(project.run("ram-policy", "apply", "--no-input").out) == ROLES["apply --no-input"]
    assert json.loads(project.run("ram-policy", "verify", "--resend").out) == ROLES["verify --resend"]
    assert project.run("ram-policy", "apply", "--resend").code == 64
    assert project.run("ram-policy", "verify", "--no-input").code == 64
