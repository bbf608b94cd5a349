"""Where a database is: libpq's own URLs and variables. The URL is checked before anything of it could be repeated:

a password that is not escaped would be read as a part of the host, which messages name.
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

# What the URL and the variables may say otherwise. A server that follows another one lags: what it tells may be old.
USUAL = {
    "connect_timeout": "5",
    "target_session_attrs": "primary",
    "tcp_user_timeout": "15000",
    "keepalives_idle": "5",
    "keepalives_interval": "5",
    "keepalives_count": "2",
    "fallback_application_name": "reconciler",
}
# As libpq reads it: whatever stands before the first @, unless a / comes first.
NAMED = re.compile("//([^@/]*)@")


def without_password(url: str) -> str:
    """The URL without secrets, which is the same whether or not they were in it."""
    rest = url.partition(":")[2]
    named = NAMED.match(rest)
    head, question, query = (rest[named.end() :] if named else rest).partition("?")
    if "@" in head:
        raise _malformed("`@`, `/` or `:` in the user or the password has to be written as %40, %2F or %3A")
    kept = [pair for pair in query.split("&") if unquote(pair.partition("=")[0]) not in _secrets()]
    user = f"//{named[1].partition(':')[0]}@" if named else ""
    return f"postgres:{user}{head}{question}{'&'.join(kept)}".rstrip("?")


def parameters(url: str, environ: Mapping[str, str]) -> dict[str, Any]:
    """What to connect with: the URL's word counts most, then the variables'."""
    return {**USUAL, **_from(environ), **_parsed(url)}


def _secrets() -> set[str]:
    return {option.keyword.decode() for option in pq.Conninfo.get_defaults() if option.dispchar == b"*"}


def _parsed(url: str) -> Mapping[str, Any]:
    """libpq's own reading; what it finds wrong is not repeated, since that may be a piece of the password."""
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
    """PGPASSWORD, PGPASSFILE, PGSSLMODE and all others that libpq knows."""
    known = {option.envvar.decode(): option.keyword.decode() for option in pq.Conninfo.get_defaults() if option.envvar}
    return {keyword: environ[name] for name, keyword in known.items() if environ.get(name)}
