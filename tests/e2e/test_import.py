"""What an account has already: written as YAML, recorded by an apply that only reads, and then no change."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from reconciler.operations import OPERATIONS, Effect
from tests.heavy import heavy
from tests.sandbox.callers import Official
from tests.stage.cloud import Cloud
from tests.stage.project import APPLY, DESK, SALES, SUPPORT, Done, Project

SPACE = "cams-kei8s9d0"
HERE = {"CustSpaceId": SPACE}
TOM = {"Name": "tom", "EmailAddress": "tom@example.com", "Title": "CEO", "MessageTypes": ["FaultMessage"]}
UNSPEAKABLE: dict[str, Any] = {
    "numbers": [
        {
            "number": "+8613900000001",
            "space": SPACE,
            "name": "Moving",
            "status": "MIGRATING",
            "verified": False,
            "code": False,
        }
    ],
    "contacts": [
        {
            "id": "7b1d2f7e-93d5-4a5e-9d6b-0a1c2b3d4e61",
            "fields": {**TOM, "Name": "Ann", "Title": "Boss"},
            "waiting": [],
            "linked": [],
            "deleting": False,
        }
    ],
    "purchases": [],
    "sent": [],
}
TEMPLATE = """\
parameters: {word: {}, number: {default: "+8613800001234"}}
phone_numbers:
  support: {number: "${number}", onboarding: embedded, display_name: "${word}"}
"""
NUMBER = "phone_number/support"
PETS = 'profile.vertical: "PETS"; a file takes: one of those that its schema lists'
HTTPS = "An https address in ASCII of at most 1024 characters, its host by name, without user information and blanks"
UNREAD_CALLBACK = (
    "not imported: callbacks of accounts: no operation reads them; write `account_callback` where one is set"
)
UNCLEAR = "its status does not say whether it is in service (MIGRATING)"
SHOPS = f"""\
template: ../templates/shop.yaml
instances:
  acme:
    # our first customer
    values: {{word: Acme}}
    space_id: {SPACE}

  # The second one.
  globex:
    values: {{word: Globex, number: "{DESK}"}}
    space_id: cams-zz
"""
SHOPS_EXTENDED = f"""\
template: ../templates/shop.yaml
instances:
  acme:
    # our first customer
    values: {{word: Acme}}
    space_id: {SPACE}
    phone_numbers:
      # If a block is removed, the plan is refused, unless it says `on_remove`: forget or deregister. Is that right?
      sales:
        number: "{SALES}"
        onboarding: embedded
        display_name: Acme Sales
        profile:
          about: "Pay $${{word}}"
    import: [sales]

  # The second one.
  globex:
    values: {{word: Globex, number: "{DESK}"}}
    space_id: cams-zz
"""
OLD = """\
# Acme is our first customer.
space: acme
space_id: cams-kei8s9d0   # from the console

phone_numbers:
    # the main line
    support:
        number: '+8613800001234'
        onboarding: embedded   # by Ann
        display_name: Acme

# Their people.
contacts:
    ann: {email: ann@example.com, title: CEO, message_types: [FaultMessage]}   # the boss

# Nothing was removed yet.
"""
EXTENDED = """\
# Acme is our first customer.
space: acme
space_id: cams-kei8s9d0   # from the console

phone_numbers:
    # the main line
    support:
        number: '+8613800001234'
        onboarding: embedded   # by Ann
        display_name: Acme
    # Listed as PENDING: is it still wanted?
    sales:
        number: "+8613800001235"
        onboarding: embedded
        display_name: Acme Sales

# Their people.
contacts:
    ann: {email: ann@example.com, title: CEO, message_types: [FaultMessage]}   # the boss
    tom: {email: tom@example.com, title: CEO, message_types: [FaultMessage]}

# Nothing was removed yet.
import: [sales, tom]
"""
SETS = {"callbacks": "UpdatePhoneWebhook", "profile": "ModifyPhoneBusinessProfile", "commerce": "UpdateCommerceSetting"}
SETTINGS: dict[str, dict[str, Any]] = {
    "callbacks": {
        "UpCallbackUrl": "https://hooks.example.com/acme?key=1",
        "StatusCallbackUrl": "https://hooks.example.com/status",
        "HttpFlag": "Y",
        "QueueFlag": "Y",
    },
    "profile": {
        "About": "Shoes: yes",
        "Description": "Shoes for\neverybody",
        "Websites": ["https://shop.example.com"],
        "Vertical": "RETAIL",
        "ProfilePictureUrl": "https://shop.example.com/logo.png",
    },
    "commerce": {"CartEnable": "true", "CatalogVisible": "false"},
}
TAKEN_OVER = f"""\
space: {SPACE}
space_id: {SPACE}
phone_numbers:
  # If a block is removed, the plan is refused, unless it says `on_remove`: forget or deregister. Is that right?
  # The cloud shows the name of a queue, and not whether it is on: is it?
  # It has a picture. The cloud shows a copy only: from which address is it, for `profile: {{picture: …}}`?
  acme:
    number: "+8613800001234"
    onboarding: embedded
    display_name: Acme
    callbacks:
      messages: https://hooks.example.com/acme?key=1
      status: https://hooks.example.com/status
      queue: true
    profile:
      about: "Shoes: yes"
      description: "Shoes for\\neverybody"
      websites: [https://shop.example.com]
      vertical: RETAIL
    commerce:
      cart: true
      catalog: false
contacts:
  # The directory of contacts is the account's: are these people this customer's?
  tom:
    email: tom@example.com
    title: CEO
    message_types: [FaultMessage]
    members: ["1234567890123456", rd-3Ghk92]
import: all
"""


@dataclass
class Reach:
    url: str
    access_key_id: str
    access_key_secret: str


@pytest.fixture
def official(cloud: Cloud) -> Iterator[Official]:
    """The official clients of the account that is to be imported."""
    cloud.hurry()
    yield Official(Reach(cloud.url, cloud.environment["ALIBABA_CLOUD_ACCESS_KEY_ID"], cloud.secret))


def add(official: Official, number: str, name: str, space_id: str = SPACE) -> None:
    official("AddChatappPhoneNumber", CustSpaceId=space_id, Cc="86", PhoneNumber=number[3:], VerifiedName=name)


def register(official: Official, cloud: Cloud, numbers: dict[str, str]) -> None:
    """number -> display name: added, verified by code and registered, as their owners did it."""
    for number, name in numbers.items():
        add(official, number, name)
        official("GetChatappVerifyCode", **HERE, PhoneNumber=number[1:], Method="sms", Locale="en")
    codes = {each["to"]: each["code"].replace("-", "") for each in cloud.inbox()}
    for number in numbers:
        official("ChatappVerifyAndRegister", **HERE, PhoneNumber=number[1:], VerifyCode=codes[number])


def befriend(official: Official, cloud: Cloud, names: list[str]) -> None:
    """Contacts, confirmed by their owners."""
    for name in names:
        email = f"{name}@example.com"
        added = official("AddMessageContact", **{**TOM, "Name": name, "EmailAddress": email})
        id = added["Contact"]["ContactId"]
        official("SendEmailVerificationForMessageContact", ContactId=id, EmailAddress=email)
        cloud.confirm(email)


def configure(official: Official, number: str, **settings: dict[str, Any]) -> None:
    """Group -> fields on the wire."""
    for group, fields in settings.items():
        official(SETS[group], **HERE, PhoneNumber=number[1:], **fields)


def bind(official: Official, name: str, *members: str) -> None:
    """A confirmed contact to these members."""
    (id,) = [each["ContactId"] for each in official("ListMessageContacts")["Contacts"] if each["Name"] == name]
    official("AssociateMembers", ContactId=id, Members=list(members))


def declare(project: Project, *names: str, extra: str = "") -> Path:
    """The space file of the account's space."""
    project.declare(*names, extra=extra)
    file = project.root / "spaces/acme.yaml"
    file.write_text(file.read_text().replace("cams-e2e", SPACE))
    return file


def reads_only(cloud: Cloud, before: int) -> bool:
    """Whether all calls since then are reads, and no message was sent since."""
    return all(OPERATIONS[call["operation"]].effect is Effect.READ for call in cloud.calls()[before:])


def quietly(project: Project, cloud: Cloud, *words: str, code: int = 0) -> Done:
    """Sends nothing, changes nothing, breaks no promise."""
    calls, messages = len(cloud.calls()), len(cloud.messages())
    done = project.run(*words)
    assert done.code == code, done.out + done.err
    assert reads_only(cloud, calls)
    assert (len(cloud.messages()), cloud.violations()) == (messages, [])
    return done


@pytest.mark.parametrize(("numbers", "people"), [(20, 4), heavy(200, 20)])
def test_an_account_is_taken_over(
    numbers: int, people: int, official: Official, cloud: Cloud, project: Project
) -> None:
    """Numbers and contacts, filled by the official clients: a valid file, all of it imported, reads only, no message,
    then no change. Settings and members are among it; what the schema cannot express is named."""
    names = {f"+86138{n:08}": f"Acme {'Help' if n % 2 else 'Desk'} {n // 50}" for n in range(numbers)}
    register(official, cloud, names)
    befriend(official, cloud, [f"person{chr(97 + n)}" for n in range(people)])
    for n in range(people // 2):
        configure(official, f"+86138{n:08}", **SETTINGS)
        bind(official, f"person{chr(97 + n)}", "rd-3Ghk92", "1234567890123456")
    configure(official, f"+86138{numbers // 2:08}", profile={"Vertical": "PETS"})
    cloud.recorded(UNSPEAKABLE)
    project.write("reconciler.yaml", "limits: {calls_per_second: 0}\n")
    written = quietly(project, cloud, "import", SPACE)
    assert written.out.startswith(f"spaces/{SPACE}.yaml: {numbers} numbers and {people} contacts to import.")
    assert written.err.splitlines() == [
        f"not imported: {SPACE}: number +86 139****0001 (Moving): {UNCLEAR}",
        f"not imported: {SPACE}: number +86 138****{numbers // 2:04} (Acme Desk {numbers // 100}): {PETS}",
        "not imported: contact Ann: title cannot be written as the directory has it",
        UNREAD_CALLBACK,
    ]
    assert not (project.root / ".reconciler").exists()
    assert project.run("validate").out == f"Valid: 1 space, {numbers + people} resources.\n"
    planned = quietly(project, cloud, "plan", "--full", "--out", "plan.out").out
    assert planned.count("will be imported") == numbers + people
    assert f"\nPlan: {numbers + people} to import, 0 to add, 0 to change, 0 to destroy.\n" in planned
    applied = quietly(project, cloud, "apply", "plan.out")
    assert applied.last == (f"Apply complete! Resources: {numbers + people} imported, 0 added, 0 changed, 0 destroyed.")
    assert quietly(project, cloud, "plan").out.startswith("No changes.")
    assert quietly(project, cloud, "import", "--all").out == f"{SPACE}: everything is declared already.\n"


def test_a_file_is_extended_in_its_own_style(official: Official, cloud: Cloud, project: Project) -> None:
    """Comments, order, quotes, indentation and line ends stay; new blocks come last in their section, as people write
    them."""
    register(official, cloud, {SUPPORT: "Acme"})
    add(official, SALES, "Acme Sales")
    befriend(official, cloud, ["tom", "ann"])
    file = project.write("spaces/acme.yaml", OLD)
    assert quietly(project, cloud, "import", "acme", "--out", "-").out == EXTENDED
    assert file.read_text() == OLD
    quietly(project, cloud, "import", "acme")
    assert file.read_text() == EXTENDED
    file.write_bytes(OLD.replace("\n", "\r\n").encode())
    quietly(project, cloud, "import", "acme")
    assert file.read_bytes() == EXTENDED.replace("\n", "\r\n").encode()


def test_what_is_not_there_is_an_error_and_never_a_creation(official: Official, cloud: Cloud, project: Project) -> None:
    """The others are imported; applied again, it is an error again; without its line it is created."""
    register(official, cloud, {SUPPORT: "Acme support"})
    declare(project, "support", "sales", extra="import: [support, sales]\n")
    for imported in (1, 0):
        done = quietly(project, cloud, *APPLY, code=1)
        assert "error[import-absent]" in done.out
        assert f"Apply failed: {f'{imported} imported, ' if imported else ''}0 added" in done.last
        assert [line.split() for line in project.run("state", "list").out.splitlines()] == [
            ["acme/phone_number/support", "registered", "(ready)"]
        ]
    declare(project, "support", "sales")
    assert "Plan: 1 to add, 0 to change, 0 to destroy." in project.run("plan").out


def test_differences_are_what_the_next_plan_changes(official: Official, cloud: Cloud, project: Project) -> None:
    """What is recorded are the cloud's values; the file's are a change like any other."""
    befriend(official, cloud, ["tom"])
    project.write(
        "spaces/acme.yaml",
        f"space: acme\nspace_id: {SPACE}\nimport: all\ncontacts:\n"
        "  tom: {email: tim@example.com, title: Other, message_types: [FaultMessage, ServiceMessage]}\n",
    )
    quietly(project, cloud, *APPLY)
    planned = quietly(project, cloud, "plan").out
    assert "Plan: 0 to add, 1 to change, 0 to destroy." in planned
    assert "    ~ email         tom@example.com -> tim@example.com\n" in planned
    assert "    ~ title         CEO -> Other\n" in planned


def test_how_far_it_is_is_recorded(official: Official, cloud: Cloud, project: Project) -> None:
    """A number that was only added, a contact that did not confirm: what is missing is the next plan's."""
    add(official, SUPPORT, "Acme support")
    official("AddMessageContact", **TOM)
    block = "contacts:\n  tom: {email: tom@example.com, title: CEO, message_types: [FaultMessage]}\n"
    declare(project, "support", extra=f"{block}import: [phone_number/support, contact/tom]\n")
    assert quietly(project, cloud, *APPLY).last == (
        "Apply complete! Resources: 2 imported, 0 added, 0 changed, 0 destroyed."
    )
    planned = quietly(project, cloud, "plan").out
    assert "  > resumes: added so far\n" in planned
    assert "Messages:     at most 1 (1 sms)" in planned


def test_a_link_that_is_out_is_not_sent_again(official: Official, cloud: Cloud, project: Project) -> None:
    """Somebody else sent it before the import: the next apply waits for it, and only --resend sends another."""
    tom = official("AddMessageContact", **TOM)["Contact"]["ContactId"]
    official("SendEmailVerificationForMessageContact", ContactId=tom, EmailAddress=TOM["EmailAddress"])
    text = "contacts:\n  tom: {email: tom@example.com, title: CEO, message_types: [FaultMessage]}\nimport: all\n"
    project.write("spaces/acme.yaml", f"space: acme\nspace_id: {SPACE}\n{text}")
    quietly(project, cloud, *APPLY)
    paused = quietly(project, cloud, *APPLY, code=3)
    assert "tom: one may have been sent before the import; --resend asks for another" in paused.out
    assert "acme/contact/tom: paused, waits for the links to be followed" in paused.out
    cloud.tell("allow", to=TOM["EmailAddress"], messages=1)
    assert project.run("verify", "acme/contact/tom", "--resend").code == 3
    assert len(cloud.messages()) == 2
    cloud.confirm(TOM["EmailAddress"])
    assert project.run(*APPLY).last == "Apply complete! Resources: 1 added, 0 changed, 0 destroyed."


def test_settings_and_members_are_taken_over(official: Official, cloud: Cloud, project: Project) -> None:
    """They are written as the cloud shows them, compared by apply, and then there is no change. Of an address outside
    of the file only the host is shown."""
    register(official, cloud, {SUPPORT: "Acme"})
    configure(official, SUPPORT, **SETTINGS)
    befriend(official, cloud, ["tom"])
    bind(official, "tom", "rd-3Ghk92", "1234567890123456")
    assert quietly(project, cloud, "import", SPACE).err == f"{UNREAD_CALLBACK}\n"
    assert (project.root / f"spaces/{SPACE}.yaml").read_text() == TAKEN_OVER
    assert "/acme?key=1" not in quietly(project, cloud, "plan").out
    assert quietly(project, cloud, *APPLY).last == (
        "Apply complete! Resources: 2 imported, 0 added, 0 changed, 0 destroyed."
    )
    assert quietly(project, cloud, "plan").out.startswith("No changes.")
    assert "2 resources of 1 space with 5 reads: 2 as recorded." in quietly(project, cloud, "check").out
    assert quietly(project, cloud, "fmt", "--check").code == 0


def test_what_a_file_cannot_hold_is_named_in_it_and_on_stderr(
    official: Official, cloud: Cloud, project: Project
) -> None:
    """Nothing is dropped in silence, nor printed as a whole; all else is written, and the file is valid."""
    register(official, cloud, {SUPPORT: "Acme"})
    http = {"UpCallbackUrl": "http://key@hooks.example.com/acme", "StatusCallbackUrl": "https://hooks.example.com/1"}
    configure(official, SUPPORT, callbacks=http, profile={"About": "Shoes", "Vertical": "PETS"})
    members = sorted(f"fd-{n}" for n in range(11))
    contact = {"id": "7b1d2f7e-93d5-4a5e-9d6b-0a1c2b3d4e62", "fields": TOM, "members": members}
    cloud.recorded(
        {"contacts": [{**UNSPEAKABLE["contacts"][0], **contact}], "numbers": [], "purchases": [], "sent": []}
    )
    wrong = [
        f"callbacks.messages: http://hooks.example.com/…; a file takes: {HTTPS}",
        PETS,
        f"members: {', '.join(members)}; a file takes at most 10",
    ]
    assert quietly(project, cloud, "import", SPACE).err.splitlines() == [
        *(f"not imported: {SPACE}: number +86 138****1234 (Acme): {each}" for each in wrong[:2]),
        f"not imported: contact tom: {wrong[2]}",
        UNREAD_CALLBACK,
    ]
    text = (project.root / f"spaces/{SPACE}.yaml").read_text()
    assert [line.strip() for line in text.splitlines() if "Not written" in line] == [
        f"# Not written: {each}" for each in wrong
    ]
    assert "    profile:\n      about: Shoes\n" in text
    quietly(project, cloud, *APPLY)
    assert quietly(project, cloud, "plan").out.startswith("No changes.")


def test_settings_that_are_declared_otherwise_are_a_change(official: Official, cloud: Cloud, project: Project) -> None:
    """Written by hand, imported: recorded is what the cloud has, nothing is overwritten, and the plan shows both."""
    register(official, cloud, {SUPPORT: "Acme"})
    configure(official, SUPPORT, **SETTINGS)
    befriend(official, cloud, ["tom"])
    bind(official, "tom", "rd-3Ghk92", "1234567890123456")
    text = (
        TAKEN_OVER.replace("RETAIL", "GROCERY")
        .replace("Shoes: yes", "Boots: yes")
        .replace("rd-3Ghk92]", "fd-1, rd-3Ghk92]")
    )
    hosts = text.replace("hooks.example.com/acme", "new.example.com/acme").replace("cart: true", "cart: false")
    project.write(f"spaces/{SPACE}.yaml", hosts)
    quietly(project, cloud, *APPLY)
    planned = quietly(project, cloud, "plan").out
    assert "Plan: 0 to add, 2 to change, 0 to destroy." in planned
    assert sorted(line.split(maxsplit=2)[1:] for line in planned.splitlines() if line.startswith("    ~ ")) == [
        ["about", "Shoes: yes -> Boots: yes"],
        ["cart", "true -> false"],
        ["members", "1234567890123456, rd-3Ghk92 -> 1234567890123456, fd-1, rd-3Ghk92"],
        ["messages_url", "https://hooks.example.com/… -> https://new.example.com/…"],
        ["vertical", "RETAIL -> GROCERY"],
    ]
    assert project.run(*APPLY).last == "Apply complete! Resources: 0 added, 2 changed, 0 destroyed."
    assert quietly(project, cloud, "plan").out.startswith("No changes.")


def test_settings_that_are_not_set_there_are_a_change(official: Official, cloud: Cloud, project: Project) -> None:
    """Also where none of a group is: none is recorded, so that the next apply sets them."""
    register(official, cloud, {SUPPORT: "Acme"})
    callbacks = "callbacks: {messages: https://hooks.example.com/1, status: https://hooks.example.com/2}"
    settings = f"{callbacks}, profile: {{about: Shoes, vertical: RETAIL}}"
    number = f'{{number: "{SUPPORT}", onboarding: embedded, display_name: Acme, {settings}}}'
    project.write(
        f"spaces/{SPACE}.yaml",
        f"space: acme\nspace_id: {SPACE}\nphone_numbers:\n  support: {number}\nimport: [support]\n",
    )
    quietly(project, cloud, *APPLY)
    assert "about, messages_url, status_url, vertical changed" in quietly(project, cloud, "plan").out
    assert project.run(*APPLY).last == "Apply complete! Resources: 0 added, 1 changed, 0 destroyed."


def test_settings_that_may_not_be_read_are_a_question(official: Official, cloud: Cloud, project: Project) -> None:
    """Without the permission, the rest is written."""
    register(official, cloud, {SUPPORT: "Acme"})
    cloud.tell("faults", operation="GetCommerceSetting", fault="error:Ram.PermissionDeny")
    done = quietly(project, cloud, "import", SPACE, "--out", "-")
    assert "  # Its commerce could not be read: what is set there?\n" in done.out
    assert "commerce: GetCommerceSetting was refused" in done.err


def test_no_other_file_is_touched(official: Official, cloud: Cloud, project: Project) -> None:
    """A file that is in the way of a new one, and not of its space, stays as it is, also if --out names it."""
    register(official, cloud, {SUPPORT: "Acme"})
    other = project.write(f"spaces/{SPACE}.yaml", OLD.replace(SPACE, "cams-other").replace("1234'", "1299'"))
    before = other.read_text()
    for words in ((), ("--out", f"spaces/{SPACE}.yaml")):
        done = project.run("import", SPACE, *words)
        assert (done.code, done.err.partition(" ")[0]) == (64, "error[file-exists]")
    assert other.read_text() == before
    assert project.run("import", SPACE, "--out", "spaces/new.yaml").code == 0
    assert project.run("validate").out == "Valid: 2 spaces, 3 resources.\n"


def test_an_instance_of_a_template_is_extended(official: Official, cloud: Cloud, project: Project) -> None:
    """Below what it says already, as in a file of its own; what looks like a placeholder is written as it is."""
    register(official, cloud, {SUPPORT: "Acme", SALES: "Acme Sales"})
    configure(official, SALES, profile={"About": "Pay ${word}"})
    project.write("templates/shop.yaml", TEMPLATE)
    file = project.write("spaces/shops.yaml", SHOPS)
    quietly(project, cloud, "import", "acme")
    assert file.read_text() == SHOPS_EXTENDED
    file.write_text(SHOPS_EXTENDED.replace("import: [sales]", "import: all"))
    quietly(project, cloud, *APPLY, "--space", "acme")
    assert quietly(project, cloud, "plan", "--space", "acme").out.startswith("No changes.")


def test_what_cannot_be_extended_stops_no_other_space(official: Official, cloud: Cloud, project: Project) -> None:
    """An instance in brackets stays as it is; at the end it is named, and the command given prints its blocks.
    Moved there with their `import`, they mean what they say, and nothing else is imported."""
    register(official, cloud, {SUPPORT: "Acme", SALES: "Acme Sales"})
    configure(official, SALES, profile={"About": "Pay ${word}"})
    add(official, DESK, "Globex", "cams-zz")
    befriend(official, cloud, ["tom"])
    project.write("templates/shop.yaml", TEMPLATE)
    instances = f"instances: {{acme: {{values: {{word: Acme}}, space_id: {SPACE}}}}}\n"
    file = project.write("spaces/shops.yaml", f"template: ../templates/shop.yaml\n{instances}")
    before = file.read_text()
    done = quietly(project, cloud, "import", "--all", code=1)
    assert done.out.startswith("spaces/cams-zz.yaml: 1 number and 1 contact to import.")
    assert "error[import-no-place] acme: spaces/shops.yaml cannot be extended as it is written" in done.err
    assert "`reconciler import acme --out -` prints its blocks: move them to acme in that file" in done.err
    written = quietly(project, cloud, "import", "acme", "--out", "-").out
    assert SUPPORT not in written
    assert file.read_text() == before
    assert quietly(project, cloud, "import", "acme", "--out", str(file), code=1).out == ""
    assert file.read_text() == before
    head, blocks = f"space: acme\nspace_id: {SPACE}\n", written.partition("phone_numbers:\n")
    assert blocks[0] == head
    moved = "".join(f"    {line}\n" for line in "".join(blocks[1:]).splitlines())
    values = "template: ../templates/shop.yaml\ninstances:\n  acme:\n    values: {word: Acme}\n"
    file.write_text(f"{values}    space_id: {SPACE}\n{moved}")
    planned = quietly(project, cloud, "plan", "--space", "acme").out
    assert "\nPlan: 1 to import, 1 to add, 0 to change, 0 to destroy.\n" in planned
    file.write_text(file.read_text().replace("[phone_number/sales]", "all"))
    quietly(project, cloud, *APPLY, "--space", "acme")
    assert quietly(project, cloud, "plan", "--space", "acme").out.startswith("No changes.")


def test_a_pattern_without_a_file_hides_nothing(official: Official, cloud: Cloud, project: Project) -> None:
    """What the files of the other pattern declare is not written again."""
    register(official, cloud, {SUPPORT: "Acme"})
    declare(project, "support")
    project.write("reconciler.yaml", "spaces: [spaces/*.yaml, more/*.yaml]\n")
    assert quietly(project, cloud, "import", "--all").out == "acme: everything is declared already.\n"


def test_what_another_environment_declares_is_left_to_it(official: Official, cloud: Cloud, project: Project) -> None:
    """Its spaces, and its numbers and contacts in a space of ours: named on stderr, and written nowhere."""
    register(official, cloud, {SUPPORT: "Acme", SALES: "Acme Sales"})
    add(official, DESK, "Globex", "cams-zz")
    befriend(official, cloud, ["tom", "ann"])
    each = '{spaces: %s/*.yaml, account: "1234567890123456", state: "dir:%s-state"}'
    settings = "".join(f"  {name}: {each % (name, name)}\n" for name in ("staging", "live"))
    project.write("reconciler.yaml", f"environments:\n{settings}")
    cloud.tell("settings", account="1234567890123456")
    tom = "{email: tom@example.com, title: CEO, message_types: [FaultMessage]}"
    block = f'{{number: "{SALES}", onboarding: embedded}}'
    text = f"space: globex\nspace_id: cams-zz\nphone_numbers:\n  sales: {block}\ncontacts:\n  tom: {tom}\n"
    project.write("live/globex.yaml", text)
    done = quietly(project, cloud, "import", "--all", "--environment", "staging")
    assert done.out.startswith(f"staging/{SPACE}.yaml: 1 number and 1 contact to import.")
    assert done.err.splitlines() == [
        "not imported: cams-zz: environment live declares this space",
        f"not imported: {SPACE}: number +86 138****1235 (Acme Sales): environment live declares it",
        "not imported: contact tom: environment live declares it",
        UNREAD_CALLBACK,
    ]
    refused = quietly(project, cloud, "import", "cams-zz", "--environment", "staging", code=64)
    assert refused.err.partition(" ")[0] == "error[import-elsewhere]"
    assert quietly(project, cloud, "import", "globex", "--environment", "live").out.startswith("live/globex.yaml: ")


def test_what_is_recorded_means_nothing(official: Official, cloud: Cloud, project: Project) -> None:
    """A line about it is warned about, is in no digest, and gives no permission for later."""
    register(official, cloud, {SUPPORT: "Acme support"})
    file = declare(project, "support", extra="import: all\n")
    quietly(project, cloud, *APPLY)
    with_line = project.run("plan", "--json").out.splitlines()[-1]
    warned = project.run("plan")
    assert "warning[import-recorded] spaces/acme.yaml:8:9: acme: `import` lists what is recorded already" in warned.out
    file.write_text(file.read_text().replace("import: all\n", ""))
    assert json.loads(with_line)["digest"] == json.loads(project.run("plan", "--json").out.splitlines()[-1])["digest"]


def test_a_number_that_takes_over_a_key_is_imported(official: Official, cloud: Cloud, project: Project) -> None:
    """No code is asked for, and it is no creation; what it replaces leaves by a change of its own."""
    register(official, cloud, {SUPPORT: "Acme", SALES: "Acme"})
    block = '{{number: "{}", onboarding: register, display_name: Acme, on_remove: forget}}'
    head = f"space: acme\nspace_id: {SPACE}\nimport: all\nphone_numbers:\n  support: "
    project.write("spaces/acme.yaml", head + block.format(SUPPORT))
    quietly(project, cloud, *APPLY)
    project.write("spaces/acme.yaml", head + block.format(SALES))
    planned = quietly(project, cloud, "plan").out
    assert "\nPlan: 1 to import, 0 to add, 0 to change, 0 to destroy, 1 to forget.\n" in planned
    assert "import-recorded" not in planned
    quietly(project, cloud, *APPLY)
    assert [line.split() for line in project.run("state", "list").out.splitlines()] == [
        ["acme/phone_number/support", "registered", "(ready)"]
    ]
    assert "all of it" in quietly(project, cloud, "plan").out


def test_a_number_that_moves_is_not_imported(official: Official, cloud: Cloud, project: Project) -> None:
    """Recorded elsewhere, it would move and get a code, which `import` promises that it does not."""
    register(official, cloud, {SUPPORT: "Acme support"})
    declare(project, "support", extra="import: all\n")
    quietly(project, cloud, *APPLY)
    old, new = project.root / "spaces/acme.yaml", project.root / "spaces/globex.yaml"
    new.write_text(old.read_text().replace("space: acme", "space: globex").replace(SPACE, "cams-globex"))
    project.write("spaces/acme.yaml", f"space: acme\nspace_id: {SPACE}\n")
    refused = quietly(project, cloud, "plan", code=1)
    what = (
        "`import` lists globex/phone_number/support, which is recorded as acme/phone_number/support: it would move here"
    )
    assert f"error[import-moves] spaces/globex.yaml:8:9: {what}" in refused.err
    new.write_text(new.read_text().replace("import: all\n", ""))
    assert "1 sms" in quietly(project, cloud, "plan").out


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("import: [support, sale]", "import-unknown] spaces/acme.yaml:8:19: nothing of this name is declared here"),
        ("import: al", "import-unknown] spaces/acme.yaml:8:9: `import` is a list of names, or `all`"),
        ("import: {support: yes}", "wrong-type] spaces/acme.yaml:8:9"),
    ],
)
def test_what_import_cannot_mean_is_refused(line: str, told: str, project: Project) -> None:
    """A name that is not declared, another word and another type under `import` are refused, each with its place."""
    project.declare("support", extra=f"{line}\n")
    assert told in project.run("validate").err


def test_it_reads_by_a_policy_of_its_own(official: Official, cloud: Cloud, project: Project) -> None:
    """`ram-policy import` allows exactly the reads that it makes; no space of that name is an error."""
    register(official, cloud, {SUPPORT: "Acme"})
    before = len(cloud.calls())
    project.run("import", "--all", "--out", "-")
    allowed = json.loads(project.run("ram-policy", "import").out)["Statement"][0]
    made = {call["operation"] for call in cloud.calls()[before:]}
    assert {each.partition(":")[2] for each in allowed["Action"]} == made
    refused = project.run("import", "nobody")
    assert (refused.code, refused.err.partition(" ")[0]) == (64, "error[import-no-space]")
    assert project.run("import").code == 64


def test_tools_see_an_import(official: Official, cloud: Cloud, project: Project) -> None:
    """In plan JSON as Terraform writes it; in the event stream with its figure."""
    register(official, cloud, {SUPPORT: "Acme support"})
    declare(project, "support", extra="import: all\n")
    project.run("plan", "--out", "plan.out")
    (change,) = json.loads(project.run("show", "--json", "plan.out").out)["resource_changes"]
    assert (change["change"]["actions"], change["change"]["importing"]) == (["no-op"], {"id": SUPPORT})
    events = [json.loads(line) for line in project.run("apply", "--json", "plan.out").out.splitlines()]
    assert events[-1]["changes"] == {"add": 0, "change": 0, "import": 1, "remove": 0, "operation": "apply"}


def test_an_imported_number_that_takes_over_a_key_is_waited_for(
    official: Official, cloud: Cloud, project: Project
) -> None:
    """It is not in service yet when its block is renamed: the number that it replaces stays until it is."""
    register(official, cloud, {SUPPORT: "Acme support"})
    add(official, SALES, "Acme support")
    head = f"space: acme\nspace_id: {SPACE}\n"
    block = '"{0}", onboarding: register, display_name: Acme support, on_remove: deregister}}\n'
    for key, number, imports in (("support", SUPPORT, "all"), ("support", SALES, "all"), ("hotline", SALES, "[]")):
        text = f"phone_numbers:\n  {key}: {{number: {block.format(number)}"
        project.write("spaces/acme.yaml", head + text + (f"import: {imports}\n" if imports == "all" else ""))
        if imports == "all":
            quietly(project, cloud, *APPLY, code=0 if number == SUPPORT else 3)
    assert "it leaves once that one is ready" in project.run("plan").out
