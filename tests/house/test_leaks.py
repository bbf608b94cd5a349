"""What every test is held to, by tests/conftest.py and pyproject.toml: planted faults are found."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.house.imports import ROOT
from tests.programs import NO_SKIP

PLANTED = '''
import http.server, socket, subprocess, threading, time, pytest

def begun(*arguments, **more):
    threading.Thread(*arguments, name="planted", daemon=True, **more).start()

def test_waits_in_accept():
    """Closing the socket does not wake whoever waits there."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        begun(target=listener.accept)
        time.sleep(0.2)

def test_closed_and_not_shut_down():
    server = http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    begun(target=server.serve_forever)
    time.sleep(0.2)

def test_keeps_a_connection_alive():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    begun(target=server.serve_forever)
    kept.append(socket.create_connection(server.server_address))
    time.sleep(0.2)
    server.shutdown()
    server.server_close()

kept = []

def test_leaves_a_socket():
    kept.append(socket.create_server(("127.0.0.1", 0)))

def test_leaves_a_child():
    kept.append(subprocess.Popen(["sleep", "8"]))

def test_does_not_wait_for_its_child():
    kept.append(subprocess.Popen(["true"]))

def test_hangs():
    threading.Event().wait()

@pytest.mark.skip(reason="no moon tonight")
def test_is_skipped():
    pass

def test_is_sound():
    with socket.create_server(("127.0.0.1", 0)), subprocess.Popen(["true"]):
        pass
'''


CONFTEST = """
import tests.conftest
tests.conftest.GRACE = 0.5
from tests.conftest import *
"""
PYTEST = [sys.executable, "-m", "pytest", "-q", "-c", "/dev/null", "-p", "no:cacheprovider"]


def run(folder: Path, names: str, *more: str, **environ: str) -> tuple[int, str]:
    """names: which of the planted tests, for pytest's `-k`."""
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "test_planted.py").write_text(PLANTED)
    given = {key: value for key, value in os.environ.items() if key != NO_SKIP}
    done = subprocess.run(
        [*PYTEST, "--rootdir", folder, "-k", names, *more, f"{folder}/test_planted.py"],
        env={**given, "PYTHONPATH": str(ROOT), **environ},
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


LEFT = {
    "test_waits_in_accept": "thread",
    "test_closed_and_not_shut_down": "thread",
    "test_keeps_a_connection_alive": "thread",
    "test_leaves_a_socket": "listening socket",
    "test_leaves_a_child": "child",
    "test_does_not_wait_for_its_child": "child",
}
TOLD = re.compile(r"^ERROR \S+::(\w+) - AssertionError: left behind: (.*)$", re.MULTILINE)


def test_what_is_left_behind_fails_the_test(tmp_path: Path) -> None:
    """A thread, a listening socket, a child: each is named, after the test's own fixtures are gone. What ends within
    its test is nobody's business."""
    code, said = run(tmp_path, "not hangs and not skipped", COLUMNS="500")
    told = dict(TOLD.findall(said))
    assert (code, set(told)) == (1, set(LEFT)), said
    assert [name for name, left in LEFT.items() if f"'{left} " not in told[name]] == [], said


def test_a_hang_names_itself(tmp_path: Path) -> None:
    """Past its limit a test is named, with the stack of every thread."""
    code, said = run(tmp_path, "hangs", "-o", "timeout=1", "-o", "timeout_method=thread")
    assert code == 1
    assert "Timeout" in said and "in test_hangs" in said


def test_where_nothing_may_be_skipped_a_skip_fails(tmp_path: Path) -> None:
    """.ci/run says so; elsewhere a skip is one."""
    assert run(tmp_path, "skipped")[0] == 0
    code, said = run(tmp_path, "skipped", **{NO_SKIP: "1"})
    assert code == 1 and "no moon tonight" in said
