"""The endpoints for tests, the page for people, and the server's own manners."""

from __future__ import annotations

import http.client
import json
import socket
import time
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urlencode

import pytest

from reconciler.errors import CloudError
from reconciler.sandbox import Sandbox
from reconciler.sandbox.people.page import render
from reconciler.sandbox.world import Message
from tests.sandbox import stories
from tests.sandbox.callers import Official, Wire
from tests.sandbox.stories import AT, EMAIL, NUMBER, SPACE

FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("path", "body", "error"),
    [
        ("confirm", {}, "to must be a text, not empty"),
        ("numbers", {"number": "8613800001234", "space": "a", "state": "verified"}, "number must be E.164, such as"),
        ("numbers", {"number": "+8613800001234", "state": "verified"}, "space must be a text, not empty"),
        ("numbers", {"number": "+8613800001234", "state": "lost"}, "state must be verified or unverified or"),
        ("spaces", {"space": "a", "account": "rich"}, "account must be approved or pending or rejected or none"),
        ("clock", {"advance_s": -1}, "advance_s must be a number of seconds, 0 or more"),
        ("clock", {"advance_s": True}, "advance_s must be a number of seconds, 0 or more"),
        ("allow", {"to": EMAIL, "messages": 0}, "messages must be a whole number, 1 or more"),
        ("settings", {"colour": 1}, "no such setting: colour"),
        ("settings", {"code_tries": "3"}, "code_tries must be a int"),
        ("settings", {"stale_reads": 1}, "stale_reads must be a bool"),
        ("reset", [], "the body must be a JSON object"),
    ],
)
def test_a_bad_request_says_what_is_wrong(wire: Wire, path: str, body: object, error: str) -> None:
    """400, with the reason in JSON."""
    status, answer = wire.ask(path, body)
    assert status == 400
    assert answer["error"].startswith(error)


def test_what_is_not_json_is_refused(wire: Wire) -> None:
    """A body that cannot be read changes nothing."""
    assert wire.request("POST", "/_sandbox/reset", {}, b"{")[0] == 400
    assert wire.request("POST", "/_sandbox/reset", {}, b"\xff")[0] == 400


def test_unknown_paths_are_not_found(wire: Wire) -> None:
    """Neither an unknown path nor a known one with another method."""
    assert wire.ask("nothing", {}) == (404, {"error": "there is no POST /_sandbox/nothing"})
    assert wire.request("GET", "/_sandbox/reset", {})[0] == 404


@pytest.mark.parametrize(
    ("state", "status"), [("verified", ("PENDING", "VERIFIED")), ("unverified", ("PENDING", "NOT_VERIFIED"))]
)
def test_a_number_can_be_set_up(call: Official, wire: Wire, state: str, status: tuple[str, str]) -> None:
    """In the space, verified or not, and not registered; setting it up again forgets what it was."""
    wire.tell("numbers", number=f"+{NUMBER}", space="other", state="unverified")
    wire.tell("numbers", number=f"+{NUMBER}", space=SPACE, state=state)
    assert stories.status(call) == status
    assert call("QueryChatappPhoneNumbers", CustSpaceId="other")["PhoneNumbers"] == []


def test_reset_empties_everything(wire: Wire, call: Official) -> None:
    """World, ledger, faults, settings, clock: as at the first start."""
    stories.asked(call, wire)
    wire.tell("settings", code_wrong="A.B", calls_per_second=0)
    wire.tell("faults", operation="*", times=9, fault="throttle")
    assert wire.tell("clock", advance_s=60) == {"offset_s": 60.0}
    assert wire.tell("reset") == {}
    assert wire.see("ledger") == {"calls": [], "messages": 0, "violations": []}
    assert wire.tell("clock", advance_s=60) == {"offset_s": 60.0}
    stories.added(call)
    assert call.refused("ChatappVerifyAndRegister", **AT, VerifyCode="123456") == "VerifyCode.Invalid"


@pytest.mark.parametrize("headers", [{"host": "example.com"}, {"origin": "http://example.com"}, {"origin": "null"}])
def test_other_sites_have_no_say(wire: Wire, headers: dict[str, str]) -> None:
    """A page open in the same browser can neither read the inbox nor tell the sandbox anything."""
    assert wire.request("GET", "/_sandbox/inbox", headers)[0] == 403
    assert wire.request("POST", "/_sandbox/reset", headers, b"{}")[0] == 403


def test_the_page_shows_codes_and_links(sandbox: Sandbox, call: Official, wire: Wire) -> None:
    """A code as it is read out, a link as a button that needs no script and confirms."""
    stories.asked(call, wire)
    id = stories.linked(call)
    page = wire.request("GET", "/", {})[2].decode()
    assert f"<strong>{wire.see('inbox')['messages'][0]['code']}</strong>" in page
    assert page.count("<button>follow the link</button>") == 2
    assert 'id="message-2"' in page
    own = {**FORM, "origin": sandbox.url}
    status, headers, _ = wire.request("POST", "/_sandbox/confirm", own, urlencode({"to": EMAIL}).encode())
    assert (status, headers["location"]) == (303, "/")
    waiting = call("ListMessageContactVerifications", ContactId=id)["ContactVerifications"]
    assert [row["Target"] for row in waiting] == [stories.PHONE]
    after = wire.request("GET", "/", {})[2].decode()
    assert after.count("<button>follow the link</button>") == 1
    assert after.count("a link, which was followed or is no longer valid") == 1


def test_the_page_shows_purchase_codes(wire: Wire) -> None:
    """Of each number that was bought, as the answer to the purchase has it."""
    assert "<p>No numbers were bought yet.</p>" in wire.request("GET", "/", {})[2].decode()
    code = wire.tell("numbers", number=f"+{NUMBER}", state="prevalidated")["purchase_code"]
    page = wire.request("GET", "/", {})[2].decode()
    assert f"<li>purchase code of +{NUMBER}<br><strong>{code}</strong></li>" in page


class _Markup(HTMLParser):
    """Collects the tags, so that markup out of data would show."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)


def test_the_page_escapes_what_it_shows() -> None:
    """Nothing that came from outside turns into markup."""
    hostile = "\"'><script>alert(1)</script>&"
    messages = [Message(hostile, hostile, hostile, code, hostile) for code in (hostile, None)]
    text = render(messages, {hostile}, {hostile: hostile})
    known, shown = _Markup(), _Markup()
    known.feed(render([Message("a", "b", "c", code, "d") for code in ("e", None)], {"a"}, {"a": "b"}))
    shown.feed(text)
    assert shown.tags == known.tags
    assert hostile not in text
    assert unescape(text).count(hostile) == 12


def test_an_empty_inbox_has_a_page(wire: Wire) -> None:
    """It says so, and forbids scripts whatever it holds."""
    status, headers, body = wire.request("GET", "/", {})
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert headers["content-security-policy"].startswith("default-src 'none';")
    assert b"<p>No messages yet.</p>" in body


def test_connections_are_kept_and_answers_leave_at_once(wire: Wire) -> None:
    """Two hundred answers on one connection come without the 40 ms that a delayed acknowledgement costs each."""
    connection = http.client.HTTPConnection(wire.sandbox.url.removeprefix("http://"), timeout=10)
    began = time.monotonic()
    for _ in range(200):
        connection.request("GET", "/_sandbox/inbox")
        assert json.loads(connection.getresponse().read()) == {"messages": []}
    connection.close()
    assert time.monotonic() - began < 6


def test_a_stopped_sandbox_answers_no_more() -> None:
    """Also connections that were kept alive are closed, and the port is free again."""
    sandbox = Sandbox().start()
    host, port = sandbox.url.removeprefix("http://").split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=5)
    connection.request("GET", "/_sandbox/inbox")
    connection.getresponse().read()
    sandbox.stop()
    with pytest.raises((http.client.HTTPException, ConnectionError)):
        connection.request("GET", "/_sandbox/inbox")
        connection.getresponse()
    connection.close()
    with Sandbox(port=int(port)) as again:
        assert again.url == f"http://{host}:{port}"


def test_a_port_that_is_taken() -> None:
    """An error with a name, not a traceback."""
    with Sandbox() as sandbox:
        with pytest.raises(CloudError) as refused:
            Sandbox(port=int(sandbox.url.rpartition(":")[2]))
        assert [problem.code for problem in refused.value.problems] == ["sandbox-port-taken"]


def test_nothing_listens_beyond_loopback(wire: Wire) -> None:
    """The address is loopback's own, whatever other addresses the machine has."""
    host, port = wire.sandbox.url.removeprefix("http://").split(":")
    assert host == "127.0.0.1"
    with socket.socket() as other:
        assert other.connect_ex(("127.0.0.2", int(port))) != 0


def test_nonsense_on_the_wire_is_survived(wire: Wire) -> None:
    """Bytes that are no HTTP, and a body longer than allowed, end that connection and no other."""
    address = ("127.0.0.1", int(wire.sandbox.url.rpartition(":")[2]))
    for nonsense in (b"\x00\x01\r\n\r\n", b"POST / HTTP/1.1\r\ncontent-length: 99999999\r\n\r\n", b"POST / HT"):
        with socket.create_connection(address, timeout=5) as connection:
            connection.sendall(nonsense)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(4096):
                pass
    assert wire.see("inbox") == {"messages": []}
