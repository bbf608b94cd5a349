"""What a person meets at a prompt when others were at work meanwhile: nothing is submitted for another message."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.stage.cloud import until
from tests.stage.places import Where
from tests.stage.project import SALES, SUPPORT, finished
from tests.together.positions import CODE, Scene, call_of_verify

VERIFY = ("verify", "acme/phone_number/support")


@pytest.fixture
def there(scene: Callable[[Where], Scene], tmp_path: Path) -> Scene:
    return scene(Where(f"sqlite:{tmp_path}/place/state.db", tmp_path))


def resent(there: Scene) -> None:
    there.cloud.tell("allow", to=SUPPORT, messages=1)
    assert there.failing(*VERIFY, "--resend").code == 3


def test_a_code_of_an_older_message_is_dropped_and_asked_for_again(there: Scene) -> None:
    """Another message went out while the prompt was open: the code typed is not submitted, and the next one is."""
    there.wait_for_codes()
    person = there.terminal(*VERIFY)
    person.expect(CODE)
    older = there.cloud.code(SUPPORT)
    resent(there)
    person.sendline(older)
    person.expect_exact(
        "error[challenge-changed] acme/phone_number/support waits for another message's code by now; this one was"
    )
    person.expect(CODE)
    assert not there.cloud.calls("ChatappVerifyAndRegister")
    person.sendline(there.cloud.code(SUPPORT))
    person.expect_exact("acme/phone_number/support: ready.")
    assert finished(person) == 0


def test_a_piped_code_belongs_to_the_message_it_was_read_for(there: Scene) -> None:
    """The message was replaced after the look and before the code came: dropped, exit 3, and nothing was submitted."""
    there.wait_for_codes()
    process = there.failing.project.start(*VERIFY)
    until(lambda: len(there.cloud.calls("GetPhoneNumberVerificationStatus")) == 3)  # one before each message
    older = there.cloud.code(SUPPORT)
    resent(there)
    done = there.failing.project.end(process, f"{older}\n")
    assert (done.code, there.cloud.calls("ChatappVerifyAndRegister")) == (3, [])
    assert "error[challenge-changed]" in done.err


def test_what_was_answered_meanwhile_is_ready(there: Scene) -> None:
    """Somebody else was faster: that is said, nothing is submitted a second time, exit 0."""
    there.wait_for_codes()
    person = there.terminal(*VERIFY)
    person.expect(CODE)
    code = there.cloud.code(SUPPORT)
    assert there.failing(*VERIFY, stdin=f"{code}\n").code == 0
    person.sendline(code)
    person.expect_exact("acme/phone_number/support: ready.")
    assert (finished(person), len(there.cloud.calls("ChatappVerifyAndRegister"))) == (0, 1)


def test_what_was_verified_in_the_console_asks_nobody(there: Scene) -> None:
    """The status is read before anybody is asked, without a lease."""
    there.wait_for_codes()
    there.cloud.tell("numbers", number=SUPPORT, space="cams-e2e", state="verified")
    person = there.terminal(*VERIFY)
    person.expect_exact("acme/phone_number/support: ready.")
    assert finished(person) == 0


def test_what_was_parked_meanwhile_takes_no_code(there: Scene) -> None:
    """Three wrong codes came from elsewhere: the right one is not submitted, and the way out is said."""
    there.wait_for_codes()
    person = there.terminal(*VERIFY)
    person.expect(CODE)
    for _ in range(3):
        there.failing(*VERIFY, stdin=f"{there.cloud.wrong(SUPPORT)}\n")
    person.sendline(there.cloud.code(SUPPORT))
    person.expect_exact("error[parked]")
    person.expect_exact("reconciler verify acme/phone_number/support --resend")
    assert (finished(person), len(there.cloud.calls("ChatappVerifyAndRegister"))) == (1, 3)


def test_a_run_that_does_not_end_in_time_is_4(there: Scene) -> None:
    """The prompt says whose run goes on there; when it lasts longer than --lock-wait, nothing was submitted."""
    busy = call_of_verify(there)
    person = there.terminal("verify", "acme/phone_number/sales", "--lock-wait", "300ms")
    when = "[0-9:]{5} \\+00:00, (?:just now|1 min ago),"
    person.expect(f"acme/phone_number/sales waits for the code sent by sms at {when} to \\+8613800001235\\.\r\n")
    person.expect(
        "  acme is held by ann@tower since [^ ]+ \\(verify, run [a-p]+\\): the code is submitted when that has ended"
    )
    person.expect(CODE)
    person.sendline(there.cloud.code(SALES))
    person.expect("error\\[locked\\] acme is held by ann@tower [^;]*; nothing was submitted")
    assert finished(person) == 4
    assert busy.go_on() == 0
    assert len(there.cloud.calls("ChatappVerifyAndRegister")) == 1
