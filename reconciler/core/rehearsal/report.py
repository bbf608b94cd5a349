"""What a rehearsal of a plan found: plain values, also as JSON and back.

A report may come from a job that nobody trusts, so load() takes nothing that has another form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, get_args

from reconciler.core import field_checks
from reconciler.core.field_checks import Forms, misfit
from reconciler.core.outcome import Result
from reconciler.errors import ERRORS, Problem, Stale

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Pause:
    """A change that waited for a person, or for the cloud. whom: a number, masked, or an e-mail address.

    waits_for: `code`, `confirmation` or `time`. channel: how the message went, "" where none was sent. parked: too many
    wrong codes were typed before, and only --resend goes on.
    """

    address: str
    whom: str
    waits_for: str
    channel: str = ""
    parked: bool = False


@dataclass(frozen=True, slots=True)
class RefusedCall:
    """A call that the sandbox refused. whom: whom it was about, masked. code: as the cloud says it."""

    operation: str
    whom: str
    code: str


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A change that did not come to its end."""

    address: str
    result: Result
    code: str = ""
    what: str = ""


@dataclass(frozen=True, slots=True)
class Guard:
    code: str
    what: str


@dataclass(frozen=True, slots=True)
class Report:
    """digest: of the plan. from_plan: nothing was recorded where it ran, so the sandbox was seeded from the plan alone.

    calls: by operation, all that reached the sandbox. messages, expected_messages: by channel, sent and forecast.
    seconds, expected_seconds: the least that the account's pace allows, people's own time left out. waited: seconds
    besides until a daily limit let the rest go on. guards: what would keep apply from making any call. broken: promises
    that the sandbox saw broken. differences: from the forecast, a line each. changes, done: how many. world: what a
    contrary sandbox drew, "" for a kind one.
    """

    digest: str
    from_plan: bool
    calls: Mapping[str, int]
    messages: Mapping[str, int]
    expected_messages: Mapping[str, int]
    seconds: float
    expected_seconds: float
    waited: float
    guards: tuple[Guard, ...]
    refusals: tuple[RefusedCall, ...]
    pauses: tuple[Pause, ...]
    unfinished: tuple[Unfinished, ...]
    broken: tuple[str, ...]
    differences: tuple[str, ...]
    changes: int
    done: int
    world: str = ""


def rehearsal_exit_code(report: Report) -> int:
    """6 where a guard refuses, 1 where something would fail, 3 where it waits for what no rehearsal can decide."""
    if report.guards:
        return 6
    waiting = {"paused", "not_started"}
    if report.broken or any(each.result not in waiting for each in report.unfinished):
        return 1
    return 3 if report.unfinished else 0


def dump_report(report: Report) -> dict[str, Any]:
    return {"format": FORMAT, "exit_code": rehearsal_exit_code(report), **asdict(report)}


def _counts(key: field_checks.Form) -> field_checks.Form:
    return lambda value: (
        type(value) is dict and all(key(name) and field_checks.whole(each) for name, each in value.items())
    )


def _seconds(value: Any) -> bool:
    return value == 0 or field_checks.seconds(value)


_SEEN = field_checks.matching(r"|\+[0-9]{1,3} [0-9]{0,3}\*{4}[0-9]{0,4}|\*{4}[0-9]{0,4}|[^\s+][^\s]{0,253}")
_REPORT: Forms = {
    "digest": field_checks.matching("[0-9a-f]{64}"),
    "from_plan": field_checks.flag,
    "world": field_checks.text,
    "calls": _counts(field_checks.operation),
    **dict.fromkeys(("messages", "expected_messages"), _counts(field_checks.channel)),
    **dict.fromkeys(("seconds", "expected_seconds", "waited"), _seconds),
    **dict.fromkeys(("broken", "differences"), field_checks.many(field_checks.text)),
    **dict.fromkeys(("changes", "done"), field_checks.whole),
}
_PAUSE: Forms = {
    "address": field_checks.address,
    "whom": _SEEN,
    "waits_for": field_checks.one_of("code", "confirmation", "time"),
    "channel": field_checks.channel,
    "parked": field_checks.flag,
}
_REFUSAL: Forms = {
    "operation": field_checks.operation,
    "whom": _SEEN,
    "code": field_checks.matching("[A-Za-z][A-Za-z0-9._]{0,127}"),
}
_UNFINISHED: Forms = {
    "address": field_checks.address,
    "result": field_checks.one_of(*get_args(Result)),
    "code": field_checks.maybe(field_checks.one_of(*ERRORS)),
    "what": field_checks.text,
}
_GUARD: Forms = {"code": field_checks.one_of(*ERRORS), "what": field_checks.text}
_PARTS: dict[str, tuple[type[Pause] | type[RefusedCall] | type[Unfinished] | type[Guard], Forms]] = {
    "pauses": (Pause, _PAUSE),
    "refusals": (RefusedCall, _REFUSAL),
    "unfinished": (Unfinished, _UNFINISHED),
    "guards": (Guard, _GUARD),
}


def load_report(data: Mapping[str, Any]) -> Report:
    """Raises Stale when this is no report, or one of a newer format."""
    try:
        if data["format"] > FORMAT:
            raise _bad("plan-newer", f"the report's format {data['format']} is newer than this program reads")
        row = {name: value for name, value in data.items() if name not in ("format", "exit_code")}
        parts = {name: tuple(_made(*made, each) for each in _rows(row[name])) for name, made in _PARTS.items()}
        lines = {name: tuple(row[name]) for name in ("broken", "differences")}
        if misfit(row, _REPORT):
            raise ValueError(misfit(row, _REPORT))
        return Report(**{**row, **lines, **parts})
    except (KeyError, TypeError, ValueError, AttributeError):
        raise _bad("plan-unreadable", "there is no report of a rehearsal that can be read") from None


def _rows(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError("there is no list")
    return value


def _made(made: Any, forms_: Forms, row: Mapping[str, Any]) -> Any:
    if field := misfit(row, forms_):
        raise ValueError(f"{field} is not well formed")
    return made(**row)


def _bad(code: str, what: str) -> Stale:
    return Stale(Problem(code, what))
