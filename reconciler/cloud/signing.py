"""The signature ACS3-HMAC-SHA256: as a pure function, and as the headers of a call.

Secrets are not kept or logged. Each signature has a new nonce and the current time, so no attempt replays another.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import quote

from reconciler.cloud.credentials import Key

ALGORITHM = "ACS3-HMAC-SHA256"


def canonical_query(pairs: Sequence[tuple[str, str]]) -> str:
    """Sorted by name, percent-encoded by RFC 3986. Queries and forms are sent in this form as well."""
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
    """The `authorization` header. Header names are lower case; payload_hash is the hex SHA-256 of the body."""
    names = sorted(signed_headers)
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in names)
    request = "\n".join((method, path, canonical_query(query), lines, ";".join(names), payload_hash))
    text = f"{ALGORITHM}\n{hashlib.sha256(request.encode()).hexdigest()}"
    signature = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    return f"{ALGORITHM} Credential={access_key_id},SignedHeaders={';'.join(names)},Signature={signature}"


def utc_now() -> datetime:
    """The current time."""
    return datetime.now(UTC)


def signed(
    key: Key,
    host: str,
    query: Sequence[tuple[str, str]],
    headers: Mapping[str, str],
    body: bytes,
    now: Callable[[], datetime] = utc_now,
) -> dict[str, str]:
    """All headers of a signed POST to `/`, with lower-case names and `host`."""
    payload_hash = hashlib.sha256(body).hexdigest()
    said = {
        **headers,
        "host": host,
        "x-acs-date": now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": secrets.token_hex(16),
        "x-acs-content-sha256": payload_hash,
    }
    if key.token:
        said |= {"x-acs-security-token": key.token, "x-acs-accesskey-id": key.id}
    proof = authorization("POST", "/", query, said, list(said), payload_hash, key.id, key.secret)
    return {**said, "authorization": proof}
