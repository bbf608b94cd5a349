"""Markdown as two independent renderers and an HTML parser see it, and what none of them may find in it.

The renderers know tables, strikethrough, task lists, footnotes, bare addresses and much else that somebody could want
to bring in. What only GitHub and GitLab make of a text (mentions, references, emoji, colours, commands) is looked for
in the text itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import html5lib
import mistune
from markdown_it import MarkdownIt
from rich.cells import cell_len

from reconciler.core.ci_job import CiJob
from reconciler.render.markdown.columns import COLUMNS

PLUGINS = (
    *("strikethrough", "footnotes", "table", "url", "task_lists", "def_list", "abbr", "mark", "insert"),
    *("superscript", "subscript", "math", "ruby", "spoiler"),
)
# Whose run a stamp leads to: the only link there is.
JOB = CiJob("ab" * 20, "cd" * 20, "12345678901", "https://git.example.com/acme/phones/actions/runs/12345678901")
# Element -> the attributes it may have, with their values.
ELEMENTS: dict[str, frozenset[tuple[str, str]]] = {
    **dict.fromkeys(("DOCUMENT_FRAGMENT", "h3", "p", "strong", "ul", "li", "blockquote", "pre"), frozenset()),
    **dict.fromkeys(("details", "summary", "table", "thead", "tbody", "tr", "th", "td"), frozenset()),
    "a": frozenset({("href", JOB.url)}),
    "code": frozenset(("class", f"language-{language}") for language in ("diff", "sh", "text")),
}
# All that may stand outside of code: words, small numbers, and what stands between them.
_PLAIN = re.compile(r"[A-Za-z0-9 \n()\"'.,;:!?%-]*")
_ACTIVE = re.compile(r"\b[0-9a-fA-F]{7,}\b|:[A-Za-z0-9_+-]+:|www\.|[A-Za-z]-[0-9]|[!%][A-Za-z0-9\"]", re.ASCII)
# How the template begins its lines: outside of a fence at the left edge, and inside of one.
_OUTSIDE = re.compile(
    r"### |> |\| |and [0-9]+ more$|- |  - |\*\*|  `{3,}|  reconciler |  `|`{3,}"
    r"|</?details>$|<summary>|<!-- reconciler:|`[0-9: -]{16}` UTC"
)
_INSIDE = re.compile(r"[+!-] |-/\+ |\+/- |  ")
_OPENED = re.compile(r"(`{3,})(?:diff|text)")


@cache
def _renderers() -> tuple[Any, Any]:
    return MarkdownIt("gfm-like", {"html": True}).render, mistune.create_markdown(escape=False, plugins=list(PLUGINS))


def parsed(text: str) -> Iterator[Any]:
    """The document's tree, as each of the two renderers would have it."""
    for render in _renderers():
        yield html5lib.parseFragment(render(text), treebuilder="etree", namespaceHTMLElements=False)


def skeleton(tree: Any) -> list[str]:
    """Every element in order, but for inline code, of which data may make more or less."""
    blocks = [node for node in tree.iter() if isinstance(node.tag, str)]
    inside = {id(node) for pre in tree.iter("pre") for node in pre.iter("code")}
    return [node.tag for node in blocks if node.tag != "code" or id(node) in inside]


def comments(tree: Any) -> list[str]:
    return [node.text for node in tree.iter() if not isinstance(node.tag, str)]


def wrong(text: str) -> Iterator[str]:
    """Whatever a reader could take for the template's own, and is not."""
    for tree in parsed(text):
        yield from _elements(tree)
        yield from _outside(tree)
    yield from _lines(text)
    yield from _wide(text)


def _wide(text: str) -> Iterator[str]:
    """Code that a reader would have to scroll sideways for."""
    for block in re.findall(r"^ *(`{3,})(?:diff|text|sh)\n(.*?)\n *\1$", text, re.MULTILINE | re.DOTALL):
        yield from (f"{len(line)} columns: {line!a}" for line in block[1].split("\n") if cell_len(line) > COLUMNS)


def _elements(tree: Any) -> Iterator[str]:
    for node in tree.iter():
        if isinstance(node.tag, str) and node.tag not in ELEMENTS:
            yield f"an element: {node.tag}"
        elif isinstance(node.tag, str) and set(node.attrib.items()) - ELEMENTS[node.tag]:
            yield f"an attribute: {node.tag} {dict(node.attrib)}"
    if [said[:12] for said in comments(tree)] != [" reconciler:"]:
        yield f"comments: {comments(tree)}"


def _outside(tree: Any) -> Iterator[str]:
    """Text outside of code of which anything could be made."""
    for said in _texts(tree):
        if not _PLAIN.fullmatch(said):
            yield f"outside of code: {said!a}"
        elif found := _ACTIVE.search(said):
            yield f"active outside of code: {found.group()!a} in {said!a}"


def _texts(node: Any) -> Iterator[str]:
    if node.tag not in ("code", "pre") and isinstance(node.tag, str):
        yield node.text or ""
        for child in node:
            yield from _texts(child)
            yield child.tail or ""


def _lines(text: str) -> Iterator[str]:
    """A line that the template did not begin: bots read lines, whatever stands around them."""
    fence = ""
    for line in text.split("\n"):
        begins = _INSIDE if fence else _OUTSIDE
        if line not in ("", fence) and not begins.match(line):
            yield f"a line of its own: {line[:80]!a}"
        if line == fence:
            fence = ""
        elif opened := not fence and _OPENED.fullmatch(line):
            fence = opened.group(1)
