"""A file with `template:`: which template it fills, for one customer or for many."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator
from functools import partial
from pathlib import Path, PurePosixPath

from reconciler.config.schema import judge
from reconciler.config.templates.fill import Filled, fill
from reconciler.config.templates.template import USES, Template, read_template, without
from reconciler.config.text.nodes import Block, Where, place, placed, section, text
from reconciler.errors import ConfigError, Place, Problem

ENDINGS = (".yaml", ".yml")
"""How a template's name ends. It is fixed, so that a revision's files can be laid out before any of them is read."""


def fills(block: Block) -> bool:
    return any(key in block for key in USES)


class Templates:
    """The templates of one project, each read once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._read: dict[PurePosixPath, Template | ConfigError] = {}
        self._named: dict[tuple[str, str], Template] = {}  # by folder, and the name used there

    @property
    def files(self) -> set[Path]:
        """Those that were asked for."""
        return {self._root / path for path in self._read}

    def spaces(self, path: Path, file: str, block: Block) -> Iterator[Filled]:
        """The spaces of a file, whose mapping this is. file: its name, as it is shown."""
        at = partial(place, file)
        uses = without(block, set(block) - set(USES))
        problems = [*judge("filled", "use").problems(uses, uses, at), *_beside_instances(block, at)]
        template = None
        if not problems:
            try:
                template = self._meant(path, text(block, "template") or "", at(block.of("template")))
            except ConfigError as error:
                problems += error.problems
        if template is None:
            yield Filled(None, at, 0, problems)
        elif "instances" in block:
            yield from _instances(template, block, file)
        else:
            yield fill(template, block, file, block.of("template"), 0)

    def _meant(self, path: Path, named: str, here: Place) -> Template:
        """The template that a file names. Raises ConfigError."""
        saying = os.path.dirname(path), named  # noqa: PTH120 - a tenth of the time, for each of thousands of files
        if saying not in self._named:
            self._named[saying] = self._found(path.parent.relative_to(self._root).as_posix(), named, here)
        return self._named[saying]

    def _found(self, beside: str, named: str, here: Place) -> Template:
        found = PurePosixPath(posixpath.normpath(posixpath.join(beside, named)))
        if found.is_absolute() or found.parts[:1] == ("..",):
            raise ConfigError(Problem("file-outside", "the template's path leads out of the repository", here, named))
        if found.suffix not in ENDINGS:
            raise ConfigError(Problem("template-name", "a template's name ends in .yaml or .yml", here, named))
        if not _exists(self._root / found):
            raise ConfigError(Problem("template-missing", f"there is no file {found}", here, named))
        return self._once(found, here)

    def _once(self, found: PurePosixPath, here: Place) -> Template:
        if found not in self._read:
            try:
                self._read[found] = read_template(self._root, self._root / found)
            except ConfigError as error:
                self._read[found] = error
        read = self._read[found]
        if isinstance(read, Template):
            return read
        raise ConfigError.of(
            each.at(each.place and each.place._replace(also=f"used at {here}")) for each in read.problems
        )


def _beside_instances(block: Block, at: Where) -> Iterator[Problem]:
    for key in block if "instances" in block else ():
        if key not in ("template", "instances"):
            what = "this key is for one space, but the file has `instances`"
            yield Problem("beside-instances", what, at(block.of_key(key)), key)


def _instances(template: Template, block: Block, file: str) -> Iterator[Filled]:
    """Each under its name, which is the space's where nothing else says it."""
    used = block.of("template")
    for name, mark, said, _ in placed(section(block, "instances")):
        assert isinstance(said, Block)
        found = fill(template, said, file, used, mark)
        made = found.block
        if made is not None and "space" not in made:
            named = Block({"space": name, **made}).marked([made.marks[0], mark, mark, *made.marks[1:]])
            found = found._replace(block=named)
        yield found


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name that no file system takes
        return False
