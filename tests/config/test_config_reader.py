"""The YAML reader: exact places, source texts, bounds; the same with libyaml's parser and with PyYAML's own."""

from __future__ import annotations

import time
from typing import Any

import pytest
import yaml

from reconciler.config.text.nodes import Block, Items, Node, place, placed, plain
from reconciler.config.text.reader import LOADER, parse_yaml
from reconciler.errors import Place

LOADERS = pytest.mark.parametrize("loader", [yaml.CSafeLoader, yaml.SafeLoader], ids=["libyaml", "pure"])


def data(node: Node, mark: int) -> Any:
    """A node as plain data, each part with its line and column."""
    at = place("f", mark)
    here = (at.line, at.column)
    if isinstance(node, str):
        return node, *here
    if isinstance(node, Block):
        assert node.marks[0] == mark
        return {(key, *data("", above)[1:]): data(value, below) for key, above, value, below in placed(node)}, *here
    return [data(item, node.of(position)) for position, item in enumerate(node)], *here


@LOADERS
def test_places_are_exact(loader: Any) -> None:
    """Lines and columns count from 1 and in characters, whatever bytes those take."""
    source = "# 客服\n王: {a😀: 'x', b: [y,\n  z]}\nlast: |\n  text\n"
    node, problems, begins = parse_yaml(source, "f", loader)
    assert isinstance(node, Block)
    assert (problems, begins) == ([], Place("f", 2, 1))
    assert data(node, node.marks[0]) == (
        {
            ("王", 2, 1): ({("a😀", 2, 5): ("x", 2, 9), ("b", 2, 14): ([("y", 2, 18), ("z", 3, 3)], 2, 17)}, 2, 4),
            ("last", 4, 1): ("text\n", 4, 7),
        },
        2,
        1,
    )


@LOADERS
def test_values_are_their_source_text(loader: Any) -> None:
    """No plain scalar is taken for a number, a date, a truth value or nothing."""
    texts = [
        "+8613800138000",
        "0123456701",
        "12:34",
        "NO",
        "off",
        "~",
        "2026-11-01",
        "0x1F",
        "1_000",
        "1e3",
        ".inf",
        "null",
    ]
    node, problems, _ = parse_yaml("\n".join(f"- {text}" for text in texts), "f", loader)
    assert (node, problems) == (texts, [])
    assert isinstance(node, Items)
    assert all(type(item) is str and plain(node.of(position)) for position, item in enumerate(node))


@LOADERS
def test_depth_is_bounded_before_anything_recurses(loader: Any) -> None:
    """A hundred thousand open brackets, or dashes, or braces, are one problem and no crash.

    libyaml bounds depth by itself from 0.2.6 on, and tells it in its own words: what is said here stays the same.
    """
    for level in ("[", "- ", "{a: ", "? ", "[\n", "[{a: ", "[{? ", '["[", '):
        node, problems, _ = parse_yaml(
            "a: b\nc: " + level * 100_000 if level[0] in "[{" else level * 100_000, "f", loader
        )
        said = [(problem.code, problem.what) for problem in problems]
        assert (node, said) == (None, [("yaml-too-deep", "nested more than 16 deep")]), level


def test_sixteen_levels_are_read() -> None:
    """The bound is where it is said to be: sixteen levels pass, seventeen do not."""
    assert [problem.code for problem in parse_yaml("[" * 16 + "]" * 16, "f")[1]] == []
    assert [problem.code for problem in parse_yaml("[" * 17 + "]" * 17, "f")[1]] == ["yaml-too-deep"]


@LOADERS
def test_a_merge_bomb_is_small(loader: Any) -> None:
    """Merges and aliases are named and never followed, so that nothing grows."""
    bomb = "a: &a {x: 1}\n" + "".join(
        f"{b}: &{b}\n  <<: [{', '.join(['*' + a] * 10)}]\n" for a, b in zip("abcdefghijkl", "bcdefghijklm", strict=True)
    )
    assert len(bomb) >= 644
    started = time.process_time()
    _, problems, _ = parse_yaml(bomb, "f", loader)
    assert time.process_time() - started < 2
    assert {problem.code for problem in problems} == {"yaml-anchor", "yaml-merge", "yaml-alias"}


@LOADERS
def test_long_texts_are_refused_by_length_alone(loader: Any) -> None:
    """Ten thousand characters pass, one more does not; 5,000 digits are a text like any other."""
    assert parse_yaml("9" * 5_000, "f", loader)[:2] == ("9" * 5_000, [])
    assert parse_yaml("x" * 10_000, "f", loader)[1] == []
    (problem,) = parse_yaml("a: " + "x" * 10_001, "f", loader)[1]
    assert (problem.code, str(problem.place), problem.found) == ("text-too-long", "f:1:4", None)


@LOADERS
@pytest.mark.parametrize("escape", [r"\uD83D", r"\uDE00", r"\uD83D\uDE00"])
def test_half_characters_are_refused(loader: Any, escape: str) -> None:
    """An escape that names half a character is refused, even beside its other half."""
    assert [problem.code for problem in parse_yaml(f'a: "{escape}"', "f", loader)[1]] == ["lone-surrogate"]


@LOADERS
@pytest.mark.parametrize("escape", [r"\U00110000", r"\UFFFFFFFF"])
def test_escapes_beyond_the_last_character_are_refused(loader: Any, escape: str) -> None:
    """The parsers differ in how they fail; what is said is a problem with the file's YAML in both."""
    assert [problem.code for problem in parse_yaml(f'a: "{escape}"', "f", loader)[1]] == ["yaml-syntax"]


@LOADERS
def test_all_marks_of_a_file_are_named(loader: Any) -> None:
    """Reading goes on behind anchors, aliases, tags and doubled keys, so that all are said at once."""
    _, problems, _ = parse_yaml("a: &x !t 1\nb: *x\na: 2\n<<: {}\n? [k]\n: v\n--- \nc: 1\n", "f", loader)
    assert [(problem.code, str(problem.place)) for problem in problems] == [
        ("yaml-anchor", "f:1:4"),
        ("yaml-tag", "f:1:4"),
        ("yaml-alias", "f:2:4"),
        ("duplicate-key", "f:3:1"),
        ("yaml-merge", "f:4:1"),
        ("key-not-text", "f:5:3"),
        ("yaml-documents", "f:7:1"),
    ]


def test_many_doubled_keys_cost_no_more_than_others() -> None:
    """Finding where a key stood first does not grow with the block: 40,000 are named in 10 s of work."""
    keys = "".join(f"k{number}: 1\n" for number in range(20_000))
    started = time.process_time()
    _, problems, _ = parse_yaml(keys * 3, "f", LOADER)
    assert len(problems) == 40_000
    assert time.process_time() - started < 10
