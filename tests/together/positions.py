"""Where a first process can be while others work: at each prompt, and in the middle of a call, under the lease."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable
from dataclasses import dataclass

import pexpect

from tests.stage.cloud import Cloud, until
from tests.stage.failing import Failing
from tests.stage.project import APPLY, NUMBERS, SUPPORT

CODE = "6-digit code \\(Enter = skip for now\\): "
WAITING = re.compile(r"acme/phone_number/(\w+) (?:waits for|a code)")


@dataclass(frozen=True)
class Scene:
    failing: Failing
    cloud: Cloud

    def declare(self) -> None:
        self.failing.project.declare("support", "sales")
        self.failing.project.declare_elsewhere("desk")

    def wait_for_codes(self) -> None:
        self.declare()
        assert self.failing(*APPLY, "--space", "acme").code == 3

    def terminal(self, *arguments: str) -> pexpect.spawn:
        """Wide and without colours: what is waited for stands on one line."""
        return self.failing.project.terminal(*arguments, columns=200, NO_COLOR="1")

    def intended(self, operation: str) -> int:
        """How many calls of it were begun."""
        return sum(e["type"] == "intent" and e["operation"] == operation for e in self.failing.entries())


@dataclass(frozen=True)
class Standing:
    """pid: of the process. prompt: it asks a person, and so holds nothing. go_on: to its end; its exit code."""

    pid: int
    prompt: bool
    go_on: Callable[[], int]


def _answering(scene: Scene, person: pexpect.spawn, first: str = "") -> Standing:
    """At a prompt. first: what is typed at this one; at each prompt for a code its code is."""

    def go_on() -> int:
        if first:
            person.sendline(first)
        else:
            _type(scene, person)
        while person.expect([CODE, pexpect.EOF]) == 0:
            _type(scene, person)
        person.close()
        return int(person.exitstatus or 0)

    return Standing(person.pid, True, go_on)


def _type(scene: Scene, person: pexpect.spawn) -> None:
    name = WAITING.findall(person.before)[-1]
    person.sendline(scene.cloud.code(NUMBERS[name]))


def approval(scene: Scene) -> Standing:
    scene.declare()
    person = scene.terminal("apply", "--space", "acme")
    person.expect("Type yes: ")
    return _answering(scene, person, "yes")


def code_of_apply(scene: Scene) -> Standing:
    scene.declare()
    person = scene.terminal("apply", "--space", "acme", "--auto-approve")
    person.expect(CODE)
    return _answering(scene, person)


def code_of_verify(scene: Scene) -> Standing:
    scene.wait_for_codes()
    person = scene.terminal("verify", "acme/phone_number/support")
    person.expect(CODE)
    return _answering(scene, person)


def code_of_another_message(scene: Scene) -> Standing:
    scene.wait_for_codes()
    scene.cloud.tell("allow", to=SUPPORT, messages=1)
    person = scene.terminal("verify", "acme/phone_number/support", "--resend")
    person.expect(CODE)
    return _answering(scene, person)


def address_of_rm(scene: Scene) -> Standing:
    scene.wait_for_codes()
    person = scene.terminal("state", "rm", "acme/phone_number/support")
    person.expect("Address: ")
    return _answering(scene, person, "acme/phone_number/support")


def call_of_apply(scene: Scene) -> Standing:
    scene.declare()
    return _in_a_call(scene, "AddChatappPhoneNumber", 2, "", *APPLY, "--space", "acme")


def call_of_verify(scene: Scene) -> Standing:
    scene.wait_for_codes()
    code = scene.cloud.code(SUPPORT)
    return _in_a_call(scene, "ChatappVerifyAndRegister", 1, code, "verify", "acme/phone_number/support")


def _in_a_call(scene: Scene, operation: str, calls: int, given: str, *arguments: str) -> Standing:
    """Stopped by a signal before any answer came, so that it holds its lease for as long as the others need.

    calls: how many it makes side by side. Once all of them are begun, nothing is being written.
    """
    scene.cloud.fault(operation, "delay:3", calls)
    process = scene.failing.project.start(*arguments)
    assert process.stdin
    process.stdin.write(f"{given}\n".encode())
    process.stdin.flush()
    until(lambda: scene.intended(operation) == calls)
    os.kill(process.pid, signal.SIGSTOP)

    def go_on() -> int:
        os.kill(process.pid, signal.SIGCONT)
        return scene.failing.project.end(process).code

    return Standing(process.pid, False, go_on)


POSITIONS: dict[str, Callable[[Scene], Standing]] = {
    each.__name__: each
    for each in (
        approval,
        code_of_apply,
        code_of_verify,
        code_of_another_message,
        address_of_rm,
        call_of_apply,
        call_of_verify,
    )
}
