"""Every place that a record can be in x every edit of the files: exactly the plan, the calls and the messages expected.

The rows stand in golden/, one file for each edit, for people to read. UPDATE=1 writes them anew.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.heavy import heavy
from tests.matrix.edits import EDITS, LIKE, Edit
from tests.matrix.rows import row
from tests.matrix.starts import starts

GOLDEN = Path(__file__).parent / "golden"


def table(edit: Edit) -> str:
    """What comes of it, and below each the places where that is so."""
    found: dict[str, dict[str, list[str]]] = {}
    for at in starts():
        if (case := edit(at)) is not None:
            text, played = row(case)
            assert played.violations() == [], (at, text)
            found.setdefault(text.replace(f" {at.kind} ", " "), {}).setdefault(at.kind, []).append(at.label)
    return "\n".join(f"{text}\n{_places(places)}" for text, places in found.items())


def _places(places: dict[str, list[str]]) -> str:
    return "".join(f"    {kind}: {', '.join(labels)}\n" for kind, labels in places.items())


LIGHT = ("renamed", "made-again", "onboarding-register", "another-email", "removed-delete", "replaced-detach")


@pytest.mark.parametrize("name", [name if name in LIGHT else heavy(name) for name in EDITS])
def test_rows(name: str) -> None:
    """Each row is as it was reviewed; a place that is new in a table changes them."""
    text = table(EDITS[name])
    golden = GOLDEN / f"{name}.txt"
    if os.environ.get("UPDATE"):
        golden.write_text(text)
    assert text == golden.read_text()


@pytest.mark.parametrize("name", [name if name.endswith("delete") else heavy(name) for name in LIKE])
def test_alike(name: str) -> None:
    """Written in another way, it comes to the same."""
    edit, like = LIKE[name]
    assert table(edit) == (GOLDEN / f"{like}.txt").read_text()
