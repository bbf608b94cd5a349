"""Moved, onboarded otherwise, replaced, and each put back before anybody answered: the old challenge is as it was."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from reconciler.core.model import OnRemove
from reconciler.core.plan.match import identity, serves
from tests.heavy import heavy
from tests.matrix.edits import Case, acme, files, globex, ready
from tests.matrix.play import ROUNDS
from tests.matrix.put_back import BACK, PutBack, is_asked, put_back, waiting
from tests.matrix.rows import planned, world
from tests.matrix.starts import ACME, GLOBEX, NUMBERS, Start, block
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
    kills = 0
    for at in filter(is_asked, waiting()):
        case, nth = BACK[name](at), 1
        while case and isinstance(came := put_back(case, nth), PutBack) and came.killed:
            assert (came.same, came.messages) == (True, 0), (at, nth, came)
            nth += 1
        kills += nth - 1
    assert kills


def _round_trip(at: Start, word: OnRemove, console: dict[str, str]) -> str:
    """Halfway in acme, moved to globex, answered there and removed there by this word; then declared in acme as before:
    what is planned. console: what somebody removes there before, as nothing cancels what was begun in acme."""
    one, two = block(at, "one"), block(at, "two")
    played = world(Case(((at, one), (ready(at.kind), two)), files(acme(one, two))))
    away = globex(one._replace(space="globex"))
    played.cloud.tell("console", **console)
    for _ in range(ROUNDS):
        if not played.answered(played.applied(played.planned(files(acme(two), away)))):
            break
    there = played.state()[GLOBEX].records[identity(one)]
    assert (identity(one) in played.state()[ACME].aside, serves(there)) == (True, True)
    played.applied(played.planned(files(acme(two), replace(globex(), removed={"one": word}))))
    assert identity(one) not in played.state()[GLOBEX].records
    return planned(played.planned(files(acme(one, two), globex())))


@pytest.mark.parametrize("word", ["deregister", "forget"])
def test_in_service_elsewhere_since(word: OnRemove) -> None:
    """The challenge from before is answered or void: nobody is asked for its code, the number begins anew."""
    number = {"number": NUMBERS["one"], "do": "remove"}
    assert _round_trip(Start("register", "code_requested"), word, number) == "create acme/one 1111"
