"""YAML as people should see it: quotes where another reader would take a text for something else, and only there."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from typing import Any

import yaml

from reconciler.config.text.reader import LOADER


@cache
def needs_quotes(text: str, in_brackets: bool = False) -> bool:
    """Whether some YAML reader, of version 1.1 or 1.2, would not read this text as itself."""
    if _is_number(text) or not text.isprintable():
        return True
    with suppress(yaml.YAMLError, ValueError):
        return bool(yaml.load(f"[{text}]" if in_brackets else f"- {text}", LOADER) != [text])
    return True


def _is_number(text: str) -> bool:
    """`+8613800001234`, and what version 1.2 takes for a number and 1.1 does not, such as 1e3 and 0o17."""
    for reads in (float, lambda word: int(word, 0)):
        with suppress(ValueError):
            reads(text)
            return True
    return False


class _Dumper(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)  # the dash of a list's item below its key, indented


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"' if needs_quotes(text) else None)


_Dumper.add_representer(str, _text)


def yaml_text(value: Mapping[str, Any]) -> str:
    """A mapping of mappings, lists and texts as YAML, its keys in the order that they have."""
    text = yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100_000)
    # Invisible characters are within quotes, where an escape means the same.
    return "".join(each if each == "\n" or each.isprintable() else f"\\U{ord(each):08x}" for each in text)
