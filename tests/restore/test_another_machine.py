"""An outcome that one machine could not write is brought home by another, as a runner is gone after its job."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.stage.cloud import Cloud
from tests.stage.failing import EMERGENCY, Failing, codes
from tests.stage.project import APPLY, SUPPORT, Project

ADDRESS = "acme/phone_number/support"
RECOVERED = "phone_number/support: GetChatappVerifyCode recovered\n"
# The sixth write tells what became of the message.
KILLED = "sqlite.before 6 raise:EIO"


@pytest.fixture
def shared(project: Project) -> Project:
    """The state is where two machines reach it."""
    project.environment["RECONCILER_STATE"] = f"sqlite:{project.scratch}/shared.db"
    project.environment["RECONCILER_LEASE_TERM"] = "1"
    project.declare("support")
    return project


def another_machine(project: Project) -> Path:
    """With the configuration, and nothing of what the first one kept."""
    project.here = project.root.with_name("runner-2")
    shutil.copytree(project.root, project.here, ignore=shutil.ignore_patterns(".reconciler*"))
    project.environment["RECONCILER_HOST"] = "runner-2"
    return project.here


def test_the_kept_file_is_taken_by_another_machine(failing: Failing, shared: Project, cloud: Cloud) -> None:
    """As an artifact of the job: before and after it nothing is sent twice, and the code is asked for as ever."""
    failed = failing(*APPLY, at=KILLED)
    assert (failed.code, codes(failed.out)) == (1, ["outcome-kept"])
    artifact = shared.scratch / "artifact"
    shutil.move(shared.root / EMERGENCY, artifact)
    another_machine(shared)
    assert failing(*APPLY, "--lock-wait", "20s").code == 3
    for became in (RECOVERED, RECOVERED.replace("recovered", "was settled otherwise meanwhile")):
        assert failing("state", "recover", "--file", str(artifact)).out == became
    assert failing(*APPLY).code == 3
    assert failing("verify", ADDRESS, stdin=str(cloud.code(SUPPORT))).code == 0
    assert len(cloud.messages()) == 1


def test_the_printed_word_is_taken_by_another_machine(failing: Failing, shared: Project, cloud: Cloud) -> None:
    """From the job's log, on standard input, where not even a file could be written."""
    failed = failing(*APPLY, at=f"{KILLED}; emergency.before 1 raise:ENOSPC")
    assert (failed.code, codes(failed.out)) == (1, ["outcome-nowhere"])
    (word,) = re.findall(r"--line (\S+)", failed.out)
    another_machine(shared)
    assert failing("state", "recover", "--file", "-", stdin=f"{word}\n").out == RECOVERED
    assert failing(*APPLY).code == 3
    assert len(cloud.messages()) == 1


def test_what_is_no_kept_outcome_is_refused(failing: Failing, shared: Project) -> None:
    """Whole or not at all; and a file that is not there is said to be missing."""
    failing(*APPLY, at=KILLED)
    kept = (shared.root / EMERGENCY).read_text()
    another_machine(shared)
    for text in (kept[:-9], kept.replace("support", "sales"), "word\n"):
        refused = failing("state", "recover", "--file", "-", stdin=text)
        assert (refused.code, refused.out, codes(refused.err)) == (1, "", ["emergency-unreadable"])
    missing = failing("state", "recover", "--file", "artifact")
    assert (missing.code, codes(missing.err)) == (1, ["emergency-unreadable"])
    assert failing("state", "recover", "--file", "-", "--line", "x").code == 64
