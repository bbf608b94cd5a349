"""What may be a mistake and stops nothing is said with a code: by validate, by a plan in each of its forms."""

from __future__ import annotations

import json
import re

import pytest

from tests.stage.cloud import Cloud
from tests.stage.project import Project

FILE = """space: acme
space_id: cams-e2e
phone_numbers:
  land: {number: "+862112345678", onboarding: register, display_name: Acme}
  free: {number: "+18005550123", onboarding: register, display_name: Acme}
  paid: {number: "+19005550123", onboarding: migrate}
  voice: {number: "+862112345679", onboarding: register, display_name: Acme, method: voice}
  either: {number: "+12025550123", onboarding: register, display_name: Acme}
  new: {number: "+861990000", onboarding: register, display_name: Acme, range: new}
  known: {number: "+8613800001234", onboarding: register, display_name: Acme, range: new}
"""
UNREAD = ("spaces/eu/x.yaml", "spaces/a.YAML", "spaces/b.json", "spaces/c.Yml")
VOICE = "  hint: Say `method: voice`: a call speaks the code.\n"
NUMBERS = (
    "warning[sms-to-landline] spaces/acme.yaml:4:18: acme/phone_number/land: a landline gets no text messages\n"
    f"  found: +86 211****5678\n{VOICE}"
    "warning[sms-to-landline] spaces/acme.yaml:5:18: acme/phone_number/free: a toll-free number gets no text messages\n"
    f"  found: +1 800****0123\n{VOICE}"
    "warning[sms-to-landline] spaces/acme.yaml:6:18: "
    "acme/phone_number/paid: a premium-rate number gets no text messages\n"
    f"  found: +1 900****0123\n{VOICE}"
    "warning[range-new] spaces/acme.yaml:9:17: acme/phone_number/new: no numbering plan known here has this number\n"
    "  found: +86 ****0000\n"
    "  hint: Compare it with its source once more: a mistyped number is also somebody's phone.\n"
    "warning[range-known] spaces/acme.yaml:10:19: acme/phone_number/known: its range is known by now\n"
    "  found: +86 138****1234\n  hint: Remove `range: new`.\n"
)


def unread(name: str) -> str:
    todo = "Move it, or name its folder under `spaces` in reconciler.yaml; space files end in .yaml or .yml."
    return f"warning[file-not-read] {name}:1:1: this file looks like a space's, and is not read\n  hint: {todo}\n"


@pytest.fixture
def doubtful(project: Project) -> Project:
    """A file with numbers that get no text messages, and files that are not read."""
    project.write("spaces/acme.yaml", FILE)
    for number, name in enumerate(UNREAD[:2]):
        project.write(name, f"space: s{number}\nspace_id: cams-{number}\n")
    project.write(UNREAD[2], '{"space": "j", "space_id": "cams-j", "phone_numbers": {}}')
    project.write(UNREAD[3], "# another\nspace_id: cams-y\nspace: y\n")
    project.write("spaces/other.json", '{"name": "not a space"}')
    project.write("spaces/.hidden.yaml.json", "space_id: cams-h\n")
    return project


def test_validate_warns_and_is_0(doubtful: Project) -> None:
    """Each with its code, place and hint, beside the line that says all is valid."""
    done = doubtful.run("validate")
    assert (done.code, done.out) == (0, "Valid: 1 space, 7 resources.\n")
    names = ("spaces/a.YAML", "spaces/b.json", "spaces/c.Yml", "spaces/eu/x.yaml")
    assert done.err == unread(names[0]) + NUMBERS + "".join(map(unread, names[1:]))


def test_documents_of_validate_tell_warnings_apart(doubtful: Project) -> None:
    """JSON counts them and gives their severity, GitHub shows warnings, GitLab grades them as minor."""
    said = json.loads(doubtful.run("validate", "--json").out)
    counts = (
        said["valid"],
        said["error_count"],
        said["warning_count"],
        {each["severity"] for each in said["diagnostics"]},
    )
    assert counts == (True, 0, 9, {"warning"})
    lines = doubtful.run("validate", "--format", "github").out.splitlines()
    assert [line.partition(" ")[0] for line in lines] == ["::warning"] * 9 + ["Valid:"]
    issues = json.loads(doubtful.run("validate", "--format", "code-quality").out)
    assert {issue["severity"] for issue in issues} == {"minor"}


def test_warnings_are_said_beside_problems(doubtful: Project) -> None:
    """A file that is wrong does not hide what else there is to say of it."""
    doubtful.write("spaces/acme.yaml", FILE.replace("Acme, method", "~, method"))
    done = doubtful.run("validate")
    assert (done.code, [line.partition("[")[0] for line in done.err.splitlines() if "[" in line]) == (
        1,
        ["warning"] * 9 + ["error"],
    )


def test_a_plan_warns_of_what_it_would_do(doubtful: Project, cloud: Cloud) -> None:
    """Its text ends with the warnings, a saved plan keeps them, and it can be applied all the same."""
    planned = doubtful.run("plan", "--out", "saved.json")
    names = ("spaces/a.YAML", "spaces/b.json", "spaces/c.Yml", "spaces/eu/x.yaml")
    numbers = re.sub("  found: .*\n", "", NUMBERS)
    expected = unread(names[0]) + numbers + "".join(map(unread, names[1:]))
    assert planned.out.partition("\nDigest:")[0].endswith(f"\n\n{expected}".removesuffix("\n"))
    assert expected in doubtful.run("show", "saved.json").out
    stream = [json.loads(line) for line in doubtful.run("plan", "--json").out.splitlines()]
    told = [each["diagnostic"]["code"] for each in stream if each["type"] == "diagnostic" and each["@level"] == "warn"]
    assert sorted(told) == ["file-not-read"] * 4 + ["range-known", "range-new"] + ["sms-to-landline"] * 3


def test_what_is_done_is_warned_of_no_more(project: Project, cloud: Cloud) -> None:
    """A landline that is in service by now is no news in a plan; validate, which asks nobody, still says it."""
    block = '  land: {number: "+862112345678", onboarding: register, display_name: Acme}\n'
    project.write("spaces/acme.yaml", f"space: acme\nspace_id: cams-e2e\nphone_numbers:\n{block}")
    assert project.run("apply", "--auto-approve", "--no-input").code == 3
    assert project.run("verify", "acme/phone_number/land", given=cloud.code("+862112345678")).code == 0
    assert "warning" not in project.run("plan").out
    assert project.run("validate").err.startswith("warning[sms-to-landline] spaces/acme.yaml:4:")


def test_a_name_under_removed_that_never_was_is_an_error(project: Project, cloud: Cloud) -> None:
    """A typing mistake there would keep what was to go; a name that went that way may stay in the file."""
    project.declare("support", "sales")
    assert project.run("apply", "--auto-approve", "--no-input").code == 3
    project.declare("support", extra="removed: {sails: forget, slaes: forget, tom: delete}\n")
    done = project.run("plan")
    error, hint = "error[removed-unknown] spaces/acme.yaml", "  hint: Did you mean `sales`?\n"
    what = "nothing of this name or number is or was recorded in acme"
    said = [
        f"{error}:8:11: {what}\n  found: sails\n{hint}",
        f"{error}:8:26: {what}\n  found: slaes\n{hint}",
        f"{error}:8:41: {what}\n  found: tom\n  hint: Correct its spelling, or remove the line.\n",
    ]
    assert (done.code, done.out, done.err) == (1, "", "".join(said))
    project.declare("support", extra="removed: {sales: forget}\n")
    assert project.run("apply", "--auto-approve", "--no-input").code == 3
    done = project.run("plan")
    assert (done.code, done.err) == (0, "")
