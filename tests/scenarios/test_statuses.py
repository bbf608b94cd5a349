"""What a listed status lets happen: one that is in service, one that is out of it, and any that says nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reconciler.rehearsal.past import Past
from tests.scenarios.player import Then, staged
from tests.scenarios.scenario import Apply, Given, Run, Scenario

SUPPORT, SALES = "acme/phone_number/support", "acme/phone_number/sales"
CONFIG = {
    "register": 'phone_numbers:\n  support: {number: "+8613800001234", onboarding: register, display_name: Acme}\n',
    "migrate": 'phone_numbers:\n  sales: {number: "+8613800001234", onboarding: migrate}\n',
}
ADDRESS = {"register": SUPPORT, "migrate": SALES}
# Texts that look like one that is known are not known.
SAYS_NOTHING: list[Any] = [
    "PAUSED",
    "BANNED",
    "UNKNOWN",
    "connected",
    "CONNECTED ",
    "Pending",
    "SUSPENDED",
    "MIGRATING_OUT",
    "",
    None,
    3,
]
IN_SERVICE = ["CONNECTED", "FLAGGED", "RATE_LIMITED", "RESTRICTED"]
OUT_OF_SERVICE = ["OFFLINE", "DISCONNECTED", "UNVERIFIED"]
APPROVED = {"QueryChatappBindWaba": "account approved"}
# Phase, how it is gone on with, and what is read before the listing.
DOORS = [
    ("", "apply"),
    ("declared", "apply"),
    ("added", "apply"),
    ("code_requested", "apply"),
    ("code_requested", "verify"),
    ("code_requested", "resend"),
    ("verified", "apply"),
    ("reviewing", "apply"),
]
READS = {"QueryChatappBindWaba", "ChatappSyncPhoneNumber", "QueryChatappPhoneNumbers"}
ASKED = {
    "AddChatappPhoneNumber": "ok",
    "GetPhoneNumberVerificationStatus": "not verified",
    "GetChatappVerifyCode": "ok",
}
READ_FIRST = ("", "declared", "added")


def row(status: Any) -> dict[str, Any]:
    said = {} if status is None else {"Status": status}
    return {"PhoneNumbers": [{"PhoneNumber": "8613800001234", "NameStatus": "APPROVED", **said}]}


def played(kind: str, phase: str, how: str, cloud: dict[str, Any], root: Path, later: bool = False) -> Then:
    """With every word of consent that there is; a call that nothing is scripted for fails. later: by two days."""
    address = ADDRESS[kind]
    past = {address: Past(phase)} if phase else {}
    run = Run(apply=Apply(adopt=True), cloud=cloud)
    if how != "apply":
        run = Run(verify=address, resend=how == "resend", cloud=cloud)
    run = replace(run, at="2026-11-22T10:31") if later else run
    with staged(Scenario("", Given({"acme": CONFIG[kind]}, recorded=past), (run,)), root) as stage:
        return stage.play(run)


@pytest.mark.parametrize("phase, how", DOORS)
@pytest.mark.parametrize("kind", ["register", "migrate"])
@pytest.mark.parametrize("status", SAYS_NOTHING)
def test_what_says_nothing_sends_nothing_and_registers_nothing(
    status: Any, kind: str, phase: str, how: str, tmp_path: Path
) -> None:
    """Wherever a number has come to, nothing but reads is called, the code is not asked for, and the status is told."""
    at = {"added": "initiated"}.get(phase, phase) if kind == "migrate" else phase
    first = APPROVED if (phase in READ_FIRST or how == "resend") else {}
    then = played(kind, at, how, {**first, "QueryChatappPhoneNumbers": row(status)}, tmp_path)
    assert {line.split()[0] for line in then["calls"]} <= READS
    told = f"the cloud lists it with a status that says nothing\n  found: {str(status or 'no status').strip()}"
    assert f"error[status-unclear] {told}" in then["outcomes"]


@pytest.mark.parametrize("phase, how", [("", "apply"), ("added", "apply"), ("code_requested", "resend")])
@pytest.mark.parametrize("kind", ["register", "migrate"])
@pytest.mark.parametrize("status", IN_SERVICE)
def test_what_is_in_service_is_sent_nothing(status: str, kind: str, phase: str, how: str, tmp_path: Path) -> None:
    """It is ready, whatever the remark beside it."""
    at = {"added": "initiated"}.get(phase, phase) if kind == "migrate" else phase
    cloud = {**APPROVED, "QueryChatappPhoneNumbers": row(status)}
    then = played(kind, at, how, cloud, tmp_path)
    record = then["journal"][ADDRESS[kind]]
    assert (record["phase"] if isinstance(record, dict) else record) == "registered"
    assert {line.split()[0] for line in then["calls"]} <= READS


@pytest.mark.parametrize("status", [*OUT_OF_SERVICE, "PENDING"])
def test_what_is_out_of_service_is_sent_a_code_by_consent_only(status: str, tmp_path: Path) -> None:
    """With --adopt it is taken over and asked for its code, once it is known not to be verified."""
    more = {"GetPhoneNumberVerificationStatus": "not verified", "GetChatappVerifyCode": "ok"}
    then = played("register", "", "apply", {**APPROVED, "QueryChatappPhoneNumbers": row(status), **more}, tmp_path)
    assert then["journal"][SUPPORT]["phase"] == "code_requested"


@pytest.mark.parametrize("status", ["DELETED", "MIGRATED"])
def test_what_has_left_is_added_again(status: str, tmp_path: Path) -> None:
    """It is listed, and there is nothing that could be taken over."""
    then = played("register", "", "apply", {**APPROVED, **ASKED, "QueryChatappPhoneNumbers": row(status)}, tmp_path)
    assert then["calls"][3].split()[0] == "AddChatappPhoneNumber"


@pytest.mark.parametrize("status", [None, "", "UNKNOWN", "offline", "CONNECTED"])
def test_what_says_nothing_is_not_released(status: Any, tmp_path: Path) -> None:
    """A refused deregistration stays refused where the listing does not say that the number is out of service."""
    gone = Run(
        apply=Apply(),
        config={"acme": "removed: {support: deregister}\n"},
        cloud={"ChatappPhoneNumberDeregister": "error Number.Strange", "QueryChatappPhoneNumbers": row(status)},
    )
    given = Given({"acme": CONFIG["register"]}, recorded={SUPPORT: Past("registered")})
    with staged(Scenario("", given, (gone,)), tmp_path) as stage:
        then = stage.play(gone)
    assert (then["exit"], then["journal"][SUPPORT]["phase"]) == (1, "retired")


@pytest.mark.parametrize("said", [{}, {"CodeVerificationStatus": ""}, {"CodeVerificationStatus": None}])
def test_what_says_nothing_has_not_lapsed(said: dict[str, Any], tmp_path: Path) -> None:
    """A refused registration leads nowhere back where no verification status is told."""
    cloud = {"ChatappPhoneNumberRegister": "error Number.Strange", "GetPhoneNumberVerificationStatus": {"Data": said}}
    then = played("register", "verified", "apply", cloud, tmp_path, later=True)
    assert (then["exit"], then["journal"][SUPPORT]["phase"]) == (1, "verified")
