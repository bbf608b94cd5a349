"""The one user of httpx: sends one request once and reads no more than a cap of what comes back.

It never follows a redirect, never retries, never decompresses, keeps no cookies, and never shows an address:
query strings hold codes and numbers, so the loggers of httpx and httpcore are shut and every reason is our own.
"""

from __future__ import annotations

import logging
import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass

import httpx

from reconciler import __version__
from reconciler.errors import CloudError, Problem
from reconciler.net import environment

Auth = httpx.Auth

_HEADERS = {"accept": "application/json", "accept-encoding": "identity", "user-agent": f"reconciler/{__version__}"}
CAP = 8 << 20  # a space of 10,000 numbers is listed in one answer of some three million bytes

for _name in ("httpx", "httpcore"):
    # Both log whole URLs. The handler keeps Python's last resort, stderr, from stepping in.
    _logger = logging.getLogger(_name)
    _logger.setLevel(logging.CRITICAL + 1)
    _logger.propagate = False
    _logger.addHandler(logging.NullHandler())

# Raised only before a byte of the request is out. httpx reports a failed name and failed TLS as ConnectError too.
_BEFORE: tuple[tuple[type[httpx.HTTPError], str], ...] = (
    (httpx.ConnectTimeout, "no connection in time"),
    (httpx.PoolTimeout, "no free connection in time"),
    (httpx.ProxyError, "the proxy refused the connection"),
    (httpx.ConnectError, "no connection"),
    (httpx.UnsupportedProtocol, "neither http nor https"),
)
PROXY_ASKS = "the proxy asks for a user and password"
_LASTING = (
    PROXY_ASKS,
    "the request is too long",
    "the answer is too large",
    "neither http nor https",
    "no connection: the certificate",
)
_AFTER: tuple[tuple[type[httpx.HTTPError], str], ...] = (
    (httpx.TimeoutException, "no answer in time"),
    (httpx.NetworkError, "the connection broke"),
    (httpx.ProtocolError, "the answer was cut short or is no HTTP"),
)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, whatever its status. Header names are in lower case; the body is as it came."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Lost:
    """No answer. sent: whether a byte of the request may have left this machine."""

    reason: str
    sent: bool

    @property
    def lasting(self) -> bool:
        """Whether the same would surely end so again."""
        return self.reason.startswith(_LASTING)


class Transport:
    """Connections to one endpoint; safe to share between threads. Times are in seconds.

    A connection serves one request, unless some are kept: a kept one may turn out closed just when a message is sent,
    which would leave that message in doubt, and a peer that answers twice would have its second answer read as the next
    call's.
    """

    def __init__(
        self,
        *,
        proxies: bool,
        tls: bool = True,
        connect: float = 5.0,
        read: float = 30.0,
        whole: float = 60.0,
        cap: int = CAP,
        kept: int = 0,
    ) -> None:
        """proxies: whether the usual proxy variables of the environment count; never for loopback.

        tls: False for plain http, where loading certificates (17 ms) is for nothing; such a one trusts none.
        cap: the most bytes of an answer's body that are read. kept: connections that serve one request after the
        other, for what only reads, and can tell one answer from another.
        """
        self._whole = whole
        self._cap = cap
        try:
            self._client = httpx.Client(
                verify=httpx.create_ssl_context(trust_env=proxies) if tls else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
                trust_env=proxies,
                follow_redirects=False,
                timeout=httpx.Timeout(read, connect=connect, pool=connect),
                limits=httpx.Limits(max_connections=40, max_keepalive_connections=kept),
            )
        except (ImportError, ValueError, OSError, httpx.InvalidURL):
            unclear = Problem("proxy-not-usable", "a proxy of the environment, or an exception from it, cannot be used")
            raise CloudError(*environment.faults() or [unclear]) from None

    def send(
        self, url: str, headers: Mapping[str, str], body: bytes, auth: Auth | None = None, method: str = "POST"
    ) -> Reply | Lost:
        """Send once. Never raises for what the network or the other side does."""
        try:
            # Made here, as nothing of the client's has to be merged in.
            request = httpx.Request(method, url, headers={**_HEADERS, **headers}, content=body)
            with closing(self._client.send(request, auth=auth, stream=True)) as response:
                return self._read(response)
        except httpx.InvalidURL:
            return Lost("the request is too long", sent=False)
        except httpx.HTTPError as failure:
            return _lost(failure)

    def close(self) -> None:
        self._client.close()

    def _read(self, response: httpx.Response) -> Reply | Lost:
        body, deadline = bytearray(), time.monotonic() + self._whole
        for part in response.iter_raw():
            body += part
            if len(body) > self._cap:
                return Lost("the answer is too large", sent=True)
            if time.monotonic() > deadline:
                return Lost("no whole answer in time", sent=True)
        return Reply(response.status_code, dict(response.headers.items()), bytes(body))


def _lost(failure: httpx.HTTPError) -> Lost:
    if isinstance(failure, httpx.ProxyError) and str(failure).startswith("407"):
        return Lost(PROXY_ASKS, sent=False)
    for sent, reasons in ((False, _BEFORE), (True, _AFTER)):
        for kind, reason in reasons:
            if isinstance(failure, kind):
                return Lost(_why(failure) if kind is httpx.ConnectError else reason, sent)
    return Lost("the call failed", sent=True)


def _why(failure: BaseException) -> str:
    """Why there is no connection: what the system or OpenSSL said first of all, which names no address of ours."""
    while first := failure.__cause__ or failure.__context__:
        failure = first
    match failure:
        case socket.gaierror():
            return "no connection: the name is not found"
        case ssl.SSLCertVerificationError():
            return f"no connection: the certificate is not trusted ({failure.verify_message.rstrip('.')})"
        case ssl.SSLError():
            return f"no connection: TLS failed ({(failure.reason or 'cut short').replace('_', ' ').lower()})"
        case ConnectionRefusedError():
            return "no connection: nothing listens at the port"
        case OSError(strerror=str(said)):
            return f"no connection: {said[:1].lower()}{said[1:]}"
    return "no connection"
