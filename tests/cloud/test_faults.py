"""What a fault comes to, and how many requests it costs, counted at the socket."""

from __future__ import annotations

import socket
import time
from contextlib import suppress

import pytest

from reconciler.core.answer import Error, NotSent, Ok, Unknown
from reconciler.core.model import Limits
from reconciler.net.http import Auth, Lost, Transport
from tests.cloud.conftest import Client
from tests.cloud.loopback import OK, Server, Turn, answer, closes, hangs, raw

# One operation for each effect class, I twice: metered by Meta or not.
OPERATIONS = {
    "R": "QueryChatappPhoneNumbers",
    "I": "UpdateMessageContact",
    "I metered": "ChatappPhoneNumberRegister",
    "K": "AddChatappPhoneNumber",
    "N": "GetChatappVerifyCode",
    "C": "ChatappVerifyAndRegister",
}
LOST = {"R": 4, "I": 4, "I metered": 1, "K": 1, "N": 1, "C": 1}
THROTTLED = {"R": 8, "I": 8, "I metered": 8, "K": 8, "N": 3, "C": 2}
ONCE = dict.fromkeys(OPERATIONS, 1)
HTML = b"<html>Service unavailable</html>"


def huge(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 52428800\r\n\r\n")
        for _ in range(800):
            connection.sendall(b" " * 65536)


BUSY = {"R": 8, "I": 8, "I metered": 1, "K": 8, "N": 1, "C": 1}
LISTED = "InvalidParameter.PhoneNumberError"


FAULTS: dict[str, tuple[Turn, type, dict[str, int]]] = {
    "success": (OK, Ok, ONCE),
    "success in digits": (answer(Code="0000"), Ok, ONCE),
    "refusal": (answer(400, Code=LISTED), Error, ONCE),
    "refusal within a 200": (answer(Code=LISTED, Success=False), Error, ONCE),
    "refusal that says success": (answer(400, Code=LISTED, Success=True), Unknown, LOST),
    "refusal within a 500": (answer(500, Code=LISTED), Unknown, LOST),
    "unlisted code": (answer(400, Code="PhoneNumber.Whatever"), Unknown, LOST),
    "unlisted code within a 200": (answer(Code="PhoneNumber.Whatever"), Unknown, LOST),
    "unlisted code within a 403": (answer(403, Code="Whatever"), Unknown, LOST),
    "begins like a listed code": (answer(400, Code="ThrottlingButSent"), Unknown, LOST),
    "system error within a 200": (answer(Code="InternalError"), Unknown, LOST),
    "system error in digits": (answer(400, Code="999999"), Unknown, LOST),
    "a number for a code": (answer(400, Code=999999), Unknown, LOST),
    "a list for a code": (answer(400, Code=["Throttling"]), Unknown, LOST),
    "timed out within a 400": (answer(400, Code="RequestTimeout"), Unknown, LOST),
    "success within a 400": (answer(400, Code="OK"), Unknown, LOST),
    "Success false": (answer(Code="OK", Success=False), Unknown, LOST),
    "digits and Success false": (answer(Code="0000", Success=False), Unknown, LOST),
    "in another spelling": (answer(Code="Ok", Success=True), Unknown, LOST),
    "busy": (answer(429, Code="TooManyRequests"), Unknown, BUSY),
    "busy without a code": (raw(429, HTML), Unknown, BUSY),
    "throttled": (answer(400, Code="Throttling.User"), Error, THROTTLED),
    "throttled by the product": (answer(400, Code="System.LimitControl"), Error, THROTTLED),
    "asked to wait for an hour": (answer(400, {"x-acs-retry-after": "3600000"}, Code="Throttling"), Error, ONCE),
    "a copy came first": (answer(400, Code="SignatureNonceUsed"), Unknown, LOST),
    "internal error": (answer(500, Code="InternalError"), Unknown, LOST),
    "HTML and 200": (raw(200, HTML), Unknown, LOST),
    "HTML and 502": (raw(502, HTML), Unknown, LOST),
    "refusal without a code": (answer(404), Unknown, LOST),
    "redirect": (raw(302, b"", location="http://127.0.0.1:1/"), Unknown, LOST),
    "redirect that says OK": (answer(307, {"location": "/elsewhere"}, Code="OK"), Unknown, LOST),
    "redirect that refuses": (answer(307, {"location": "/elsewhere"}, Code="Whatever"), Unknown, LOST),
    "no object": (raw(200, b'["OK"]'), Unknown, LOST),
    "neither yes nor no": (raw(200, b"{}"), Unknown, LOST),
    "answered twice in one": (raw(200, b'{"Code":"OK"}{"Code":"OK"}'), Unknown, LOST),
    "too deep": (raw(200, b"[" * 200_000), Unknown, LOST),
    "UTF-16": (raw(200, '{"Code":"OK"}'.encode("utf-16")), Unknown, LOST),
    "GBK": (raw(200, '{"Code":"OK","Message":"成功"}'.encode("gbk")), Unknown, LOST),
    "compressed though asked not to": (raw(200, b"\x1f\x8b\x08\x00", content_encoding="gzip"), Unknown, LOST),
    "cut short": (raw(200, b'{"Code":"OK"}', content_length="20"), Unknown, LOST),
    "cut within the head": (b"HTTP/1.1 200 OK\r\ncontent-", Unknown, LOST),
    "no HTTP": (b"220 smtp.example ESMTP\r\n", Unknown, LOST),
    "huge": (huge, Unknown, LOST),
    "silence": (hangs, Unknown, LOST),
    "closed after the request": (closes, Unknown, LOST),
}

# A code of one product says nothing in another's answer.
ELSEWHERE = {("throttled by the product", "I"): (Unknown, LOST)}


@pytest.mark.parametrize("effect", OPERATIONS)
@pytest.mark.parametrize("fault", FAULTS)
def test_grid(client: Client, fault: str, effect: str) -> None:
    """Each fault, met by each effect class, gives one kind of answer and costs a known number of requests."""
    turn, *expected = FAULTS[fault]
    kind, requests = ELSEWHERE.get((fault, effect), expected)
    with Server(turn) as server:
        outcome = client(server.url, read_timeout=0.15 if turn is hangs else 10.0).call(OPERATIONS[effect], {})
    assert (type(outcome), len(server.received)) == (kind, requests[effect])


@pytest.mark.parametrize(("effect", "kind", "requests"), [("R", Error, 8), ("I", Error, 8), ("N", Unknown, 1)])
def test_throttled_by_a_503(client: Client, effect: str, kind: type, requests: int) -> None:
    """A 5xx is never believed of what may have acted; what may be done twice goes again."""
    with Server(answer(503, Code="Throttling")) as server:
        outcome = client(server.url).call(OPERATIONS[effect], {})
    assert (type(outcome), len(server.received)) == (kind, requests)


@pytest.mark.parametrize("effect", OPERATIONS)
def test_closed_before_the_request_is_read(client: Client, effect: str) -> None:
    """A connection that was made and then cut is unknown, however early: the request may have been read."""
    with Server(closes, reads=False) as server:
        assert type(client(server.url).call(OPERATIONS[effect], {})) is Unknown
    assert len(server.received) == LOST[effect]


@pytest.mark.parametrize("effect", OPERATIONS)
def test_refused_connection(client: Client, effect: str) -> None:
    """Nobody listening is certainly not sent; a read tries twice more, the rest say so at once."""
    waits: list[float] = []
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    outcome = client(f"http://127.0.0.1:{port}", sleep=waits.append).call(OPERATIONS[effect], {})
    assert (type(outcome), len(waits)) == (NotSent, 2 if effect == "R" else 0)


def test_full_backlog_is_not_sent() -> None:
    """A connection that is not made in time is certainly not sent."""
    transport = Transport(proxies=False, connect=0.2)
    with socket.socket() as deaf, socket.socket() as first, socket.socket() as second:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        for taker in (first, second):
            taker.setblocking(False)
            taker.connect_ex(deaf.getsockname())
        outcome = transport.send(f"http://127.0.0.1:{deaf.getsockname()[1]}/", {}, b"", Auth())
    transport.close()
    assert outcome == Lost("no connection in time", sent=False)


def test_a_huge_answer_is_not_read_to_its_end() -> None:
    """Of fifty megabytes no more than the cap and what the sockets hold is taken."""
    taken: list[int] = []

    def count(connection: socket.socket) -> None:
        with suppress(OSError):
            connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 52428800\r\n\r\n")
            for _ in range(800):
                connection.sendall(b" " * 65536)
                taken.append(65536)

    transport = Transport(proxies=False)
    with Server(count) as server:
        outcome = transport.send(server.url, {}, b"", Auth())
    transport.close()
    assert outcome == Lost("the answer is too large", sent=True)
    assert sum(taken) < 20 << 20


def test_a_dripping_answer_has_an_end() -> None:
    """An answer that trickles, each byte in time, is given up on as a whole."""

    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n")
        for _ in range(100):
            connection.sendall(b" ")
            time.sleep(0.02)

    transport = Transport(proxies=False, whole=0.2)
    with Server(drip) as server:
        outcome = transport.send(server.url, {}, b"", Auth())
    transport.close()
    assert outcome == Lost("no whole answer in time", sent=True)


def test_a_second_answer_is_not_taken_for_the_next_calls(client: Client) -> None:
    """A peer that answers one request twice does not shift the answers of those that follow."""

    def twice(connection: socket.socket) -> None:
        connection.sendall(answer(Code="OK", RequestId="1") + answer(Code="OK", RequestId="stray"))
        connection.recv(65536)

    with Server(twice, answer(Code="OK", RequestId="2")) as server:
        cloud = client(server.url)
        answers = [cloud.call("QueryChatappPhoneNumbers", {}) for _ in range(2)]
    assert [each.request_id for each in answers if isinstance(each, Ok)] == ["1", "2"]


def test_a_redirect_is_not_followed(client: Client) -> None:
    """The place a redirect names is never asked."""
    with Server(OK) as elsewhere, Server(raw(307, b"", location=elsewhere.url)) as server:
        client(server.url).call("GetChatappVerifyCode", {})
    assert (len(server.received), elsewhere.received) == (1, [])


@pytest.mark.parametrize(("name", "kind"), [("\\ud83d\\ude00", Ok), ("\\ud83d", Unknown), ("\\ude00\\ud83d", Unknown)])
def test_half_a_character_is_no_answer(client: Client, name: str, kind: type) -> None:
    """Half of one could be written down nowhere; a whole one may well be spelled as two halves."""
    with Server(raw(200, f'{{"RequestId": "R-1", "Code": "OK", "Name": "{name}"}}'.encode())) as server:
        said = client(server.url).call("GetChatappVerifyCode", {})
    assert type(said) is kind
    assert not isinstance(said, Ok) or said.data["Name"] == "😀"


@pytest.mark.parametrize("operation", ["GetChatappVerifyCode", "ChatappVerifyAndRegister"])
def test_limit_control_may_have_acted(client: Client, operation: str) -> None:
    """Whether `System.LimitControl` means "not done", as in the grid, is a setting, for calls that notify or take a
    code."""
    limits = Limits(calls_per_second=0, throttled_means_not_sent=False)
    with Server(answer(400, Code="System.LimitControl")) as server:
        outcome = client(server.url, limits).call(operation, {})
    assert (type(outcome), len(server.received)) == (Unknown, 1)
