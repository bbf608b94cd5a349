"""One configuration file, from its bytes to its top-level mapping."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from reconciler.config import files
from reconciler.config.text import fast_yaml, source
from reconciler.config.text.nodes import Block, Items
from reconciler.config.text.unfilled import NULLS, may_hold, unfilled
from reconciler.errors import ConfigError, Place, Problem


def read_document(root: Path, path: Path) -> tuple[Block, list[Problem]]:
    """The file's mapping, and the problems of its YAML. Raises ConfigError if there is no mapping."""
    file = files.relative(root, path)
    text = source.decode(files.contents(root, path), file)
    if plainly := fast_yaml.parse_lines(text):
        return plainly, list(_left(plainly, file)) if may_hold(text) else []
    from reconciler.config.text.reader import parse_yaml  # imports yaml, which takes 9 ms

    node, problems, begins = parse_yaml(text, file)
    if isinstance(node, Block) and node:
        return node, [*problems, *_left(node, file)]
    if (isinstance(node, str) and node not in NULLS) or (isinstance(node, Items) and node):
        problems.append(Problem("not-a-mapping", "the file holds a text or a list, not `key: value`", begins))
    if not problems:
        problems.append(Problem("file-empty", "the file declares nothing", Place(file)))
    raise ConfigError(*problems)


def _left(node: Block, file: str) -> Iterator[Problem]:
    """A template, and a file that fills one, hold placeholders that are still to be filled in."""
    return unfilled(node, file, placeholders="parameters" in node or "template" in node)
