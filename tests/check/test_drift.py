"""`plan --refresh`, `plan --refresh-only`, `apply --refresh-only`: found, told apart, settled either way, by reads."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reconciler.kinds import KINDS
from tests.check.lived import FILES, READY, lived
from tests.heavy import mostly_heavy
from tests.stage.cloud import Cloud
from tests.stage.project import APPLY, SALES, SUPPORT, Project, finished

AT_SUPPORT, AT_SALES, AT_TOM = "acme/phone_number/support", "acme/phone_number/sales", "acme/contact/tom"
ACCEPT = ("apply", "--refresh-only", "--auto-approve")
UNKNOWN = "error[unknown-space] no space of this name is declared or recorded"
NONE = "No changes outside of reconciler: the cloud reports what is recorded.\n"
CONTACT_ONLY = """space: acme
space_id: cams-e2e
contacts:
  tom: {email: tom@example.com, phone: "+8613911111234", title: CEO, message_types: [FaultMessage]}
"""
UNLISTED = """
What is in the cloud and not recorded is unknown there:
"""


def at(project: Project, address: str) -> dict[str, Any] | None:
    """What is recorded now."""
    done = project.run("state", "show", "--json", "--whole", address)
    return json.loads(done.out) if done.code == 0 else None


def planned(project: Project, *words: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(project.run("plan", "--format", "json", *words).out)
    return document


def actions(project: Project) -> dict[str, list[str]]:
    """What a plain plan would do."""
    return {row["address"]: row["change"]["actions"] for row in planned(project)["resource_changes"]}


# What is done in the console, whether it is in the phase that it is recorded in -> what is found, the action of the
# drift, what accepting it records, and what plan then does to make the cloud as declared.
TABLE: list[tuple[str, dict[str, Any], dict[str, str], str, list[str], dict[str, Any] | None, list[str]]] = [
    (AT_SUPPORT, {"number": SUPPORT, "do": "rename", "name": "Acme Help"}, READY, "changed", ["update"], {}, []),
    (AT_SUPPORT, {"number": SUPPORT, "do": "deregister"}, READY, "gone", ["update"], {"phase": "verified"}, ["create"]),
    (AT_SUPPORT, {"number": SUPPORT, "do": "remove"}, READY, "gone", ["delete"], None, ["create"]),
    (
        AT_SUPPORT,
        {"number": SUPPORT, "do": "move", "space": "cams-globex"},
        READY,
        "in_another_space",
        ["delete"],
        None,
        ["create"],
    ),
    (
        AT_SUPPORT,
        {"number": SUPPORT, "do": "verify"},
        READY | {AT_SUPPORT: "code_requested"},
        "verified_elsewhere",
        ["update"],
        {"phase": "verified"},
        ["create"],
    ),
    (
        AT_SUPPORT,
        {"number": SUPPORT, "do": "show", "row": {"CodeVerificationStatus": "EXPIRED"}},
        READY | {AT_SUPPORT: "verified"},
        "running_out",
        ["update"],
        {"phase": "verified"},
        ["create"],
    ),
    (AT_SALES, {"number": SALES, "do": "deregister"}, READY, "gone", ["delete"], None, ["create"]),
    (AT_SALES, {"number": SALES, "do": "remove"}, READY, "gone", ["delete"], None, ["create"]),
    (
        AT_SALES,
        {"number": SALES, "do": "move", "space": "cams-globex"},
        READY,
        "in_another_space",
        ["delete"],
        None,
        ["create"],
    ),
    (
        AT_SALES,
        {"number": SALES, "do": "verify"},
        READY | {AT_SALES: "code_requested"},
        "verified_elsewhere",
        ["update"],
        {"phase": "verified"},
        ["create"],
    ),
    (
        AT_TOM,
        {"contact": "tom", "do": "update", "fields": {"EmailAddress": "tim@example.com", "Title": "Other"}},
        READY,
        "changed",
        ["update"],
        {"phase": "confirmed"},
        ["update"],
    ),
    (AT_TOM, {"contact": "tom", "do": "remove"}, READY, "gone", ["delete"], None, ["create"]),
    (
        AT_TOM,
        {"contact": "tom", "do": "confirm"},
        READY | {AT_TOM: "links_sent"},
        "verified_elsewhere",
        ["update"],
        {"phase": "links_sent"},
        ["create"],
    ),
]


@pytest.mark.parametrize(("address", "console", "phases", "finding", "action", "then", "mended"), TABLE)
def test_a_drift_is_found_and_settled(
    project: Project,
    cloud: Cloud,
    address: str,
    console: dict[str, Any],
    phases: dict[str, str],
    finding: str,
    action: list[str],
    then: dict[str, Any] | None,
    mended: list[str],
) -> None:
    """Found by plan, which exits 2; accepted by apply, which calls nothing; plan shows what mends it. 0 messages."""
    lived(project, cloud, phases, days=2)
    assert project.run("plan", "--refresh-only", "--detailed-exitcode").code == 0
    cloud.tell("console", **console)
    done = project.run("plan", "--refresh-only", "--detailed-exitcode", "--format", "json")
    document = json.loads(done.out)
    (drift,) = document["resource_drift"]
    assert (done.code, drift["address"], drift["change"]["actions"]) == (2, address, action)
    found = {each["address"]: each["verdict"] for each in document["reconciler"]["drift"]["resources"]}
    assert found[address] == finding
    digest = planned(project)["reconciler"]["digest"]
    assert planned(project, "--refresh")["reconciler"]["digest"] == digest

    assert project.run(*ACCEPT).code == 0
    record = at(project, address)
    assert (record is None) == (then is None)
    assert record is None or {name: record[name] for name in then or {}} == then
    if address == AT_SUPPORT and finding == "changed":
        project.write("spaces/acme.yaml", FILES["acme"].replace("Acme Support", "Acme Help"))
    assert actions(project) == ({address: mended} if mended else {})
    assert cloud.messages() == []
    assert cloud.changes() == []


# The same of a number that a signup in the browser added: what is done, what is found, the action of the drift, and
# what accepting it records.
FROM_A_BROWSER = ("embedded", "prevalidated_embedded")
SIGNED_UP: list[tuple[dict[str, Any], str, str, list[str], dict[str, Any] | None]] = [
    ({"do": "rename", "name": "Acme Help"}, "registered", "changed", ["update"], {"phase": "registered"}),
    ({"do": "deregister"}, "registered", "gone", ["update"], {"phase": "verified"}),
    ({"do": "remove"}, "registered", "gone", ["delete"], None),
    ({"do": "move", "space": "cams-globex"}, "registered", "in_another_space", ["delete"], None),
    (
        {"do": "show", "row": {"CodeVerificationStatus": "EXPIRED"}},
        "verified",
        "running_out",
        ["update"],
        {"phase": "verified"},
    ),
]


@pytest.mark.parametrize("onboarding", mostly_heavy(FROM_A_BROWSER, 1))
@pytest.mark.parametrize(("console", "phase", "finding", "action", "then"), SIGNED_UP)
def test_each_drift_of_a_number_from_a_browser(
    project: Project,
    cloud: Cloud,
    onboarding: str,
    console: dict[str, Any],
    phase: str,
    finding: str,
    action: list[str],
    then: dict[str, Any] | None,
) -> None:
    """Found, accepted without a call, and no message, whichever way it came."""
    declared = FILES["acme"].replace("register, display_name", f"{onboarding}, display_name")
    lived(project, cloud, READY | {AT_SUPPORT: phase}, days=2, files=FILES | {"acme": declared})
    assert project.run("plan", "--refresh-only", "--detailed-exitcode").code == 0
    cloud.tell("console", number=SUPPORT, **console)
    document = planned(project, "--refresh-only")
    (drift,) = document["resource_drift"]
    found = {each["address"]: each["verdict"] for each in document["reconciler"]["drift"]["resources"]}
    assert (drift["change"]["actions"], found[AT_SUPPORT]) == (action, finding)
    assert project.run(*ACCEPT).code == 0
    record = at(project, AT_SUPPORT)
    assert (record is None) == (then is None)
    assert record is None or {name: record[name] for name in then or {}} == then
    assert (cloud.messages(), cloud.changes()) == ([], [])


def test_the_table_has_no_hole() -> None:
    """Each drift of each kind that can be read: what a number or a contact cannot meet is not possible for it."""
    kinds = {AT_SUPPORT: "register", AT_SALES: "migrate", AT_TOM: "contact"}
    met = {(kinds[address], finding) for address, _, _, finding, *_ in TABLE}
    numbers = {"gone", "in_another_space", "verified_elsewhere"}
    assert met >= {(kind, finding) for kind in ("register", "migrate") for finding in numbers}
    assert {("register", "changed"), ("register", "running_out")} <= met
    assert met >= {("contact", finding) for finding in ("changed", "gone", "verified_elsewhere")}
    assert {finding for _, _, finding, *_ in SIGNED_UP} == {"changed", "gone", "in_another_space", "running_out"}
    assert {*kinds.values(), *FROM_A_BROWSER} == {name for name, kind in KINDS.items() if kind.observed}


def test_a_number_that_fell_is_mended_without_a_message(project: Project, cloud: Cloud) -> None:
    """Deregistered in the console: accepted, then registered again, as its verification still holds."""
    lived(project, cloud)
    cloud.tell("console", number=SUPPORT, do="deregister")
    assert project.run(*ACCEPT).code == 0
    assert project.run(*APPLY).code == 0
    assert cloud.changes() == ["ChatappPhoneNumberRegister"]
    assert cloud.messages() == []
    assert project.run("check").code == 0
    assert project.run("plan", "--refresh-only").out.startswith(NONE)


def test_a_contact_s_address_is_put_back_with_a_link(project: Project, cloud: Cloud) -> None:
    """The directory held another one, so the old link is worth nothing: the plan says that one is sent."""
    lived(project, cloud)
    cloud.tell("console", contact="tom", do="update", fields={"EmailAddress": "tim@example.com"})
    assert project.run(*ACCEPT).code == 0
    assert planned(project)["reconciler"]["forecast"]["messages"] == {"email": 1}
    project.write("spaces/acme.yaml", FILES["acme"].replace("tom@example.com", "tim@example.com"))
    assert actions(project) == {}


@pytest.mark.parametrize(
    ("found", "recorded"),
    [
        (
            {"PhoneNumber": "+86 139 1111 9999", "Title": "Head of IT"},
            {"phone": "+8613911119999", "title": "Head of IT"},
        ),
        ({"PhoneNumber": "n/a", "Title": 3, "MessageTypes": None}, {"phone": "+8613911111234", "title": "CEO"}),
    ],
)
def test_what_a_record_cannot_hold_is_not_accepted(
    project: Project, cloud: Cloud, found: dict[str, Any], recorded: dict[str, Any]
) -> None:
    """A contact is recorded as its row says, in the record's own forms; where it cannot be, it stays a difference."""
    lived(project, cloud)
    row = {"ContactId": "c-tom", "Name": "tom", "EmailAddress": "tom@example.com", "Status": "Active"}
    answer = {"Code": "OK", "Contacts": [{**row, "MessageTypes": ["FaultMessage"], **found}], "TotalCount": 1}
    cloud.fault("ListMessageContacts", f"says:200:{json.dumps(answer)}", 9)
    assert project.run(*ACCEPT).code == 0
    facts = (at(project, AT_TOM) or {})["facts"]
    assert {name: facts[name] for name in recorded} == recorded
    assert (cloud.messages(), cloud.changes()) == ([], [])


@pytest.mark.parametrize("left", [["rd-3Ghk92"], []])
def test_a_member_that_was_unbound_is_bound_again(project: Project, cloud: Cloud, left: list[str]) -> None:
    """Unbound in the console: accepted, the members that are left are recorded, and the next plan binds the rest."""
    members = ["fd-Zk1p4s", "rd-3Ghk92"]
    declared = FILES["acme"].replace("title: CEO", f"title: CEO, members: [{', '.join(members)}]")
    lived(project, cloud, files=FILES | {"acme": declared})
    assert project.run("check", AT_TOM).code == 0
    cloud.tell("console", contact="tom", do="unbind", members=[each for each in members if each not in left])
    assert project.run(*ACCEPT).code == 0
    assert (at(project, AT_TOM) or {})["facts"]["members"] == left
    (change,) = planned(project)["reconciler"]["spaces"][0]["changes"]
    assert (change["address"], change["action"]) == (AT_TOM, "update")
    called = {call["operation"] for call in change["calls"]}
    assert ("AssociateMembers" in called, "DisassociateMembers" in called) == (True, False)
    assert cloud.messages() == []


def test_what_accepting_does_not_concern_stays_recorded(project: Project, cloud: Cloud) -> None:
    """A contact that `delete` ends is still ended by it: nothing but the accepted value is a change."""
    declared = FILES["acme"].replace("title: CEO", "title: CEO, on_remove: delete")
    lived(project, cloud, files=FILES | {"acme": declared})
    cloud.tell("console", contact="tom", do="update", fields={"Title": "Other"})
    assert project.run(*ACCEPT).code == 0
    project.write("spaces/acme.yaml", declared.replace("CEO", "Other"))
    assert actions(project) == {}


def test_a_space_that_is_unknown_is_not_called_unchanged(project: Project, cloud: Cloud) -> None:
    """A typing error reads nothing, and exits 64 instead of 0."""
    lived(project, cloud)
    calls = cloud.calls()
    for verb in (("plan", "--refresh-only"), ACCEPT):
        done = project.run(*verb, "--space", "acne")
        assert (done.code, done.err.splitlines()[0]) == (64, UNKNOWN)
    assert cloud.calls() == calls


def test_what_nobody_recorded(project: Project, cloud: Cloud) -> None:
    """Listed, with its number masked; no change, and no reason to exit 2."""
    lived(project, cloud)
    cloud.tell("numbers", number="+8613800005555", state="verified", space="cams-e2e")
    done = project.run("plan", "--refresh-only", "--detailed-exitcode")
    assert done.code == 0
    assert "  acme   phone number  +86 138****5555  PENDING\n" in done.out
    (row,) = planned(project, "--refresh-only")["reconciler"]["drift"]["unmanaged"]
    assert row == {"space": "acme", "type": "phone_number", "key": "+86 138****5555", "found": "PENDING"}
    checked = project.run("check", "--unmanaged")
    assert (checked.code, "  acme   phone number  +86 138****5555  PENDING\n\nChecked " in checked.out) == (0, True)
    assert json.loads(project.run("check", "--unmanaged", "--json").out)["unmanaged"] == [row]
    assert "+86 138****5555" not in project.run("check").out


def test_a_listing_that_cannot_be_read_is_not_empty(project: Project, cloud: Cloud) -> None:
    """Where nothing is recorded, too: a declared space is listed, and a listing that fails is reported as unknown. By
    its name another one alone is."""
    lived(project, cloud, {AT_TOM: "confirmed"}, files={"acme": CONTACT_ONLY})
    project.write("spaces/globex.yaml", "space: globex\nspace_id: cams-globex\n")
    cloud.tell("numbers", number="+8613800005555", state="verified", space="cams-globex")
    row = "  globex  phone number  +86 138****5555  PENDING\n"
    for verb in (("check", "--unmanaged"), ("plan", "--refresh-only")):
        assert row in project.run(*verb).out
    for space in ("acme", "globex"):
        alone = project.run("check", "--unmanaged", "--space", space)
        assert (alone.code, row in alone.out) == (0, space == "globex")
    cloud.fault("QueryChatappPhoneNumbers", "error:NoPermission", 100)
    for verb in (("check", "--unmanaged"), ("plan", "--refresh-only")):
        assert UNLISTED in project.run(*verb).out
    unread = json.loads(project.run("check", "--unmanaged", "--json").out)["unmanaged_unknown"]
    assert [(each["space"], each["type"]) for each in unread] == [("acme", "phone_number"), ("globex", "phone_number")]


def test_unmanaged_where_nothing_is_recorded(project: Project, cloud: Cloud) -> None:
    """Nothing to compare is no reason not to look."""
    project.write("spaces/acme.yaml", "space: acme\nspace_id: cams-e2e\n")
    cloud.tell("numbers", number="+8613800005555", state="verified", space="cams-e2e")
    done = project.run("check", "--unmanaged")
    assert (done.code, done.out.splitlines()[0]) == (0, "Nothing to check: nothing is recorded as ready.")
    assert done.out.endswith("  acme   phone number  +86 138****5555  PENDING\n")


def test_consent_to_accept(project: Project, cloud: Cloud) -> None:
    """A person types yes, or nothing is recorded; without a terminal --auto-approve is needed."""
    lived(project, cloud)
    cloud.tell("console", number=SUPPORT, do="remove")
    assert project.run("apply", "--refresh-only").code == 1
    for typed, code in (("no", 1), ("yes", 0)):
        person = project.terminal("apply", "--refresh-only")
        person.expect_exact("Type yes: ")
        person.sendline(typed)
        assert finished(person) == code
        assert (at(project, AT_SUPPORT) is None) == (typed == "yes")


def test_an_unknown_is_not_accepted(project: Project, cloud: Cloud) -> None:
    """What could not be read, or says nothing, changes no record; it is said, and the exit code is 1."""
    lived(project, cloud)
    before = project.run("state", "pull").out
    cloud.fault("QueryChatappPhoneNumbers", "error:NoPermission", 100)
    done = project.run(*ACCEPT)
    assert done.code == 1
    assert done.out.endswith("Refresh complete! 0 records changed.\n")
    assert project.run("state", "pull").out == before


def test_in_terraform_s_words(project: Project, cloud: Cloud) -> None:
    """The sentence that tools search, with a line for each resource."""
    lived(project, cloud)
    alone = ("plan", "-refresh-only", "--compat", "terraform")
    assert project.run(*alone).out == "No changes. Your infrastructure matches the configuration.\n"
    cloud.tell("console", number=SUPPORT, do="remove")
    text = project.run("plan", "--refresh", "--compat", "terraform").out
    assert text.startswith(f"Note: Objects have changed outside of Terraform\n\n  # {AT_SUPPORT} has been deleted\n\n")
    assert "the cloud was not asked" not in text
    assert project.run(*alone).code == 0


@pytest.mark.parametrize(
    "words",
    [
        ("plan", "--refresh", "--against", "HEAD"),
        ("plan", "--refresh-only", "--changed-since", "HEAD"),
        ("plan", "--refresh-only", "--out", "plan.out"),
        ("apply", "--refresh-only", "plan.out"),
    ],
)
def test_what_does_not_go_together(project: Project, cloud: Cloud, words: tuple[str, ...]) -> None:
    """A usage error, before anything is read."""
    lived(project, cloud)
    assert project.run(*words).code == 64
    assert cloud.calls() == []


def test_a_plain_plan_stays_offline(project: Project, cloud: Cloud) -> None:
    """No call without --refresh."""
    lived(project, cloud)
    plain = project.run("plan")
    assert (plain.code, plain.err) == (0, "")
    assert cloud.calls() == []
