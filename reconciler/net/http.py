"""Sends one HTTP request, once, and reads the answer up to a limit. The only module that uses httpx.

It never follows redirects, retries, decompresses, or keeps cookies. It never shows an address, because query strings
contain codes and numbers: the loggers of httpx and httpcore are disabled, and every reason is worded here.
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
CAP = 8 << 20  # bytes; a list of 10,000 numbers has about 3 million

for _name in ("httpx", "httpcore"):
    # Both log complete URLs. The handler prevents Python's fallback to stderr.
    _logger = logging.getLogger(_name)
    _logger.setLevel(logging.CRITICAL + 1)
    _logger.propagate = False
    _logger.addHandler(logging.NullHandler())

# Raised only before a byte of the request is sent. Failed name resolution and TLS are ConnectError in httpx.
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
    """An answer with any status.

    status: the HTTP status.
    headers: names in lower case.
    body: as received.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Lost:
    """No answer.

    reason: for people.
    sent: whether a byte of the request may have left this machine.
    """

    reason: str
    sent: bool

    @property
    def lasting(self) -> bool:
        """Whether repeating the request certainly fails again."""
        return self.reason.startswith(_LASTING)


class Transport:
    """Connections to one endpoint. Safe to share between threads. Times are in seconds.

    A connection normally serves one request. A kept connection may be closed by the peer just when a request is sent,
    which leaves that request in doubt; and a second answer from the peer would be read as the next request's.
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
        """proxies: use the environment's proxy variables; never for loopback. tls: False for plain HTTP, where loading
        certificates (17 ms) is unnecessary.

        connect, read, whole: seconds to connect, without a byte, for a complete answer. cap: bytes of a body to read.
        kept: connections to reuse, for reads that can match answers to requests.
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
        """Sends once. Does not raise for anything that the network or the peer does."""
        try:
            # Created directly, because there is nothing to merge from the client.
            request = httpx.Request(method, url, headers={**_HEADERS, **headers}, content=body)
            with closing(self._client.send(request, auth=auth, stream=True)) as response:
                return self._read(response)
        except httpx.InvalidURL:
            return Lost("the request is too long", sent=False)
        except httpx.HTTPError as failure:
            return _lost(failure)

    def close(self) -> None:
        """Closes all connections."""
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
    """Why there is no connection: the original error of the system or OpenSSL, which contains no address of ours."""
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
