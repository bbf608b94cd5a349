"""A SQLite file that this process may not write to is read as of one moment, whatever its writers do meanwhile."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

from reconciler.store.sqlite.journals import open_sqlite
from reconciler.store.sqlite.reading import rows

ENTRIES = "SELECT body FROM entries WHERE space = ? ORDER BY serial"
# Opens and closes it for every entry, so that the log comes and goes; the last ones by one connection.
WRITER = """
import sys
from contextlib import closing
from pathlib import Path
from reconciler.store.sqlite.journals import open_sqlite

def append(backend, serial):
    backend.append("s", serial, [f"{serial} " + "x" * 3000])

for serial in range(1, 150):
    with closing(open_sqlite(Path(sys.argv[1]))) as backend:
        append(backend, serial)
with closing(open_sqlite(Path(sys.argv[1]))) as backend:
    for serial in range(150, 300):
        append(backend, serial)
"""


def test_what_is_read_is_of_one_moment(tmp_path: Path) -> None:
    """All entries up to one, in their order; and never fewer than before."""
    path = tmp_path / "state.db"
    with closing(open_sqlite(path)) as backend:
        backend.append("s", 0, ["0 "])
    counts = [1]
    with subprocess.Popen([sys.executable, "-c", WRITER, str(path)]) as writer:
        while writer.poll() is None:
            found = [row[0].partition(" ")[0] for row in rows(path, ENTRIES, ("s",))]
            assert found == [str(serial) for serial in range(len(found))]
            counts.append(len(found))
    assert (writer.returncode, counts) == (0, sorted(counts))
    assert len(rows(path, ENTRIES, ("s",))) == 300
