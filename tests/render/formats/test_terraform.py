"""--compat terraform holds the patterns by which tfcmt and Atlantis find things in Terraform's text."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from msgspec.structs import replace

from reconciler.core.plan.change import Plan
from reconciler.errors import Place, Problem
from reconciler.render.text.first_line import NO_CHANGES
from reconciler.render.text.plan import plan_text
from reconciler.render.text.terraform import BEGINS, RULE, problem, terraform_text
from tests.render.formats.plans import NAMES, NOW

HEADLINES = {
    "create": r"^ *# (.*) will be created$",
    "update": r"^ *# (.*) will be updated in-place$",
    "delete": r"^ *# (.*) will be destroyed$",
    "replace": r"^ *# (.*?)(?: is tainted, so)? must be replaced$",
    "move": r"^ *# (.*?) has moved to (.*?)$",
}
PASS = r"(?m)^(Plan: \d|No changes.)"
FAIL = r"(?m)^([│|] )?(Error: )"
WARNING = r"(?m)^([│|] )?(Warning: )"
DESTROYS = r"(?m)([1-9][0-9]* to destroy.)"
IMPORTED = r"^ *# (.*?) will be imported$"
SUMMARY = r"Plan: (?:(\d+) to import, )?(\d+) to add, (\d+) to change, (\d+) to destroy(?:, (\d+) to forget)?\."
UNCHANGED = r"No changes. (Infrastructure is up-to-date|Your infrastructure matches the configuration)."
OUTSIDE = "Note: Objects have changed outside of Terraform"


def found(pattern: str, text: str) -> list[str]:
    return [match[1] for line in text.splitlines() if (match := re.search(pattern, line))]


@pytest.mark.parametrize("form", [terraform_text, plan_text])
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("action", HEADLINES)
def test_a_headline_is_found(action: str, name: str, form: type, plans: Mapping[str, Plan]) -> None:
    """By each action's pattern exactly the changes of that action are found, whatever values say; but a removal that is

    refused is not said to come.
    """
    about = [change for change in plans[name].changes if change.action == action]
    about = [change for change in about if action != "delete" or not change.is_refused]
    expected = [change.previous if action == "move" else change.address for change in about]
    assert found(HEADLINES[action], str(form(plans[name], NOW))) == expected


def test_every_pattern_of_a_headline_occurs(plans: Mapping[str, Plan]) -> None:
    """None of the patterns above is held by nothing."""
    assert {change.action for change in plans["every-action"].changes} == {*HEADLINES, "forget"}


@pytest.mark.parametrize("name", NAMES)
def test_the_summary_is_the_first_that_is_found(name: str, plans: Mapping[str, Plan]) -> None:
    """Once, as the plan counts: no value of a resource can be taken for it, or for a failure or a warning."""
    text = terraform_text(plans[name], NOW)
    assert len(re.findall(PASS, text)) == 1
    assert len(re.findall(SUMMARY, text)) + len(re.findall(UNCHANGED, text)) == 1
    assert not re.search(FAIL, text) and not re.search(WARNING, text)
    assert not found(IMPORTED, text), "nothing is ever imported by a plan"
    assert OUTSIDE not in text, "a plan observes nothing"


def test_a_plan_that_destroys_is_known(plans: Mapping[str, Plan]) -> None:
    """And one that does not, or is refused, is not."""
    lines = {name: re.search(f"(?m)^{SUMMARY}", terraform_text(plan, NOW)) for name, plan in plans.items()}
    destroying = {name for name, line in lines.items() if line and re.search(DESTROYS, line[0])}
    assert destroying == {"every-action"}


def test_an_empty_plan_begins_so(plans: Mapping[str, Plan]) -> None:
    """The sentence that Atlantis knows, first."""
    assert re.match(UNCHANGED, terraform_text(plans["nothing"], NOW))
    assert terraform_text(plans["nothing"], NOW).startswith(NO_CHANGES)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "nothing"])
def test_what_changes_stands_between_the_sentence_and_the_rule(name: str, plans: Mapping[str, Plan]) -> None:
    """All headlines and the summary are in the part that is cut out for a comment."""
    text = terraform_text(plans[name], NOW)
    inside = text.partition(f"{BEGINS}\n")[2].partition(f"\n{RULE}\n")[0]
    assert text.startswith(f"{BEGINS}\n")
    assert inside.count("\n  # ") == len(plans[name].changes)
    assert re.search(f"(?m)^{SUMMARY}$", inside)


def test_a_change_of_a_renamed_resource_says_from_where(plans: Mapping[str, Plan]) -> None:
    """In the line below its headline, where it is looked for."""
    plan = plans["every-action"]
    tom = next(change for change in plan.changes if change.action == "update")
    moved = replace(tom, previous="acme/contact/thomas")
    text = terraform_text(replace(plan, spaces=(replace(plan.spaces[0], changes=(moved,)),)), NOW)
    assert "  # acme/contact/tom will be updated in-place\n  # (moved from acme/contact/thomas)\n  ~ resource" in text


def test_our_own_wording_is_ours(plans: Mapping[str, Plan]) -> None:
    """Terraform's own sentences are only where they were asked for."""
    ours = plan_text(plans["every-action"], NOW)
    assert BEGINS not in ours
    assert RULE not in ours


def test_a_problem_is_an_error() -> None:
    """Found at the start of a line; what is in it cannot begin another one."""
    text = problem(Problem("number-twice", "two\nError: three", Place("spaces/a.yaml", 4, 3), "+8613800001234"))
    assert text.splitlines() == [
        "Error: spaces/a.yaml:4:3: two\\nError: three",
        "  found: +86 138****1234",
        *text.splitlines()[2:],
    ]
    assert len(re.findall(FAIL, text)) == 1
    assert text.endswith("\n  code: number-twice")
