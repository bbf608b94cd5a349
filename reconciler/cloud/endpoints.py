"""Endpoints: the products' documented hosts, or addresses from the command line or the environment.

An address is never read from a configuration file, and plain HTTP is only allowed to this machine.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from reconciler.errors import Problem, UsageError
from reconciler.net.loopback import is_loopback
from reconciler.operations import HOSTS, CloudSite, Product

# A scheme, a host, optionally a port; no user, path, query or other notation.
_URL = re.compile(r"(https?)://(\[::1\]|[a-z0-9.-]+)(:[0-9]{1,5})?/?", re.ASCII)
_NAME = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:[a-z]{2,}|xn--[a-z0-9-]+)", re.ASCII)
_REGION = re.compile(r"[a-z]{2,}(-[a-z0-9]+)+", re.ASCII)


def endpoints(
    value: str | None = None,
    region: str | None = None,
    site: CloudSite = "china",
    own: Mapping[Product, str | None] = {},
) -> dict[Product, str]:
    """Product -> URL without a path. Raises UsageError.

    value: for all products. own: for single products; takes precedence. region: of CAMS. site: the site of the account,
        for the default hosts.
    """
    hosts = dict(HOSTS[site])
    if region:
        hosts["cams"] = f"cams.{_checked_region(region)}.aliyuncs.com"
    said = {product: own.get(product) or value for product in hosts}
    return {product: _checked(url) if (url := said[product]) else f"https://{host}" for product, host in hosts.items()}


def identity(url: str) -> str:
    """An endpoint as journals record it: its host, or `loopback`, because a sandbox's port changes."""
    host = urlsplit(url).hostname or ""
    return "loopback" if is_loopback(host) else host


def identities(urls: Mapping[Product, str]) -> str:
    """The same for all products: the host of CAMS, and another one's if it is not a documented host."""
    cams, other = identity(urls["cams"]), identity(urls["resourcedirectorymaster"])
    documented = {hosts["resourcedirectorymaster"] for hosts in HOSTS.values()}
    return cams if other == cams or other in documented else f"{cams}, {other}"


def _checked(value: str) -> str:
    url = value.strip().lower()
    if not _URL.fullmatch(url):
        raise _refused("an endpoint is a scheme and a host, nothing else", value)
    parts = urlsplit(url)
    host = parts.hostname or ""
    if not is_loopback(host) and not _NAME.fullmatch(host):
        raise _refused("an endpoint's host is a name, or loopback in its plain spelling", value)
    if parts.scheme == "http" and not is_loopback(host):
        raise _refused("an endpoint elsewhere needs https", value)
    if not _valid_port(url):
        raise _refused("an endpoint's port is between 1 and 65535", value)
    return url.removesuffix("/")


def _valid_port(url: str) -> bool:
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


def _checked_region(region: str) -> str:
    if not _REGION.fullmatch(region):
        raise _refused("a region looks like ap-southeast-1", region)
    return region


def _refused(what: str, found: str) -> UsageError:
    # Text before an @ may be a password.
    return UsageError(Problem("endpoint-not-allowed", what, found=found.rpartition("@")[2]))
