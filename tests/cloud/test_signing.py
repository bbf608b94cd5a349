from __future__ import annotations

import random
from typing import Any
from urllib.parse import parse_qsl

import pytest
from alibabacloud_tea_openapi.utils import Utils
from darabonba.request import DaraRequest

from reconciler.cloud.credentials import Given, Key
from reconciler.cloud.signing import authorization, canonical_query
from tests.cloud.conftest import Client
from tests.cloud.loopback import OK, Received, Server, answer

ALPHABET = "abcXYZ019-_.~ !*'()%+&=/?#@:,;\"\\|<>\t\néß中文数字😀\u200b"


def official(
    method: str, query: dict[str, str], headers: dict[str, str], payload_hash: str, key: str, secret: str
) -> Any:
    request = DaraRequest()
    request.method, request.pathname, request.query, request.headers = method, "/", query, headers
    return Utils.get_authorization(request, "ACS3-HMAC-SHA256", payload_hash, key, secret)


def text(random: random.Random, longest: int = 12) -> str:
    return "".join(random.choices(ALPHABET, k=random.randint(0, longest)))


def test_signs_like_the_official_client() -> None:
    """For 500 requests of any text, form or query, with or without a token, the header equals the official one."""
    rng = random.Random(20)
    for _ in range(500):
        query = {f"Name.{rng.randint(0, 30)}": text(rng) for _ in range(rng.randint(0, 6))}
        headers = {"host": "a.example:81", "x-acs-action": f" {text(rng)} ", "x-acs-date": "2026-11-20T10:31:00Z"}
        if rng.random() < 0.5:
            headers["content-type"] = "application/x-www-form-urlencoded"
        if rng.random() < 0.5:
            headers |= {"x-acs-security-token": text(rng, 200), "x-acs-accesskey-id": "STS.id"}
        payload_hash, secret = rng.randbytes(32).hex(), text(rng, 30)
        ours = authorization("POST", "/", list(query.items()), headers, list(headers), payload_hash, "id", secret)
        assert ours == official("POST", query, headers, payload_hash, "id", secret)


def test_the_query_is_sorted_and_percent_encoded() -> None:
    """Sorted by name; everything but letters, digits and -_.~ is encoded, a space as %20; empty values stay."""
    pairs = [("b", "1 2+3~4/5"), ("a", "é"), ("C", "")]
    assert canonical_query(pairs) == "C=&a=%C3%A9&b=1%202%2B3~4%2F5"


def resigned(received: Received, secret: str) -> Any:
    names = received.headers["authorization"].split("SignedHeaders=")[1].split(",")[0].split(";")
    query = dict(parse_qsl(received.query, keep_blank_values=True))
    headers = {name: received.headers[name] for name in names}
    return official("POST", query, headers, received.headers["x-acs-content-sha256"], "id", secret)


@pytest.mark.parametrize("token", ["", "the-token"])
@pytest.mark.parametrize(
    ("operation", "params", "query", "body"),
    [
        ("QueryChatappPhoneNumbers", {}, "", b""),
        (
            "AddChatappPhoneNumber",
            {"VerifiedName": "Tom & Söhne ~*", "Cc": "86"},
            "Cc=86&VerifiedName=Tom%20%26%20S%C3%B6hne%20~%2A",
            b"",
        ),
        ("GetPreValidatePhoneId", {"PhoneNumber": "861", "VerifyCode": "1"}, "", b"PhoneNumber=861&VerifyCode=1"),
        (
            "UpdateMessageContact",
            {"MessageTypes": ["FaultMessage", "ServiceMessage"], "ContactId": "c", "Title": None},
            "ContactId=c&MessageTypes.1=FaultMessage&MessageTypes.2=ServiceMessage",
            b"",
        ),
        (
            "DeleteMessageContact",
            {"ContactId": "c", "RetainContactInMembers": False},
            "ContactId=c&RetainContactInMembers=false",
            b"",
        ),
        ("ListMessageContacts", {"PageNumber": 2}, "PageNumber=2", b""),
    ],
)
def test_what_is_on_the_wire_is_what_was_signed(
    client: Client, operation: str, params: dict[str, Any], query: str, body: bytes, token: str
) -> None:
    """Parameters travel as the table says, and the official signer agrees with the header that arrives."""
    with Server(OK) as server:
        client(server.url, credentials=Given(Key("id", "s", token))).call(operation, params)
    (received,) = server.received
    assert (received.line.split(" ")[0], received.query, received.body) == ("POST", query, body)
    assert received.headers["authorization"] == resigned(received, "s")
    assert ("content-type" in received.headers) == bool(body)
    assert received.headers.get("x-acs-security-token", "") == token
    assert received.headers.get("x-acs-accesskey-id", "") == ("id" if token else "")
    assert received.headers["x-acs-action"] == operation


def test_each_attempt_has_a_nonce_of_its_own(client: Client) -> None:
    """A repetition is no replay: eight attempts carry eight nonces."""
    with Server(answer(400, Code="Throttling")) as server:
        client(server.url).call("QueryChatappPhoneNumbers", {})
    assert len({received.headers["x-acs-signature-nonce"] for received in server.received}) == 8
