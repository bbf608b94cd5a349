"""A file that is written from what the cloud shows is valid; what would make it invalid is listed, and a comment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reconciler.config.formatting.extend import new_file
from reconciler.config.formatting.imported import Proposal, number_blocks
from reconciler.config.project import load_project
from reconciler.core.model import Project

NUMBER = "+8613800001234"
MARK = "a file takes no mark of a template, such as `{{` or `${`"
NAME = "One line of at most 512 characters, without a blank at either end and without a template's mark such as"
HIDDEN = "it looks like a credential, which is not shown; a file takes none"
KEY = "LTAI5tFakeFakeFake01"
HOOK = "https://hooks.example.com"


def proposed(name: str, about: str = "", hook: str = "", filling: bool = False) -> Proposal:
    """Of one number in service."""
    row: dict[str, Any] = {"PhoneNumber": NUMBER[1:], "VerifiedName": name, "Status": "CONNECTED"}
    hooks = {"UpCallbackUrl": hook, "StatusCallbackUrl": HOOK} if hook else {}
    profile = {"Data": {"About": about, "Email": "ann@example.com"}}
    return number_blocks(
        "acme", [{**row, **hooks}], Project("", ()), (), lambda _: {NUMBER: {"profile": profile}}, filling=filling
    )


@pytest.mark.parametrize(
    ("shown", "left"),
    [
        ({"name": "Acme", "about": "Hello ${name}"}, f'profile.about: "Hello ${{name}}"; {MARK}'),
        ({"name": "Acme", "about": "Hello {{name}}"}, f'profile.about: "Hello {{{{name}}}}"; {MARK}'),
        ({"name": "Acme", "about": f"Use {KEY}"}, f"profile.about: {HIDDEN}"),
        ({"name": "Acme", "hook": f"{HOOK}/${{a}}"}, f"callbacks.messages: {HOOK}/…; {MARK}"),
        ({"name": "Acme", "hook": f"{HOOK}/?key={KEY}"}, f"callbacks.messages: {HIDDEN}"),
        (
            {"name": "Save ${amount} $$ today"},
            f'display_name: "Save ${{amount}} $$ today"; a file takes: {NAME} `{{{{` or `${{`',
        ),
    ],
)
def test_what_would_make_the_file_invalid_is_listed(shown: dict[str, str], left: str, tmp_path: Path) -> None:
    """Once as a line and once as a comment; what remains is a valid project."""
    found = proposed(**shown)
    assert found.left == (f"acme: number {NUMBER} ({shown['name']}): {left}",)
    text = new_file("acme", "cams-1", found.blocks)
    assert f"  # Not written: {left}\n" in text
    (tmp_path / "spaces").mkdir()
    (tmp_path / "spaces/acme.yaml").write_text(text)
    (space,) = load_project(tmp_path).spaces
    assert len(space.resources) == 1


def test_what_can_be_escaped_is_written() -> None:
    """In a file that fills a template, `${` is; `{{` is not."""
    assert proposed("Acme", "Hello ${name}", filling=True).left == ()
    assert proposed("Acme", "Hello {{name}}", filling=True).left != ()
