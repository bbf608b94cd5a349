"""Which kind of file system a path is on: SQLite's locks cannot be trusted across a network."""

from __future__ import annotations

import contextlib
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")
NETWORK = ("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "gpfs", "fuse.sshfs")
NETWORK_PREFIXES = ("fuse.s3", "fuse.gcs", "fuse.oss", "fuse.rclone", "fuse.glusterfs", "fuse.ceph")


def network(path: Path, mounts: Path = MOUNTS) -> str:
    """The network file system that a path is on, or "" for a local one and where that cannot be known."""
    with contextlib.suppress(OSError):
        kind = _kind(path.resolve(), mounts.read_text("utf-8", "replace"))
        return kind if kind in NETWORK or kind.startswith(NETWORK_PREFIXES) else ""
    return ""


def _kind(path: Path, table: str) -> str:
    """Of the mounts above the path the deepest one counts, and of several at one place the last."""
    best, kind = -1, ""
    for line in table.splitlines():
        left, _, right = line.partition(" - ")
        fields = left.split(" ")
        if len(fields) < 6:
            continue  # no row of such a table
        point = Path(fields[4].replace("\\040", " "))
        depth = len(point.parts)
        if path.is_relative_to(point) and depth >= best:
            best, kind = depth, right.split(" ")[0]
    return kind
