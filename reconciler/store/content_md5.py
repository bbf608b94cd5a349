"""What a write says of itself, so that a server keeps the whole of it or nothing."""

from __future__ import annotations

import base64
import hashlib


def content_md5(body: bytes) -> str:
    """The `Content-MD5` header (RFC 1864) of a body."""
    return base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()
