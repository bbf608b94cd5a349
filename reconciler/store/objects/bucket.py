"""What buckets have in common: the form of the URL, allowed endpoints, and the check for create-only writes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from reconciler.errors import Problem, StateError
from reconciler.net.loopback import is_loopback
from reconciler.net.variables import unfit
from reconciler.store.objects.contract import Objects

# Seconds. The clients do not retry; AskedAgain does. A lease's term must be much longer.
CONNECT_SECONDS, ANSWER_SECONDS = 5, 10
PROBE = "create-only.json"
PROOF = b'{"why": "Creating this object once more must be refused, as it must be for two appends."}\n'
_URL = re.compile(r"[a-z0-9]+://([a-z0-9][a-z0-9._-]{1,62})((?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._=-]+)*)/?")


def bucket_and_prefix(url: str) -> tuple[str, str]:
    """`s3://bucket/a/b` -> bucket, a/b. The error does not repeat the URL, which may hold a credential."""
    match = _URL.fullmatch(url)
    if not match:
        what = "a state in a bucket is written as scheme://BUCKET/PREFIX: letters, digits, dot, dash, underscore, ="
        raise StateError(Problem("bucket-url", what))
    return match[1], match[2].strip("/")


def endpoint(environ: Mapping[str, str], names: Iterable[str]) -> tuple[str, bool]:
    """The URL in the first of these variables, "" for none; and whether it is plain HTTP."""
    for name in names:
        if said := environ.get(name):
            url = said if "://" in said else f"https://{said}"
            return url, _is_plain(name, url)
    return "", False


def _is_plain(name: str, url: str) -> bool:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        raise StateError(Problem("bucket-endpoint", f"{name} is no address of a server"))
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise StateError(Problem("bucket-endpoint", f"{name} names {parts.hostname} without TLS"))
    return parts.scheme == "http"


def check_variables(environ: Mapping[str, str], *names: str) -> None:
    """Raises StateError for values that fit into no request, on which the clients fail in ways of their own."""
    if problems := list(unfit(environ, names, "bucket-variable")):
        raise StateError(*problems)


def check_create_only(objects: Objects) -> None:
    """Creates one object, the same for everybody, twice. Raises StateError if the second creation is not refused."""
    if objects.create(PROBE, PROOF) and objects.create(PROBE, PROOF):
        what = f"{objects.url} created {PROBE} twice: it does not honour create-only writes"
        raise StateError(Problem("state-not-safe", what))
