"""Whole comments. `UPDATE=1 pytest` writes the files anew, to be reviewed."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from reconciler.core.plan.change import Plan
from reconciler.render.markdown.comments import job_summary, marker, plan_comment
from tests.fuzz.clean import whole
from tests.render.formats.plans import NAMES
from tests.render.markdown.documents import KEY, WAITING, documents
from tests.render.markdown.rendered import wrong

GOLDEN = Path(__file__).parent / "golden"
HERE = sorted(path.stem for path in GOLDEN.iterdir())
# Made anew with each journal.
_DIGEST = re.compile('(?<=^  )[0-9a-f]{64}$|(?<=")[0-9a-f-]{16,}(?=")', re.MULTILINE)


@pytest.fixture(scope="module")
def comments(plans: Mapping[str, Plan]) -> dict[str, str]:
    return {name: _DIGEST.sub("…", text) + "\n" for name, text in documents(plans).items()}


def test_there_is_a_file_for_each(comments: Mapping[str, str]) -> None:
    """And none is idle."""
    if os.environ.get("UPDATE"):
        for name, text in comments.items():
            (GOLDEN / f"{name}.md").write_text(text, encoding="utf-8")
    assert {path.stem for path in GOLDEN.iterdir()} == set(comments)


@pytest.mark.parametrize("name", HERE)
def test_the_whole_text(name: str, comments: Mapping[str, str]) -> None:
    """What is posted is what was reviewed, to the character, and the laws hold for it."""
    assert comments[name] == (GOLDEN / f"{name}.md").read_text("utf-8")
    numbers = [each.number for each in WAITING if each.number.startswith("+")]
    assert [*wrong(comments[name]), *whole(comments[name], numbers)] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_job_summary_is_the_comment_without_its_marker(name: str, plans: Mapping[str, Plan]) -> None:
    """One document, in two places."""
    assert plan_comment(plans[name], KEY) == f"{marker(KEY)}\n{job_summary(plans[name])}"
