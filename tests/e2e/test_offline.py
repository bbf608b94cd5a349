"""plan, validate, show, pending, state and log read files and nothing else: no socket, no cloud credential."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

from tests.programs import needs
from tests.stage.cloud import Cloud
from tests.stage.project import Project

HOOK = """
    import os, sys

    _seen = os.open(os.environ["AUDITED"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def _hook(event, arguments):
        if event.startswith("socket.") and event != "socket.gethostname":
            os.write(_seen, f"{event}\\n".encode())
        if event == "open" and str(arguments[0]).startswith(os.environ["HOME"] + "/.a"):
            os.write(_seen, f"open {arguments[0]}\\n".encode())

    sys.addaudithook(_hook)
"""
OFFLINE = (
    ("plan", "--out", "plan.out"),
    ("plan", "--json", "--detailed-exitcode"),
    ("validate",),
    ("show", "plan.out"),
    ("pending",),
    ("state", "list"),
    ("state", "pull"),
    ("log",),
)


@pytest.fixture
def recorded(project: Project) -> Project:
    """A space with a record, and credentials that nobody may read."""
    project.declare("support", "sales")
    assert project.run("apply", "--auto-approve", "--no-input").code == 3
    for name in (".aliyun/config.json", ".alibabacloud/credentials.ini"):
        path = project.home / name
        path.parent.mkdir()
        path.write_text("no such thing")
    for name in ("RECONCILER_ENDPOINT", "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"):
        project.environment[name] = ""
    return project


def watched(project: Project, base: Path) -> tuple[dict[str, str], Path]:
    """The environment in which every socket and every read of a credentials file is noted, and the note."""
    hooks = base / "hooks"
    hooks.mkdir(exist_ok=True)
    (hooks / "sitecustomize.py").write_text(textwrap.dedent(HOOK))
    seen = base / "audited"
    return {"PYTHONPATH": str(hooks), "AUDITED": str(seen)}, seen


def test_reading_opens_no_socket_and_no_credentials(recorded: Project, cloud: Cloud, tmp_path: Path) -> None:
    """With an audit hook in the interpreter, and without any credential in the environment."""
    recorded.environment["RECONCILER_ENDPOINT"] = cloud.url
    env, seen = watched(recorded, tmp_path)
    for arguments in OFFLINE:
        assert recorded.run(*arguments, **env).code in (0, 2)
        assert seen.read_text() == "", arguments


def test_the_audit_hook_notices(recorded: Project, cloud: Cloud, tmp_path: Path) -> None:
    """The same watch over an apply sees sockets, and without a key in the environment the credentials files."""
    env, seen = watched(recorded, tmp_path)
    assert recorded.run("apply", "--auto-approve", "--no-input", **env, RECONCILER_ENDPOINT=cloud.url).code == 1
    assert str(recorded.home / ".aliyun/config.json") in seen.read_text()
    recorded.environment.update(cloud.environment)
    assert recorded.run("apply", "--auto-approve", "--no-input", **env).code == 3
    assert "socket.connect" in seen.read_text()


@needs("strace")
def test_plan_makes_no_network_system_call(recorded: Project, cloud: Cloud, tmp_path: Path) -> None:
    """The kernel's own word: under strace, not one socket, while an apply is seen to connect."""
    trace = tmp_path / "trace"
    under = ("strace", "-f", "-qq", "-e", "trace=network", "-e", "signal=none", "-o", str(trace))
    assert recorded.run("plan", before=under, RECONCILER_ENDPOINT=cloud.url).code == 0
    assert not re.search("socket|connect", trace.read_text())
    recorded.environment.update(cloud.environment)
    assert recorded.run("apply", "--auto-approve", "--no-input", before=under).code == 3
    assert re.search("connect\\(", trace.read_text())
