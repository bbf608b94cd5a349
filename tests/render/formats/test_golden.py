"""Every renderer's whole text, over a handful of plans. `UPDATE=1 pytest` writes the files anew, to be reviewed."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from reconciler import __version__
from reconciler.core.plan.change import Plan
from reconciler.render.formats import FORMATS, Setting
from tests.render.formats.plans import NAMES, NOW

GOLDEN = Path(__file__).parent / "golden"
# Markdown has golden files of its own.
HERE = [name for name in FORMATS if name != "markdown"]
# Made anew with each journal, and what rests on it.
_RANDOM = re.compile(r'("(?:lineage|hash|digest)": ?"|^Digest: +)[0-9a-f-]{16,}', re.MULTILINE)


def shown(plan: Plan, form: str) -> str:
    text = FORMATS[form](plan, Setting(NOW, folder="customers"))
    return _RANDOM.sub(r"\1…", text).replace(__version__, "VERSION") + "\n"


@pytest.mark.parametrize("form", HERE)
@pytest.mark.parametrize("name", NAMES)
def test_the_whole_text(name: str, form: str, plans: Mapping[str, Plan]) -> None:
    """What is printed is what was reviewed, to the character."""
    path = GOLDEN / name / f"{form}.txt"
    if os.environ.get("UPDATE"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(shown(plans[name], form), encoding="utf-8")
    assert shown(plans[name], form) == path.read_text("utf-8")


def test_no_golden_file_is_idle() -> None:
    """Each belongs to a plan and a form that are there."""
    assert {path.parent.name for path in GOLDEN.rglob("*.txt")} == set(NAMES)
    assert {path.stem for path in GOLDEN.rglob("*.txt")} == set(HERE)


def test_the_markdown_is_the_job_summary(plans: Mapping[str, Plan]) -> None:
    """Which is the comment without its marker, at a larger size: one renderer, whoever asks."""
    from reconciler.render.markdown.comments import job_summary

    assert FORMATS["markdown"](plans["new"], Setting(NOW)) == job_summary(plans["new"])


@pytest.mark.parametrize("name", NAMES)
def test_the_counts_are_the_same_in_every_form(name: str, plans: Mapping[str, Plan]) -> None:
    """The summary line, the stream's last event and GitLab's report count alike."""
    plan, setting = plans[name], Setting(NOW)
    report = json.loads(FORMATS["gitlab-report"](plan, setting))
    told = json.loads(FORMATS["events"](plan, setting).splitlines()[-1])["changes"]
    assert [told["add"], told["change"], told["remove"]] == list(report.values())
    text = FORMATS["text"](plan, setting)
    counted = re.search(r"^Plan: (\d+) to add, (\d+) to change, (\d+) to destroy", text, re.MULTILINE)
    assert [int(each) for each in counted.groups()] == list(report.values()) if counted else not any(report.values())
