"""Everything that is read back, cut at every byte: refused by name, or what was written; never an empty state."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from reconciler.errors import StateError
from reconciler.store import open_backend
from tests.fuzz.material import SPACE, STATE, Material, material
from tests.fuzz.written import READERS, read_journal, refused

__all__ = ["JOURNAL", "STATE_FILE", "TEXTS", "Worker", "cases"]

# What is cut, and which of how many parts of its bytes.
Case = tuple[str, int, int]

TEXTS, JOURNAL, STATE_FILE = tuple(READERS), "journal", "state file"


def cases(size: int) -> Iterator[Case]:
    return ((what, part, size) for what in (*TEXTS, JOURNAL, STATE_FILE) for part in range(size))


class Worker:
    def __init__(self, folder: Path | None = None) -> None:
        self.material = material(folder or Path(tempfile.mkdtemp(prefix="fuzz-")))
        with self.material.journal(self.material.lines, self.material.snapshot):
            self._file = (self.material.root / STATE).read_bytes()

    def __call__(self, case: Case) -> tuple[Counter[str], list[str]]:
        what, part, parts = case
        length = {JOURNAL: len(self.material.lines[-1]), STATE_FILE: len(self._file)}.get(what)
        text = "" if length is not None else READERS[what][0](self.material)
        cuts = range(part, len(text) if length is None else length, parts)
        return Counter(cuts=len(cuts)), [f"{what} cut at {at}: {wrong}" for at in cuts for wrong in self._cut(what, at)]

    def _cut(self, what: str, at: int) -> Iterator[str]:
        real = self.material
        if what == JOURNAL:  # any entry, as a write that was torn would have left it, and nothing after it
            for place, line in enumerate(real.lines):
                if at < len(line):
                    yield from read_journal(real, [*real.lines[:place], line[:at]], place - 1)
        elif what == STATE_FILE:
            yield from _file_cut(real, self._file[:at])
        else:
            text, read = READERS[what]
            yield from read(real, text(real)[:at])


def _file_cut(real: Material, raw: bytes) -> Iterator[str]:
    path = real.root / "cut.db"
    path.write_bytes(raw)
    try:
        with closing(open_backend("sqlite:cut.db", real.root)) as backend:
            found = backend.spaces(), backend.read(SPACE), backend.history(SPACE)
    except StateError as error:
        yield from refused(error, (StateError,))
    else:
        if found != ([SPACE], (real.snapshot, real.lines), real.lines):
            yield "read as something else"
    if path.read_bytes() != raw:
        yield "reading changed its bytes"
    for left in real.root.glob("cut.db*"):
        left.unlink()
