"""Stories in contrary worlds at their full size. Each answer of each dimension is drawn fifty times, or it fails."""

from __future__ import annotations

from collections import Counter

from reconciler.sandbox.contrary import DIMENSIONS, draw
from tests.contrary.story import Contrary
from tests.stage.cloud import local
from tests.stage.failing import alone
from tests.stage.forks import Forks
from tests.stage.places import places

FULL, LEAST = 2_000, 50
BESIDE = 3


def cases(size: int) -> range:
    """Seeds."""
    return range(size)


class Worker:
    def __init__(self) -> None:
        self._forks = Forks()

    def __call__(self, seed: int) -> tuple[Counter[str], list[str]]:
        """Figures, and what is wrong, each with the world it was wrong in."""
        with (
            local(calls_per_second=0, contrary=seed) as cloud,
            alone(cloud, self._forks) as run,
            places()["sqlite"](run.project.scratch) as where,
        ):
            story = Contrary(run, cloud, where, seed)
            story.tell()
            return _figures(story), [f"{what}; {draw(seed)}" for what in story.report.wrong]

    def close(self) -> None:
        self._forks.close()


def _figures(story: Contrary) -> Counter[str]:
    by_themselves = "as declared by itself" if not story.by_word else "as declared after a word"
    figures = Counter({"worlds": 1, "runs": story.runs, "kills": story.report.kills})
    figures["messages asked for by word"] = story.by_word
    figures["needs a person" if story.waits else by_themselves] = 1
    return figures + Counter(f"with {why}" for why in story.waits)


def closing(size: int) -> tuple[list[str], list[str]]:
    """How often each answer was drawn, a line for each dimension; and which too seldom, for a full run."""
    drawn = Counter((name, answer) for seed in cases(size) for name, answer in draw(seed).drawn.items())
    lines = [
        f"{name}: {', '.join(f'{answer} {drawn[name, answer]}' for answer in answers)}"
        for name, answers in DIMENSIONS.items()
    ]
    few = [
        f"{name}={answer} was drawn {drawn[name, answer]} times, not {LEAST}"
        for name, answers in DIMENSIONS.items()
        for answer in answers
        if size >= FULL and drawn[name, answer] < LEAST
    ]
    return lines, few
