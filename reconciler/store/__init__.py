"""Where journals are kept. A backend is one file and one row of BACKENDS; everything above it is built once.

Nothing in here calls the cloud or knows what entries mean beyond their serial.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path

from reconciler.errors import Problem, StateError
from reconciler.store import encryption
from reconciler.store.backend import Backend, Opening

FILES = ("sqlite", "dir")

# Scheme -> (module with `open_backend(url, place)`, the extra whose packages it needs).
BACKENDS: dict[str, tuple[str, str]] = {
    "sqlite": ("reconciler.store.sqlite.journals", ""),
    "dir": ("reconciler.store.objects.directory", ""),
    "postgres": ("reconciler.store.postgres.journals", "postgres"),
    "postgresql": ("reconciler.store.postgres.journals", "postgres"),
    "s3": ("reconciler.store.objects.s3", "s3"),
    "oss": ("reconciler.store.objects.oss", "oss"),
    "http": ("reconciler.store.terraform.journals", ""),
    "https": ("reconciler.store.terraform.journals", ""),
}


def open_backend(
    url: str,
    root: Path,
    network_allowed: bool = False,
    environ: Mapping[str, str] | None = None,
    keys: encryption.Keys | None = None,
    tell: Callable[[str], object] = str,
) -> encryption.Encrypted:
    """url: `scheme:…`. Files are below root unless the path is absolute, which only flag and environment may say.

    network_allowed: a person said that a file on a network file system may be trusted. environ: where a backend finds
    its credentials. keys: for encryption, those of the environment if None. tell: takes a line for a person while the
    store has trouble. Raises StateError.
    """
    scheme, colon, path = url.partition(":")
    if not colon or scheme not in BACKENDS:
        what = f"state is none of {', '.join(f'{name}:' for name in BACKENDS)}"
        raise StateError(Problem("state-url-unknown", what, found=scheme if colon else None))
    if scheme in FILES and not Path(path).parts:
        raise StateError(Problem("state-url-unknown", "it names no file or folder of its own", found=url))
    keys = encryption.keys(environ or {}, root) if keys is None else keys
    module, extra = BACKENDS[scheme]
    place = Opening(root, network_allowed, environ or {}, tell)
    try:
        backend: Backend = import_module(module).open_backend(url, place)
    except ImportError as missing:
        if not extra or (missing.name or "").startswith("reconciler"):
            raise
        from reconciler.store import extras

        what = f"state in {scheme}: needs {_lacking(missing)}"
        raise StateError(Problem("extra-missing", what, hint=extras.hint(extra))) from None
    return encryption.Encrypted(backend, keys)


def _lacking(missing: ImportError) -> str:
    """A package may be there without what it is built on: psycopg without libpq names none, and says so on a line."""
    return f"the package {missing.name}" if missing.name else f"more: {str(missing).partition('.')[0]}"
