"""A shell that sources what `sandbox --env` prints is pointed at the sandbox."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from pathlib import Path

from tests.stage.cloud import until
from tests.stage.project import COMMAND

LINES = """\
export RECONCILER_ENDPOINT=http://127.0.0.1:PORT
export ALIBABA_CLOUD_ACCESS_KEY_ID=KEY
export ALIBABA_CLOUD_ACCESS_KEY_SECRET=KEY
"""


def test_the_lines_can_be_sourced(tmp_path: Path) -> None:
    """The ready file has what standard output has: an export for each variable, quoted for a shell."""
    ready = tmp_path / "sandbox.env"
    command = [COMMAND, "sandbox", "--env", "--ready-file", str(ready)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as sandbox:
        until(ready.exists)
        text = ready.read_text()
        names = [line.partition("=")[0].removeprefix("export ") for line in text.splitlines()]
        script = f". ./sandbox.env && echo {' '.join(f'${name}' for name in names)}"
        bare = {"PATH": os.environ["PATH"]}
        done = subprocess.run(["sh", "-euc", script], cwd=tmp_path, env=bare, capture_output=True, text=True)
        sandbox.send_signal(signal.SIGTERM)
        out, _ = sandbox.communicate(timeout=10)
    values = [line.partition("=")[2] for line in text.splitlines()]
    assert (done.stdout, done.stderr) == (f"{' '.join(values)}\n", "")
    assert (out, ready.exists(), sandbox.returncode) == (text, False, 0)
    assert re.sub(r"KEY_(ID|SECRET)=\S+", r"KEY_\1=KEY", re.sub(r":\d+", ":PORT", text)) == LINES
