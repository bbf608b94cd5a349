"""What the docs say of tables and imports is read from those."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.generate import DOCS, PAGES, page

ROOT = DOCS.parent


@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_what_its_table_says(name: str) -> None:
    """`python -m tests.docs.generate` would change nothing."""
    assert (DOCS / name).read_text("utf-8") == page(name)


READ = [*ROOT.glob("*.md"), *DOCS.glob("*.md"), *ROOT.glob("examples/**/*.md"), ROOT / ".github/CONTRIBUTING.md"]


@pytest.mark.parametrize("path", sorted(READ), ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    """Every relative link of a page names a file or folder that is there."""
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text("utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_every_decision_can_be_changed() -> None:
    """Each says last what would change our mind, and is read in a minute."""
    decisions = (DOCS / "decisions.md").read_text("utf-8").split("\n## ")[1:]
    assert len(decisions) > 6
    assert [
        each.splitlines()[0]
        for each in decisions
        if "**What would change our mind:**" not in each.strip().rpartition("\n\n")[2]
    ] == []
    assert [each.splitlines()[0] for each in decisions if each.count("\n") > 16] == []
