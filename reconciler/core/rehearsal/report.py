"""What a rehearsal of a plan found: plain values, also as JSON and back.

A report may come from a job that nobody trusts, so load() takes nothing that has another form.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from reconciler.core import codec, fields
from reconciler.core.outcome import Awaits, Result
from reconciler.errors import Problem, Stale

FORMAT = 1


class Pause(Struct, frozen=True, forbid_unknown_fields=True):
    """A change that waited for a person, or for the cloud. whom: a number, masked, or an e-mail address.

    waits_for: as of a challenge. channel: how the message went, "" where none was sent. parked: too many
    wrong codes were typed before, and only --resend continues.
    """

    address: fields.Address
    whom: fields.Masked
    waits_for: Awaits
    channel: fields.Channel = ""
    parked: bool = False


class RefusedCall(Struct, frozen=True, forbid_unknown_fields=True):
    """A call that the sandbox refused. whom: whom it was about, masked. code: as the cloud says it."""

    operation: fields.OperationName
    whom: fields.Masked
    code: fields.CloudCode


class Unfinished(Struct, frozen=True, forbid_unknown_fields=True):
    """A change that did not come to its end."""

    address: fields.Address
    result: Result
    code: fields.MaybeErrorCode = ""
    what: str = ""


class Guard(Struct, frozen=True, forbid_unknown_fields=True):
    code: fields.ErrorCode
    what: str


class Report(Struct, frozen=True, forbid_unknown_fields=True):
    """digest: of the plan. from_plan: nothing was recorded where it ran, so the sandbox was seeded from the plan alone.

    calls: by operation, all that reached the sandbox. messages, expected_messages: by channel, sent and forecast.
    seconds, expected_seconds: the least that the account's pace allows, people's own time left out. waited: seconds
    besides until a daily limit let the rest go on. guards: what would keep apply from making any call. broken: promises
    that the sandbox saw broken. differences: from the forecast, a line each. changes, done: how many. world: what a
    contrary sandbox drew, "" for a kind one.
    """

    digest: fields.Digest
    from_plan: bool
    calls: dict[fields.OperationName, fields.Whole]
    messages: dict[fields.Channel, fields.Whole]
    expected_messages: dict[fields.Channel, fields.Whole]
    seconds: fields.Duration
    expected_seconds: fields.Duration
    waited: fields.Duration
    guards: tuple[Guard, ...]
    refusals: tuple[RefusedCall, ...]
    pauses: tuple[Pause, ...]
    unfinished: tuple[Unfinished, ...]
    broken: tuple[str, ...]
    differences: tuple[str, ...]
    changes: fields.Whole
    done: fields.Whole
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
    return {"format": FORMAT, "exit_code": rehearsal_exit_code(report), **msgspec.to_builtins(report)}


def load_report(data: Mapping[str, Any]) -> Report:
    """Raises Stale when this is no report, or one of a newer format."""
    try:
        if data["format"] > FORMAT:
            raise _bad("plan-newer", f"the report's format {data['format']} is newer than this program reads")
        report: Report = codec.convert({k: v for k, v in data.items() if k not in ("format", "exit_code")}, Report)
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        what = f"there is no report of a rehearsal that can be read{codec.where(error)}"
        raise _bad("plan-unreadable", what) from None
    return report


def _bad(code: str, what: str) -> Stale:
    return Stale(Problem(code, what))
