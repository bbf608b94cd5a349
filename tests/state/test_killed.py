"""Killed at every place that it reaches, and run again: the same end, and never two places that both can be used."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.heavy import mostly_heavy
from tests.stage.cloud import Cloud
from tests.state.scene import SUPPORT, TARGET, TOM, Scene

KILLED = -9
MIGRATE = ("state", "migrate", "--to", TARGET)
CARRY = ("state", "mv", TOM, "acme/contact/tom")
RENAME = ("state", "mv", SUPPORT, "acme/phone_number/help")
PARTS = 3
SHARED = pytest.mark.parametrize("part", mostly_heavy(range(PARTS), 1))


def cells(scene: Scene, *argv: str) -> Iterator[str]:
    """Every place that the command reaches, with each time that it does."""
    scene.begin_anew()
    ended = scene.run(*argv)
    assert ended.code == 0, ended.err
    for place, times in Counter(ended.places).items():
        yield from (f"{place} {nth} kill" for nth in range(1, times + 1))


def usable(scene: Scene, *where: str) -> bool:
    """Whether people are let at what is recorded there."""
    done = scene.run("state", "list", *where)
    assert done.code in (0, 1)
    return bool(done.out)


@SHARED
def test_migrate(scene: Scene, cloud: Cloud, part: int) -> None:
    """At no moment both places can be used, or neither can be helped; at the end all is in the new one, as it was."""
    before = scene.records()
    for cell in list(cells(scene, *MIGRATE))[part::PARTS]:
        scene.begin_anew()
        assert scene.run(*MIGRATE, at=cell).code == KILLED, cell
        assert usable(scene) + usable(scene, "--state", TARGET) < 2, cell
        again = scene.run(*MIGRATE)
        assert (again.code, again.err) == (0, ""), cell
        assert (scene.records("--state", TARGET), usable(scene)) == (before, False), cell
        assert scene.run("state", "check", "--state", TARGET).code == 0, cell
    assert len(cloud.messages()) == 2


def test_migrate_of_what_was_pruned(scene: Scene) -> None:
    """A journal whose beginning is gone arrives as it is left, wherever the copy was killed."""
    assert scene.run("state", "prune", "--keep-days", "0").code == 0
    scene.keep()
    before = scene.records()
    for cell in cells(scene, *MIGRATE):
        if cell.startswith("transfer."):
            scene.begin_anew()
            assert scene.run(*MIGRATE, at=cell).code == KILLED, cell
            assert usable(scene) + usable(scene, "--state", TARGET) < 2, cell
            assert scene.run(*MIGRATE).code == 0, cell
            assert scene.records("--state", TARGET) == before, cell


def test_push(scene: Scene) -> None:
    """An empty place is usable only once all is there, and holds every entry then, byte for byte."""
    push = ("state", "push", "b.json", "--state", TARGET)
    document = scene.pull("b.json")
    scene.keep()
    for cell in cells(scene, *push):
        scene.begin_anew()
        assert scene.run(*push, at=cell).code == KILLED, cell
        if usable(scene, "--state", TARGET):
            assert scene.records("--state", TARGET) == scene.records(), cell
        again = scene.run(*push)
        assert (again.code, again.err) == (0, ""), cell
        assert scene.pull("c.json", "--state", TARGET)["digest"] == document["digest"], cell


@pytest.mark.parametrize("argv", [CARRY, RENAME], ids=["carry", "rename"])
@SHARED
def test_mv(scene: Scene, cloud: Cloud, argv: tuple[str, ...], part: int) -> None:
    """Nothing is lost in between; run again it is done, or was done already; what is recorded is the same."""
    assert scene.run(*argv).code == 0
    wanted = essence(scene)
    for cell in list(cells(scene, *argv))[part::PARTS]:
        scene.begin_anew()
        assert scene.run(*argv, at=cell).code == KILLED, cell
        assert {"tom", "+8613800001234"} <= {record[0] for record in essence(scene)}, cell
        assert scene.run(*argv).code in (0, 64), cell
        assert essence(scene) == wanted, cell
    assert len(cloud.messages()) == 2


def essence(scene: Scene) -> set[tuple[str, ...]]:
    """What is recorded where; not when, nor by which run."""
    return {
        (record["key"], f"{space}/{record['address']}", record["phase"], json.dumps(record["facts"], sort_keys=True))
        for space, records in scene.records().items()
        for record in records.values()
    }
