"""examples/team as its README tells it: a pipeline that is thrown away, and a person with a phone elsewhere."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

import pytest
import yaml

from tests.stage.cloud import Cloud
from tests.stage.places import places
from tests.stage.project import Project

TEAM = Path(__file__).parents[2] / "examples" / "team"
PIPELINE = yaml.safe_load((TEAM / "pipeline.gitlab-ci.yml").read_text("utf-8"))["apply"]
(APPLY,) = [shlex.split(line)[1:] for line in PIPELINE["script"] if line.startswith("reconciler ")]
PAUSED = PIPELINE["allow_failure"]["exit_codes"]


@pytest.mark.parametrize("backend", ["postgres", "gitlab"])
def test_what_a_pipeline_opened_a_person_answers(project: Project, cloud: Cloud, tmp_path: Path, backend: str) -> None:
    """Nothing is handed on but the repository and the address of the state; nothing is sent or called twice."""
    scratch = tmp_path / "engine"
    scratch.mkdir()
    with places()[backend](scratch) as where:
        project.environment |= {"RECONCILER_STATE": where.url, **where.environ}
        project.copy(TEAM)
        assert project.run(*APPLY).code == PAUSED
        _thrown_away(project)
        project.environment |= {"RECONCILER_WHO": "ann", "RECONCILER_HOST": "laptop"}
        project.copy(TEAM)
        assert "acme/phone_number/support" in project.run("pending").out
        assert project.run("verify", "acme/phone_number/support", given=f"{cloud.code('+8613800001234')}\n").code == 0
        _thrown_away(project)
        project.copy(TEAM)
        again = project.run(*APPLY)
        assert again.code == 0
        assert "No changes." in again.out
        assert "ann@laptop" in project.run("log").out
    assert len(cloud.messages()) == 1
    assert cloud.violations() == []


def _thrown_away(project: Project) -> None:
    """The whole checkout, and whatever was beside it."""
    for path in project.root.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
