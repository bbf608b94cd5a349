"""What was appended is on the disk, not only on its way there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.programs import needs

SCRIPT = """
from pathlib import Path
from reconciler.store import open_backend

backend = open_backend("sqlite:state.db", Path())
for serial in range({}, {}):
    backend.append("s", serial, ["x"])
"""


@needs("strace")
def test_an_append_is_forced_to_the_disk_before_it_returns(tmp_path: Path) -> None:
    """Each append costs at least one sync: what an intent promises must survive the power."""
    subprocess.run([sys.executable, "-c", SCRIPT.format(0, 1)], cwd=tmp_path, check=True)  # making the file costs some
    counted = tmp_path / "syncs"
    traced = ["strace", "-f", "-e", "trace=fsync,fdatasync", "-o", str(counted), sys.executable]
    subprocess.run([*traced, "-c", SCRIPT.format(1, 21)], cwd=tmp_path, check=True)
    assert counted.read_text().count("sync(") >= 20
