"""`plan --preflight`: what apply will meet, by reads alone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import asdict

from reconciler.core.journal.state import State
from reconciler.executor.foresee import AssumedJournal
from tests.check.lived import STATE, lived
from tests.stage.cloud import Cloud
from tests.stage.project import DESK, SALES, SUPPORT, Done, Project, registered
from tests.stage.recorded import Past

LANDLINE = "+862112345678"
ACME = f"""space: acme
space_id: cams-e2e
phone_numbers:
{registered("support", SUPPORT)}{registered("sales", SALES)}{registered("desk", DESK)}{registered("land", LANDLINE)}\
  far: {{number: "+8613800001238", onboarding: migrate, locale: id}}
  web: {{number: "+8613800001239", onboarding: embedded, display_name: Acme Web}}
contacts:
  tom: {{email: tom@example.com, title: CEO, message_types: [FaultMessage]}}
"""
GLOBEX = f"""space: globex
space_id: cams-globex
phone_numbers:
  hotline: {{number: "+6581234567", onboarding: prevalidated}}
{registered("shop", "+8613800001240")}"""
FORESEEN = """\

Preflight, as far as it can be read:

  resource                     verdict       next call, or why not
  acme/phone_number/support    will succeed  AddChatappPhoneNumber
  acme/phone_number/sales      will fail     [already-there] it already exists in the cloud but was not created by \
reconciler
  acme/phone_number/desk       will fail     [in-another-space] the space globex has it already: PENDING
  acme/phone_number/land       unknown       [sms-to-landline] a landline gets no text messages
  acme/phone_number/far        will succeed  CreateChatappMigrationInitiate
  acme/phone_number/web        unknown       waits for embedded signup in the browser to put it into the space
  acme/contact/tom             will succeed  AddMessageContact
  globex/phone_number/hotline  will succeed  waits for the code
  globex/phone_number/shop     will fail     [no-account] the space has no approved account bound to it

  already-there: Apply with --adopt to take it over and send at most 1 sms, or remove it from the cloud.
  in-another-space: To bring it here, say `onboarding: migrate`. To leave it there, move its block to that space's file.
  sms-to-landline: Say `method: voice`: a call speaks the code.
  no-account: Bind one by embedded signup and wait for its approval; no message was sent.

Preflight of 9 changes with 8 reads: 4 will succeed, 2 unknown, 3 will fail.

"""


@pytest.fixture
def mixed(project: Project, cloud: Cloud) -> Project:
    """Something of everything: new, there, in another space, a landline, moved, signed up; one space has no account."""
    cloud.hurry()
    project.write("reconciler.yaml", f"state: {STATE}\nlimits: {{calls_per_second: 0}}\n")
    project.write("spaces/acme.yaml", ACME)
    project.write("spaces/globex.yaml", GLOBEX)
    cloud.number(SALES, "cams-e2e", "unverified")
    cloud.number(DESK, "cams-globex", "verified")
    cloud.account("cams-globex", "none")
    return project


def foreseen(done: Done) -> dict[str, tuple[str, str]]:
    """Address -> verdict and error code, of a plan as JSON."""
    rows = json.loads(done.out)["reconciler"]["preflight"]["changes"]
    return {row["address"]: (row["verdict"], row.get("code", "")) for row in rows}


def test_the_whole_text(mixed: Project, cloud: Cloud) -> None:
    """Between the plan, which is as without it, and its digest. 0 messages, only reads, exit code as plan's."""
    plain, asked = mixed.run("plan"), mixed.run("plan", "--preflight")
    head, _, digest = plain.out.rpartition("Digest:")
    assert asked.out.splitlines() == [*head.splitlines(), *FORESEEN.splitlines(), f"Digest:{digest[:-1]}"]
    assert (asked.code, asked.err) == (0, plain.err)
    assert cloud.messages() == []
    assert cloud.changes() == []
    assert mixed.run("plan", "--preflight", "--detailed-exitcode").code == 2


def test_every_format_has_the_verdicts(mixed: Project) -> None:
    """JSON under our own key, an event a change, sentences in Markdown; the digest is the same in each."""
    document = json.loads(mixed.run("plan", "--preflight", "--format", "json").out)["reconciler"]
    assert document["digest"] == json.loads(mixed.run("plan", "--format", "json").out)["reconciler"]["digest"]
    counted = [row["verdict"] for row in document["preflight"]["changes"]]
    events = map(json.loads, mixed.run("plan", "--preflight", "--json").out.splitlines())
    assert [event["change"]["verdict"] for event in events if event["type"] == "preflight"] == counted
    markdown = mixed.run("plan", "--preflight", "--format", "markdown").out
    assert "Preflight of 9 changes with 8 reads: 4 will succeed, 2 unknown, 3 will fail." in markdown
    assert "`acme/phone_number/desk`: will fail" in markdown


def test_what_cannot_be_read_is_unknown(mixed: Project, cloud: Cloud) -> None:
    """Never `will succeed`, and the plan is made all the same."""
    cloud.fault("QueryChatappBindWaba", 'says:403:{"Code": "Ram.PermissionDeny"}', times=9)
    done = mixed.run("plan", "--preflight", "--format", "json")
    assert done.code == 0
    verdicts = foreseen(done)
    assert verdicts["acme/phone_number/support"] == ("unknown", "permission-denied")
    assert verdicts["acme/contact/tom"] == ("will_succeed", "")


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        ({"Status": "AWAITING_SETUP"}, ("unknown", "status-unclear")),
        ({"Status": "PENDING"}, ("will_succeed", "")),
        ({"Status": "CONNECTED"}, ("will_succeed", "")),
    ],
)
def test_a_number_on_its_way(project: Project, cloud: Cloud, row: dict[str, Any], verdict: tuple[str, str]) -> None:
    """By its status before the message, which is its next call; nothing is recorded by looking."""
    files = {"acme": f"space: acme\nspace_id: cams-e2e\nphone_numbers:\n{registered('support', SUPPORT)}"}
    lived(project, cloud, {"acme/phone_number/support": Past("added", "2026-11-20T09:00")}, files=files)
    cloud.tell("console", number=SUPPORT, do="show", row=row)
    before = project.run("state", "pull").out
    assert foreseen(project.run("plan", "--preflight", "--format", "json")) == {"acme/phone_number/support": verdict}
    assert project.run("state", "pull").out == before
    assert (cloud.changes(), cloud.messages()) == ([], [])


def test_nothing_to_ask_for(project: Project, cloud: Cloud) -> None:
    """Without a change no cloud is needed, nor a key."""
    project.write("reconciler.yaml", f"state: {STATE}\n")
    project.write("spaces/acme.yaml", "space: acme\nspace_id: cams-e2e\n")
    done = project.run("plan", "--preflight", RECONCILER_ENDPOINT=None, ALIBABA_CLOUD_ACCESS_KEY_ID=None)
    assert done.out.endswith("\nPreflight: nothing to ask the cloud for.\n")
    assert (done.code, cloud.calls()) == (0, [])


@pytest.mark.parametrize("beside", [("--against", "main"), ("--refresh-only",)])
def test_where_nothing_can_be_foreseen(project: Project, beside: tuple[str, ...]) -> None:
    """Of what apply does not do next, it says so instead of guessing."""
    project.declare("support")
    done = project.run("plan", "--preflight", *beside)
    assert (done.code, done.out) == (64, "")


def test_what_is_assumed_is_a_copy() -> None:
    """Nothing that a state holds is shared with the copy that a preflight goes on in."""
    state = State("cams-e2e", "acme")
    assumed = AssumedJournal(state, "2026-11-20T10:31:00.000Z").state
    held = {name: value for name, value in asdict(state).items() if isinstance(value, dict | list)}
    assert {name for name, value in held.items() if getattr(assumed, name) is value} == set()
    assert "ended_at" in held
