"""AssumeRoleWithOIDC and the keys it gives out, as the documentation has them."""

from __future__ import annotations

import calendar
import time
from contextlib import closing
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from reconciler.cloud.client import Cloud
from reconciler.cloud.credentials import Given, Key
from reconciler.core.answer import Answer, Error, Ok
from reconciler.core.model import Limits
from reconciler.sandbox import Sandbox
from tests.sandbox.callers import Wire
from tests.stage.servers.identity import ISSUER, SECRET, Tokens

ROLE, PROVIDER = "acs:ram::1234567890123456:role/r", "acs:ram::1234567890123456:oidc-provider/p"
TRUST = {
    "role": ROLE,
    "provider": PROVIDER,
    "issuer": ISSUER,
    "audience": "sts.aliyuncs.com",
    "subject": Tokens().subject,
    "secret": SECRET,
}


def assume(sandbox: Sandbox, token: str = "", **changed: str) -> tuple[int, dict[str, Any]]:
    given = {
        "Action": "AssumeRoleWithOIDC",
        "Version": "2015-04-01",
        "RoleArn": ROLE,
        "OIDCProviderArn": PROVIDER,
        "OIDCToken": token or Tokens().token("sts.aliyuncs.com"),
        "RoleSessionName": "a",
        **changed,
    }
    told = httpx.get(f"{sandbox.url}/?{urlencode(given)}")
    document: dict[str, Any] = told.json()
    return told.status_code, document


def key(sandbox: Sandbox, **changed: str) -> Key:
    status, document = assume(sandbox, **changed)
    assert status == 200, document
    found = document["Credentials"]
    return Key(found["AccessKeyId"], found["AccessKeySecret"], found["SecurityToken"])


def called(sandbox: Sandbox, signs: Key) -> Answer:
    """What a read comes to that is signed with this key."""
    with closing(Cloud({"cams": sandbox.url}, Given(signs), Limits())) as cloud:
        return cloud.call("QueryChatappPhoneNumbers", {"CustSpaceId": "cams-a"})


FAIL = "AuthenticationFail"


@pytest.mark.parametrize(
    ("tokens", "changed", "status", "code"),
    [
        (Tokens(), {"RoleArn": f"{ROLE}x"}, 401, f"{FAIL}.NoPermission"),
        (Tokens(), {"OIDCProviderArn": f"{PROVIDER}x"}, 401, f"{FAIL}.NoPermission"),
        (Tokens(subject="repo:acme/phones:pull_request"), {}, 401, f"{FAIL}.NoPermission"),
        (Tokens(lasts_s=-1), {}, 401, f"{FAIL}.OIDCToken.Expired"),
        (Tokens(), {"audience": "sts.amazonaws.com"}, 401, f"{FAIL}.OIDCToken.AudienceNotMatch"),
        (Tokens(), {"cut": "4"}, 401, f"{FAIL}.OIDCToken.InvalidSignature"),
        (Tokens(), {"OIDCToken": "no token"}, 401, f"{FAIL}.OIDCToken.Invalid"),
        (Tokens(), {"DurationSeconds": "60"}, 400, "InvalidParameter.DurationSeconds"),
    ],
)
def test_what_is_not_trusted_gets_no_key(
    sandbox: Sandbox, wire: Wire, tokens: Tokens, changed: dict[str, str], status: int, code: str
) -> None:
    """Each with its code; no session is made."""
    wire.ask("roles", TRUST)
    call = dict(changed)
    token = tokens.token(call.pop("audience", "sts.aliyuncs.com"))  # made now: it lasts five minutes
    got, document = assume(sandbox, token[: len(token) - int(call.pop("cut", "0"))], **call)
    assert (got, document["Code"]) == (status, code)
    assert httpx.get(f"{sandbox.url}/_sandbox/sessions").json()["sessions"] == []


def test_the_answer_is_the_documented_one(sandbox: Sandbox, wire: Wire) -> None:
    """Keys with an expiry in the documented form, and who is who."""
    wire.ask("roles", TRUST)
    _, document = assume(sandbox, DurationSeconds="900")
    assert {"RequestId", "Credentials", "OIDCTokenInfo", "AssumedRoleUser"} <= set(document)
    expires = time.strptime(document["Credentials"]["Expiration"], "%Y-%m-%dT%H:%M:%SZ")
    assert abs(calendar.timegm(expires) - time.time() - 900) < 120


@pytest.mark.parametrize(("lasts_s", "token", "code"), [(60, "x", "MismatchWithAccessKey"), (0.01, "", "Expired")])
def test_keys_without_their_token_or_time_are_refused(
    sandbox: Sandbox, wire: Wire, lasts_s: float, token: str, code: str
) -> None:
    """A call is let in by all three together, until they expire."""
    wire.ask("roles", {**TRUST, "lasts_s": lasts_s})
    good = key(sandbox)
    time.sleep(lasts_s if lasts_s < 1 else 0)
    answer = called(sandbox, Key(good.id, good.secret, token or good.token))
    assert isinstance(answer, Error)
    assert answer.code == f"InvalidSecurityToken.{code}"


def test_a_reset_revokes_all_keys(sandbox: Sandbox, wire: Wire) -> None:
    """As does a restart."""
    wire.ask("roles", TRUST)
    good = key(sandbox)
    assert isinstance(called(sandbox, good), Ok)
    wire.ask("reset", {})
    answer = called(sandbox, good)
    assert isinstance(answer, Error)
    assert answer.code == "InvalidAccessKeyId.NotFound"
