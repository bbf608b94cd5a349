"""Config files by grammar with every kind of slip, real files mutated, and bytes.

Nothing comes of them but a project or a ConfigError whose every problem has code, place and hint, soon and in little
memory.
"""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from random import Random

from reconciler.config.project import load_project
from reconciler.errors import ERRORS, ConfigError, Problem
from tests.fuzz import grammar
from tests.fuzz.batches import Batch, batches, bounded, tried
from tests.fuzz.hostile import TEXTS

__all__ = ["Worker", "cases"]

SECONDS, MEBIBYTES = 2.0, 512
FOLDER = Path(__file__).parents[2]
REAL = [
    path.read_bytes() for where in ("examples", "tests/config/bad") for path in sorted((FOLDER / where).rglob("*.yaml"))
]
FILES = ("spaces/a.yaml", "spaces/b.yaml", "reconciler.yaml")
PIECES = [
    *(text.encode("utf-8", "surrogatepass") for text in TEXTS),
    *grammar.PIECES,
    b"\xff",
    b"\xfe\xff",
    b"\xc0\x80",
]

cases = batches


class Worker:
    def __init__(self, folder: Path | None = None) -> None:
        bounded(MEBIBYTES)
        self._root = folder or Path(tempfile.mkdtemp(prefix="fuzz-"))
        (self._root / "spaces").mkdir()

    def __call__(self, batch: Batch) -> tuple[Counter[str], list[str]]:
        return tried(partial(attempt, self._root), batch)


def attempt(root: Path, random: Random) -> Iterator[str]:
    files = generated(random)
    for name in FILES:
        (root / name).unlink(missing_ok=True)
    for name, raw in files.items():
        (root / name).write_bytes(raw)
    began = time.process_time()
    yield from _wrong(_said(root), root, files)
    if time.process_time() - began > SECONDS:
        yield f"{time.process_time() - began:.1f} seconds"
    if random.random() < 0.05 and _said(root) != _said(root):
        yield "another answer the second time"


def generated(random: Random) -> Mapping[str, bytes]:
    """60 % by grammar, 30 % mutated real files, 10 % bytes."""
    kind = random.random()
    if kind < 0.6:
        return grammar.files(random)
    name = random.choice(("spaces/a.yaml", "spaces/a.yaml", "reconciler.yaml"))
    raw = _mutated(random) if kind < 0.9 else _bytes(random)
    return {"spaces/b.yaml": grammar.SOUND, name: raw}


def _mutated(random: Random) -> bytes:
    raw = random.choice(REAL)
    for _ in range(random.randint(1, 5)):
        start = random.randint(0, len(raw))
        end = min(len(raw), start + random.choice((0, 1, 2, 30)))
        raw = raw[:start] + random.choice([b"", raw[start:end] * 2, random.choice(PIECES)]) + raw[end:]
    return raw


def _bytes(random: Random) -> bytes:
    length = random.choice((0, 1, 10, 100, 400))
    return b"".join(random.choice(PIECES) if random.random() < 0.1 else random.randbytes(1) for _ in range(length))


def _said(root: Path) -> tuple[Problem, ...]:
    try:
        load_project(root)
    except ConfigError as error:
        return error.problems or (Problem("", "refused without a problem"),)
    return ()


def _wrong(problems: tuple[Problem, ...], root: Path, files: Mapping[str, bytes]) -> Iterator[str]:
    for problem in problems:
        place = problem.place
        if problem.code not in ERRORS or not problem.what or not problem.mend:
            yield f"{problem.code}: without code, text or hint"
        elif place is None or place.line < 1 or place.column < 1:
            yield f"{problem.code}: without a place"
        elif not (root / place.file).exists() or place.line > files.get(place.file, b"").count(b"\n") + 2:
            yield f"{problem.code}: {place} is nowhere"
