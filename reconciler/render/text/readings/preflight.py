"""What `plan --preflight` foresees, as text for people: a table, what to do, and one line that counts."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.core.review.preflight import PREFLIGHT_VERDICTS, Foreseen, PreflightReport, PreflightVerdict
from reconciler.render import mask
from reconciler.render.escape import escape
from reconciler.render.text.layout import table
from reconciler.render.text.outcome import AWAITED, UNATTENDED
from reconciler.render.text.readings.check import FEW
from reconciler.render.times import counted

MOST = 10
_HEADS = ("resource", "verdict", "next call, or why not")
_ASKED = {"code": "waits for the code", "confirmation": "waits for the link to be followed"}


def preflight_lines(report: PreflightReport, width: int = 0, full: bool = False) -> list[str]:
    """width: columns there are, 0 for as many as are needed. full: list every change."""
    if not report.changes:
        return ["Preflight: nothing to ask the cloud for."]
    every = full or len(report.changes) <= FEW
    shown = [each for each in report.changes if every or each.verdict != "will_succeed"]
    lines = table(_HEADS, list(map(preflight_row, shown)), width) if shown else []
    left = len(report.changes) - len(shown)
    rest = [f"  {left} more will succeed; --full lists every one."] if left else []
    return ["Preflight, as far as it can be read:", "", *lines, *rest, *_hints(shown), "", preflight_summary(report)]


def preflight_summary(report: PreflightReport) -> str:
    """One sentence that counts, and one where a guard refuses the plan."""
    found = report.tally
    counts = ", ".join(f"{found[each]} {_words(each)}" for each in reversed(PREFLIGHT_VERDICTS) if found[each])
    refused = " But apply refuses the plan as a whole: see above." if report.refused else ""
    made = f"{counted(len(report.changes), 'change')} with {counted(report.calls, 'read')}"
    return f"Preflight of {made}: {counts}.{refused}"


def preflight_sentences(report: PreflightReport) -> list[str]:
    """The same for where there is little room: what will not succeed for sure, and the counts."""
    doubtful = [each for each in report.changes if each.verdict != "will_succeed"]
    said = [": ".join(preflight_row(each)) for each in doubtful[:MOST]]
    more = [f"{len(doubtful) - MOST} more are not sure to succeed."] if len(doubtful) > MOST else []
    return [preflight_summary(report), *said, *more]


def preflight_row(each: Foreseen) -> tuple[str, str, str]:
    """Address, verdict, and why, or what comes next. Escaped, with numbers masked."""
    return escape(each.address), _words(each.verdict), escape(mask.text(_why(each)))


def _words(verdict: PreflightVerdict) -> str:
    return verdict.replace("_", " ")


def _why(each: Foreseen) -> str:
    if each.because:
        return f"[{each.code}] {each.because}" if each.code else each.because
    if each.awaits == "time":
        return f"waits for {AWAITED[each.reason]}{UNATTENDED[each.reason]}"
    return each.call or _ASKED.get(each.awaits, "") or "nothing is left to call"


def _hints(shown: list[Foreseen]) -> Iterator[str]:
    """What to do about each error, once."""
    hints = dict.fromkeys(escape(mask.text(f"{each.code}: {each.hint}")) for each in shown if each.hint)
    yield from ("", *(f"  {hint}" for hint in hints)) if hints else ()
