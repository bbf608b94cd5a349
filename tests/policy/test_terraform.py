"""What is written for Terraform's plan JSON reads ours."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reconciler.core.outcome import LastRefusal
from reconciler.core.plan.change import Plan, Removal
from reconciler.render.documents import gitlab
from reconciler.render.documents.plan_document import PlanDocument
from tests.core.test_persisted import structs
from tests.policy.conftest import Documents
from tests.policy.opa import asked
from tests.render.formats.plans import NAMES, made

WRITTEN = Path(__file__).parent / "for_terraform"
SCORES = {"nothing": 0, "new": 11, "every-action": 5 * 10 + 2 * 100 + 1, "refused": 2 * 10 + 100, "waiting": 20}
FOUND = {
    "unnamed": ["globex/phone_number/coming"],
    "changed": [["acme/contact/tom", "title"]],
    "gone": ["acme/contact/ann", "acme/phone_number/gone", "acme/phone_number/let-go"],
    "unknown": [],
    "replaced": ["acme/phone_number/changed"],
}
ACTIONS = (
    ["no-op"],
    ["create"],
    ["read"],
    ["update"],
    ["delete"],
    ["delete", "create"],
    ["create", "delete"],
    ["forget"],
)
OUTSIDE: dict[str, Callable[[Any], bool]] = {
    "format_version": lambda value: value == "1.2",
    "resource_changes": lambda value: isinstance(value, list),
    "resource_drift": lambda value: value == [],
    "deferred_changes": lambda value: all(set(each) == {"reason", "resource_change"} for each in value),
    "complete": lambda value: isinstance(value, bool),
    "applyable": lambda value: isinstance(value, bool),
    "errored": lambda value: value is False,
    "timestamp": lambda value: value.endswith("Z"),
    "checks": lambda value: isinstance(value, list),
    "reconciler": lambda value: {"format", "digest", "spaces", "forecast", "refusals"} <= set(value),
}


@pytest.mark.parametrize("story", SCORES)
def test_a_score_over_changes(story: str, documents: Documents) -> None:
    """Changes are counted by type and action."""
    assert asked([WRITTEN / "blast_radius.rego"], "score", documents[story]) == SCORES[story]


@pytest.mark.parametrize("rule", FOUND)
def test_attributes_are_found(rule: str, documents: Documents) -> None:
    """Before and after are where they are looked for; what goes has no after, and nothing is known only later."""
    assert sorted(asked([WRITTEN / "attributes.rego"], rule, documents["every-action"])) == FOUND[rule]


@pytest.mark.parametrize("story", NAMES)
def test_the_outer_shape(story: str, documents: Documents) -> None:
    """Every key that readers of the format rely on is there, and of its kind."""
    document = documents[story]
    assert [name for name, holds in OUTSIDE.items() if not holds(document[name])] == []
    for change in document["resource_changes"]:
        assert {"address", "mode", "type", "name", "provider_name", "change"} <= set(change)
        assert change["change"]["actions"] in ACTIONS
        assert {"before", "after", "after_unknown", "before_sensitive", "after_sensitive"} <= set(change["change"])
    for check in document["checks"]:
        assert {"kind", "to_display"} <= set(check["address"])
        assert check["status"] == "fail"
        assert all(each["problems"][0]["message"] for each in check["instances"])


def _converted(document: dict[str, Any]) -> dict[str, int]:
    """As a merge request's widget counts: each action of each change."""
    counts = Counter(action for change in document["resource_changes"] for action in change["change"]["actions"])
    return {name: counts[name] for name in ("create", "update", "delete")}


@pytest.mark.parametrize("story", NAMES)
def test_a_converter_finds_the_counts_of_the_report(story: str, documents: Documents, tmp_path: Path) -> None:
    """GitLab's report is the same, whether we write it or a converter does from the JSON; but for a removal that is

    refused, which policies are to see and nobody is to expect.
    """
    plan: Plan = made(story, tmp_path)
    converted = _converted(documents[story])
    converted["delete"] -= sum(change.is_kept for change in plan.changes)
    assert gitlab.report(plan) == json.dumps(converted)


def test_every_field_is_on_the_page() -> None:
    """What a plan's JSON holds, by the types that it is made of, is named in docs/policy.md."""
    page = (Path(__file__).parents[2] / "docs" / "policy.md").read_text("utf-8")
    named = set(re.findall(r"[A-Za-z_]+", " ".join(re.findall(r"`([^`]*)`", page))))
    known = {field for struct in structs(PlanDocument) for field in struct.__struct_fields__}
    of_others = {field for struct in (Removal, LastRefusal) for field in struct.__struct_fields__}
    assert known - of_others - named == set()
