"""The connection parameters of PostgreSQL, from libpq's own URLs and variables.

The URL is checked before any of it can appear in a message: an unescaped password would be read as part of the host.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import psycopg
from psycopg import pq
from psycopg.conninfo import conninfo_to_dict

from reconciler.errors import Problem, StateError

# Defaults; the URL and variables override them. A replica lags, so only the primary is used.
USUAL = {
    "connect_timeout": "5",
    "target_session_attrs": "primary",
    "tcp_user_timeout": "15000",
    "keepalives_idle": "5",
    "keepalives_interval": "5",
    "keepalives_count": "2",
    "fallback_application_name": "reconciler",
}
# The user part, as libpq reads it: up to the first @, unless a / comes first.
NAMED = re.compile("//([^@/]*)@")


def without_password(url: str) -> str:
    """The URL without secrets: equal for URLs that differ only in them."""
    rest = url.partition(":")[2]
    named = NAMED.match(rest)
    head, question, query = (rest[named.end() :] if named else rest).partition("?")
    if "@" in head:
        raise _malformed("`@`, `/` or `:` in the user or the password has to be written as %40, %2F or %3A")
    kept = [pair for pair in query.split("&") if unquote(pair.partition("=")[0]) not in _secrets()]
    user = f"//{named[1].partition(':')[0]}@" if named else ""
    return f"postgres:{user}{head}{question}{'&'.join(kept)}".rstrip("?")


def parameters(url: str, environ: Mapping[str, str]) -> dict[str, Any]:
    """The connection's parameters: the URL's override the environment's. Neither chooses the encoding."""
    return {**USUAL, **_from(environ), **_parsed(url), "client_encoding": "utf8"}


def _secrets() -> set[str]:
    return {option.keyword.decode() for option in pq.Conninfo.get_defaults() if option.dispchar == b"*"}


def _parsed(url: str) -> Mapping[str, Any]:
    """libpq's own parsing; its error is not repeated, because it may contain a piece of the password."""
    try:
        found = conninfo_to_dict(url)
    except psycopg.Error:
        raise _malformed("it is none") from None
    port = str(found.get("port", ""))
    if not re.fullmatch("[0-9,]*", port):
        raise _malformed("its port is no number")
    return found


def _malformed(why: str) -> StateError:
    return StateError(Problem("postgres-url", f"the URL of the state in PostgreSQL cannot be used: {why}"))


def _from(environ: Mapping[str, str]) -> dict[str, str]:
    """From PGPASSWORD, PGPASSFILE, PGSSLMODE and all other variables of libpq."""
    known = {option.envvar.decode(): option.keyword.decode() for option in pq.Conninfo.get_defaults() if option.envvar}
    return {keyword: environ[name] for name, keyword in known.items() if environ.get(name)}
