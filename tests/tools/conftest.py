"""Tools of others, as people install them: each in an environment of its own, made from the file here that bears its
name, when it is first used. checkov, for one, cannot live with what builds this project.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def tool(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a tool by its name, from an environment that is made when it is first used."""

    def run(name: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        home = tmp_path_factory.getbasetemp() / f"tool-{name}"
        if not home.exists():
            subprocess.run([sys.executable, "-m", "venv", home], check=True)
            wanted = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", HERE / f"{name}.txt"]
            subprocess.run([home / "bin/python", *wanted], check=True)
        command = [str(home / "bin" / name), *map(str, arguments)]
        environ = {"PATH": f"{home}/bin:{os.defpath}", "HOME": str(home), "LANG": "C.UTF-8"}
        return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=300)

    return run
