"""The suites at their full size: `python -m tests.full [SUITE …] [--size N]`. Exits 1 if anything is wrong.

Each suite is a module with `cases(size)`, what is to be done, and `Worker`, which does one case at a time in a process
of its own and returns figures to be added up and a list of what is wrong. With `closing(size)` it says, of the whole
run, some lines more and what is wrong with it. `BESIDE` is how many workers a processor has, if cases mostly wait.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from reconciler.render.times import span

# Suite -> (module, size of the full run, what the size counts)
SUITES: dict[str, tuple[str, int, str]] = {
    "crash": ("tests.crash.full", 200, "seeds for every failpoint"),
    "everywhere": ("tests.crash.full_everywhere", 200, "seeds for every failpoint, over every other backend"),
    "deep": ("tests.crash.full_deep", 10_000, "stories killed three times, in recovery too"),
    "disk": ("tests.badday.full_disk", 60, "the largest n of the failing nth system call"),
    "starts": ("tests.badday.full_starts", 100, "rounds of fifty starts at once"),
    "truncation": ("tests.badday.full_truncation", 32_768, "bytes, each of which a state is cut at"),
    "trouble": ("tests.trouble.full", 30, "seconds that a store is in trouble at most, of 0.5, 1, 3, 8 and 30"),
    "soak": ("tests.badday.full_soak", 20_000, "numbers in one apply that loses a tenth of its answers"),
    "interrupts": ("tests.together.interrupts", 500, "signals at each prompt, beside other work"),
    "pace": ("tests.pace.full", 500, "numbers, a call of each operation, by one, two and five clients"),
    "journey": ("tests.pace.full_journey", 1000, "numbers from declared to ready, with a code each"),
    "laws": ("tests.fuzz.laws", 20, "seeds, a thousand drawn examples of every law with each"),
    "config": ("tests.fuzz.config", 1_000_000, "config files: by grammar, mutated, bytes"),
    "written": ("tests.fuzz.written", 1_000_000, "plans, journals and kept outcomes harmed"),
    "cut": ("tests.fuzz.cut", 40, "parts into which all cuts are divided; any number cuts at every byte"),
    "prints": ("tests.fuzz.prints", 200_000, "hostile texts printed"),
    "markdown": ("tests.render.markdown.full", 5_000, "hostile plans and outcomes as comments"),
    "answers": ("tests.fuzz.answers", 1_000_000, "answers that no document describes"),
    "mutants": ("tests.mutants.full", 100, "bugs at most that the tests must catch"),
    "simulation": ("tests.simulation.full", 1_000_000, "steps"),
    "contrary": ("tests.contrary.full", 2_000, "contrary worlds, a story with kills in each"),
    "exhaustive": ("tests.exhaustive.full", 2, "1 without the largest blocks"),
}
EVERY = 10.0


@dataclass
class Result:
    figures: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    seconds: float = 0.0


def run(suite: str, size: int) -> Result:
    module, _, _ = SUITES[suite]
    cases = list(import_module(module).cases(size))
    result, began = Result(), time.monotonic()
    try:
        for figures, wrong in _told(suite, len(cases), _worked(module, cases)):
            result.figures.update(figures)
            result.wrong += wrong
    except KeyboardInterrupt:
        result.wrong.append("interrupted: the figures are of what was done until then")
    closing = vars(import_module(module)).get("closing")
    if closing and closing.__module__ == module:
        result.lines, wrong = closing(size)
        result.wrong += wrong
    result.seconds = time.monotonic() - began
    return result


def _told(suite: str, cases: int, worked: Iterator[tuple[Counter[str], list[str]]]) -> Iterator[Any]:
    """The same, with pace and time left, and what is wrong, as it is found."""
    began = said = time.monotonic()
    for done, (figures, wrong) in enumerate(worked, 1):
        for what in wrong:
            print(f"  {suite}: {what}", file=sys.stderr)
        if time.monotonic() - said > EVERY:
            said = time.monotonic()
            pace = done / (said - began)
            left = span((cases - done) / pace)
            print(f"  {suite}: {done} of {cases}, {pace:.1f}/s, {left} left", file=sys.stderr)
        yield figures, wrong


def _worked(module: str, cases: list[Any]) -> Iterator[tuple[Counter[str], list[str]]]:
    context = multiprocessing.get_context("spawn")
    workers = (os.cpu_count() or 1) * getattr(import_module(module), "BESIDE", 1)
    with context.Pool(workers, _begin, (module,)) as pool:
        yield from pool.imap_unordered(_work, cases, min(8, len(cases) // 100 + 1))
        pool.close()
        pool.join()


def _begin(module: str) -> None:
    global _worker
    _worker = import_module(module).Worker()


def _work(case: Any) -> tuple[Counter[str], list[str]]:
    figures, wrong = _worker(case)
    return figures, [f"{case}: {what}" for what in wrong]


_worker: Any = None


def table(results: dict[str, Result]) -> str:
    lines = ["| suite | figures | wrong | time |", "|---|---|---|---|"]
    for suite, result in results.items():
        figures = ", ".join(f"{number:,} {name}" for name, number in result.figures.items())
        lines.append(f"| {suite} | {figures} | {len(result.wrong)} | {span(result.seconds)} |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=f"of {', '.join(SUITES)}; all of them by default")
    parser.add_argument("--size", type=int, help="instead of the full size")
    chosen = parser.parse_args()
    unknown = set(chosen.suites) - set(SUITES)
    if unknown:
        parser.error(f"no such suite: {', '.join(sorted(unknown))}")
    results = {suite: run(suite, chosen.size or SUITES[suite][1]) for suite in chosen.suites or SUITES}
    for suite, result in results.items():
        for what in result.wrong[:20]:
            print(f"{suite}: {what}", file=sys.stderr)
        print(*result.lines, sep="\n", end="\n" if result.lines else "")
    print(table(results))
    return 1 if any(result.wrong for result in results.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
