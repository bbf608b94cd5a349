"""Which space is which, at a glance: for whoever has an address and is about to read what is recorded there anyway.

Nothing is checked and nothing is refused. It must never decide anything: what it says is held against the journal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from reconciler.config import files
from reconciler.config.settings import read_settings
from reconciler.config.text.nodes import empty, text
from reconciler.errors import ConfigError

_TEMPLATE = re.compile(rb"^template:", re.MULTILINE)
_LINE = re.compile(rb"^(space|space_id):[ \t]*([^\s#]+)[ \t]*(?:#.*)?\r?$", re.MULTILINE)


def space_ids(root: Path) -> dict[str, str]:
    """By name. Spaces whose files say it in another way, or cannot be read, are left out."""
    said, _ = read_settings(root)
    paths, _ = files.find(root, said.patterns)
    texts = {path: found for path in paths if (found := _contents(root, path))}
    filled = [path for path, found in texts.items() if _TEMPLATE.search(found)]
    plain = (found for found in texts.values() if not _TEMPLATE.search(found))
    return {**dict(_pairs(plain)), **(dict(_filled(root, filled)) if filled else {})}


def _contents(root: Path, path: Path) -> bytes:
    with suppress(ConfigError):
        return files.contents(root, path)
    return b""


def _pairs(texts: Iterable[bytes]) -> Iterator[tuple[str, str]]:
    for each in texts:
        with suppress(UnicodeDecodeError):
            found = {name: value.decode().strip("\"'") for name, value in _LINE.findall(each)}
            if found.keys() == {b"space", b"space_id"}:
                yield found[b"space"], found[b"space_id"]


def _filled(root: Path, paths: Iterable[Path]) -> Iterator[tuple[str, str]]:
    from reconciler.config.spaces.build import written_spaces
    from reconciler.config.templates.use import Templates

    templates = Templates(root)
    for path in paths:
        for each in written_spaces(root, path, templates):
            name, id = (text(each.block or empty(), key) for key in ("space", "space_id"))
            if name and id:
                yield name, id
