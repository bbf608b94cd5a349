"""A body's checksum, so that a server stores all of it or nothing."""

from __future__ import annotations

import base64
import hashlib


def content_md5(body: bytes) -> str:
    """The value of the `Content-MD5` header (RFC 1864)."""
    return base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()
