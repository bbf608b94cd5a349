"""Words that a newcomer must read twice stay out of the pages: where the field has a term, the term is used."""

from __future__ import annotations

import ast
import re
import tokenize
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import click
import pytest

from reconciler.cli.main import VERBS, group
from tests.docs.generate import DOCS
from tests.house.imports import sources

ROOT = DOCS.parent
PAGES = sorted(
    [*ROOT.glob("*.md"), *DOCS.glob("*.md"), *ROOT.glob("examples/**/*.md"), ROOT / ".github/CONTRIBUTING.md"]
)
# What was changed before keeps the words of its time.
OTHERS = {"CHANGELOG.md"}
# Retired word or phrase -> what is written instead.
RETIRED = {
    r"what stands|what (was|is) (said|told)|\bstands\b": "a noun: the entry, the value, the text",
    r"\btold\b|\bsaid\b": "reported, printed, recorded",
    r"\bwhoever\b": "anybody who, the person who",
    r"\blet(s|ting)? go\b|\blet (a|the) \w+ go\b": "forget, release, remove",
    r"\b(goes|go|went|going) on\b": "continue",
    r"\bway on\b|\bways out\b": "how to continue, how to fix it",
    r"\bmend(s|ed|ing)?\b": "fix",
    r"\bin silence\b": "without an error",
    r"\bby itself\b": "automatically",
    r"\bunkind\b": "unfavourable",
    r"\bfor good\b": "permanently",
    r"\bdoubled\b": "duplicate",
    r"\bno business\b": "must not",
    r"\banew\b": "again",
    r"\bare believed\b|\bis believed\b": "is trusted",
    r"\b(numbers?|read) whole\b": "in full, completely",
    r"\bat hand\b": "local, available",
    r"\bof (its|their|your|his) own accord\b": "automatically",
    r"\b(declared|recorded) no more\b": "removed from the YAML, no longer recorded",
    r"\btypes? its code\b": "must read out a code, must enter a code",
    r"\bown time\b": "waiting for people",
    r"\bnot undoable\b": "irreversible, cannot be undone",
    r"\bnot through this journal\b": "was not created by reconciler",
    r"\(empty: \w+\)": "(Enter = …)",
    r"\baccepted to\b": "type `yes`",
    r"\bleft by hand\b": "to clean up by hand",
    r"\blooked at by\b": "checked by",
    r"\bfound out\b": "detected, determined",
    r"\bfor who\b": "for somebody who",
    r"\bkept to\b": "respected",
}
CODE = re.compile(r"`[^`\n]*`")
SQL = re.compile(r"\s*(SELECT|INSERT|CREATE|UPDATE|DELETE|WITH)\b")


def retired(text: str) -> Iterator[str]:
    """Each line with a retired word outside of code in backticks, and what to write instead."""
    for number, line in enumerate(CODE.sub("``", text).splitlines(), start=1):
        for words, instead in RETIRED.items():
            for found in re.finditer(words, line, re.IGNORECASE):
                yield f"line {number}: {found[0]!r}: write {instead}"


@pytest.mark.parametrize("path", [each for each in PAGES if each.name not in OTHERS], ids=lambda path: path.name)
def test_no_page_has_a_retired_word(path: Path) -> None:
    """Each is named with its line, and with what to write instead."""
    assert list(retired(path.read_text("utf-8"))) == []


def helps(command: click.Command, name: str) -> Iterator[tuple[str, str]]:
    """What `--help` prints of a verb, and of those below it."""
    context = click.Context(command, info_name=name)
    yield name, " ".join(command.get_help(context).split())
    if isinstance(command, click.Group):
        below = ((each, command.get_command(context, each)) for each in command.list_commands(context))
        yield from (found for each, inner in below if inner for found in helps(inner, f"{name} {each}"))


@pytest.mark.parametrize("verb", VERBS)
def test_no_help_text_has_a_retired_word(verb: str) -> None:
    """Nor has that of any command below a verb."""
    command = group.get_command(click.Context(group), verb)
    assert command
    assert {name: found for name, text in helps(command, verb) if (found := list(retired(text)))} == {}


def sentences(source: str) -> Iterator[str]:
    """The texts of a module that could be printed: neither docstrings nor SQL, and a value in one is `{}`."""
    tree = ast.parse(source)
    joined = [each for each in ast.walk(tree) if isinstance(each, ast.JoinedStr)]
    parts = {id(part) for each in joined for part in ast.walk(each) if part is not each}
    parts |= {id(each.value) for each in ast.walk(tree) if isinstance(each, ast.Expr)}
    for each in ast.walk(tree):
        if id(each) in parts:
            continue
        if isinstance(each, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in each.values)
        elif isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield each.value


def test_a_sentence_is_found() -> None:
    """The law can fail: also in a text with values, and not for a docstring."""
    module = '"""What stands here."""\nx = f"{y} stands in {z}"\ny = "it was told"\n'
    assert [bool(list(retired(text))) for text in sentences(module)] == [True, True]


def prose(text: str) -> Iterator[str]:
    """The docstrings and the comments of a module, without the names that begin the lines about fields."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield re.sub(r"\b[a-z_]+: ", "", node.value.value)
    tokens = tokenize.generate_tokens(StringIO(text).readline)
    yield from (token.string for token in tokens if token.type == tokenize.COMMENT)


def printed(text: str) -> list[str]:
    """Texts, prompts and problems of a module: whatever has a blank in it could be read by somebody."""
    return [each for each in sentences(text) if " " in each.strip() and not SQL.match(each)]


def test_no_module_has_a_retired_word() -> None:
    """The code speaks as its pages do, in what it prints, in docstrings and in comments."""
    parts = [(path, part) for path, text in sources().items() for part in (*printed(text), *prose(text))]
    assert [(path, part, why) for path, part in parts if (why := list(retired(part)))] == []


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("What stands before the verb", 1),
        ("`Problem.mend` is a name, and to mend is a word", 1),
        ("the journal goes on, and was let go", 2),
        ("plain English", 0),
    ],
)
def test_a_retired_word_is_found(line: str, found: int) -> None:
    """The law can fail, and leaves names of the code alone."""
    assert len(list(retired(line))) == found
