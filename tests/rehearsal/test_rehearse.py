"""`reconciler rehearse` as people run it: what it tells is what then happens, and it touches nothing real."""

from __future__ import annotations

import json
import re
import textwrap
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from reconciler.operations import OPERATIONS, Effect
from reconciler.sandbox.contrary import draw
from tests.stage import canary
from tests.stage.cloud import Cloud
from tests.stage.people import answer
from tests.stage.project import QUICKSTART, Project

BOUGHT, MOVED = "+6581234567", "+6281234567890"
NOWHERE: dict[str, Any] = {"ALIBABA_CLOUD_ACCESS_KEY_ID": None, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": None}
QUICKSTART_REHEARSED = """\
Seeded from:  recorded state
Calls:        43
              1 AddChatappPhoneNumber
              2 AddMessageContact
              2 AssociateMembers
              1 ChatappMigrationRegister
              1 ChatappMigrationVerified
              4 ChatappSyncPhoneNumber
              1 ChatappVerifyAndRegister
              1 CreateChatappMigrationInitiate
              1 GetChatappVerifyCode
              6 GetMessageContact
              1 GetMigrationVerifyCode
              4 GetPhoneNumberVerificationStatus
              1 GetPreValidatePhoneId
              7 ListMessageContactVerifications
              2 ListMessageContacts
              1 QueryChatappBindWaba
              4 QueryChatappPhoneNumbers
              2 SendEmailVerificationForMessageContact
              1 SendPhoneVerificationForMessageContact
Messages:     5 (2 email, 3 sms)
Takes:        under a second, plus waiting for people
Pauses:       acme/phone_number/support waits for the code sent by sms to +86 138****1234
              acme/phone_number/sales waits for the code sent by sms to +62 812****7890
              acme/contact/tom waits for the links sent to be followed
              globex/phone_number/hotline waits for the purchase code of +65 812****4567
              globex/contact/王小明 waits for the links sent to be followed
Differences:  none from the forecast

Rehearsal complete: 5 of 5 changes done.
"""
MOVING_ON = """\
space: globex
space_id: cams-glo4x7q2
phone_numbers:
  hotline: {number: "+6581234567", onboarding: prevalidated}
  support: {number: "+8613800001234", onboarding: register, display_name: Acme Support}
removed: {王小明: delete}
"""
LEFT = """\
space: acme
space_id: cams-kei8s9d0
contacts:
  tom:
    email: tim@example.com
    phone: "+8613911111234"
    title: CEO
    message_types: [ServiceMessage]
removed: {sales: deregister}
"""


def report(project: Project, *words: str, code: int = 0, **env: Any) -> dict[str, Any]:
    """Rehearses plan.out without credentials; nothing in the project's folder is another afterwards."""
    before = dict(canary.files(project.root))
    done = project.run("rehearse", "plan.out", "--json", *words, **NOWHERE, **env)
    assert dict(canary.files(project.root)) == before
    assert done.code == code, done.err
    found: dict[str, Any] = json.loads(done.out)
    return found


def planned(project: Project, *words: str, code: int = 0) -> None:
    assert project.run("plan", "--out", "plan.out", *words).code == code


def carried_out(project: Project, cloud: Cloud, purchase_code: str) -> None:
    """The plan for real: applied, everything that waits answered, applied again to its end."""
    assert project.run("apply", "plan.out", "--no-input").code in (0, 3)
    answer(project.run, cloud, purchase_code)
    assert project.run("apply", "plan.out", "--no-input").code == 0


def effects(calls: dict[str, int]) -> dict[str, int]:
    return {name: number for name, number in calls.items() if OPERATIONS[name].effect is not Effect.READ}


@pytest.mark.parametrize("seed", range(3))
def test_a_contrary_rehearsal_tells_its_world(project: Project, seed: int) -> None:
    """Which answers were drawn stands in the report; whatever comes of it, it is told, and nothing real is touched."""
    project.copy(QUICKSTART)
    planned(project)
    before = dict(canary.files(project.root))
    done = project.run("rehearse", "plan.out", "--contrary", str(seed), "--json", **NOWHERE)
    assert dict(canary.files(project.root)) == before
    found = json.loads(done.out)
    assert found["world"] == str(draw(seed))
    assert (found["exit_code"], done.code in (0, 1, 3)) == (done.code, True)
    shown = project.run("rehearse", "plan.out", "--contrary", str(seed), **NOWHERE)
    assert f"World:        seed {seed}: " in shown.out


def test_what_it_tells_is_what_then_happens(project: Project, cloud: Cloud) -> None:
    """New, half done, changed, moved and removed: the same calls, the same messages, and nothing is left afterwards."""
    project.copy(QUICKSTART)
    cloud.tell("numbers", number=MOVED, state="elsewhere")
    purchase_code = cloud.purchase(BOUGHT)
    planned(project)
    told = [report(project)]
    assert cloud.calls() == []
    assert project.run("apply", "plan.out", "--no-input").code == 3
    planned(project)
    calls = len(cloud.calls())
    halfway = report(project)
    assert (halfway["messages"], len(halfway["pauses"]), halfway["differences"]) == ({}, 5, [])
    assert len(cloud.calls()) == calls
    carried_out(project, cloud, purchase_code)
    assert effects(told[0]["calls"]) == Counter(cloud.changes())

    made, sent = Counter(cloud.changes()), len(cloud.messages())
    project.write("spaces/acme.yaml", LEFT)
    project.write("spaces/globex.yaml", MOVING_ON)
    planned(project)
    moving = report(project)
    carried_out(project, cloud, purchase_code)
    assert effects(moving["calls"]) == Counter(cloud.changes()) - made
    assert sum(moving["messages"].values()) == len(cloud.messages()) - sent == 2
    assert project.run("plan", "--detailed-exitcode").code == 0
    planned(project)
    nothing = report(project)
    assert (nothing["changes"], nothing["calls"], nothing["differences"]) == (0, {}, [])


def test_the_text_is_what_it_was(project: Project) -> None:
    """The whole of it, for the plan that everybody sees first; numbers are masked."""
    project.copy(QUICKSTART)
    planned(project)
    assert project.run("rehearse", "plan.out", **NOWHERE).out == QUICKSTART_REHEARSED


HOOK = """
    import os, sys

    _seen = os.open(os.environ["AUDITED"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def _hook(event, arguments):
        if event in ("socket.connect", "socket.getaddrinfo"):
            os.write(_seen, f"{arguments[1] if event == 'socket.connect' else arguments[:2]}\\n".encode())

    sys.addaudithook(_hook)
"""


def test_it_reaches_nothing_but_its_own_sandbox(project: Project, cloud: Cloud, tmp_path: Path) -> None:
    """For the real cloud's plan, with a dead proxy and no key: one address on this machine is all it connects to."""
    project.declare("support", "sales")
    planned(project)
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    (hooks / "sitecustomize.py").write_text(textwrap.dedent(HOOK))
    seen = tmp_path / "audited"
    env: dict[str, Any] = {
        "PYTHONPATH": str(hooks),
        "AUDITED": str(seen),
        "http_proxy": "http://127.0.0.1:9",
        "RECONCILER_ENDPOINT": None,
    }
    assert project.run("plan", "--out", "plan.out", **env).code == 0
    assert report(project, **env)["done"] == 2
    places = set(re.findall(r"\('([^']+)', ([0-9]+)\)", seen.read_text()))
    assert len(places) == 1
    host, port = places.pop()
    assert host == "127.0.0.1"
    assert not cloud.url.endswith(f":{port}")


def test_a_guard_that_would_refuse_ends_it_with_6(project: Project) -> None:
    """It says which, and goes on to tell what would happen; a word of consent lifts it, as it does for apply."""
    project.declare("support", "sales")
    project.write("reconciler.yaml", "guards: {max_messages: 1}\n")
    planned(project, code=6)
    refused = report(project, code=6)
    assert [guard["code"] for guard in refused["guards"]] == ["too-many-messages"]
    assert (refused["done"], refused["messages"]) == (2, {"sms": 2})
    assert report(project, "--allow-messages", "2")["guards"] == []


def letters(number: int) -> str:
    return f"t{chr(97 + number // 26)}{chr(97 + number % 26)}"


def contacts(count: int) -> str:
    rows = (
        f"  {letters(n)}: {{email: {letters(n)}@example.com, title: CEO, message_types: [FaultMessage]}}\n"
        for n in range(count)
    )
    return f"contacts:\n{''.join(rows)}"


def test_what_would_fail_ends_it_with_1(project: Project) -> None:
    """A directory holds twenty contacts: the one too many is told, beside the difference that it makes."""
    project.declare("support", extra=contacts(21))
    project.write("reconciler.yaml", "guards: {max_messages: 50}\n")
    planned(project)
    failed = report(project, code=1)
    assert (failed["done"], failed["changes"]) == (21, 22)
    assert [each["result"] for each in failed["unfinished"]] == ["failed"]
    assert {each["code"] for each in failed["refusals"]} == {"LimitExceeded.Contact"}
    assert "messages by email: at most 21 in the forecast, 20 sent" in failed["differences"]


def test_a_stale_plan_is_stale_here_too(project: Project) -> None:
    """What apply would not take is not rehearsed: 5, and no report."""
    project.declare("support")
    planned(project)
    project.declare("support", "sales")
    done = project.run("rehearse", "plan.out")
    assert (done.code, done.out) == (5, "")


def test_what_is_kept_holds_no_code(project: Project) -> None:
    """--keep leaves the report, the calls, the messages and the copies of the journals, for their owner's eyes."""
    project.declare("support", extra=contacts(1))
    planned(project)
    assert project.run("rehearse", "plan.out", "--keep", "kept").code == 0
    kept = {path.name: path for path in (project.root / "kept").iterdir()}
    assert set(kept) == {"report.json", "calls.json", "messages.json", "journals.json"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in kept.values())
    messages = json.loads(kept["messages.json"].read_text())
    assert [set(message) for message in messages] == [{"to", "channel", "operation", "at"}] * 2
    journal = [json.loads(line) for line in json.loads(kept["journals.json"].read_text())["acme"]]
    assert not [entry for entry in journal if "VerifyCode" in entry.get("params", {})]
    assert journal[-1]["type"] == "run_closed"


@pytest.mark.parametrize("plan", ["no.json", "spaces"])
def test_a_missing_plan_is_wrong_usage(project: Project, plan: str) -> None:
    """As everywhere: 64."""
    project.declare("support")
    assert project.run("rehearse", plan).code == 64
