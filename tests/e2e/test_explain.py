"""`explain`: what a code, a key or a resource is, whole texts, without a cloud."""

from __future__ import annotations

import pytest

from reconciler.config.reference import FILES, keys
from reconciler.errors import ERRORS
from tests.stage.cloud import Cloud
from tests.stage.project import Project

METHOD = """\
defaults.method, phone_numbers.NAME.method in a space file (text, default `sms`)
  How the verification code reaches the phone.
  Example: `method: sms`
  sms    A text message.
  voice  A call that speaks the code.
"""
BEFORE = """\
acme/phone_number/support
  declared    spaces/acme.yaml:4:3
  recorded    nothing yet

  # acme/phone_number/support will be created
  + phone number +86 138****1234
      onboarding    register
      display_name  Acme support
      method        sms
      locale        en_US
      because       it is new in the YAML
      calls         1. AddChatappPhoneNumber
                    2. GetChatappVerifyCode                   1 sms to +86 138****1234, none if verified already
                    3. ChatappVerifyAndRegister               after the code is typed, not if verified already
                    or ChatappPhoneNumberRegister             if verified without being registered

Messages: at most 1 (1 sms)
"""


@pytest.mark.parametrize("code", ["sms-to-landline", "state-rolled-back", "unknown-answer"])
def test_a_code_is_explained(project: Project, code: str) -> None:
    """With its way out; no project is needed."""
    done = project.run("explain", code)
    shown = " ".join(done.out.split())
    assert (done.code, done.err) == (0, "")
    assert shown == f"{code} {ERRORS[code].summary}. {ERRORS[code].hint}"
    assert max(map(len, done.out.splitlines())) <= 80


def test_a_key_is_explained(project: Project) -> None:
    """By its name, wherever it may stand, or by its path; every key can be asked for."""
    assert project.run("explain", "method").out == METHOD
    one = project.run("explain", "defaults.method").out
    assert one == METHOD.replace("defaults.method, phone_numbers.NAME.method", "defaults.method")
    for key in (key for name in FILES for key in keys(name)):
        assert key.description.split()[0] in project.run("explain", key.path).out


def test_a_resource_is_explained(project: Project, cloud: Cloud) -> None:
    """Where it is declared and what was recorded; what it waits for and how to go on; what comes next and its cost."""
    project.declare("support")
    assert project.run("explain", "support").out == BEFORE
    project.run("apply", "--auto-approve", "--no-input")
    done = project.run("explain", "acme/phone_number/support")
    assert (done.code, done.err) == (0, "")
    waiting = done.out
    assert "\n  recorded    code_requested, " in waiting
    assert "\n  messages    1 sent\n  state       waits for the code sent by sms " in waiting
    assert "\n  continue    reconciler verify acme/phone_number/support\n" in waiting
    assert waiting.endswith("\nMessages: none\n")
    calls = len(cloud.calls())
    assert project.run("explain", "+8613800001234").out == waiting
    assert len(cloud.calls()) == calls


def test_what_is_nothing_is_refused(project: Project) -> None:
    """With what could be given instead, and what it may have meant."""
    project.declare("support")
    done = project.run("explain", "suport")
    assert (done.code, done.out) == (64, "")
    assert done.err == (
        "error[unknown-word] this is no error's code, no key of the YAML, and nothing is declared or recorded under "
        "it\n"
        "  found: suport\n"
        "  hint: Give an error's code, a key of the YAML, or an address from `reconciler state list`.\n"
    )
