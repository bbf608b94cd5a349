"""Environment variables that make connections impossible, or lead them elsewhere: proxies, certificates, a TLS key log.

faults() is called when a client could not be created, to name the variable at fault. A proxy's address is never shown,
because it may contain a password.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from reconciler.errors import Problem


def faults(environ: Mapping[str, str] = os.environ) -> list[Problem]:
    """A problem for each variable that cannot be used."""
    return [*_key_log(environ), *_certificates(environ), *_proxies(environ), *_exceptions(environ)]


def plain_directly() -> None:
    """From now on no proxy is asked in plain text. This program asks only a machine's own metadata so, for keys, which
    its libraries would let pass any proxy."""
    for name in ("HTTP_PROXY", "http_proxy"):
        os.environ.pop(name, None)
    for every, tls in (("ALL_PROXY", "HTTPS_PROXY"), ("all_proxy", "https_proxy")):
        if proxy := os.environ.pop(every, ""):
            os.environ.setdefault(tls, proxy)


def _key_log(environ: Mapping[str, str]) -> Iterator[Problem]:
    if path := environ.get("SSLKEYLOGFILE"):
        try:
            Path(path).open("a").close()
        except OSError as error:
            yield Problem("key-log-not-usable", f"SSLKEYLOGFILE: {error.strerror}", found=path)


def _certificates(environ: Mapping[str, str]) -> Iterator[Problem]:
    if file := environ.get("SSL_CERT_FILE"):
        import ssl  # slow

        try:
            ssl.create_default_context(cafile=file)
        except ssl.SSLError:
            yield Problem("certificates-not-usable", "SSL_CERT_FILE names what holds no certificates", found=file)
        except OSError as error:
            yield Problem("certificates-not-usable", f"SSL_CERT_FILE: {error.strerror}", found=file)


def _proxies(environ: Mapping[str, str]) -> Iterator[Problem]:
    for name in _said(environ, "https_proxy", "http_proxy", "all_proxy"):
        scheme, there, _ = environ[name].partition("://")
        if there and scheme.lower() not in ("http", "https"):
            yield Problem("proxy-not-usable", f"{name} names a proxy that cannot be used")


def _exceptions(environ: Mapping[str, str]) -> Iterator[Problem]:
    for name in _said(environ, "no_proxy"):
        for entry in map(str.strip, environ[name].split(",")):
            if entry.startswith("[") or ("/" in entry and entry.count(":") > 1):
                yield Problem("no-proxy-not-usable", f"{name} has an entry that cannot be used", found=entry)


def _said(environ: Mapping[str, str], *lower: str) -> Iterator[str]:
    """The names of variables that are set; lower case takes precedence."""
    yield from (name for each in lower if environ.get(name := each if environ.get(each) else each.upper()))
