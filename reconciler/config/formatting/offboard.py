"""A space file that declares nothing any more, and says of each recorded resource what becomes of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from reconciler.config import files
from reconciler.config.document import read_document
from reconciler.config.formatting.moves import lines_without
from reconciler.config.templates.use import fills
from reconciler.config.text import source
from reconciler.errors import ConfigError, Place, Problem

GOES = ("account_callback", "defaults", "phone_numbers", "contacts", "moved", "removed", "import")
_PLAIN = re.compile("(?!(?:y|n|yes|no|on|off|true|false|null)$)[a-z][a-z0-9._-]*")


def offboarded(root: Path, file: str, removed: Mapping[str, str]) -> str:
    """The file's new text. file: its path below the root. Raises ConfigError where lines cannot be taken out of it."""
    block, problems = read_document(root, root / file)
    if problems:
        raise ConfigError.of(problems)
    if fills(block):
        hint = "Put what `reconciler render` prints of it in its place, then run this again."
        raise ConfigError(Problem("offboard-by-hand", "this file fills a template", Place(file), hint=hint))
    text = source.decode(files.contents(root, root / file), file)
    kept = lines_without(text.splitlines(), block, GOES)
    if kept is None:
        what = "its keys are in brackets, so that no line can be taken out"
        raise ConfigError(Problem("offboard-by-hand", what, Place(file)))
    said = [f"  {_quoted(name)}: {todo}" for name, todo in removed.items()]
    head = "\n".join(kept).rstrip()
    return "\n".join([head, *(["", "removed:", *said] if said else []), ""])


def _quoted(name: str) -> str:
    return name if _PLAIN.fullmatch(name) else f'"{name}"'
