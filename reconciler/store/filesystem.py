"""File systems: which kind a path is on (SQLite's locks are unreliable on a network), and safe writes."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")
NETWORK = ("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "gpfs", "fuse.sshfs")
NETWORK_PREFIXES = ("fuse.s3", "fuse.gcs", "fuse.oss", "fuse.rclone", "fuse.glusterfs", "fuse.ceph")


def network(path: Path, mounts: Path = MOUNTS) -> str:
    """The network file system that a path is on; "" if it is local or unknown."""
    with contextlib.suppress(OSError):
        kind = _kind(Path(os.path.realpath(path)), mounts.read_text("utf-8", "replace"))
        return kind if kind in NETWORK or kind.startswith(NETWORK_PREFIXES) else ""
    return ""


def _kind(path: Path, table: str) -> str:
    """The deepest mount point above the path counts; of several mounts at one point, the last."""
    best, kind = -1, ""
    for line in table.splitlines():
        left, _, right = line.partition(" - ")
        fields = left.split(" ")
        if len(fields) < 6:
            continue  # not a mount
        point = Path(fields[4].replace("\\040", " "))
        depth = len(point.parts)
        if path.is_relative_to(point) and depth >= best:
            best, kind = depth, right.split(" ")[0]
    return kind


def write_whole(path: Path, content: str | bytes, mode: int = 0o600) -> None:
    """Writes a file atomically, readable by its owner only unless `mode` says more. It replaces whatever has that
    name."""
    import tempfile  # slow import, not needed for a plan

    path.parent.mkdir(parents=True, exist_ok=True)
    number, draft = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            os.fchmod(file.fileno(), mode)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def leads_out(root: Path, path: Path) -> bool:
    """Whether a path below root leaves it through a symbolic link."""
    return not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))


def ignore_all(folder: Path) -> None:
    """Adds a .gitignore that ignores everything. An existing one stays. Raises OSError."""
    with contextlib.suppress(FileExistsError), (folder / ".gitignore").open("x", encoding="utf-8") as file:
        file.write("*\n")


def keep_out_of_git(folder: Path) -> None:
    """Excludes a `.reconciler` folder from git, because it holds phone numbers. Other folders are left alone."""
    if folder.name == ".reconciler":
        with contextlib.suppress(OSError):
            ignore_all(folder)
