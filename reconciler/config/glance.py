"""A quick lookup of space ids by name, for commands that read recorded state anyway.

Nothing is validated, and nothing may be decided by it: the journal is checked afterwards.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from reconciler.config import files
from reconciler.config.settings import read_settings
from reconciler.config.text.nodes import empty, text
from reconciler.errors import ConfigError

_TEMPLATE = re.compile(rb"^template:", re.MULTILINE)
_LINE = re.compile(rb"^(space|space_id):[ \t]*([^\s#]+)[ \t]*(?:#.*)?\r?$", re.MULTILINE)


def space_ids(root: Path, environment: str = "") -> dict[str, str]:
    """Name -> space id. Files that are unreadable or of another form are left out, and so is what two files say."""
    said, _ = read_settings(root)
    said = said.environments.get(environment, said)
    paths, _ = files.find(root, said.patterns)
    texts = {path: found for path in paths if (found := _contents(root, path))}
    filled = {path for path, found in texts.items() if _TEMPLATE.search(found)}
    pairs = [*_pairs(found for path, found in texts.items() if path not in filled), *_filled(root, filled)]
    names, ids = Counter(name for name, _ in pairs), Counter(id for _, id in pairs)
    return {name: id for name, id in pairs if names[name] == ids[id] == 1}


def ids_elsewhere(root: Path, environment: str) -> set[str]:
    """Ids of the spaces that the other environments declare."""
    said, _ = read_settings(root)
    return {id for name in said.environments if name != environment for id in space_ids(root, name).values()}


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
    if not paths:
        return
    from reconciler.config.spaces.build import written_spaces
    from reconciler.config.templates.use import Templates

    templates = Templates(root)
    for path in paths:
        for each in written_spaces(root, path, templates):
            name, id = (text(each.block or empty(), key) for key in ("space", "space_id"))
            if name and id:
                yield name, id
