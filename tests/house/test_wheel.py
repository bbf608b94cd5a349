"""What is shipped is what is tested: the wheel holds everything that the program reads, and nothing of the tests."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.house.imports import ROOT


def test_the_wheel_runs_by_itself(tmp_path: Path) -> None:
    """Unpacked far from the source tree it prints its schemas and tells the whole demo."""
    built = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(built, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        archive.extractall(tmp_path / "unpacked")
    assert not [name for name in names if name.startswith("tests/")]
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "PYTHONPATH": str(tmp_path / "unpacked"),
        "LANG": "C.UTF-8",
    }
    for arguments in (["schema", "space"], ["demo"]):
        command = [sys.executable, "-m", "reconciler", *arguments]
        done = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, stdin=subprocess.DEVNULL)
        assert (done.returncode, done.stderr.count(b"Traceback")) == (0, 0)
    where = [sys.executable, "-c", "import reconciler; print(reconciler.__file__)"]
    found = subprocess.run(where, env=env, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert found.stdout.startswith(str(tmp_path))
