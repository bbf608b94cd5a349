"""A rehearsal's report for people. It may come from an untrusted job, so everything in it is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from textwrap import wrap

from reconciler.core.rehearsal.report import Pause, RefusedCall, Report, Unfinished, rehearsal_exit_code
from reconciler.render import mask
from reconciler.render.escape import cut, escape
from reconciler.render.text.layout import block
from reconciler.render.times import counted, span

MOST = 10
_ENDS = {0: "complete", 1: "failed", 3: "paused", 6: "refused"}
_WAITS = {
    "code": "the code sent by {channel} to {whom}",
    "confirmation": "the links sent to be followed",
    "time": "the cloud to finish",
    "refusal": "the cause of a refusal to be removed",
}


def rehearsal_text(report: Report) -> str:
    return "\n".join([*report_lines(report), "", last_line(report)])


def report_lines(report: Report) -> list[str]:
    """Labelled lines without markup, numbers masked; at most MOST for each label, saying how many more there are."""
    return [line for label, lines in _parts(report) for line in _block(label, lines)]


def last_line(report: Report) -> str:
    return f"Rehearsal {_ENDS[rehearsal_exit_code(report)]}: {report.done} of {counted(report.changes, 'change')} done."


def _parts(report: Report) -> Iterator[tuple[str, list[str]]]:
    yield "Seeded from", [_SEEDS[report.from_plan]]
    yield "World", wrap(escape(report.world), 100)
    yield "Calls", [str(sum(report.calls.values())), *(f"{n} {name}" for name, n in report.calls.items())]
    yield "Messages", [_messages(report.messages)]
    yield "Takes", list(_time(report))
    yield "Pauses", [_pause(pause) for pause in report.pauses] or ["none"]
    yield "Refused", [*(_guard(each.code, each.what) for each in report.guards), *_refusals(report.refusals)]
    yield "Unfinished", [_unfinished(each) for each in report.unfinished]
    yield "Broken", [_shown(each) for each in report.broken]
    yield "Differences", [_shown(each) for each in report.differences] or ["none from the forecast"]


_SEEDS = {False: "recorded state", True: "what the plan tells: recorded state was not read"}


def _block(label: str, lines: list[str]) -> Iterator[str]:
    most = len(lines) if label == "Calls" else MOST
    more = [f"and {len(lines) - most} more"] if len(lines) > most else []
    return block(label, [*lines[:most], *more])


def _messages(sent: Mapping[str, int]) -> str:
    channels = ", ".join(f"{number} {escape(channel)}" for channel, number in sent.items())
    return f"{sum(sent.values())} ({channels})" if sent else "none"


def _time(report: Report) -> Iterator[str]:
    people = any(pause.waits_for != "time" for pause in report.pauses)
    yield span(report.seconds) + (", plus waiting for people" if people else "")
    if report.waited:
        yield f"and {span(report.waited)} until the daily limits allow the rest"


def _pause(pause: Pause) -> str:
    address, whom = escape(pause.address), _shown(pause.whom)
    if pause.parked:
        return f"{address} is parked: too many codes were tried for {whom}; only --resend continues"
    if pause.waits_for == "code" and not pause.channel:
        return f"{address} waits for the purchase code of {whom}"
    return f"{address} waits for {_WAITS[pause.waits_for].format(channel=pause.channel, whom=whom)}"


def _guard(code: str, what: str) -> str:
    return f"by a guard, before any call: {code}: {_shown(what)}"


def _refusals(refusals: Iterable[RefusedCall]) -> Iterator[str]:
    for each in refusals:
        whom = f" for {_shown(each.whom)}" if each.whom else ""
        yield f"by the cloud: {each.operation}{whom}: {_shown(each.code)}"


def _unfinished(each: Unfinished) -> str:
    what = f": {_shown(each.what)}" if each.what else ""
    return f"{escape(each.address)}: {each.result.replace('_', ' ')}{what}"


def _shown(text: str) -> str:
    return cut(mask.text(text), 200)
