"""The files of a project as `fmt` would have them."""

from __future__ import annotations

from pathlib import Path

from reconciler.config import files, settings
from reconciler.config.document import read_document
from reconciler.config.schema import load_schema
from reconciler.config.spaces.build import written_spaces
from reconciler.config.templates.template import PARAMETERS
from reconciler.config.templates.use import Templates, fills
from reconciler.config.text import source
from reconciler.config.text.nodes import Block
from reconciler.errors import ConfigError, Place, Problem


def all_files(root: Path) -> list[Path]:
    """reconciler.yaml, the space files, and the templates that they fill."""
    said, _ = settings.read_settings(root)
    spaces = sorted({path for one in said.sets for path in files.find(root, one.patterns)[0]})
    templates = Templates(root)
    for path in spaces:
        list(written_spaces(root, path, templates))
    own = [root / files.SETTINGS] if (root / files.SETTINGS).exists() else []
    return [*own, *spaces, *sorted(templates.files - set(spaces))]


def formatted(root: Path, path: Path) -> tuple[str, str]:
    """What a file holds, and what it would hold. Raises ConfigError where it is no YAML that is read here."""
    from reconciler.config.formatting.pretty import pretty

    file = files.relative(root, path)
    block, problems = read_document(root, path)
    if problems:
        raise ConfigError.of(problems)
    text = source.decode(files.contents(root, path), file)
    made = pretty(text, load_schema(_schema(root, path, block)))
    if made is None:
        raise ConfigError(Problem("not-formatted", "this cannot be formatted without a loss", Place(file)))
    return text, made


def _schema(root: Path, path: Path, block: Block) -> str:
    if path == root / files.SETTINGS:
        return "project"
    return "template" if PARAMETERS in block else "filled" if fills(block) else "space"
