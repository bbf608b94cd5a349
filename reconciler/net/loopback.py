"""Which hosts are this machine: what is sent there in the clear is sent to nobody else."""

from __future__ import annotations

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """Whether this is loopback in its plain spelling; `127.1`, `0x7f.1` and the like are not."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
