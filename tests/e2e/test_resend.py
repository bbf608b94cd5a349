"""One more message, and tries that are left: told where they matter, as a whole line."""

from __future__ import annotations

import re

from tests.stage.cloud import Cloud
from tests.stage.project import APPLY, SUPPORT, Project

ADDRESS, TOM = "acme/phone_number/support", "acme/contact/tom"
CONTACT = "contacts: {tom: {email: tom@example.com, title: CEO, message_types: [FaultMessage]}}\n"


def timeless(text: str) -> str:
    return re.sub("[0-9]{2}:[0-9]{2}(?![0-9:])", "TIME", text)


def test_resend_says_that_a_message_went_out_and_what_of_the_older_code(project: Project, cloud: Cloud) -> None:
    """For a code and for links: which message it is, and that an older answer may count no more."""
    project.declare("support", extra=CONTACT)
    assert project.run(*APPLY).code == 3
    for to in (SUPPORT, "tom@example.com"):
        cloud.tell("allow", to=to, messages=1)
    done = project.run("verify", ADDRESS, "--resend")
    assert (done.code, timeless(done.out)) == (
        3,
        f"{ADDRESS}: waits for the code sent by sms at TIME UTC to +86 138****1234.\n",
    )
    assert done.err == (
        f"{ADDRESS}: one more message was sent, 2 in all. "
        "An older code may not be accepted any more: use the newest code.\n"
        f"To continue: reconciler verify {ADDRESS}\n"
    )
    links = project.run("verify", TOM, "--resend")
    assert links.err == (
        f"{TOM}: one more message was sent, 2 in all. Older links may not be accepted any more: use the newest links.\n"
        f"To continue: reconciler verify {TOM}\n"
    )


def test_a_resend_that_is_refused_claims_no_message(project: Project, cloud: Cloud) -> None:
    """What the cloud did not send is not said to have been sent."""
    project.declare("support")
    assert project.run(*APPLY).code == 3
    cloud.fault("GetChatappVerifyCode", "error:SendValidateCodeExceedsLimitForAccount")
    done = project.run("verify", ADDRESS, "--resend")
    assert "one more message" not in done.err + done.out
    assert len(cloud.messages()) == 1


def test_tries_that_are_left_are_shown(project: Project, cloud: Cloud) -> None:
    """By verify and by pending, from the first wrong code on; a new message gives all of them back."""
    project.declare("support")
    assert project.run(*APPLY).code == 3
    waits = f"{ADDRESS}: waits for the code sent by sms at TIME UTC to +86 138****1234"
    for left in ("; 2 of 3 tries left", "; 1 of 3 tries left"):
        done = project.run("verify", ADDRESS, given=cloud.wrong(SUPPORT))
        assert (done.code, timeless(done.out)) == (1, f"{waits}{left}.\n")
        assert timeless(project.run("pending").out).splitlines()[0] == f"{waits}{left}"
    cloud.tell("allow", to=SUPPORT, messages=1)
    assert timeless(project.run("verify", ADDRESS, "--resend").out) == f"{waits}.\n"
