"""Where journals are kept. A backend is one module and one row of BACKENDS; everything above it exists once.

Nothing here calls the cloud, or knows more of an entry than its serial.
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
    """Opens the backend of a URL, with encryption. Raises StateError.

    url: `scheme:…`. A file is relative to root; only options and environment variables may give absolute paths.
        network_allowed: a person accepts a network file system. environ: has the credentials. keys: for encryption,
        None for those of the environment. tell: called with a line for people while the store has trouble.
    """
    scheme = _checked_scheme(url)
    keys = encryption.keys(environ or {}, root) if keys is None else keys
    module, extra = BACKENDS[scheme]
    place = Opening(root, network_allowed, environ or {}, tell, keys)
    try:
        backend: Backend = import_module(module).open_backend(url, place)
    except ImportError as missing:
        if not extra or (missing.name or "").startswith("reconciler"):
            raise
        from reconciler.store import extras

        what = f"state in {scheme}: needs {_lacking(missing)}"
        raise StateError(Problem("extra-missing", what, hint=extras.hint(extra))) from None
    return encryption.Encrypted(backend, keys)


def _checked_scheme(url: str) -> str:
    """Raises StateError where the URL names no state, or one that was not meant."""
    scheme, colon, path = url.partition(":")
    if not colon or scheme not in BACKENDS:
        what = f"state is none of {', '.join(f'{name}:' for name in BACKENDS)}"
        raise StateError(Problem("state-url-unknown", what, found=scheme if colon else None))
    if url != url.strip():  # a file of this name would be another one, and empty
        what = "its URL begins or ends with a blank or a line break"
        raise StateError(Problem("state-url-unknown", what, hint="Set it with `printf %s`, without the line break."))
    if scheme in FILES and path.startswith("~"):  # a shell fills it in for a variable, but not after --state
        hint = "Write the whole path, or $HOME in its place."
        raise StateError(Problem("state-url-unknown", "~ is no folder here", found=url, hint=hint))
    if scheme in FILES and not Path(path).parts:
        raise StateError(Problem("state-url-unknown", "it names no file or folder of its own", found=url))
    return scheme


def _lacking(missing: ImportError) -> str:
    """A package may lack its own dependencies: psycopg without libpq names no module, only a message."""
    return f"the package {missing.name}" if missing.name else f"more: {str(missing).partition('.')[0]}"
