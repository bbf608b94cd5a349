"""Searches every byte that a test's commands wrote for what must occur in none: codes, the secret, whole numbers."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.stage.project import Project, Said

# Hashes, ids and longer runs of digits: chance puts the six of some code into these now and then.
_RANDOM = re.compile(
    rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{12,}|[0-9]{7,}", re.IGNORECASE
)
_DECLARED = re.compile(rb'number: "(\+[0-9]+)"|phone: "(\+[0-9]+)"')
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def found(project: Project, codes: Iterable[str], secret: str) -> list[str]:
    """Ends what still runs in a project. What must not be, in all that was ever written or printed there."""
    said = project.close()
    printed = [(f"the output of {' '.join(each.arguments)}", each.text.encode()) for each in said]
    written = list(files(project.root, project.home, project.scratch))
    numbers = {number.decode() for _, data in written for pair in _DECLARED.findall(data) for number in pair if number}
    return [
        *leaks([*printed, *written], codes, secret),
        *(f"a number in the output of {what}" for what in unmasked(said, numbers)),
        *(each.text for each in said if "Traceback" in each.text),
    ]


def spellings(code: str) -> tuple[str, ...]:
    bare = re.sub(r"[^0-9]", "", code)
    return bare, f"{bare[:3]}-{bare[3:]}", f"{bare[:3]} {bare[3:]}", bare.translate(_FULL_WIDTH)


def leaks(written: Iterable[tuple[str, bytes]], codes: Iterable[str], secret: str) -> list[str]:
    """written: (where, bytes). Says where something stands that must stand nowhere; never what."""
    hidden = {spelling.encode() for code in codes for spelling in spellings(code)}
    found = []
    for where, data in written:
        told = _RANDOM.sub(b"#", data)
        if any(spelling in told for spelling in hidden):
            found.append(f"a code in {where}")
        if secret.encode() in data:
            found.append(f"the secret in {where}")
    return found


def unmasked(said: Iterable[Said], numbers: Iterable[str]) -> list[str]:
    """Commands that showed a number in full and were not asked to."""
    wanted = [number.removeprefix("+") for number in numbers]
    rest = [each for each in said if not each.whole]
    return [" ".join(each.arguments) for each in rest if any(number in _digits(each.text) for number in wanted)]


def _digits(text: str) -> str:
    """Grouped numbers pulled together."""
    return re.sub(r"(?<=[0-9])[ -](?=[0-9])", "", text)


def files(*folders: Path) -> Iterator[tuple[str, bytes]]:
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield str(path), _opened(path.read_bytes())


def _opened(raw: bytes) -> bytes:
    """What is compressed hides nothing."""
    if not raw.startswith(b"\x1f\x8b"):
        return raw
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)  # as far as it goes: some are cut on purpose
    return unpacker.decompress(raw, 64 << 20)
