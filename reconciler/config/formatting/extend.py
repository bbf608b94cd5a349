"""Writes blocks into a space file: a new one, or one that is there, whose lines, comments and order stay as they are.

What comes of it is read again: a file that would not mean what it meant, plus the blocks, is never returned.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import takewhile
from typing import Any, NamedTuple

from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from reconciler.config.formatting.extend_instance import has_content, indentation, instance_extended, instance_name
from reconciler.config.formatting.pretty import RoundTrip
from reconciler.config.formatting.quotes import needs_quotes
from reconciler.config.spaces.imports import ALL, KEY, SECTIONS
from reconciler.config.templates.placeholders import hole
from reconciler.config.templates.use import fills
from reconciler.config.text.nodes import Block, Items
from reconciler.config.text.reader import parse_yaml

IN_A_LINE = 8


class Blocks(NamedTuple):
    """What a space file gains.

    phone_numbers: key -> attributes.
    contacts: the same.
    questions: section -> key, "" for the section -> a question for people, as a comment.
    """

    phone_numbers: Mapping[str, Any]
    contacts: Mapping[str, Any]
    questions: Mapping[str, Mapping[str, str]]

    def joined(self, other: Blocks) -> Blocks:
        """Both."""
        numbers, contacts = {**self.phone_numbers, **other.phone_numbers}, {**self.contacts, **other.contacts}
        return Blocks(numbers, contacts, {**self.questions, **other.questions})

    def escaped(self) -> Blocks:
        """For a file that fills a template: a text with what would be a placeholder there is written as it is."""
        numbers, contacts = _escaped(self.phone_numbers), _escaped(self.contacts)
        return Blocks(numbers, contacts, self.questions)

    @property
    def sections(self) -> dict[str, Mapping[str, Any]]:
        """Those that are not empty."""
        found = zip(SECTIONS, (self.phone_numbers, self.contacts), strict=True)
        return {name: blocks for name, blocks in found if blocks}


def _escaped(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _escaped(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_escaped(each) for each in value]
    return value.replace("$", "$$") if isinstance(value, str) and hole(value, is_key=False) else value


def new_file(space: str, space_id: str, blocks: Blocks, modeline: str = "") -> str:
    """A space file; all of it is imported."""
    return modeline + _file(space, space_id, blocks, ALL)


def to_move(text: str, blocks: Blocks, space: str, space_id: str) -> str:
    """A space file of these blocks alone, for people who move them into the one that has this text.

    Its `import` lists them, because `all` would mean the others there, too; with their types, because one of those may
    have the same key.
    """
    there, _, _ = parse_yaml(text, "")
    written = blocks.escaped() if isinstance(there, Block) and fills(there) else blocks
    names = [f"{SECTIONS[name]}/{key}" for name, each in blocks.sections.items() for key in each]
    return _file(space, space_id, written, _names(names))


def _file(space: str, space_id: str, blocks: Blocks, imports: str | CommentedSeq) -> str:
    whole = CommentedMap({"space": _quoted(space), "space_id": _quoted(space_id)})
    for name, each in blocks.sections.items():
        whole[name] = _map(each, blocks.questions.get(name, {}), 2)
    whole[KEY] = imports
    return RoundTrip().text(whole)


def extended(text: str, blocks: Blocks, space: str = "", space_id: str = "") -> str | None:
    """The text with these blocks, each section after its last block, and their names under `import`. None if that
    cannot be done without a change of anything else: a section in braces is extended if it is empty.

    space, space_id: which one it is for, of a file with `instances`.
    """
    before, problems, _ = parse_yaml(text, "")
    if problems or not isinstance(before, Block):
        return None
    if fills(before):
        blocks = blocks.escaped()
    crlf = text.count("\n") == text.count("\r\n") > 0
    text = text.replace("\r\n", "\n") if crlf else text
    if "instances" in before:
        name = instance_name(before, space, space_id)
        made = instance_extended(text, before, name, lambda inside: _extended(inside, blocks))
    else:
        made = _extended(text, blocks)
    return made.replace("\n", "\r\n") if made and crlf else made


def _extended(text: str, blocks: Blocks) -> str | None:
    before, problems, _ = parse_yaml(text, "")
    if problems or not isinstance(before, Block):
        return None
    made = text if text.endswith("\n") or not text else f"{text}\n"
    if not {*blocks.sections, KEY} & {*before} <= {*_heads(made.splitlines())}:
        return None
    for name, each in blocks.sections.items():
        made = _with_section(made, before, name, each, blocks.questions.get(name, {}))
    names = [
        f"{SECTIONS[name]}/{key}" if _twice(key, before, blocks) else key
        for name, each in blocks.sections.items()
        for key in each
    ]
    made = _with_import(made, before, names)
    after = parse_yaml(made, "")
    return made if not after.problems and after.node == _wanted(before, blocks, names) else None


_EMPTY = re.compile(r":\s*\{\s*\}")


def _twice(key: str, before: Block, blocks: Blocks) -> bool:
    """Whether a number and a contact have this key."""
    held = [
        blocks.phone_numbers,
        blocks.contacts,
        *(each for name in SECTIONS if isinstance(each := before.get(name), Block)),
    ]
    return sum(key in each for each in held) > 1


def _wanted(before: Block, blocks: Blocks, names: list[str]) -> dict[str, Any]:
    wanted: dict[str, Any] = dict(before)
    for name, each in blocks.sections.items():
        there = before.get(name)
        wanted[name] = {**(there if isinstance(there, Block) else {}), **_read(each)}
    said = before.get(KEY)
    if said != ALL:
        wanted[KEY] = [*(said if isinstance(said, Items) else []), *names]
    return wanted


def _with_section(text: str, before: Block, name: str, blocks: Mapping[str, Any], questions: Mapping[str, str]) -> str:
    if name not in before:
        return text + RoundTrip().text(CommentedMap({name: _map(blocks, questions, 2)}))
    lines = text.splitlines(keepends=True)
    top, end = _section(lines, name)
    if not before[name]:
        lines[top] = _EMPTY.sub(":", lines[top], count=1)
    width = next((indentation(line) for line in lines[top + 1 : end] if has_content(line)), 2)
    one_line = _last_is_flow(lines[top + 1 : end], width)
    own = {key: said for key, said in questions.items() if key or not before[name]}
    added = RoundTrip(width).text(_map(blocks, own, 0, one_line))
    indented = "".join(f"{' ' * width}{line}" if line.strip() else line for line in added.splitlines(keepends=True))
    return "".join([*lines[:end], indented, *lines[end:]])


def _section(lines: list[str], name: str) -> tuple[int, int]:
    """The line of a section's key, and the line after its last block: comments and blank lines below that are of what
    follows."""
    top = _heads(lines)[name]
    counting = [at for at in range(top + 1, len(lines)) if has_content(lines[at])]
    within = list(takewhile(lambda at: indentation(lines[at]) > 0, counting))
    return top, (within[-1] if within else top) + 1


def _heads(lines: list[str]) -> dict[str, int]:
    """Key -> its line, of the keys that begin a line; of two, the first."""
    heads = [(line.split(":")[0].rstrip().strip("\"'"), at) for at, line in enumerate(lines) if ":" in line]
    return dict(reversed(heads))


def _last_is_flow(lines: list[str], width: int) -> bool:
    """Whether the last block is written in braces."""
    heads = [line for line in lines if has_content(line) and indentation(line) == width]
    return bool(heads) and heads[-1].partition(":")[2].strip().startswith("{")


def _with_import(text: str, before: Block, names: list[str]) -> str:
    said = before.get(KEY)
    if said == ALL:
        return text
    if said is None:
        return text + RoundTrip().text(CommentedMap({KEY: _names(names)}))
    lines = text.splitlines(keepends=True)
    top, end = _section(lines, KEY)
    if end > top + 1:
        width = next(indentation(line) for line in lines[top + 1 : end] if has_content(line))
        return "".join([*lines[:end], *(f"{' ' * width}- {_scalar(name)}\n" for name in names), *lines[end:]])
    head, _, tail = lines[top].rpartition("]")
    more = ", ".join(map(_scalar, names))
    lines[top] = f"{head}{', ' if head.rstrip()[-1:] != '[' else ''}{more}]{tail}"
    return "".join(lines)


def _names(names: list[str]) -> CommentedSeq:
    items = CommentedSeq(map(_quoted, names))
    if len(names) <= IN_A_LINE:
        items.fa.set_flow_style()
    return items


def _map(blocks: Mapping[str, Any], questions: Mapping[str, str], depth: int, one_line: bool = False) -> CommentedMap:
    found = CommentedMap()
    for key, each in blocks.items():
        block = CommentedMap((name, _value(value)) for name, value in each.items())
        if one_line:
            block.fa.set_flow_style()
        found[_quoted(key)] = block
    for key, said in questions.items():
        if key:
            found.yaml_set_comment_before_after_key(key, before=said, indent=depth)
    if "" in questions:
        found.yaml_set_start_comment(questions[""], indent=depth)
    return found


def _value(value: Any) -> Any:
    if isinstance(value, Mapping):
        return CommentedMap((name, _value(each)) for name, each in value.items())
    if isinstance(value, bool):
        return value
    if not isinstance(value, list):
        return _quoted(value)
    items = CommentedSeq(map(_quoted, value))
    items.fa.set_flow_style()
    return items


def _read(value: Any) -> Any:
    """As the file is read: a switch is a plain word."""
    if isinstance(value, Mapping):
        return {name: _read(each) for name, each in value.items()}
    return str(value).lower() if isinstance(value, bool) else value


def _quoted(text: str) -> str:
    return DoubleQuotedScalarString(text) if needs_quotes(text, True) else text


def _scalar(text: str) -> str:
    return f'"{text}"' if needs_quotes(text, True) else text
