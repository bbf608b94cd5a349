"""Where SQLite's locks cannot be trusted is read from the table of mounts, as the kernel writes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.errors import StateError
from reconciler.store.filesystem import network
from reconciler.store.sqlite.journals import open_sqlite

TABLE = """\
22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw,discard,errors=remount-ro
23 22 0:21 / /proc rw,nosuid,nodev,noexec,relatime shared:13 - proc proc rw
61 22 0:52 / /home rw,relatime shared:31 - nfs4 files.example.com:/home rw,vers=4.2,rsize=1048576,hard,proto=tcp
62 61 254:17 / /home/ann/disk rw,relatime shared:33 master:7 propagate_from:2 - ext4 /dev/vdb1 rw
63 22 0:53 / /mnt/team\\040share rw,relatime - cifs //files.example.com/team rw,vers=3.1.1
64 22 0:54 / /mnt/bucket rw,nosuid,nodev,relatime - fuse.s3fs s3fs rw,user_id=0
65 22 0:55 / /mnt/ssh rw,nosuid,nodev,relatime - fuse.sshfs ann@files.example.com:/ rw
66 22 0:56 / /mnt/twice rw,relatime - nfs files.example.com:/twice rw
67 66 0:57 / /mnt/twice rw,relatime - tmpfs tmpfs rw
68 22 0:58 / /mnt/vault rw,nosuid - fuse.gocryptfs vault rw
69 22 0:59 / /mnt/wsl rw - 9p drvfs rw,dirsync,aname=drvfs
70 22 0:60 / /mnt/pool rw - ceph 10.0.0.1:6789:/ rw
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "mountinfo"
    path.write_text(TABLE)
    return path


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/srv/state.db", ""),
        ("/home/ann/state.db", "nfs4"),
        ("/home", "nfs4"),
        ("/homework/state.db", ""),
        ("/home/ann/disk/state.db", ""),
        ("/mnt/team share/acme/state.db", "cifs"),
        ("/mnt/bucket/state.db", "fuse.s3fs"),
        ("/mnt/ssh/state.db", "fuse.sshfs"),
        ("/mnt/twice/state.db", ""),
        ("/mnt/vault/state.db", ""),
        ("/mnt/wsl/state.db", "9p"),
        ("/mnt/pool/a/b/state.db", "ceph"),
    ],
)
def test_the_deepest_and_last_mount_above_a_path_counts(table: Path, path: str, kind: str) -> None:
    """Names that only begin alike are not above; of two mounts at one place the later covers the earlier."""
    assert network(Path(path), table) == kind


@pytest.mark.parametrize("text", ["", "no table at all\n", "1 2\n", "22 1 254:1 / / rw - \n"])
def test_an_unreadable_table_accuses_nobody(tmp_path: Path, text: str) -> None:
    """Where the kind of file system cannot be known, the state is used."""
    (tmp_path / "mountinfo").write_text(text)
    assert network(Path("/srv/state.db"), tmp_path / "mountinfo") == ""
    assert network(Path("/srv/state.db"), tmp_path / "missing") == ""


def test_a_network_file_system_is_refused_unless_a_person_says_otherwise(table: Path) -> None:
    """The refusal names the file, its file system and the option that overrides; nothing is made there."""
    path = Path("/home/ann/state.db")
    with pytest.raises(StateError) as refused:
        open_sqlite(path, mounts=table)
    problem = refused.value.problems[0]
    assert (problem.code, problem.what) == (
        "network-filesystem",
        "/home/ann/state.db is on nfs4, where SQLite cannot be trusted",
    )
    assert problem.mend == "Keep the state on a local disk, or say `reconciler --allow-network-filesystem …`."
    assert open_sqlite(path, network_allowed=True, mounts=table).path == path
    assert not path.exists()
