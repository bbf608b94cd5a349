"""The page about credentials says what the examples and the action do."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.docs.generate import DOCS

ROOT = Path(__file__).parents[2]
PAGE = (DOCS / "credentials.md").read_text("utf-8")
EXAMPLE = yaml.safe_load((ROOT / "examples/github/.github/workflows/apply.yml").read_text("utf-8"))


@pytest.fixture
def action(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The action's modules, which live beside its file."""
    monkeypatch.syspath_prepend(str(ROOT / ".github/actions/reconciler"))
    for name in ("identity", "variables"):
        sys.modules.pop(name, None)
    import identity
    import variables

    return identity, variables


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_the_trust_policy_asks_for_everything(action: Any) -> None:
    """Issuer, audience as the action asks for it, and a whole subject, by equality."""
    (policy,) = map(json.loads, blocks("json"))
    (statement,) = policy["Statement"]
    asked = statement["Condition"]["StringEquals"]
    assert set(asked) == {"oidc:iss", "oidc:aud", "oidc:sub"}
    assert asked["oidc:aud"] == [action[0].SERVICES[0].audience]
    assert "*" not in json.dumps(policy)
    assert statement["Principal"]["Federated"][0] in EXAMPLE["jobs"]["apply"]["with"]["apply-variables"]


def test_the_workflow_on_the_page_can_be_used(action: Any) -> None:
    """Its lines are accepted, the apply ends with the role that may write, and the caller grants what is needed."""
    (text,) = blocks("yaml")
    job = yaml.safe_load(text)["jobs"]["apply"]
    lines = job["with"]["variables"] + job["with"]["apply-variables"]
    given = action[1].set_by({"ACTION_VARIABLES": lines})
    assert given["ALIBABA_CLOUD_ROLE_ARN"].endswith("role/numbers-apply")
    assert yaml.safe_load(text)["permissions"] == EXAMPLE["permissions"]


def test_each_name_can_be_handed_on(action: Any) -> None:
    """The page's secrets are secrets of the workflow, and its settings are accepted as lines."""
    workflow = (ROOT / ".github/workflows/apply.yml").read_text("utf-8")
    section = PAGE.partition("## The state's own")[2].partition("\nGitHub's")[0]
    rows = [line.split("|") for line in section.splitlines() if line.startswith("| ")][1:]
    assert len(rows) == 5
    for _, _, secrets, settings, _ in rows:
        for name in re.findall(r"`([A-Z][A-Z0-9_]+)`", secrets.replace("`AWS_ROLE_ARN`", "")):
            assert f"secrets.{name} }}}}" in workflow, name
        for name in re.findall(r"`([A-Z][A-Z0-9_]+)`", settings):
            assert action[1].set_by({"ACTION_VARIABLES": f"{name}=x"})[name] == "x"
    (prefixes,) = re.findall(r"begins with none of (.*?) is refused", PAGE.replace("\n", " "))
    assert tuple(re.findall(r"`(\w+)`", prefixes)) == action[1].PREFIXES
