"""The signature ACS3-HMAC-SHA256, as a pure function and as what httpx calls before it sends.

It never keeps or logs a secret. Each signing takes a fresh nonce and the time of that moment, so an attempt is
never a replay of the one before.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Generator, Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import parse_qsl, quote

from reconciler.cloud.credentials import Key
from reconciler.http import Auth, Request, Response

ALGORITHM = "ACS3-HMAC-SHA256"


def canonical_query(pairs: Sequence[tuple[str, str]]) -> str:
    """Sorted by name, RFC 3986 percent-encoding. Also how queries and forms go on the wire."""
    return "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in sorted(pairs))


def authorization(
    method: str,
    path: str,
    query: Sequence[tuple[str, str]],
    headers: Mapping[str, str],
    signed_headers: Sequence[str],
    payload_hash: str,
    access_key_id: str,
    secret: str,
) -> str:
    """The `authorization` header. Header names are in lower case; payload_hash is the hex SHA-256 of the body."""
    names = sorted(signed_headers)
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in names)
    request = "\n".join((method, path, canonical_query(query), lines, ";".join(names), payload_hash))
    text = f"{ALGORITHM}\n{hashlib.sha256(request.encode()).hexdigest()}"
    signature = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    return f"{ALGORITHM} Credential={access_key_id},SignedHeaders={';'.join(names)},Signature={signature}"


def utc_now() -> datetime:
    return datetime.now(UTC)


class Signer(Auth):
    """Signs a request with one key. Signed are `host`, `content-type` and every `x-acs-*` header."""

    def __init__(self, key: Key, now: Callable[[], datetime] = utc_now) -> None:
        self._key, self._now = key, now

    def auth_flow(self, request: Request) -> Generator[Request, Response, None]:
        headers, key = request.headers, self._key
        payload_hash = hashlib.sha256(request.content).hexdigest()
        headers["x-acs-date"] = self._now().strftime("%Y-%m-%dT%H:%M:%SZ")
        headers["x-acs-signature-nonce"] = secrets.token_hex(16)
        headers["x-acs-content-sha256"] = payload_hash
        if key.token:
            headers["x-acs-security-token"], headers["x-acs-accesskey-id"] = key.token, key.id
        signed = [name for name in headers if name in ("host", "content-type") or name.startswith("x-acs-")]
        pairs = parse_qsl(request.url.query.decode(), keep_blank_values=True)
        headers["authorization"] = authorization(
            request.method, request.url.path, pairs, headers, signed, payload_hash, key.id, key.secret
        )
        yield request
