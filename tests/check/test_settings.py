"""Settings of a number: each that is declared is read back, and what was altered outside is found and settled."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.check.lived import FILES, READY, lived
from tests.stage.cloud import Cloud
from tests.stage.project import APPLY, SUPPORT, Project

AT = "acme/phone_number/support"
DECLARED = FILES | {
    "acme": FILES["acme"].replace(
        "display_name: Acme Support}",
        "display_name: Acme Support, callbacks: {messages: 'https://hooks.example.com/acme?key=4711', status: 'https://hooks.example.com/s'},"
        " profile: {about: Hello, websites: ['https://example.com']}, commerce: {cart: true, catalog: true}}",
    )
}
AS_SET = {
    "UpCallbackUrl": "https://hooks.example.com/acme?key=4711",
    "About": "Hello",
    "Websites": ["https://example.com"],
    "StatusCallbackUrl": "https://hooks.example.com/s",
    "CartEnable": True,
    "CatalogVisible": True,
}


def begun(project: Project, cloud: Cloud) -> None:
    lived(project, cloud, READY, files=DECLARED)
    cloud.tell("console", number=SUPPORT, do="set", fields=AS_SET)


def test_settings_as_declared(project: Project, cloud: Cloud) -> None:
    """The profile and the commerce settings are one read each, callbacks are in the listing."""
    begun(project, cloud)
    done = project.run("check", AT)
    assert done.code == 0, done.out
    assert len(cloud.calls("QueryPhoneBusinessProfile")) == len(cloud.calls("GetCommerceSetting")) == 1
    assert len(cloud.calls("QueryChatappPhoneNumbers")) == 1
    assert cloud.changes() == []


@pytest.mark.parametrize(
    ("altered", "fact", "found"),
    [
        ({"UpCallbackUrl": "https://evil.example.net/x?key=1"}, "messages_url", "https://evil.example.net/"),
        ({"About": "Bye"}, "about", "about Bye (recorded Hello)"),
        ({"Websites": []}, "websites", "websites none (recorded https://example.com)"),
        ({"CartEnable": False}, "cart", "cart off (recorded on)"),
    ],
)
def test_a_setting_that_was_altered(
    project: Project, cloud: Cloud, altered: dict[str, Any], fact: str, found: str
) -> None:
    """Found by its name; a URL's path and query are nowhere. Accepted, plan sends what is declared again."""
    begun(project, cloud)
    cloud.tell("console", number=SUPPORT, do="set", fields=altered)
    done = project.run("check", AT)
    assert done.code == 2
    assert found in " ".join(done.out.split())
    assert "key=" not in done.out + project.run("check", AT, "--json").out
    assert project.run("apply", "--refresh-only", "--auto-approve").code == 0
    plan = json.loads(project.run("plan", "--format", "json").out)
    (change,) = plan["reconciler"]["spaces"][0]["changes"]
    assert [change["address"], change["action"], change["differences"][0][0]] == [AT, "update", fact]
    assert cloud.messages() == []
    assert cloud.changes() == []


def test_a_setting_that_cannot_be_read_is_unknown(project: Project, cloud: Cloud) -> None:
    """Neither as declared nor changed; the rest of the number is read."""
    begun(project, cloud)
    cloud.fault("QueryPhoneBusinessProfile", "error:NoPermission", 10)
    done = project.run("check", AT)
    assert done.code == 1
    assert f"  {AT}  unknown" in done.out


def test_a_number_that_fell_gets_its_settings_again(project: Project, cloud: Cloud) -> None:
    """Deregistered, and its callbacks altered: accepted, it is registered again, and all that is declared is sent."""
    begun(project, cloud)
    cloud.tell("console", number=SUPPORT, do="deregister")
    cloud.tell("console", number=SUPPORT, do="set", fields={"UpCallbackUrl": "https://evil.example.net/x"})
    assert project.run("apply", "--refresh-only", "--auto-approve").code == 0
    done = project.run(*APPLY)
    assert done.code == 0, done.out + done.err
    settings = ["UpdatePhoneWebhook", "ModifyPhoneBusinessProfile", "UpdateCommerceSetting"]
    assert cloud.changes() == ["ChatappPhoneNumberRegister", *settings]
    assert project.run("check", AT).code == 0


@pytest.mark.parametrize(("status", "verdict", "code"), [("PENDING", "changed", 2), ("PAUSED", "unknown", 1)])
def test_nothing_is_accepted_beside_a_status_that_is_not_settled(
    project: Project, cloud: Cloud, status: str, verdict: str, code: int
) -> None:
    """A setting that is another one beside a status that means something else, or nothing, is not known to hold. Where
    the status is unknown, so is the number."""
    begun(project, cloud)
    cloud.tell("console", number=SUPPORT, do="set", fields={"UpCallbackUrl": "https://evil.example.net/x"})
    cloud.tell("console", number=SUPPORT, do="show", row={"Status": status})
    checked = project.run("check", AT, "--json")
    (found,) = json.loads(checked.out)["resources"]
    assert (checked.code, found["verdict"]) == (code, verdict)
    before = project.run("state", "show", "--json", "--whole", AT).out
    assert "Refresh complete! 0 records changed" in project.run("apply", "--refresh-only", "--auto-approve").out
    assert project.run("state", "show", "--json", "--whole", AT).out == before
