"""The callback of a space's account: set by one call, changed by one, never read back, and forgotten without a call."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reconciler.config.project import load_project
from reconciler.core.plan.change import Plan
from reconciler.core.plan.make import plan
from reconciler.core.review.promotion import what_differs
from tests.config.telling import lines, write
from tests.stage.cloud import Cloud
from tests.stage.leased import ENDPOINT
from tests.stage.project import APPLY, Project

AT = "acme/account_callback/account"
HEAD = "space: acme\nspace_id: cams-e2e\n"
SET = "https://hooks.example.com/acme/account?key=s3cr3t"
MEANS = "was accepted; cannot be read back"
CALL = "UpdateAccountWebhook"
FILE = "spaces/acme.yaml"


def declared(url: str, more: str = "") -> dict[str, str | bytes]:
    return {FILE: f"{HEAD}account_callback: {url}\n{more}"}


def planned(root: Path, url: str, more: str = "", **files: str) -> Plan:
    project = load_project(write(root, declared(url, more) | {f"{name}.yaml": text for name, text in files.items()}))
    return plan(project, {}, ENDPOINT, "2026-11-20T10:31:00.000Z")


def test_it_is_set_changed_and_ended_with_its_space(project: Project, cloud: Cloud) -> None:
    """What the cloud does with it shows nowhere, so every place tells what ready means. No output shows more than the
    host, and each end of it is one call or none."""
    write(project.root, declared(SET))
    assert project.run(*APPLY).code == 0
    shown = [project.run(*each).out for each in (("state", "show", AT), ("explain", AT), ("check",))]
    assert f"{AT}  not readable  {MEANS}\n" in shown[2]
    write(project.root, declared("https://collect.example.net/account?key=s3cr3t"))
    shown += [project.run("plan", "--out", "plan.out").out, project.run("show", "plan.out", "--format", "markdown").out]
    assert [MEANS in each for each in shown] == [True] * 5
    line = "reports on the account of 1 space go to collect.example.net instead of hooks.example.com\n"
    assert shown[3].startswith(line)
    document = json.loads(project.run("show", "plan.out", "--json").out)
    assert document["resource_changes"][0]["change"]["after_sensitive"] == {"url": True}
    assert document["reconciler"]["spaces"][0]["changes"][0]["ready_means"] == MEANS
    assert project.run("apply", "plan.out", "--no-input").code == 0
    assert project.run("offboard", "acme").code == 0
    assert (project.root / FILE).read_text("utf-8") == HEAD
    shown.append(project.run(*APPLY).out)
    assert "      by hand       it stays set in the cloud: no operation clears it (console of Chat App" in shown[-1]
    assert (cloud.changes(), cloud.violations()) == ([CALL, CALL], [])
    assert ["s3cr3t" in each for each in shown] == [False] * len(shown)


@pytest.mark.heavy
def test_it_can_be_sent_again(project: Project, cloud: Cloud) -> None:
    """Where somebody has set another address in the console, which no operation shows."""
    write(project.root, declared(SET))
    assert project.run(*APPLY).code == 0
    done = project.run(*APPLY, "--replace", AT)
    assert (done.code, done.out.count("by hand"), cloud.changes()) == (0, 0, [CALL, CALL])
    assert project.run("destroy", "--auto-approve").code == 0
    assert (cloud.changes(), project.run("state", "list").out) == ([CALL, CALL], "")


@pytest.mark.parametrize(
    ("host", "refused"), [("hooks.example.com", 0), ("hooks.example.com:8443", 1), ("a.example", 1)]
)
def test_a_host_that_is_not_listed_is_refused(tmp_path: Path, host: str, refused: int) -> None:
    """As for the callbacks of numbers, at its place."""
    listed = "guards: {callback_hosts: [hooks.example.com]}\n"
    made = planned(tmp_path, f"https://{host}/account", reconciler=listed)
    found = [(each.code, str(each.place)) for each in made.refusals]
    assert found == [("callback-host-not-allowed", f"{FILE}:3:1")] * refused


BAD = {
    "user information": ("https://ann:s3cr3t@hooks.example.com/", "url-credentials"),
    "no encryption": ("http://hooks.example.com/", "bad-value"),
    "an address of a machine": ("https://127.0.0.1/", "bad-value"),
    "several": ("[https://hooks.example.com/]", "wrong-type"),
    "nothing": ("", "null-value"),
}


@pytest.mark.parametrize("value", BAD)
def test_what_is_no_address_of_a_host_is_refused(value: str, tmp_path: Path) -> None:
    """At its place; a password in it is not shown."""
    url, code = BAD[value]
    found = lines(write(tmp_path, declared(url)))
    assert found.startswith(f"error[{code}] {FILE}:3:")
    assert "s3cr3t" not in found


def test_a_template_fills_it_in(tmp_path: Path) -> None:
    """For each space its own; spaces of two environments that differ in their ids alone differ in nothing."""
    shop = "parameters: {customer: {}}\nspace: ${customer}\naccount_callback: https://hooks.example.com/${customer}\n"
    use = "template: ../templates/shop.yaml\nvalues: {customer: acme}\nspace_id: cams-"
    one = load_project(write(tmp_path / "one", {FILE: f"{use}acme\n", "templates/shop.yaml": shop}))
    other = load_project(write(tmp_path / "other", {FILE: f"{use}test\n", "templates/shop.yaml": shop}))
    (callback,) = one.spaces[0].resources
    assert (callback.address, callback.key) == (AT, "cams-acme")
    assert callback.attributes == {"space_id": "cams-acme", "url": "https://hooks.example.com/acme"}
    assert callback.place and callback.place[:3] == ("templates/shop.yaml", 3, 1)
    assert what_differs(one, other) == []


def test_it_is_no_block(tmp_path: Path) -> None:
    """A number may have its name, also under `removed` and `moved`; `import` cannot list what cannot be read."""
    number = 'phone_numbers: {account: {number: "+8613800001234", onboarding: embedded}}\n'
    made = planned(tmp_path, SET, f"{number}import: all\n")
    assert {each.address: each.action for each in made.changes} == {AT: "create", "acme/phone_number/account": "import"}
    assert lines(write(tmp_path, declared(SET, "removed: {account: deregister}\n"))) == ""
    refused = lines(write(tmp_path, declared(SET, f"{number}import: [account, account_callback]\n")))
    assert refused.startswith(f"error[import-unknown] {FILE}:5:19: the callback of an account cannot be read\n")
