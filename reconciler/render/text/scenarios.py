"""What came of scenarios, as lines for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reconciler.core.rehearsal.scenario import Mismatch, Verdict
from reconciler.render import mask
from reconciler.render.escape import escape
from reconciler.render.times import counted


def verdict_lines(verdict: Verdict) -> Iterator[str]:
    """One line, and for a failed scenario what was expected (-) and found (+) instead."""
    word = "passed" if verdict.passed else "failed"
    yield f"{word}  {verdict.seconds:6.2f} s  {escape(verdict.file)}: {title(verdict)}"
    yield from (f"  {line}" for line in mismatch_lines(verdict))


def title(verdict: Verdict) -> str:
    """What had to hold, and in which environment and sandbox."""
    where = [verdict.environment] if verdict.environment else []
    where += [] if verdict.seed is None else [f"contrary {verdict.seed}"]
    return _shown(verdict.scenario) + (f" ({', '.join(map(escape, where))})" if where else "")


def mismatch_lines(verdict: Verdict) -> Iterator[str]:
    """All differences of a scenario; nothing if it holds."""
    for each in verdict.mismatches:
        yield f"{escape(each.place)}: step {each.step}: {each.key.replace('_', ' ')}"
        yield from (f"  {line}" for line in _diff(each))
    if verdict.mismatches and verdict.world:
        yield escape(verdict.world)


def summary_line(verdicts: Sequence[Verdict]) -> str:
    """How many passed and failed."""
    failed = sum(not each.passed for each in verdicts)
    legend = " (- expected, + found)" if failed else ""
    return f"{counted(len(verdicts), 'scenario')}: {len(verdicts) - failed} passed, {failed} failed{legend}."


def _diff(each: Mismatch) -> Iterator[str]:
    yield from (f"- {_shown(line)}" for line in each.expected)
    yield from (f"+ {_shown(line)}" for line in each.found)


def _shown(text: str) -> str:
    return escape(mask.text(text))
