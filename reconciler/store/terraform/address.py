"""Addresses of Terraform's HTTP protocol, from the state's URL and TF_HTTP_* variables. `{space}` is replaced by a
name.

User, password and query are never shown: they may hold secrets.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, unquote, urlsplit, urlunsplit

from reconciler.errors import Problem, StateError
from reconciler.net.loopback import is_loopback

SPACE = "{space}"


@dataclass(frozen=True, slots=True)
class Address:
    """A URL with `{space}` in it.

    url: without user and password.
    shown: also without its query, for messages.
    """

    url: str
    shown: str

    @property
    def is_here(self) -> bool:
        """Whether it is on this machine."""
        return is_loopback(urlsplit(self.url).hostname or "")

    def of(self, name: str, query: str = "") -> str:
        """The URL of a document. query: `key=value` to add, such as a lock's ID."""
        url = self.url.replace(SPACE, quote(name, safe=""))
        return url + ("&" if "?" in url else "?") * bool(query) + query

    def shown_of(self, name: str) -> str:
        """The same for messages."""
        return self.shown.replace(SPACE, quote(name, safe=""))


@dataclass(frozen=True, slots=True)
class Addresses:
    """How to reach the server.

    documents: the documents' address.
    lock: the address that locks.
    unlock: the address that unlocks.
    update_method: to write.
    lock_method: to lock.
    unlock_method: to unlock.
    headers: for authentication.
    """

    documents: Address
    lock: Address
    unlock: Address
    update_method: str
    lock_method: str
    unlock_method: str
    headers: Mapping[str, str]

    @property
    def all(self) -> tuple[Address, ...]:
        """All three addresses."""
        return self.documents, self.lock, self.unlock


def addresses(url: str, environ: Mapping[str, str]) -> Addresses:
    """url: as in `--state`; `http:` alone means TF_HTTP_ADDRESS. Raises StateError."""
    alone = url.partition(":")[2] in ("", "//")
    said, whose = (environ.get("TF_HTTP_ADDRESS", ""), "TF_HTTP_ADDRESS") if alone else (url, "the state's address")
    lock = environ.get("TF_HTTP_LOCK_ADDRESS") or said
    unlock = environ.get("TF_HTTP_UNLOCK_ADDRESS") or lock
    return Addresses(
        _address(said, whose),
        _address(lock, "TF_HTTP_LOCK_ADDRESS"),
        _address(unlock, "TF_HTTP_UNLOCK_ADDRESS"),
        _method(environ, "TF_HTTP_UPDATE_METHOD", "POST"),
        _method(environ, "TF_HTTP_LOCK_METHOD", "LOCK"),
        _method(environ, "TF_HTTP_UNLOCK_METHOD", "UNLOCK"),
        _headers(said, environ),
    )


def _address(said: str, whose: str) -> Address:
    try:
        parts = urlsplit(said)
        parts.port  # noqa: B018 - raises for what is no port
    except ValueError:
        raise _refused(f"{whose} is no URL") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.fragment:
        raise _refused(f"{whose} is no http or https URL")
    if SPACE not in parts.path + parts.query:
        raise _refused(f"{whose} has no {SPACE} in its path: each space is a document of its own")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise _refused(f"{whose} is plain http to another machine")
    bare = parts._replace(netloc=parts.netloc.rpartition("@")[2])
    return Address(urlunsplit(bare), _shown(bare))


def _method(environ: Mapping[str, str], name: str, usual: str) -> str:
    said = environ.get(name) or usual
    if not (said.isascii() and said.isalpha()):
        raise _refused(f"{name} is no method")
    return said


def _shown(parts: SplitResult) -> str:
    return urlunsplit(parts._replace(query="…" if parts.query else ""))


def _headers(url: str, environ: Mapping[str, str]) -> dict[str, str]:
    """Basic authentication with user and password from the URL, otherwise from the environment."""
    parts = urlsplit(url)
    user = unquote(parts.username or "") or environ.get("TF_HTTP_USERNAME", "")
    password = unquote(parts.password or "") or environ.get("TF_HTTP_PASSWORD", "")
    if not user and not password:
        return {}
    pair = base64.b64encode(f"{user}:{password}".encode("utf-8", "surrogateescape"))
    return {"authorization": f"Basic {pair.decode()}"}


def _refused(what: str) -> StateError:
    return StateError(Problem("state-address", what))
