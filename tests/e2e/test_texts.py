"""Texts that the cloud takes for the same are the same: nothing is planned for them, and nobody is sent anything."""

from __future__ import annotations

import pytest

from tests.stage.cloud import Cloud
from tests.stage.project import SUPPORT, Project

NOTHING = "No changes. Your infrastructure matches the configuration."


def declare(project: Project, email: str, name: str, title: str = "CEO") -> None:
    project.write(
        "spaces/acme.yaml",
        "space: acme\nspace_id: cams-e2e\n"
        f"contacts:\n  tom: {{email: {email}, title: {title}, message_types: [FaultMessage]}}\n"
        f'phone_numbers:\n  support: {{number: "{SUPPORT}", onboarding: register, display_name: "{name}"}}\n',
    )


@pytest.fixture
def ready(project: Project, cloud: Cloud) -> Project:
    """A contact and a number in service."""
    declare(project, "Tom@Example.com", "Caf\u00e9 Acme")
    assert project.run("apply", "--auto-approve", "--no-input").code == 3
    cloud.tell("confirm", to="Tom@Example.com")
    assert project.run("verify", "acme/contact/tom").code == 0
    assert project.run("verify", "acme/phone_number/support", given=cloud.code(SUPPORT)).code == 0
    return project


@pytest.mark.parametrize(
    ("email", "name"),
    [
        ("tom@example.com", "Caf\u00e9 Acme"),
        ("TOM@example.COM", "Cafe\u0301 Acme"),
        ("Tom@Example.com", "Caf\u00e9  Acme"),
        ("tom@Example.com", "Caf\u00e9\u00a0Acme"),
    ],
)
def test_another_case_form_or_gap_is_no_change(ready: Project, cloud: Cloud, email: str, name: str) -> None:
    """By the record, and by the cloud: nothing is planned, nothing is sent."""
    messages = len(cloud.messages())
    declare(ready, email, name)
    done = ready.run("plan", "--detailed-exitcode")
    assert (done.code, done.out.splitlines()[0], done.err) == (0, NOTHING, "")
    assert ready.run("apply", "--auto-approve", "--no-input").code == 0
    assert len(cloud.messages()) == messages


def test_another_case_beside_a_change_sends_no_link(ready: Project, cloud: Cloud) -> None:
    """A new title is written; the address, which only looks new, keeps its confirmation."""
    messages = len(cloud.messages())
    declare(ready, "tom@example.com", "Caf\u00e9 Acme", "Other")
    assert ready.run("apply", "--auto-approve", "--no-input").code == 0
    assert len(cloud.messages()) == messages
    assert ready.run("plan").out.splitlines()[0] == NOTHING


def test_a_name_that_only_looks_the_same_is_told_by_its_code_points(ready: Project) -> None:
    """A Cyrillic letter is another name, which no operation can make it."""
    declare(ready, "Tom@Example.com", "Caf\u00e9 \u0410cme")
    done = ready.run("plan")
    what = "display_name is 'Caf\u00e9 Acme' and cannot be changed by any operation; they differ by U+0041 -> U+0410"
    said = f"error[no-way-back] spaces/acme.yaml:6:75: acme/phone_number/support: {what}"
    assert (done.code, done.out, done.err.splitlines()[0]) == (1, "", said)
