"""A forge as data: its API's address, its endpoints and the token, all from the environment.

The token never appears in a message or a `repr`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from reconciler.errors import Problem, UsageError
from reconciler.net.loopback import is_loopback

Environ = Mapping[str, str]

_TOKEN = re.compile(r"[\x21-\x7e]{1,4096}")
_NUMBER = re.compile(r"[1-9][0-9]{0,9}")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint.

    method: of HTTP.
    path: below the API's address, with {names} in it.
    reads: it changes nothing, whatever its method.
    """

    method: str
    path: str
    reads: bool = False

    @property
    def repeatable(self) -> bool:
        """Whether calling twice has the same effect as once."""
        return self.reads or self.method != "POST"


@dataclass(frozen=True, slots=True)
class Site:
    """A forge as data.

    forge: its name for people.
    api: the address, without a slash at the end.
    endpoints: by name.
    headers: of every request, with the token.
    place: fills {names} in paths, quoted.
    hints: HTTP status -> how to fix it.
    whose: the repository or project, for people.
    """

    forge: str
    api: str
    endpoints: Mapping[str, Endpoint]
    headers: Mapping[str, str] = field(repr=False)
    place: Mapping[str, str]
    hints: Mapping[int, str]
    whose: str

    def url(self, name: str, query: str, more: Mapping[str, str]) -> str:
        """The URL of an endpoint. more: fills further {names}."""
        path = self.endpoints[name].path.format_map({**self.place, **more})
        # `/graphql` is beside GitHub's REST API, not below it.
        base = self.api.removesuffix("/v3") if name == "viewer" else self.api
        return f"{base}{path}" + (f"?{query}" if query else "")


def setting(environ: Environ, *names: str, form: str) -> str:
    """The first of these variables that is set. Raises UsageError if none is, or its form is wrong."""
    name, value = next(((name, environ[name]) for name in names if environ.get(name)), (names[-1], ""))
    if not re.fullmatch(form, value, re.ASCII):
        what = f"{name} is not set" if not value else f"{name} is not well formed"
        raise UsageError(Problem("forge-setting", what))
    return value


def token(environ: Environ, *names: str) -> str:
    """The first of these variables that is set. Raises UsageError."""
    value = next((environ[name].strip() for name in names if environ.get(name, "").strip()), "")
    if not _TOKEN.fullmatch(value):
        what = f"{' or '.join(names)} holds what is no token" if value else f"{' or '.join(names)} is not set"
        raise UsageError(Problem("forge-token", what))
    return value


def address(environ: Environ, name: str, usual: str = "") -> str:
    """An API's address: https, or http to this machine; without user, query and last slash. Raises UsageError."""
    url = environ.get(name) or usual
    try:
        parts = urlsplit(url)
        safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
        plain = not (parts.query or parts.fragment or "@" in parts.netloc) and parts.port != 0
    except ValueError:
        safe = plain = False
    if not (safe and plain and parts.hostname and re.fullmatch(r"[\x21-\x7e]+", url)):
        what = f"{name} is not the https address of an API, nor http to this machine" if url else f"{name} is not set"
        raise UsageError(Problem("forge-setting", what))
    return url.rstrip("/")


def number(value: str) -> str | None:
    """The number, None if it is not one."""
    return value if _NUMBER.fullmatch(value) else None


def inside(value: Any, path: str) -> Any:
    """The value at a path such as `head.sha` in JSON; None if there is none."""
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def text_at(value: Any, path: str) -> str:
    """The same of a text; "" if there is none."""
    found = inside(value, path)
    return found if isinstance(found, str) else ""


def is_commit(value: object) -> bool:
    """Whether it is a commit's hash in hex."""
    return isinstance(value, str) and re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", value) is not None
