"""Moved, onboarded otherwise, replaced, and each put back before anybody answered: the old challenge is as it was."""

from __future__ import annotations

import os

import pytest

from tests.heavy import heavy
from tests.matrix.put_back import BACK, PutBack, is_asked, put_back, waiting
from tests.matrix.test_matrix import GOLDEN


@pytest.mark.heavy
def test_put_back() -> None:
    """Every place where somebody is waited for, and every edit, as a table without holes."""
    found: dict[str, dict[str, list[str]]] = {}
    for name, edit in BACK.items():
        for at in waiting():
            if case := edit(at):
                came = put_back(case)
                text = came if isinstance(came, str) else came.text
                found.setdefault(name, {}).setdefault(text.replace(f" {at.kind} ", " "), []).append(
                    f"{at.kind} {at.label}"
                )
    lines = [
        f"{name}: {text}\n    {', '.join(places)}\n" for name, rows in found.items() for text, places in rows.items()
    ]
    text, golden = "\n".join(lines), GOLDEN / "put-back.txt"
    if os.environ.get("UPDATE"):
        golden.write_text(text)
    assert text == golden.read_text()


KEPT = [name for name in BACK if not name.startswith("another") and not name.endswith(("detach", "delete"))]
"""Edits that leave what was begun as it is. A contact that is to be removed is deleted once the other one is begun."""


@pytest.mark.parametrize("name", [name if name.startswith("moved") else heavy(name) for name in KEPT])
def test_killed_and_put_back(name: str) -> None:
    """Killed at each place of the apply: the message that was sent is waited for as before, and no other is sent."""
    for at in filter(is_asked, waiting()):
        case, nth = BACK[name](at), 1
        while case and isinstance(came := put_back(case, nth), PutBack) and came.killed:
            assert (came.same, came.messages) == (True, 0), (at, nth, came)
            nth += 1
