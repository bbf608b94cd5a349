"""A quick lookup of space ids by name, for commands that read recorded state anyway.

Nothing is validated, and nothing may be decided by it: the journal is checked afterwards.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from reconciler.config import files
from reconciler.config.settings import read_settings
from reconciler.errors import ConfigError

_LINE = re.compile(rb"^(space|space_id):[ \t]*([^\s#]+)[ \t]*(?:#.*)?\r?$", re.MULTILINE)


def space_ids(root: Path, environment: str = "") -> dict[str, str]:
    """Name -> space id. Files that are unreadable or of another form are left out, and so is what two files say."""
    said, _ = read_settings(root)
    said = said.environments.get(environment, said)
    pairs = list(_pairs(root, files.find(root, said.patterns)[0]))
    names, ids = Counter(name for name, _ in pairs), Counter(id for _, id in pairs)
    return {name: id for name, id in pairs if names[name] == ids[id] == 1}


def _pairs(root: Path, paths: list[Path]) -> Iterator[tuple[str, str]]:
    for path in paths:
        with suppress(ConfigError, UnicodeDecodeError):
            found = {name: text.decode().strip("\"'") for name, text in _LINE.findall(files.contents(root, path))}
            if found.keys() == {b"space", b"space_id"}:
                yield found[b"space"], found[b"space_id"]
