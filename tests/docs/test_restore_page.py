"""The restore drill is run as its page has it: each command, with the exit code and the error that it shows."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from tests.docs.generate import DOCS
from tests.stage.cloud import Cloud
from tests.stage.failing import EMERGENCY, Failing, codes
from tests.stage.project import APPLY, COMMAND, Project
from tests.stage.repository import Repository

PAGE = (DOCS / "restore.md").read_text("utf-8")
COMMANDS = re.findall(r"^\$ (.*?)(?:  +# ([0-9]+)(?:: ([a-z-]+))?)?$", PAGE, re.MULTILINE)
TOM = """space: acme
space_id: cams-e2e
contacts:
  tom: {email: tom@example.com, title: CEO, message_types: [FaultMessage]}
"""


def test_the_drill_is_as_the_page_has_it(failing: Failing, project: Project, cloud: Cloud) -> None:
    """From the copy to the end of each way: one link to each address in all."""
    repository = Repository(project.root)
    repository.commit(".gitignore", f".reconciler\n{EMERGENCY}\n*.db\n*.json*\n")
    repository.commit("spaces/acme.yaml", TOM)
    assert failing(*APPLY).code == 3
    cloud.tell("confirm", to="tom@example.com")
    assert failing(*APPLY).code == 0
    (project.root / "reconciler-emergency.jsonl").touch()
    environ = project.env({"PATH": f"{Path(COMMAND).parent}:{os.environ['PATH']}"})
    people = {f"GIT_{who}_{what}": "ann@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    for line, code, error in COMMANDS:
        done = subprocess.run(
            ["bash", "-c", line], cwd=project.root, env=environ | people, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == int(code or 0), (line, done)
        assert codes(done.stdout + done.stderr) == ([error] if error else []), (line, done)
    assert sorted(message["to"] for message in cloud.messages()) == ["tom.new@example.com", "tom@example.com"]


def test_the_page_has_the_commands_that_it_is_about() -> None:
    """So that a page without commands does not pass."""
    verbs = {line.split()[1] for line, _, _ in COMMANDS if line.startswith("reconciler ")}
    assert verbs == {"apply", "plan", "state"}
    assert {error for _, _, error in COMMANDS if error} == {
        "already-there-differs",
        "message-unrecorded",
        "state-rolled-back",
        "state-vanished",
    }
