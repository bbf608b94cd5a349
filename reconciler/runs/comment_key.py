"""The key of a comment or issue: there is one of them for each key."""

from __future__ import annotations

import re

from reconciler.errors import Problem, UsageError

_KEY = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}(?<!-)")


def key_of(name: str, environment: str | None) -> str:
    """The key where none is given: a name, and the environment's."""
    return "-".join(filter(None, (name, environment)))


def check_key(key: str) -> str:
    """Raises UsageError."""
    if not _KEY.fullmatch(key):
        raise UsageError(Problem("comment-key", "the key is not well formed", found=key))
    return key
