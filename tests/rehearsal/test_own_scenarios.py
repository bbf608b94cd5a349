"""`reconciler test` as people and pipelines run it: what they expect holds, or every difference is shown."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree

import pytest

from reconciler.kinds import KINDS
from tests.examples.test_examples import ROOT
from tests.stage import canary
from tests.stage.project import SUPPORT, Done, Project

NOWHERE: dict[str, Any] = {"ALIBABA_CLOUD_ACCESS_KEY_ID": None, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": None}
HELD = """\
scenario: A new number costs one message, and is ready once its code is typed
steps:
  - expect:
      plan: {acme/phone_number/support: create}
      planned_messages: {sms: 1}
      messages: {acme/phone_number/support: 1}
      exit: 3
      waits: {acme/phone_number/support: code}
  - people: {acme/phone_number/support: [wrong, right]}
    expect: {messages: {}, exit: 0, phases: {"*": ready}, calls: {ChatappVerifyAndRegister: 2}}
"""
FAILED = """\
scenario: A new number costs two messages
contrary: [5]
steps:
  - expect:
      plan: {"acme/*": update, acme/contact/tom: create}
      planned_messages: {voice: 1}
      messages: {sms: 2}
      messages_at_most: {email: 1}
      phases: {acme/phone_number/support: [ready, verified], acme/phone_number/sales: added}
      exit: 0
      waits: {}
      refused: [too-many-messages]
      errors: {acme/phone_number/support: bug}
"""
REPORTED = """\
failed    0.00 s  scenarios/a.yaml: A new number costs two messages (contrary 5)
  scenarios/a.yaml:5:7: step 1: plan
    - acme/phone_number/support: update
    - acme/contact/tom: create
    + acme/phone_number/support: create
  scenarios/a.yaml:6:7: step 1: planned messages
    - sms: 0
    - voice: 1
    + sms: 1
    + voice: 0
  scenarios/a.yaml:7:7: step 1: messages
    - sms: 2
    + sms: 0
  scenarios/a.yaml:9:7: step 1: phases
    - acme/phone_number/support: ready or verified
    - acme/phone_number/sales: added
    + acme/phone_number/support: reviewing
    + acme/phone_number/sales: absent
  scenarios/a.yaml:10:7: step 1: exit
    - 0
    + 3
  scenarios/a.yaml:11:7: step 1: waits
    + acme/phone_number/support: time
  scenarios/a.yaml:12:7: step 1: refused
    - too-many-messages
  scenarios/a.yaml:13:7: step 1: errors
    - acme/phone_number/support: bug
"""
MISSPELT = """\
scenario: Nothing of this is
environment: staging
recorded: {acme/phone_number/suport: ready, acme/phone_number/support: redy}
steps:
  - people: {acme/phone_number/support: right}
    after: 2days
    expect: {plan: {"*": make}, exit: "3", mesages: {}}
"""
MISSPELT_PROBLEMS = """\
error[bad-value] scenarios/a.yaml:6:12: `steps.after` is not well formed
  found: 2days
  hint: A number of seconds, minutes, hours or days, such as 30s, 5m, 1h or 2d. For example `2d`.
error[not-allowed] scenarios/a.yaml:7:26: `steps.expect.plan` has a value that is not allowed
  found: make
  hint: One of: create, resume, update, replace, delete, forget, move, import, refused.
error[wrong-type] scenarios/a.yaml:7:39: `steps.expect.exit` must be a whole number without quotes, such as 20
  found: 3
  hint: The exit code of the last apply, or of the plan.
error[unknown-key] scenarios/a.yaml:7:44: unknown key
  found: mesages
  hint: Did you mean `messages`?
"""


def tried(project: Project, *words: str, code: int = 0, **env: Any) -> Done:
    """Without credentials; nothing in the project's folder is another afterwards."""
    before = dict(canary.files(project.root))
    done = project.run("test", *words, **{**NOWHERE, **env})
    assert dict(canary.files(project.root)) == before
    assert done.code == code, done.out + done.err
    return done


def spelt(told: str) -> str:
    """A code and a place, in short, as a problem begins."""
    short = {"NOTHING": "scenario-matches-nothing", "WORD": "scenario-unknown-word"}
    code, _, place = told.partition(" ")
    return f"{short.get(code, code)}] scenarios/a.yaml:{place}"


def timeless(text: str) -> str:
    return re.sub(r" +[0-9]+\.[0-9]{2} s", "    0.00 s", text)


def test_what_holds_is_one_line(project: Project) -> None:
    """It passes, one line a scenario, in the order of the files' names."""
    project.declare("support")
    project.write("scenarios/b.yaml", HELD)
    project.write("scenarios/a.yaml", "scenario: Nothing is sent\nsteps: [{apply: false, expect: {messages: {}}}]\n")
    assert timeless(tried(project).out) == (
        "passed    0.00 s  scenarios/a.yaml: Nothing is sent\n"
        "passed    0.00 s  scenarios/b.yaml: A new number costs one message, and is ready once its code is typed\n"
        "2 scenarios: 2 passed, 0 failed.\n"
    )


def test_every_difference_is_shown(project: Project) -> None:
    """Of what failed, each expectation that does not hold has its place, what was expected, and what was found."""
    project.declare("support")
    project.write("scenarios/a.yaml", FAILED)
    out = timeless(tried(project, code=1).out)
    assert out.startswith(REPORTED)
    assert out.endswith("1 scenario: 0 passed, 1 failed (- expected, + found).\n")


def test_tools_get_the_same(project: Project) -> None:
    """--json has every verdict and difference; JUnit's XML has a case each, named by its file in the repository."""
    project.root.joinpath("app").mkdir()
    project.write(
        "app/spaces/acme.yaml",
        f'space: acme\nspace_id: cams-1\nphone_numbers: {{a: {{number: "{SUPPORT}"'
        ", onboarding: register, display_name: A}}\n".replace("}}}}", "}}"),
    )
    project.write("app/scenarios/a.yaml", HELD.replace("support", "a"))
    project.write("app/scenarios/b.yaml", FAILED)
    done = project.run(
        "-C", "app", "test", "--json", "--junit", "report.xml", CI_PROJECT_DIR=str(project.root), **NOWHERE
    )
    found = json.loads(done.out)
    assert (done.code, found["passed"], found["failed"]) == (1, 1, 1)
    assert [(each["result"], each["file"], each["seed"]) for each in found["scenarios"]] == [
        ("passed", "scenarios/a.yaml", None),
        ("failed", "scenarios/b.yaml", 5),
    ]
    suites = ElementTree.parse(project.root / "app/report.xml").getroot()
    assert {name: suites.get(name) for name in ("tests", "failures", "errors")} == {
        "tests": "2",
        "failures": "1",
        "errors": "0",
    }
    held, failed = suites.iter("testcase")
    assert (held.get("file"), held.find("failure")) == ("app/scenarios/a.yaml", None)
    failure = failed.find("failure")
    assert failure is not None and "scenarios/b.yaml:6:7: step 1: planned messages" in str(failure.text)


def test_every_mistake_of_a_scenario_has_its_place(project: Project) -> None:
    """Keys, values and types that the schema does not have, then names that tables do not have: nothing is played."""
    project.declare("support")
    project.write("scenarios/a.yaml", MISSPELT)
    project.write("scenarios/b.yaml", HELD)
    done = tried(project, code=1)
    assert (done.out, done.err) == ("", MISSPELT_PROBLEMS)


@pytest.mark.parametrize(
    ("line", "instead", "told"),
    [
        ("scenario:", "recorded: {acme/phone_number/suport: ready}\nscenario:", "NOTHING 1:12"),
        ("scenario:", "recorded: {'*': confirmed}\nscenario:", "WORD 1:12"),
        ("scenario:", "environment: trial\nscenario:", "unknown-environment 1:1"),
        ("scenario:", "recorded_in: [was/*.yaml]\nscenario:", "file-missing 1:15"),
        ("[wrong, right]", "rigt", "WORD 9:14"),
        ("[wrong, right]", "[wrong, rigt]", "not-allowed 9:49"),
        ("people: {acme/", "people: {acne/", "NOTHING 9:14"),
        ("  - people", "  - resend: [acme/phone_number/sale]\n    people", "NOTHING 9:14"),
        ("  - people", "  - cloud: {settings: {code_tris: 1}}\n    people", "scenario-cloud 9:24"),
        ("  - people", "  - cloud: {settings: {code_tries: x}}\n    people", "scenario-cloud 9:24"),
        ("  - people", "  - cloud: {accounts: {acne: none}}\n    people", "scenario-cloud 9:24"),
        ("  - people", "  - cloud: {faults: [{operation: '*', fault: drop}]}\n    people", "scenario-cloud 9:39"),
        ("{ChatappVerifyAndRegister:", "{ChatappVerifyAndRegistr:", "WORD 10:67"),
    ],
)
def test_names_that_there_are_not_are_found_first(line: str, instead: str, told: str, project: Project) -> None:
    """Each at its place, before anything is played."""
    project.declare("support")
    project.write("scenarios/a.yaml", HELD.replace(line, instead, 1))
    done = tried(project, code=1)
    assert (done.out, done.err.splitlines()[0].partition(": ")[0]) == ("", f"error[{spelt(told)}")


@pytest.mark.parametrize("words", [(), ("scenarios",)])
def test_no_scenario_is_an_error(words: tuple[str, ...], project: Project) -> None:
    """A pipeline that tries nothing does not pass."""
    project.declare("support")
    (project.root / "scenarios").mkdir()
    assert tried(project, *words, code=1).err.startswith("error[no-scenarios]")


def test_files_can_be_named_and_elsewhere(project: Project) -> None:
    """By path or folder; or under `scenarios` in reconciler.yaml, of which no match is an error; none outside."""
    project.declare("support")
    project.write("checks/b.yaml", HELD)
    assert "1 passed" in tried(project, "checks/b.yaml").out
    assert "1 passed" in tried(project, "checks").out
    project.write("reconciler.yaml", "scenarios: [checks/*.yaml]\n")
    assert "1 passed" in tried(project).out
    project.write("reconciler.yaml", "scenarios: [cheks/*.yaml]\n")
    assert tried(project, code=1).err.startswith("error[file-missing] reconciler.yaml:1:13")
    assert tried(project, "../b.yaml", code=64).err.startswith("error[file-outside]")


SPACE = """\
space: acme
space_id: cams-1
phone_numbers:
  support: {number: "+8613800001234", onboarding: register, display_name: Acme}
  sales: {number: "+8613800001235", onboarding: migrate}
  hotline: {number: "+8613800001236", onboarding: prevalidated}
contacts:
  tom: {email: tom@example.com, phone: "+8613911111234", title: CEO, message_types: [FaultMessage]}
"""
LEADS_OUT = {"retired", "deleting"}
"""Phases of what is no longer declared."""


OTHERS = {"contact": "acme/contact/tom", "account_callback": "acme/account_callback/account"}


def test_every_phase_can_be_recorded(project: Project) -> None:
    """From whatever phase a resource is recorded in, it is ready once all have answered; no promise is broken."""
    numbers = [name for name in KINDS if KINDS[name].type == "phone_number"]
    blocks = [
        f'  {name}: {{number: "+861380000{at:04}", onboarding: {name}, display_name: A}}\n'
        for at, name in enumerate(numbers)
    ]
    head, _, contacts = SPACE.partition("contacts:")
    numbered = f"{head.partition('  support')[0]}{''.join(blocks)}contacts:{contacts}"
    project.write("spaces/acme.yaml", f"{numbered}account_callback: https://hooks.example.com/account\n")
    for name, kind in KINDS.items():
        for phase in [*(phase for phase in kind.steps if phase not in LEADS_OUT), "ready"]:
            owner = f"acme/phone_number/{name}" if name in numbers else OTHERS[name]
            project.write(
                f"scenarios/{name}-{phase}.yaml",
                f"scenario: From {phase}\nrecorded: {{'*': ready, {owner}: {phase}}}\n"
                "steps:\n  - people: {'*': [right, right]}\n    wait: true\n"
                "    expect: {errors: {}, waits: {}, phases: {'*': ready}}\n",
            )
    out = tried(project).out
    number = sum(len(kind.steps.keys() - LEADS_OUT) + 1 for kind in KINDS.values())
    assert out.endswith(f"{number} scenarios: {number} passed, 0 failed.\n")


def test_a_removal_and_a_refusal(project: Project) -> None:
    """What other files declared can be recorded; guards refuse and consent allows as for an apply."""
    project.write("spaces/acme.yaml", SPACE)
    old = '  old: {number: "+8613800001239", onboarding: migrate}\n'
    project.write("was/acme.yaml", SPACE.replace("contacts:", f"{old}contacts:"))
    project.write("reconciler.yaml", "guards: {max_messages: 1}\n")
    project.write(
        "scenarios/a.yaml",
        """\
scenario: What was removed is refused, then what is said of it is done
recorded_in: [was/*.yaml]
recorded: {"*": ready, acme/contact/tom: declared}
steps:
  - expect: {plan: {acme/phone_number/old: refused, acme/contact/tom: resume}, calls: {},
      refused: [removal-refused, too-many-messages], exit: 6, planned_messages: {sms: 1, email: 1}}
  - spaces: [gone/*.yaml]
    expect: {refused: [too-many-messages], exit: 6}
  - allow_messages: 2
    people: {acme/contact/tom: right}
    expect:
      plan: {acme/phone_number/old: forget, acme/contact/tom: resume}
      messages: {acme/contact/tom: 2}
      exact_calls:
        - ListMessageContacts
        - AddMessageContact acme/contact/tom
        - ListMessageContactVerifications acme/contact/tom
        - SendPhoneVerificationForMessageContact acme/contact/tom
        - ListMessageContactVerifications acme/contact/tom
        - SendEmailVerificationForMessageContact acme/contact/tom
        - ListMessageContactVerifications acme/contact/tom
        - ListMessageContactVerifications acme/contact/tom
        - GetMessageContact acme/contact/tom
      phases: {"*": ready, acme/phone_number/old: absent}
      exit: 0
""",
    )
    project.write("gone/acme.yaml", SPACE + "removed: {old: forget}\n")
    assert "1 passed, 0 failed" in tried(project).out


def test_the_cloud_can_be_changed(project: Project) -> None:
    """Numbers that are there already, accounts under review, codes that expire, and faults."""
    project.declare("support", "sales")
    project.write(
        "scenarios/a.yaml",
        """\
scenario: A number that is there already is taken over only with consent, and a code expires
steps:
  - cloud: {numbers: {acme/phone_number/support: verified}, accounts: {acme: pending}}
    expect: {messages: {}, waits: {"*": time}, phases: {"*": reviewing}}
  - cloud: {accounts: {acme: approved}}
    expect: {plan: {}, calls: {}, phases: {"*": declared}}
  - expect: {errors: {acme/phone_number/support: already-there}, waits: {acme/phone_number/sales: code}, exit: 1}
  - adopt: true
    after: 11m
    people: {"*": right}
    expect: {phases: {acme/phone_number/support: ready, acme/phone_number/sales: code_requested}, messages: {}, exit: 3}
  - resend: [acme/phone_number/sales]
    people: {acme/phone_number/sales: right}
    expect: {phases: {"*": ready}, messages: {sms: 1}, exit: 0}
""",
    )
    out = tried(project, code=0).out
    assert "1 passed, 0 failed" in out


def test_environments_and_templates(project: Project) -> None:
    """Scenarios of the example hold in theirs; --environment leaves out those of others, and is needed where none is
    named."""
    project.copy(ROOT / "environments")
    assert "7 scenarios: 7 passed, 0 failed." in tried(project).out
    assert "5 scenarios: 5 passed, 0 failed." in tried(project, "--environment", "staging").out
    assert tried(project, "--environment", "trial", code=1).err.startswith("error[no-scenarios]")
    scenario = project.root / "scenarios/lost-answer.yaml"
    scenario.write_text(scenario.read_text().replace("environment: production\n", ""))
    assert tried(project, code=1).err.startswith("error[no-environment] scenarios/lost-answer.yaml:2:1")
    assert "(staging)" in tried(project, "scenarios/lost-answer.yaml", "--environment", "staging").out
    assert "(trial)" in tried(project, "scenarios/lost-answer.yaml", RECONCILER_ENVIRONMENT="trial").out


def test_the_same_world_is_the_same_again(project: Project) -> None:
    """A seed decides all that a contrary world does: two tries differ in their seconds alone."""
    project.declare("support", "sales")
    text = (
        "scenario: All\ncontrary: [1, 2, 3]\nsteps: [{people: {'*': right}, wait: true, expect: {exact_calls: []}}]\n"
    )
    project.write("scenarios/a.yaml", text)
    first, second = (timeless(tried(project, code=1).out) for _ in range(2))
    assert first == second
