"""The workflows, the action and every shell line that pipelines run, held against the linters of their field.

All at no finding. What is left out stands beside what it covers, with its reason.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = [*ROOT.glob(".github/workflows/*.yml"), *ROOT.glob("examples/*/.github/workflows/*.yml")]
ACTIONS = list(ROOT.glob(".github/actions/*/action.yml"))
PIPELINES = [*ROOT.glob(".gitlab/**/*.yml"), *ROOT.glob("examples/gitlab/*.yml")]
INPUT = re.compile(r"\$\[\[ inputs\.[\w-]+ \]\]")
"""What GitLab fills in before anything is a script."""
IGNORED = 2
"""Places where a comment switches a rule of zizmor off: `dangerous-triggers`, to comment on a stranger's plan."""
BAD = """name: bad
on: pull_request_target
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: ./.github/actions/reconciler
      - run: echo ${{ github.event.pull_request.title }}
"""


@pytest.mark.heavy
def test_zizmor_finds_nothing(tool: Any) -> None:
    """In the workflows, the examples and the action; offline, so that it asks no forge about the pins."""
    done = tool("zizmor", "--offline", "--no-config", "--format", "json", *WORKFLOWS, *ACTIONS)
    assert (done.returncode, json.loads(done.stdout)) == (0, []), done.stdout + done.stderr
    said = "".join(path.read_text("utf-8") for path in (*WORKFLOWS, *ACTIONS))
    assert said.count("zizmor: ignore") == IGNORED


@pytest.mark.heavy
def test_zizmor_is_awake(tool: Any, tmp_path: Path) -> None:
    """A tag for a pin, a token that stays, a `./` path, a title in a shell line: each is found."""
    (tmp_path / "bad.yml").write_text(BAD)
    done = tool("zizmor", "--offline", "--no-config", "--format", "json", tmp_path / "bad.yml")
    found = {each["ident"] for each in json.loads(done.stdout)}
    expected = {"dangerous-triggers", "template-injection", "unpinned-uses", "artipacked", "self-repository"}
    assert (done.returncode != 0, expected - found) == (True, set())


@pytest.mark.heavy
def test_actionlint_finds_nothing(tool: Any) -> None:
    """With shellcheck for each `run`."""
    done = tool("actionlint", "-format", "{{json .}}", *WORKFLOWS)
    assert (done.returncode, json.loads(done.stdout)) == (0, []), done.stdout + done.stderr


@pytest.mark.heavy
def test_actionlint_knows_the_same_repository(tool: Any, tmp_path: Path) -> None:
    """An input that the action does not have is found through `uses: $/…`."""
    workflow, action = (tmp_path / ".github" / name for name in ("workflows/a.yml", "actions/reconciler/action.yml"))
    for path in (workflow, action, tmp_path / ".git/HEAD"):
        path.parent.mkdir(parents=True)
    action.write_text(ACTIONS[0].read_text("utf-8"))
    text = (ROOT / ".github/workflows/comment.yml").read_text("utf-8")
    workflow.write_text(text.replace("command: comment github", "comand: comment github"))
    done = tool("actionlint", "-format", "{{json .}}", workflow)
    assert '"comand"' in " ".join(each["message"] for each in json.loads(done.stdout))


def scripts() -> Iterator[tuple[str, str]]:
    """Every shell line of ours that a forge runs: its file and job, and the text."""
    for path in ACTIONS:
        for step in yaml.safe_load(path.read_text("utf-8"))["runs"]["steps"]:
            if "run" in step:
                yield f"{path.parent.name}-{step['name']}", step["run"]
    for path in PIPELINES:
        for document in yaml.safe_load_all(INPUT.sub("", path.read_text("utf-8"))):
            yield from _of_pipeline(path.stem, document)
    yield "ci", (ROOT / ".ci/run").read_text("utf-8")


def _of_pipeline(where: str, document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, job in document.items():
        for part in ("before_script", "script"):
            if isinstance(job, dict) and part in job:
                yield f"{where}-{name}-{part}", "\n".join(job[part])


@pytest.mark.heavy
def test_shellcheck_finds_nothing(tool: Any, tmp_path: Path) -> None:
    """In the action's steps, GitLab's scripts and `.ci/run`, at its strictest level, without its optional rules."""
    files = []
    for name, text in scripts():
        files.append(tmp_path / f"{name.replace(' ', '-').replace('.', '')}.sh")
        files[-1].write_text(text)
    assert len(files) > 10
    done = tool("shellcheck", "--shell", "bash", "--severity", "style", "--format", "json", *files)
    assert (done.returncode, json.loads(done.stdout)) == (0, []), done.stdout
