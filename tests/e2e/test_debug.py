"""A line for each request to the cloud, for whoever asks: numbers masked, codes hidden, results as ever."""

from __future__ import annotations

import re

from tests.stage.cloud import Cloud
from tests.stage.project import NUMBERS, Project

ONCE = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z |, request [\w-]+, \d+ ms$", re.MULTILINE)


def test_each_request_is_a_line(project: Project, cloud: Cloud) -> None:
    """On stderr, after the verb and before it; what is printed besides is the same without it."""
    project.declare("support")
    done = project.run("apply", "--auto-approve", "--no-input", "--debug")
    plain = project.run("pending")
    assert project.run("--debug", "pending") == plain
    lines = [line for line in done.err.splitlines() if ONCE.search(line)]
    assert [line.split()[1] for line in lines] == [call["operation"] for call in cloud.calls()]
    assert all(re.search(r": 200 OK, request [\w-]+, \d+ ms$", line) for line in lines)
    assert NUMBERS["support"][4:] not in done.err


def test_a_file_takes_the_lines(project: Project, cloud: Cloud) -> None:
    """Its owner's alone, appended to, and no code is in it."""
    project.declare("support")
    log = project.root / "requests.log"
    project.environment |= {"RECONCILER_LOG": "debug", "RECONCILER_LOG_PATH": str(log)}
    assert "QueryChatapp" not in project.run("apply", "--auto-approve", "--no-input").err
    assert project.run("verify", "support", given=cloud.code(NUMBERS["support"]) or "").code == 0
    assert log.stat().st_mode & 0o777 == 0o600
    assert [line.split()[1] for line in log.read_text().splitlines()] == [call["operation"] for call in cloud.calls()]
    assert " VerifyCode=******: 200 OK" in ONCE.sub("", log.read_text())


def test_a_log_that_is_full_stops_nothing(project: Project, cloud: Cloud) -> None:
    """The answers are recorded all the same: the message is sent once, and is not in doubt."""
    project.declare("support")
    project.environment |= {"RECONCILER_LOG": "debug", "RECONCILER_LOG_PATH": "/dev/full"}
    done = project.run("apply", "--auto-approve", "--no-input")
    assert (done.code, "error" in done.err, len(cloud.messages())) == (3, False, 1)
    assert "unknown" not in project.run("state", "list").out


def test_where_no_line_can_be_written_nothing_is_called(project: Project, cloud: Cloud) -> None:
    """A folder that is not there is named, and what to do about it."""
    project.declare("support")
    done = project.run("apply", "--auto-approve", RECONCILER_LOG="debug", RECONCILER_LOG_PATH="/nowhere/log")
    assert (done.code, done.out) == (64, "")
    assert done.err.startswith("error[cannot-write] RECONCILER_LOG_PATH cannot be written: No such file or directory\n")
    assert cloud.calls() == []
