"""What was measured, as Markdown: the goals, then all that was looked at."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.goals import GOALS, MIB, Goal
from tests.bench.plans import PEERS
from tests.bench.results import OURS, TENTH, Case, Results

NOT_MEASURED = "not measured"
GOAL_HEAD = "| goal | figure | must | aim | |\n|---|---|---|---|---|"
PLAN_HEAD = "| numbers | files | plan | seconds | of processor | MiB | {} | grows |\n|---|---|---|---|---|---|{}---|"
STORE_HEAD = (
    "| store | command | {} | of processor | requests | lists | MB there, back | objects |\n"
    "|---|---|{}---|---|---|---|---|"
)
SAID = {"unchanged": "no change", "changed": "1 % changed", "created": "all to create"}


def verdict(goal: Goal, results: Results) -> str:
    figure = goal.figure(results)
    if figure is None:
        return NOT_MEASURED
    return "aim" if figure <= goal.aim else "met" if figure <= goal.must else "**missed**"


def markdown(results: Results) -> str:
    parts = (
        _goals(results),
        _plans(results),
        _review(results),
        _stores(results),
        [results.machine] * bool(results.machine),
        _rest(results),
    )
    return "\n\n".join("\n".join(part) for part in map(list, parts) if part) + "\n"


def _goals(results: Results) -> Iterator[str]:
    yield GOAL_HEAD
    for goal in GOALS:
        figure = goal.figure(results)
        shown = "–" if figure is None else _with(figure, goal.unit)
        bounds = f"{_with(goal.must, goal.unit)} | {_with(goal.aim, goal.unit)}"
        yield f"| {goal.what} | {shown} | {bounds} | {verdict(goal, results)} |"


def _with(figure: float, unit: str) -> str:
    return f"{figure:.3g} {unit}".strip()


def _plans(results: Results) -> Iterator[str]:
    if results.plans:
        names = [peer.name for peer in PEERS]
        yield PLAN_HEAD.format(" | ".join(names), "---|" * len(names))
        for case in results.plans:
            peers = " | ".join(_beside(results, case, name) for name in names)
            about = f"{case.numbers:,} | {case.files:,} | {SAID[case.workload]}"
            own = "{:.2f} | {:.2f} | {:.0f}".format(*_medians(results, case, OURS))
            yield f"| {about} | {own} | {peers} | {_grown(results, case)} |"


def _review(results: Results) -> Iterator[str]:
    if results.review:
        yield "| step, 10,000 to create | ours | terraform | ratio, memory |\n|---|---|---|---|"
    for step in results.review:
        mine, theirs = (_taken(results, step, who) for who in (OURS, "terraform"))
        ratios = [results.beside(what, step) for what in ("wall", "memory") if (results.reviewed(step, OURS, what))]
        yield f"| {step} | {mine} | {theirs} | {' and '.join(f'{each:.3f}' for each in ratios if each) or '–'} |"
    for who, size in results.sizes.items():
        yield f"| the saved plan of {who} | {size / 1e6:.2f} MB | | |"


def _stores(results: Results) -> Iterator[str]:
    """Requests and bytes do not depend on the distance: they are told of the shortest one."""
    if results.stores:
        far = sorted({seconds for costs in results.stores.values() for seconds in costs})
        yield STORE_HEAD.format(" | ".join(f"{seconds * 1000:.0f} ms" for seconds in far), "---|" * len(far))
    for (store, step), costs in results.stores.items():
        seconds = " | ".join(f"{costs[each].wall:.2f} s" if each in costs else "–" for each in far)
        cost = next(iter(costs.values()))
        asked, way = cost.passed, f"{cost.passed.sent / 1e6:.2f}, {cost.passed.received / 1e6:.2f}"
        told = f"{asked.requests:,} | {asked.lists:,} | {way}" if asked.requests else "– | – | –"
        yield f"| {store} | {step} | {seconds} | {cost.processor:.2f} s | {told} | {cost.objects:,} |"


def _taken(results: Results, step: str, who: str) -> str:
    wall, memory = results.reviewed(step, who), results.reviewed(step, who, "memory")
    if wall is None:
        return "–"
    return f"{wall:.2f} s{f', {memory / MIB:.0f} MiB' if memory else ''}"


def _medians(results: Results, case: Case, name: str) -> tuple[float, float, float]:
    """Seconds on the wall, of processor time, MiB."""
    wall, processor, memory = (results.median(case, name, what) for what in ("wall", "processor", "memory"))
    return wall, processor, memory / MIB


def _beside(results: Results, case: Case, name: str) -> str:
    if name not in results.plans[case]:
        return "–"
    wall, _, memory = _medians(results, case, name)
    ratios = (results.compared(case, name, what) for what in ("wall", "memory"))
    return f"{wall:.2f} s, {memory:.0f} MiB: {' and '.join(f'{each:.3f}' for each in ratios)}"


def _grown(results: Results, case: Case) -> str:
    return f"{results.compared(case, TENTH, 'wall'):.1f}" if TENTH in results.plans[case] else "–"


def _rest(results: Results) -> Iterator[str]:
    for numbers, done in results.journeys.items():
        yield (
            f"- apply of {numbers:,} numbers, then verify with their codes: {done.calls.total():,} calls, "
            f"{done.refused} refused, {done.most} of one operation in any second at most; "
            f"{done.between:.2f} s from first call to last, {done.whole:.2f} s in all, {done.least:.1f} s at least"
        )
    for name, figure in results.seconds.items():
        yield f"- {name}: {figure * 1000:.2f} ms"
