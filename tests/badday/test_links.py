"""A repository is text from anybody: its links lead nothing out of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stage.project import Project


@pytest.mark.parametrize("name", [".reconciler", ".reconciler-emergency.jsonl", ".reconciler/seen.json"])
def test_nothing_of_ours_leads_out(project: Project, tmp_path: Path, name: str) -> None:
    """State, witness and kept outcomes are refused where a link would take them elsewhere, and nothing is touched."""
    project.declare("support")
    outside = tmp_path / "precious"
    if name == ".reconciler":
        outside.mkdir()
    else:
        outside.write_text("precious")
        (project.root / name).parent.mkdir(exist_ok=True)
    (project.root / name).symlink_to(outside)
    done = project.run("apply", "--auto-approve", "--no-input")
    assert (done.code, "file-outside" in done.err) == (1, True)
    assert outside.read_text() == "precious" if outside.is_file() else list(outside.iterdir()) == []
