"""A process that is ended by force leaves nothing of its memory: neither a code nor the secret is on disk."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stage.cloud import Cloud, until
from tests.stage.project import APPLY, SUPPORT, Project, finished

ADDRESS, SPEND = "acme/phone_number/support", "ChatappVerifyAndRegister"
CODE = "6-digit code \\(Enter = skip for now\\): "


@pytest.fixture(autouse=True)
def dumps_are_wanted() -> Iterator[None]:
    """Whoever starts it allows them, of any size."""
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_CORE, (soft, hard))


@pytest.mark.parametrize("number", [signal.SIGABRT, signal.SIGSEGV])
def test_no_dump_while_a_code_is_held(project: Project, cloud: Cloud, number: signal.Signals) -> None:
    """The code is being submitted when the process dies: nothing is left of it, and the canary finds none."""
    project.declare("support")
    assert project.run(*APPLY).code == 3
    before = sorted(project.root.rglob("*"))
    cloud.fault(SPEND, "late:5")
    process = project.start("verify", ADDRESS)
    assert process.stdin
    process.stdin.write(cloud.code(SUPPORT).encode() + b"\n")
    process.stdin.flush()
    until(lambda: cloud.calls(SPEND))
    assert "Max core file size        1                    1 " in limits(process.pid)
    process.send_signal(number)
    assert project.end(process).code == -number
    assert not [path for path in sorted(project.root.rglob("*")) if path not in before and "core" in path.name]


def limits(process: int) -> str:
    return Path(f"/proc/{process}/limits").read_text("ascii")


@pytest.mark.parametrize("arguments", [("apply",), ("verify", ADDRESS)], ids=" ".join)
def test_ctrl_backslash_at_a_hidden_prompt_leaves_the_terminal_its_echo(
    project: Project, cloud: Cloud, arguments: tuple[str, ...]
) -> None:
    """It is as Ctrl-C: 130, nothing dumped, the challenge open, and what is typed next is seen."""
    project.declare("support")
    assert project.run(*APPLY).code == 3
    if arguments == ("apply",):
        project.declare("support", "sales")
    person = project.terminal(*arguments)
    if arguments == ("apply",):
        person.expect("Type yes: ")
        person.sendline("yes")
    person.expect(CODE)
    assert not person.getecho()
    os.write(person.child_fd, b"\x1c")
    person.expect("\r\n")
    until(person.getecho)
    assert finished(person) == 130
    assert not list(project.root.glob("core*"))
    assert project.run("verify", ADDRESS, given=cloud.code(SUPPORT)).code == 0
