"""Tools that are written for Terraform's plan JSON, as people install them, see ours: each has a rule that fires."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from reconciler.render.documents import gitlab
from reconciler.render.documents.plan_json import plan_json
from tests.policy.opa import asked
from tests.programs import needs
from tests.render.formats.plans import NOW, made

HERE = Path(__file__).parent
POLICIES = HERE.parents[1] / "examples" / "policy"
NEW, CHANGED = "new", "every-action"
# As GitLab's documentation has it, for a merge request's widget.
CONVERTER = (
    '([.resource_changes[]?.change.actions?]|flatten)|{"create":(map(select(.=="create"))|length),'
    '"update":(map(select(.=="update"))|length),"delete":(map(select(.=="delete"))|length)}'
)
Documents = Mapping[str, Path]


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Documents:
    """By the story's name: a file of what `show --json` prints."""
    folder = tmp_path_factory.mktemp("documents")
    found = {}
    for name in (NEW, CHANGED):
        found[name] = folder / f"{name}.json"
        found[name].write_text(plan_json(made(name, folder / name), NOW))
    return found


def resources(document: Path) -> list[str]:
    """The numbers that a plan brings, by their addresses."""
    planned: dict[str, Any] = json.loads(document.read_text())["planned_values"]["root_module"]
    return [each["address"] for each in planned["resources"] if each["values"].get("onboarding") == "register"]


@pytest.mark.heavy
def test_checkov_looks_at_each_resource(tool: Any, documents: Documents) -> None:
    """A rule on an attribute fails for each number that breaks it, by its address, and for no other."""
    rules = ("--external-checks-dir", POLICIES / "checkov", "--check", "CKV2_NUMBERS_1")
    done = tool("checkov", "-f", documents[NEW], "--framework", "terraform_plan", *rules, "--output", "json")
    told = json.loads(done.stdout)
    assert done.returncode == 1
    failed = sorted(each["resource"] for each in told["results"]["failed_checks"])
    assert failed == sorted(resources(documents[NEW])) != []
    assert told["summary"]["resource_count"] >= len(failed)


@pytest.mark.heavy
def test_terraform_compliance_reads_the_file(tool: Any, documents: Documents) -> None:
    """A scenario on `onboarding` fails, naming each number that is registered."""
    done = tool("terraform-compliance", "-p", documents[NEW], "-f", POLICIES / "compliance", "--no-ansi")
    assert done.returncode == 1
    said = {address for address in resources(documents[NEW]) if f"{address} resource matches" in done.stdout}
    assert said == set(resources(documents[NEW])) != set()


@pytest.mark.heavy
def test_tf_peek_shows_no_number(tool: Any, documents: Documents) -> None:
    """Its report lists the changes, and masks whatever is marked: numbers, e-mail addresses, names of people.

    It knows no `forget`, which is Terraform's own word, so it is shown a plan that forgets nothing.
    """
    done = tool("tf-peek", documents[NEW])
    assert done.returncode == 0
    assert "phone_number" in done.stdout and "(sensitive value)" in done.stdout
    changes = json.loads(documents[NEW].read_text())["resource_changes"]
    values = [each["change"][when] or {} for each in changes for when in ("before", "after")]
    personal = {str(each[name]) for each in values for name in ("number", "phone", "email") if each.get(name)}
    assert len(personal) > 2
    assert [each for each in personal if each in done.stdout] == []


def test_opa_finds_what_is_declared(documents: Documents) -> None:
    """A rule on `onboarding` fires, in what changes and in what is planned."""
    rule = HERE / "onboarding.rego"
    document = json.loads(documents[NEW].read_text())
    assert sorted(asked([rule], "changed", document)) == sorted(resources(documents[NEW])) != []
    assert sorted(asked([rule], "planned", document)) == sorted(resources(documents[NEW]))
    assert sorted(asked([rule], "configured", document)) == sorted(resources(documents[NEW]))


@needs("jq")
@pytest.mark.parametrize("name", [NEW, CHANGED])
def test_gitlabs_converter_counts(name: str, documents: Documents, tmp_path: Path) -> None:
    """The program that GitLab publishes gives the widget's figures; a forgotten number is none of them."""
    done = subprocess.run(
        ["jq", "-c", CONVERTER, documents[name]], capture_output=True, text=True, check=True, timeout=60
    )
    counted = json.loads(done.stdout)
    actions = [action for each in _changes(documents[name]) for action in each["change"]["actions"]]
    assert counted == {word: actions.count(word) for word in ("create", "update", "delete")}
    ours = json.loads(gitlab.report(made(name, tmp_path)))
    assert (counted["create"], counted["update"]) == (ours["create"], ours["update"])


def _changes(document: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(document.read_text())["resource_changes"]
    return found
