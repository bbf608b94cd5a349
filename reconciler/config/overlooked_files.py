"""Files that look like space files but are not read, in a subfolder or with another ending. They are reported,
because their resources would count as removed."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from pathlib import Path, PurePosixPath

from reconciler.config.files import DEFAULT, MOST, Pattern, contents, leaves_root, relative
from reconciler.errors import ConfigError, Place, Problem

_ENDINGS = (".yaml", ".yml", ".json")
_SPACE = re.compile(rb"(?m)(?:^|[{,])\s*[\"']?(?:space_id|template)[\"']?\s*:")


def unread(root: Path, patterns: Sequence[Pattern] | None, read: Collection[Path]) -> Iterator[Problem]:
    """A problem for each such file in the folders of the patterns and below."""
    known = set(read)
    others = [path for path in islice(_beside(root, patterns), 2 * MOST) if path not in known]
    real = {os.path.realpath(path) for path in read} if others else set()
    for path in others:
        if os.path.realpath(path) not in real and _is_a_space(root, path):
            yield Problem(
                "file-not-read", "this file looks like a space's, and is not read", Place(relative(root, path))
            )


def _beside(root: Path, patterns: Sequence[Pattern] | None) -> Iterator[Path]:
    texts = DEFAULT if patterns is None else [text for text, _ in patterns if text.isprintable()]
    for folder in sorted({_folder(text) for text in texts if not leaves_root(text)} - {""}):
        for above, folders, files in os.walk(root / folder):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            shown = (name for name in sorted(files) if not name.startswith("."))
            yield from (Path(above, name) for name in shown if name.lower().endswith(_ENDINGS))


def _folder(pattern: str) -> str:
    """The part of a pattern before any wildcard; "" if that is the whole project, which contains other files."""
    parts = PurePosixPath(pattern).parts[:-1]
    plain = next((at for at, part in enumerate(parts) if any(sign in part for sign in "*?[")), len(parts))
    return "/".join(parts[:plain])


def _is_a_space(root: Path, path: Path) -> bool:
    try:
        return _SPACE.search(contents(root, path)) is not None
    except ConfigError:
        return False
