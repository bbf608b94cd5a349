"""What must not be heard of: codes, numbers, secrets, tokens."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from reconciler.cloud.credentials import Given, Key
from reconciler.core.answer import Error
from tests.cloud.conftest import Client
from tests.cloud.loopback import OK, Server, answer

CALLS = """
import logging, sys
logging.basicConfig(level=1)
from reconciler.cloud.client import Cloud
from reconciler.cloud.credentials import Given, Key
from reconciler.cloud.endpoints import endpoints
from reconciler.core.model import Limits
cloud = Cloud(endpoints(sys.argv[1]), Given(Key("id", "SECRET-1", "TOKEN-1")), Limits(), read_timeout=5)
logging.getLogger("control").debug("the log is on")
for operation in ("ChatappVerifyAndRegister", "GetPreValidatePhoneId"):
    print(type(cloud.call(operation, {"PhoneNumber": "8613800001234", "VerifyCode": "735519"})).__name__)
cloud.close()
"""


@pytest.mark.parametrize("turn", [OK, b"garbage\r\n\r\n", answer(302, {"location": "/735519"})])
def test_the_log_holds_nothing(turn: bytes, tmp_path: Path) -> None:
    """With the root logger wide open, a call leaves no code, number, secret or token in what the process writes."""
    with Server(turn) as server:
        done = subprocess.run([sys.executable, "-c", CALLS, server.url], capture_output=True, text=True, timeout=60)
    assert len(server.received) == 2
    assert done.stdout == ("Ok\n" if turn is OK else "Unknown\n") * 2
    assert done.stderr == "DEBUG:control:the log is on\n"


def test_a_message_that_echoes_what_was_signed_is_redacted(client: Client) -> None:
    """A refusal that quotes the request is carried on without the code, the secret and the token."""
    echo = "signed: VerifyCode=735519 x-acs-security-token:TOKEN-1 SECRET-1 id"
    with Server(answer(400, Code="SignatureDoesNotMatch", Message=echo)) as server:
        cloud = client(server.url, credentials=Given(Key("id", "SECRET-1", "TOKEN-1")))
        outcome = cloud.call("ChatappVerifyAndRegister", {"VerifyCode": "735519"})
    assert isinstance(outcome, Error)
    assert outcome.message == "signed: VerifyCode=****** x-acs-security-token:****** ****** id"


def test_a_key_shows_its_id_only() -> None:
    """However a key is printed, its secret and its token are not."""
    key = Key("id", "SECRET-1", "TOKEN-1")
    assert f"{key} {key!r} {Given(key)}" == "Key(id='id') Key(id='id') Given(key=Key(id='id'))"
