"""The page on shared state: its policies allow what the program does, and its key is one."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest
from pyrage import x25519

from tests.docs.generate import DOCS

PAGE = (DOCS / "state.md").read_text("utf-8")
SOURCES = DOCS.parent / "reconciler/store/objects"
# Asked for where it can be had.
OPTIONAL = "DeleteObject"


@pytest.mark.parametrize("scheme", ["s3", "oss"])
def test_a_policy_allows_what_is_done(scheme: str) -> None:
    """All of it, and no more."""
    policies = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]
    actions = {
        action
        for policy in policies
        for statement in policy["Statement"]
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
        if action.startswith(f"{scheme}:")
    }
    done = set(re.findall(rf'"({scheme}:[A-Z][A-Za-z]+)"', (SOURCES / f"{scheme}.py").read_text("utf-8")))
    assert actions == done - {f"{scheme}:{OPTIONAL}"}


def test_a_key_is_made_as_the_page_says() -> None:
    """A secret line, and its public half beside it."""
    (program,) = re.findall(r"`python -c '([^']+)'", PAGE)
    made = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    comment, secret = made.splitlines()
    assert comment == f"# public key: {x25519.Identity.from_str(secret).to_public()}"
