from __future__ import annotations

from reconciler import __version__
from reconciler.core.answer import Ok
from tests.cloud.conftest import Client
from tests.cloud.loopback import OK, Server, answer


def test_cookies_are_not_sent(client: Client) -> None:
    """What one answer sets does not travel with the next call."""
    with Server(answer(headers={"set_cookie": "a=1; Path=/"}, Code="OK"), OK) as server:
        cloud = client(server.url)
        assert [type(cloud.call("QueryChatappPhoneNumbers", {})) for _ in range(2)] == [Ok, Ok]
    assert [received.headers.get("cookie") for received in server.received] == [None, None]


def test_a_call_says_what_it_needs_and_no_more(client: Client) -> None:
    """Each header has a purpose; the connection serves one request."""
    with Server(OK) as server:
        client(server.url).call("QueryChatappPhoneNumbers", {})
    (received,) = server.received
    assert {name for name in received.headers if not name.startswith("x-acs-")} == {
        *("host", "accept", "accept-encoding", "user-agent", "authorization", "content-length")
    }
    assert received.headers["user-agent"] == f"reconciler/{__version__}"
    assert received.headers["accept-encoding"] == "identity"
