"""The benchmark works: what it makes is real, what it measures is the process, and its table has every row.

Whether the figures are good is for its full size to say, on a machine that does nothing else: `python -m tests.bench`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from reconciler.store import open_backend
from tests.bench import document, ours, workspaces
from tests.bench.__main__ import PARTS, main, measured
from tests.bench.goals import GOALS
from tests.bench.measuring import ratio, taken
from tests.bench.results import OURS, Results, Sizes
from tests.bench.review import STEPS, TO_FIRST_CALL
from tests.bench.rows import declared, recorded
from tests.bench.shelves import SHELVES
from tests.bench.table import markdown, verdict
from tests.bench.templates import LAYOUTS, ratio_of
from tests.heavy import heavy
from tests.stage.cloud import serving

TINY = Sizes(
    (20,),
    (3,),
    1,
    20,
    applied=(3,),
    beside=(4, 5),
    steps=(5, 10),
    rounds=1,
    starts=1,
    stored=(8, 2),
    stored_applies=(2,),
)


def history(folder: Path) -> list[Mapping[str, Any]]:
    with closing(open_backend(workspaces.STATE, folder)) as backend:
        return [json.loads(line) for line in backend.history("cams-s0000")]


def shapes(lines: list[Mapping[str, Any]]) -> list[tuple[str, str, str, list[str]]]:
    """Of the entries about numbers: everything but the values that differ from number to number."""
    about = [line for line in lines if "id" in line]
    return [(each["type"], each.get("phase", ""), each.get("operation", ""), sorted(each)) for each in about]


# The commands on all stores, near and far, take minutes.
@pytest.mark.parametrize("part", [heavy(part) if part == "stores" else part for part in PARTS])
def test_every_part_measures_what_it_says(part: str) -> None:
    """At a tiny size: every program does what it was given to do, and no contender does anything else."""
    results = measured(TINY, [part])
    assert results.wrong == []
    found: Mapping[str, object] = {
        "start": set(results.ratios) == {"--help", "--version"},
        "step": set(results.ratios) == {"step at 10 / at 5"},
        "apply": [done.refused for done in results.journeys.values()] == [0] and len(results.seconds) == 1,
        "review": set(results.review) == {*STEPS, TO_FIRST_CALL} and OURS in results.sizes,
        "stores": {store for store, _ in results.stores} == set(SHELVES) and len(results.stores) == 9 * len(SHELVES),
        "templates": set(results.ratios) == set(map(ratio_of, LAYOUTS[1:])),
        "plan": len(results.plans) == 3 and all(len(runs) >= 2 for runs in results.plans.values()),
    }
    assert found[part]


def test_recorded_state_is_what_an_apply_leaves(tmp_path: Path) -> None:
    """Entry for entry, a number's life in a made journal is that in the journal of an apply against the sandbox."""
    workspaces.make(tmp_path / "made", 1)
    workspaces.make(tmp_path / "real", 1, workload="created")
    with serving(tmp_path) as cloud:
        environ = {**ours.environ(), **cloud.environment, "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true"}
        command = [ours.PROGRAM, "-C", str(tmp_path / "real")]
        assert subprocess.run([*command, "apply", "--auto-approve", "--no-input"], env=environ).returncode == 3
        row = recorded(1)[0]
        given = f"s0000/phone_number/{row.name} {cloud.code(row.number)}\n"
        subprocess.run([*command, "verify", "-"], env=environ, input=given, text=True, check=True)
    assert shapes(history(tmp_path / "made")) == shapes(history(tmp_path / "real"))


def test_recorded_state_is_sound(tmp_path: Path) -> None:
    """The program's own check finds nothing in it, neither in the entries nor in what they come to."""
    workspaces.make(tmp_path, 150, 4)
    check = taken([ours.PROGRAM, "-C", str(tmp_path), "state", "check"], ours.environ())
    assert (check.code, check.printed.count(": sound,")) == (0, 4)


def test_rows_are_valid_and_differ_by_the_hundredth() -> None:
    """One row of a hundred is declared otherwise than it is recorded, and no number is there twice."""
    before, after = recorded(1000), declared(1000, "changed")
    assert sum(old != new for old, new in zip(before, after, strict=True)) == 10
    assert len({row.number for row in after}) == 1000


def test_memory_is_that_of_the_process() -> None:
    """Neither less than what it asked for, nor what the process that measures it has."""
    ballast = bytearray(b"x" * (120 << 20))
    small, large = (taken([sys.executable, "-c", f"x = b'x' * ({mib} << 20)"], os.environ).memory for mib in (1, 60))
    assert len(ballast) > 2 * small
    assert 55 << 20 < large - small < 65 << 20


def test_pairs_are_compared_pair_by_pair() -> None:
    """A machine that was slow for one pair of runs changes nothing."""
    assert ratio([1, 100, 2], [2, 200, 4]) == 0.5


@pytest.mark.parametrize(("figure", "told"), [(4.9, "aim"), (7.9, "met"), (8.1, "**missed**")])
def test_a_goal_is_judged_by_its_figure(figure: float, told: str) -> None:
    """The aim, what must be, or less than that; and nothing of what was not measured."""
    judged = {goal.what: verdict(goal, Results(ratios={"--help": figure})) for goal in GOALS}
    assert judged.pop("--help / python -c pass") == told
    assert set(judged.values()) == {"not measured"}


def test_the_command_prints_and_keeps_its_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each goal has its row, on stdout and between the marks of a page, whose other lines stay as they are."""
    page = tmp_path / "page.md"
    page.write_text(f"before\n{document.BEGIN}old\n{document.END}after\n", "utf-8")
    main(["--quick", "--only", "start", "--markdown", str(page)])
    printed = capsys.readouterr().out
    assert [goal.what for goal in GOALS if f"| {goal.what} |" not in printed] == []
    assert page.read_text("utf-8") == f"before\n{document.BEGIN}\n{printed.rstrip()}\n\n{document.END}after\n"


def test_a_table_alone_is_a_page(tmp_path: Path) -> None:
    """A file without the marks is written whole."""
    assert document.replaced(tmp_path / "new.md", markdown(Results())) == markdown(Results())
