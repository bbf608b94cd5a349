"""Where journals are kept. A backend is one file and one row of SCHEMES; everything above it is built once.

Nothing in here calls the cloud or knows what entries mean beyond their serial.
"""

from __future__ import annotations

from pathlib import Path

from reconciler.errors import Problem, StateError
from reconciler.store.backend import Backend
from reconciler.store.sqlite import open_sqlite

SCHEMES = {"sqlite": open_sqlite}


def open_backend(url: str, root: Path, network_allowed: bool = False) -> Backend:
    """url: `scheme:path`; a path is below root unless it is absolute, which only flag and environment may say.

    network_allowed: a person said that a file on a network file system may be trusted.
    """
    scheme, colon, rest = url.partition(":")
    if not colon or scheme not in SCHEMES:
        raise StateError(Problem("state-url-unknown", f"state `{url}` is none of: {', '.join(SCHEMES)}"))
    return SCHEMES[scheme](root / rest, network_allowed)
