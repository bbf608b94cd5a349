"""The image: its file has no finding, and its steps, run in a folder, leave the program and nothing to build with."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from reconciler import __version__
from tests.tools.containerfile import Build, Stage, steps

ROOT = Path(__file__).parents[2]
FILE = ROOT / ".github/Containerfile"
BAD = "FROM python\nRUN apt-get install git\nRUN cd /opt\nCMD reconciler\n"


@pytest.mark.heavy
def test_hadolint_finds_nothing(tool: Any) -> None:
    """But for DL3008, whose reason stands beside it."""
    done = tool("hadolint", "--format", "json", FILE)
    assert (done.returncode, json.loads(done.stdout)) == (0, [])
    assert re.findall(r"hadolint ignore=(\S+)", FILE.read_text("utf-8")) == ["DL3008"]


@pytest.mark.heavy
def test_hadolint_is_awake(tool: Any, tmp_path: Path) -> None:
    """An image without a version, packages that nobody pins, a `cd`, a command in a shell: each is found."""
    (tmp_path / "Containerfile").write_text(BAD)
    done = tool("hadolint", "--format", "json", tmp_path / "Containerfile")
    found = {each["code"] for each in json.loads(done.stdout)}
    assert {"DL3006", "DL3008", "DL3003", "DL3025"} <= found


def test_it_runs_as_nobody_special() -> None:
    """By its number, so that a cluster can see that it is not root; the program is what is started and asked."""
    last = dict(steps(FILE.read_text("utf-8").rpartition("\nFROM ")[2].partition("\n")[2]))
    assert last["USER"] == "10001"
    assert json.loads(last["ENTRYPOINT"]) == ["reconciler"]
    assert json.loads(last["HEALTHCHECK"].partition("CMD ")[2]) == ["reconciler", "version"]
    words = [word for word, _ in steps(FILE.read_text("utf-8"))]
    assert "ADD" not in words


@pytest.mark.heavy
def test_its_steps_leave_the_program(tmp_path: Path) -> None:
    """With an extra that was asked for, and without pip, a compiler, the sources or the tests."""
    index = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "UV_"))}
    first, last = Build(tmp_path, ROOT, {"EXTRAS": "age"}, index).run(FILE.read_text("utf-8"))
    assert first.asked == ""
    installed = [line for line in last.asked.splitlines() if " install " in line]
    assert installed == ["apt-get install --yes --quiet --no-install-recommends git"]
    assert "useradd --uid 10001 --create-home reconciler" in last.asked
    done = inside(last, "-m", "reconciler", "version")
    assert (done.returncode, done.stdout) == (0, f"reconciler {__version__}\n"), done.stderr
    assert inside(last, "-c", "import pyrage").returncode == 0
    assert inside(last, "-c", "import pip").returncode == 1
    assert {path.name for path in last.root.iterdir()} == {"opt", "work"}


def inside(stage: Stage, *words: str) -> subprocess.CompletedProcess[str]:
    python = stage.root / "opt/reconciler/bin/python"
    env = {"PATH": "/usr/bin:/bin", "HOME": str(stage.root), "LANG": "C.UTF-8"}
    return subprocess.run([python, "-I", *words], cwd=stage.root, env=env, capture_output=True, text=True, timeout=60)
