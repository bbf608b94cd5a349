"""Whatever comes from outside: refused by name or taken as it is. The full sizes: `python -m tests.full`."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import pytest

from reconciler.config.project import load_project
from tests.fuzz import answers, config, cut, grammar, prints, written
from tests.fuzz.batches import told
from tests.fuzz.hostile import harmed, text
from tests.heavy import mostly_heavy

# Suite -> how many attempts; in a few parts, of which the first is light.
SIZES: dict[ModuleType, int] = {written: 1_200, prints: 5_000, answers: 20_000}
CONFIGS, PARTS = 20_000, 4


def _parts(size: int) -> list[tuple[int, int]]:
    return [(part * size // PARTS, (part + 1) * size // PARTS) for part in range(PARTS)]


def _configs(folder: Path, part: tuple[int, int]) -> list[str]:
    return config.Worker(folder)(part)[1]


@pytest.mark.parametrize("part", mostly_heavy(_parts(CONFIGS), 1), ids=str)
def test_config(part: tuple[int, int], tmp_path: Path) -> None:
    """A project or a ConfigError: each problem with code, place and hint, within 2 seconds and 512 MiB."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:  # a bound on memory is a whole process's
        assert pool.apply(_configs, (tmp_path, part)) == []


@pytest.mark.parametrize("part", mostly_heavy(range(PARTS), 1))
@pytest.mark.parametrize("suite", SIZES, ids=lambda suite: suite.__name__)
def test_suite(suite: ModuleType, part: int, tmp_path: Path) -> None:
    """The law that the suite's own docstring states."""
    worker: Any = suite.Worker(tmp_path)
    assert worker(_parts(SIZES[suite])[part])[1] == []


@pytest.mark.parametrize("what", [*cut.TEXTS, cut.JOURNAL, cut.STATE_FILE])
def test_cut_at_every_byte(what: str, tmp_path: Path) -> None:
    """Whatever a torn write left is refused, or is what was written; of SQLite's file every 40th byte here."""
    parts = {cut.STATE_FILE: 40, cut.JOURNAL: 10}.get(what, 1)
    figures, wrong = cut.Worker(tmp_path)((what, 0, parts))
    assert wrong == []
    assert figures["cuts"] > 0


def test_a_seed_tells_the_same_again() -> None:
    """What is generated depends on the seed alone, so that whatever is found can be told again."""
    for seed in range(200):
        assert config.generated(Random(seed)) == config.generated(Random(seed))
        assert text(Random(seed)) == text(Random(seed))
        assert repr(harmed(Random(seed), answers.SUCCESS, 5)) == repr(harmed(Random(seed), answers.SUCCESS, 5))
        assert answers.answered(Random(seed)) == answers.answered(Random(seed))


def test_a_suite_can_fail() -> None:
    """What an attempt raises or says is told, with nothing of it lost."""

    def attempt(random: Random) -> Iterator[str]:
        yield "said"
        raise KeyError("raised")

    assert told(attempt, Random(1)) == ["said", "KeyError: 'raised'"]
    assert list(prints.dirty("a\x1bb\n::error::x")) == [
        "raw [\"'\\\\x1b'\"] in 'a\\x1bb'",
        "data begins a line: '::error::x'",
    ]
    assert list(prints.whole("call 138 0000 1234 on 8613800001234")) == ["+8613800001234 is shown whole"]


def test_sound_files_are_sound(tmp_path: Path) -> None:
    """Without a slip the grammar writes what is accepted: what is refused is refused for its slips."""
    (tmp_path / "spaces").mkdir()
    for seed in range(100):
        slips = grammar.Slips(Random(seed), 0.0)
        (tmp_path / "spaces/a.yaml").write_bytes(slips.encoded(slips.space("a", 3)))
        (tmp_path / "reconciler.yaml").write_bytes(slips.encoded(slips.settings()))
        assert len(load_project(tmp_path).spaces[0].resources) >= 3
