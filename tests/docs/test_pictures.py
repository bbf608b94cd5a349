"""The pictures show what the commands print now, and bring nothing along."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.docs.pictures import DRAWN, LOOKS, PICTURES, pictures, timeless

PLAIN = {"svg", "style", "defs", "clipPath", "rect", "g", "text", "tspan", "circle", "path"}
README = PICTURES.parents[1] / "README.md"
BOTH = sorted(f"{name}{look}" for name in DRAWN for look in LOOKS)
ALL = sorted(path.stem for path in PICTURES.iterdir())


@pytest.fixture(scope="module")
def drawn() -> Mapping[str, str]:
    return pictures()


def kept(name: str) -> str:
    return (PICTURES / f"{name}.svg").read_text("utf-8")


def words(svg: str) -> list[str]:
    """Line by line, but for empty ones. How they are drawn is the library's."""
    texts = [each for each in ElementTree.fromstring(svg).iter() if each.tag.endswith("}text") and each.get("y")]
    rows = groupby(texts, lambda each: each.get("y"))
    lines = ["".join("".join(each.itertext()) for each in row).replace("\N{NO-BREAK SPACE}", " ") for _, row in rows]
    return [line for line in lines if line.strip()]


@pytest.mark.parametrize("name", BOTH)
def test_a_picture_shows_what_is_printed(name: str, drawn: Mapping[str, str]) -> None:
    """`python -m tests.docs.pictures` would change no word."""
    assert words(kept(name)) == words(drawn[name])


def test_each_picture_tells_its_part() -> None:
    """Drawn from the right command, whole: the plan's counts and messages, and a pause that exits with 3."""
    for name in ("plan", "comment"):
        text = "\n".join(words(kept(name)))
        assert re.search(r"Plan: 2 to add, 0 to change, 1 to destroy\.", text)
        assert re.search(r"Messages: +at most 2", text)
        assert text.count("will be created") == 2
    assert [line.strip() for line in words(kept("pause"))[-3:]] == [
        "Apply paused: 0 added, 0 changed, 1 destroyed, 2 paused, 0 failed, 0 unknown, 0 not started.",
        "$ echo $?",
        "3",
    ]


@pytest.mark.parametrize("name", ALL)
def test_a_picture_is_whole_in_itself(name: str) -> None:
    """Shapes and words: no font, image, script or address is fetched to show it."""
    tree = ElementTree.fromstring(kept(name))
    assert {each.tag.rpartition("}")[2] for each in tree.iter()} <= PLAIN
    assert not re.search(r"@|https?:|url\((?!#)|href", kept(name).replace("http://www.w3.org/2000/svg", "", 1))


def test_every_picture_is_shown() -> None:
    """What commands print in the README, the rest on a page of docs/; with words for those who do not see it."""
    assert sorted(shown(README)) == BOTH
    assert sorted([*BOTH, *(name for page in PICTURES.parent.glob("*.md") for name in shown(page))]) == ALL


def shown(page: Path) -> list[str]:
    """Names of pictures that come with words, and of those that stand for one of them on a dark screen."""
    text = page.read_text("utf-8")
    return [
        *re.findall(r"!\[[^\]]{20,}\]\((?:docs/)?pictures/([a-z]+)\.svg\)", text),
        *re.findall(r'<img alt="[^"]{20,}" src="docs/pictures/([a-z]+)\.svg">', text),
        *re.findall(r'<source media="\(prefers-color-scheme: dark\)" srcset="docs/pictures/([a-z]+-dark)\.svg">', text),
    ]


def test_what_differs_from_run_to_run_is_put_in_place() -> None:
    """And nothing else."""
    text = f"sent at 23:59, 2026-11-20 08:14\nacme: 1 resource, last changed just now\n{'0a' * 32} 1:2 7 seconds"
    assert timeless(text).replace(timeless("0a" * 32), "…") == (
        "sent at 10:31, 10:31\nacme: 1 resource, last changed 2 days ago\n… 1:2 7 seconds"
    )
