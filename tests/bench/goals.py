"""The goals, as a table: what is looked at, what it must be, what it aims at. Smaller is better in every row."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tests.bench.results import OURS, TENTH, Results
from tests.bench.review import TO_FIRST_CALL, WAY
from tests.bench.rows import WORKLOADS
from tests.bench.templates import LAYOUTS, ratio_of

MIB = 1 << 20
FEWEST_CALLS = 50
Figure = Callable[[Results], float | None]


class Goal(NamedTuple):
    """figure: None where it was not measured. unit: of all three; "" for a ratio."""

    what: str
    must: float
    aim: float
    figure: Figure
    unit: str = ""


def _against(peer: str, what: str, numbers: int, *workloads: str) -> Figure:
    return lambda results: results.against(peer, what, numbers, *workloads)


def _plan(what: str, numbers: int, peer: str, workloads: tuple[str, ...], *bounds: tuple[float, float]) -> list[Goal]:
    """bounds: must and aim of wall, then of memory."""
    return [
        Goal(f"{what}, against {peer}: {taken}", *bound, _against(peer, taken, numbers, *workloads))
        for taken, bound in zip(("wall", "memory"), bounds, strict=True)
    ]


def _growth(results: Results) -> float | None:
    return results.against(TENTH, "wall", 100_000, *WORKLOADS)


def _worst(what: str, unit: int) -> Figure:
    """All to create is no part of it, as it is of no goal for seconds: most of it is its text."""

    def figure(results: Results) -> float | None:
        found = results.worst(what, 100_000, "unchanged", "changed")
        return None if found is None else found / unit

    return figure


def _pace(results: Results) -> float | None:
    found = [each.between / each.least for each in results.journeys.values() if each.busiest >= FEWEST_CALLS]
    return max(found, default=None)


def _whole(results: Results) -> float | None:
    found = [each.whole / each.least for each in results.journeys.values() if each.busiest >= 10 * FEWEST_CALLS]
    return max(found, default=None)


def _refused(results: Results) -> float | None:
    return max((float(each.refused) for each in results.journeys.values()), default=None)


def _milliseconds(name: str) -> Figure:
    return lambda results: results.seconds[name] * 1000 if name in results.seconds else None


def _ratio(name: str) -> Figure:
    return lambda results: results.ratios.get(name)


def _reviewed(what: str, *steps: str) -> Figure:
    return lambda results: results.beside(what, *steps)


def _alone(step: str, what: str, unit: int) -> Figure:
    def figure(results: Results) -> float | None:
        found = results.reviewed(step, OURS, what)
        return None if found is None else found / unit

    return figure


def _saved(results: Results) -> float | None:
    return results.sizes[OURS] / 1e6 if OURS in results.sizes else None


GOALS: tuple[Goal, ...] = (
    *_plan("plan 10,000, no change", 10_000, "terraform", ("unchanged",), (0.06, 0.025), (0.08, 0.05)),
    *_plan("plan 10,000, 1 % changed", 10_000, "terraform", ("changed",), (0.06, 0.025), (0.08, 0.05)),
    *_plan("plan 10,000, all to create", 10_000, "terraform", ("created",), (0.08, 0.03), (0.10, 0.06)),
    *_plan("plan 1,000", 1_000, "terraform", WORKLOADS, (0.20, 0.06), (0.25, 0.12)),
    *_plan("plan 10,000", 10_000, "octodns", WORKLOADS, (0.25, 0.08), (0.8, 0.6)),
    *(
        Goal(f"{step}, 10,000 to create, against terraform: wall", must, aim, _reviewed("wall", step))
        for step, must, aim in (
            ("validate", 0.07, 0.05),
            ("plan --out", 0.05, 0.04),
            ("show --format markdown", 0.25, 0.15),
            ("show --json", 0.18, 0.12),
        )
    ),
    Goal("plan --out, 10,000 to create, against terraform: memory", 0.08, 0.06, _reviewed("memory", "plan --out")),
    Goal("a pull request's plan, comment, JSON and check, against terraform", 0.10, 0.07, _reviewed("wall", *WAY)),
    Goal("plan check, 10,000 to create: wall", 0.7, 0.5, _alone("plan check", "wall", 1), "s"),
    Goal("plan check, 10,000 to create: memory", 70, 60, _alone("plan check", "memory", MIB), "MiB"),
    Goal("apply PLANFILE, 10,000 to create, to its first call", 1, 0.7, _alone(TO_FIRST_CALL, "wall", 1), "s"),
    Goal("a saved plan of 10,000 to create", 3, 1, _saved, "MB"),
    *(
        Goal(f"plan 10,000, {layout} / {LAYOUTS[0]}: processor time", 1.1, 1.0, _ratio(ratio_of(layout)))
        for layout in LAYOUTS[1:]
    ),
    Goal("growth: plan 100,000 / plan 10,000", 12, 10, _growth),
    Goal("plan 100,000, no change and 1 % changed: wall", 4, 2.5, _worst("wall", 1), "s"),
    Goal("plan 100,000, no change and 1 % changed: memory", 500, 400, _worst("memory", MIB), "MiB"),
    Goal("apply and verify, from 50 calls up: from first call to last / least time", 1.03, 1.02, _pace),
    Goal("apply and verify, from 500 calls up: all of both / least time", 1.03, 1.02, _whole),
    Goal("apply and verify: calls refused", 0, 0, _refused),
    Goal("apply: processor time of a call", 5, 3, _milliseconds("processor time of a call beside 10,000"), "ms"),
    Goal("one durable step at 100,000 / at 1,000", 1.5, 1.1, _ratio("step at 100,000 / at 1,000")),
    Goal("--help / python -c pass", 8, 5, _ratio("--help")),
    Goal("--version / python -c pass", 8, 5, _ratio("--version")),
)
