"""Which kind of file system a path is on: SQLite's locks cannot be trusted across a network."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")
NETWORK = ("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "gpfs", "fuse.sshfs")
NETWORK_PREFIXES = ("fuse.s3", "fuse.gcs", "fuse.oss", "fuse.rclone", "fuse.glusterfs", "fuse.ceph")


def network(path: Path, mounts: Path = MOUNTS) -> str:
    """The network file system that a path is on, or "" for a local one and where that cannot be known."""
    with contextlib.suppress(OSError):
        kind = _kind(Path(os.path.realpath(path)), mounts.read_text("utf-8", "replace"))
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


def write_whole(path: Path, content: str | bytes) -> None:
    """For its owner's eyes, all of it or nothing of it: a new file takes the old one's place, whatever stood there."""
    import tempfile  # a plan writes nothing

    path.parent.mkdir(parents=True, exist_ok=True)
    number, draft = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def leads_out(root: Path, path: Path) -> bool:
    """Whether a path below root is somewhere else after all, through a link."""
    return not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))


def ignore_all(folder: Path) -> None:
    """What stands there already stays, be it a link or a pipe. Raises OSError."""
    with contextlib.suppress(FileExistsError), (folder / ".gitignore").open("x", encoding="utf-8") as file:
        file.write("*\n")


def keep_out_of_git(folder: Path) -> None:
    """A folder of the program's own holds numbers: nobody commits it by accident. Other folders are their owner's."""
    if folder.name == ".reconciler":
        with contextlib.suppress(OSError):
            ignore_all(folder)
