from __future__ import annotations

import pytest

from reconciler.core.answer import Ok
from reconciler.errors import CloudError
from reconciler.net.http import Auth, Lost, Transport
from tests.cloud.conftest import Client
from tests.cloud.loopback import OK, Server, raw


@pytest.mark.parametrize(
    ("status", "why"), [(403, "the proxy refused the connection"), (407, "the proxy asks for a user and password")]
)
def test_a_proxy_that_refuses_is_not_sent(monkeypatch: pytest.MonkeyPatch, status: int, why: str) -> None:
    """Calls elsewhere go through the environment's proxy; when it refuses the tunnel, nothing was sent."""
    with Server(raw(status, b"")) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        transport = Transport(proxies=True)
        outcome = transport.send("https://cams.example.com/?VerifyCode=735519", {}, b"", Auth())
        transport.close()
    assert outcome == Lost(why, sent=False)
    assert [received.line for received in proxy.received] == ["CONNECT cams.example.com:443 HTTP/1.1"]


def test_loopback_goes_through_no_proxy(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the environment says, a call to this machine goes straight there."""
    with Server(OK) as proxy, Server(OK) as server:
        for name in ("HTTP_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        assert type(client(server.url).call("GetChatappVerifyCode", {})) is Ok
    assert (len(server.received), proxy.received) == (1, [])


@pytest.mark.parametrize("proxy", ["socks5://user:PASSWORD@127.0.0.1:1", "gopher://PASSWORD@a.example", "::PASSWORD"])
def test_a_proxy_that_cannot_be_used(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy of another kind is one clear problem, and its address, which may hold a password, is not shown."""
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(CloudError) as caught:
        Transport(proxies=True)
    (problem,) = caught.value.problems
    assert (problem.code, "PASSWORD" in f"{problem}") == ("proxy-not-usable", False)
    assert caught.value.__suppress_context__
