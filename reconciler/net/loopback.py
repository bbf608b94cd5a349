"""Hosts that are this machine, to which plain HTTP is allowed."""

from __future__ import annotations

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """Whether a host is loopback in its usual spelling; `127.1`, `0x7f.1` and the like are not."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
