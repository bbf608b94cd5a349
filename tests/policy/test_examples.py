"""The policies that people copy say what they should, over real plans."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.policy.conftest import Documents
from tests.policy.opa import asked

POLICIES = Path(__file__).parents[2] / "examples" / "policy"
# (policy, rule) -> story -> what it says; of stories that are not named: nothing.
SAID: dict[tuple[str, str], dict[str, list[str]]] = {
    ("deletes", "deny"): {
        "every-action": [
            "acme/phone_number/changed would be removed from the cloud",
            "acme/phone_number/gone would be removed from the cloud",
        ],
        "refused": ["acme/phone_number/old would be removed from the cloud"],
    },
    ("deletes", "warn"): {
        "every-action": [
            "acme/contact/ann would be recorded no more",
            "acme/phone_number/let-go would be recorded no more",
        ]
    },
    ("messages", "deny"): {"hostile": ["up to 6 messages would be sent, and 5 are allowed"]},
    ("countries", "deny"): {"abroad": ["acme/phone_number/far is of a country that is not ours"]},
    ("final", "deny"): {
        "refused": [
            "acme/phone_number/far is outside allowed_countries (86)",
            "acme/phone_number/old was removed from the YAML",
            "up to 2 messages would be sent, and max_messages is 1",
        ],
        "hostile": [
            f"acme/phone_number/{name} is outside allowed_countries (1)"
            for name in ("five", "four", "one", "three", "two")
        ],
    },
    ("final", "warn"): {
        "every-action": [
            "acme/phone_number/changed: ChatappPhoneNumberDeregister cannot be undone",
            "acme/phone_number/gone: ChatappPhoneNumberDeregister cannot be undone",
            "globex/phone_number/coming: ChatappMigrationRegister cannot be undone",
        ],
        "refused": ["acme/phone_number/old: ChatappPhoneNumberDeregister cannot be undone"],
    },
}


@pytest.mark.parametrize(("policy", "rule"), SAID)
def test_a_policy_says_what_it_should(policy: str, rule: str, documents: Documents) -> None:
    """Exactly this, of exactly these plans."""
    file = POLICIES / f"{policy}.rego"
    said = {story: sorted(asked([file], rule, document)) for story, document in documents.items()}
    assert {story: found for story, found in said.items() if found} == SAID[policy, rule]


def test_every_policy_is_tried() -> None:
    """None stands there untested."""
    assert {file.stem for file in POLICIES.glob("*.rego")} == {policy for policy, _ in SAID}


def test_together_they_are_one_package(documents: Documents) -> None:
    """As `conftest` loads a folder: no rule stands in another's way."""
    files = sorted(POLICIES.glob("*.rego"))
    assert len(asked(files, "deny", documents["refused"])) == 4
    assert asked(files, "deny", documents["nothing"]) == []
