"""Reads what `apply --json-into FILE` wrote, back into outcomes. Numbers stand masked in it, and stay so.

Whatever is wrong with it is said by name, and nothing of it is used.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

from reconciler.core import field_checks
from reconciler.core.field_checks import Forms, misfit
from reconciler.core.outcome import REFUSED, Awaits, Challenge, LastRefusal, Outcome, Result
from reconciler.errors import Problem, UsageError
from reconciler.render.text.outcome import AWAITED
from reconciler.runtime import regular_files

SIZE = 32 << 20

_CHALLENGE: Forms = {
    "address": field_checks.address,
    "number": field_checks.text,
    "challenge": field_checks.one_of(*get_args(Awaits)),
    "operation": field_checks.operation,
    "requested_at": field_checks.or_none(field_checks.time),
    **dict.fromkeys(("attempts", "messages_sent"), field_checks.whole),
    **dict.fromkeys(("in_doubt", "parked"), field_checks.flag),
    "channel": field_checks.channel,
    "open": field_checks.text,
    "refusal": lambda value: type(value) is dict and not misfit(value, REFUSED),
    "reason": field_checks.one_of(*AWAITED),
}
_RESULTS = {"apply_complete": "done", "paused": "paused"}
_RESULT = field_checks.one_of(*get_args(Result))
_FIGURES = {"add": "added", "change": "changed", "remove": "destroyed"}
_MOST = 1_000_000
_BEGUN = ("apply_start", "apply_progress", "apply_errored", "challenge_open", *_RESULTS)


def read(path: Path) -> list[Outcome]:
    """Raises UsageError when the file is not there, is too large, is no such stream, or ends before the run did."""
    events = list(_events(path))
    try:
        ends = [event["changes"] for event in events if event["type"] == "change_summary"]
        if not ends or ends[-1]["operation"] != "apply":
            hint = "It was refused, or killed: see its job, and `reconciler pending` for what waits."
            raise _bad(path, "the stream ends before an apply did", hint)
        outcomes = list(_outcomes(events))
        counts = tuple(word for name, word in _FIGURES.items() for _ in range(_counted(ends[-1][name])))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise _bad(path, "an event is not as `apply` writes it") from None
    # The stream tells the figures of the whole run, and only of that.
    return [replace(outcomes[0], counts=counts), *outcomes[1:]] if outcomes else []


def refusal(path: Path) -> list[Problem]:
    """Why nothing was begun, where the stream tells that to its end, else nothing. Raises UsageError as read() does.

    What stands before the plan's figures is about the plan; after them nothing but diagnostics may stand.
    """
    events = [event for event in _events(path) if event["type"] != "version"]
    figures = [place for place, event in enumerate(events, 1) if event["type"] == "change_summary"]
    told = events[figures[-1] if figures else 0 :]
    if any(event["type"] in _BEGUN for event in events) or any(event["type"] != "diagnostic" for event in told):
        return []
    try:
        return [problem for problem in (_problem(event["diagnostic"]) for event in told) if problem]
    except (KeyError, TypeError, ValueError, AttributeError):
        raise _bad(path, "an event is not as `apply` writes it") from None


def _events(path: Path) -> Iterator[Mapping[str, Any]]:
    for line in _text(path).splitlines():
        try:
            event = json.loads(line)
        except (ValueError, RecursionError):
            raise _bad(path, "a line is not JSON, or was cut") from None
        if not isinstance(event, dict) or not isinstance(event.get("type"), str):
            raise _bad(path, "a line is no event")
        yield event


def _text(path: Path) -> str:
    try:
        check_size(path)
        return regular_files.text(path, SIZE)
    except OSError as error:
        raise _bad(path, str(error.strerror)) from None
    except UnicodeDecodeError:
        raise _bad(path, "it is not UTF-8") from None


def check_size(path: Path) -> None:
    """Raises UsageError for what is larger than a comment is ever made of, and OSError for what is not there."""
    size = path.stat().st_size
    if size > SIZE:
        what = f"{path} has {size >> 20} MB, and {SIZE >> 20} MB is the most"
        raise UsageError(Problem("document-too-large", what))


def _outcomes(events: list[Mapping[str, Any]]) -> Iterator[Outcome]:
    """What went wrong stands just before the event of the resource that it happened to."""
    problem: Problem | None = None
    for event in events:
        outcome = _outcome(event)
        if outcome:
            yield replace(outcome, problem=problem if problem and problem.address == outcome.address else None)
        problem = _problem(event["diagnostic"]) if event["type"] == "diagnostic" else None


def _outcome(event: Mapping[str, Any]) -> Outcome | None:
    if event["type"] == "challenge_open":
        challenge = _challenge(event["challenge"])
        told: Any = event.get("result", "paused")
        if not _RESULT(told):
            raise ValueError("an outcome is not well formed")
        return Outcome(challenge.address, "", told, challenge=challenge)
    if event["type"] not in (*_RESULTS, "apply_errored"):
        return None
    hook = event["hook"]
    address, action = hook["resource"]["addr"], hook["action"]
    result: Any = _RESULTS.get(event["type"]) or hook["result"]
    later, left = event.get("resume_at") or "", hook.get("left", "")
    texts = field_checks.word(action) and _RESULT(result) and field_checks.text(left)
    if not (field_checks.address(address) and texts and field_checks.maybe(field_checks.time)(later)):
        raise ValueError("an outcome is not well formed")
    return Outcome(address, action, result, resume_at=later, left=left)


def _challenge(row: Mapping[str, Any]) -> Challenge:
    if {*row, "refusal", "open"} != set(_CHALLENGE) or misfit(row, _CHALLENGE):
        raise ValueError("a challenge is not well formed")
    said = {name: value for name, value in row.items() if name != "challenge"}
    refusal = LastRefusal(**row["refusal"]) if row.get("refusal") else None
    more = {"kind": row["challenge"], "requested_at": row["requested_at"] or "", "refusal": refusal}
    return Challenge(**{**said, **more})


def _problem(row: Mapping[str, Any]) -> Problem | None:
    """None for a mere note. A code is kept as it is: a newer version may have others."""
    code, what, hint, address = (row.get(name) or "" for name in ("code", "summary", "detail", "address"))
    if not all(field_checks.text(each) for each in (code, what, hint, address)):
        raise ValueError("a diagnostic is not well formed")
    return Problem(code, what, hint=hint, address=address) if code and hint else None


def _counted(figure: Any) -> int:
    if not field_checks.whole(figure) or figure > _MOST:
        raise ValueError("a figure is not well formed")
    return int(figure)


def _bad(path: Path, why: str, hint: str = "") -> UsageError:
    return UsageError(Problem("outcome-unreadable", f"{path}: {why}", hint=hint))
