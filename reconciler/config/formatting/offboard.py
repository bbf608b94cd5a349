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


def offboarded(root: Path, file: str, removed: Mapping[str, str], space: str, environment: str = "") -> str:
    """The file's new text. file: its path below the root. space: its name.

    Raises ConfigError where lines cannot be taken out of the file.
    """
    block, problems = read_document(root, root / file)
    if problems:
        raise ConfigError.of(problems)
    if fills(block):
        hint = _without_template(file, space, environment, "instances" in block)
        raise ConfigError(Problem("offboard-by-hand", "this file fills a template", Place(file), hint=hint))
    text = source.decode(files.contents(root, root / file), file)
    kept = lines_without(text.splitlines(), block, GOES)
    if kept is None:
        what = "its keys are in brackets, so that no line can be taken out"
        raise ConfigError(Problem("offboard-by-hand", what, Place(file)))
    said = [f"  {_quoted(name)}: {todo}" for name, todo in removed.items()]
    head = "\n".join(kept).rstrip()
    end = "\r\n" if "\r\n" in text else "\n"
    return end.join([*head.splitlines(), *(["", "removed:", *said] if said else []), ""])


def _without_template(file: str, space: str, environment: str, one_of_many: bool) -> str:
    """What to do first. A shell empties the file that it writes to before anything is read."""
    chosen = f" --environment {environment}" if environment else ""
    rendered = f"Run `reconciler render {space}{chosen} > {space}.new"
    if not one_of_many:
        return f"{rendered} && mv {space}.new {file}`: the same without the template. Then run this again."
    own = f"{file.rpartition('/')[0] or '.'}/{space}.yaml"
    own = own if own != file else own.replace(".yaml", "-alone.yaml")
    return f"{rendered}`, take {space} out of {file}, run `mv {space}.new {own}`. Then run this again."


def _quoted(name: str) -> str:
    return name if _PLAIN.fullmatch(name) else f'"{name}"'
