"""The report of a rehearsal: plain values, to JSON and back.

A report may come from an untrusted job, so load_report() refuses any other form.
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
    """A change that waited for a person or for the cloud.

    address: with the space's name.
    whom: a masked number or an e-mail address.
    waits_for: as in a challenge.
    channel: of the message; "" if none was sent.
    parked: too many wrong codes were typed before; only --resend continues.
    """

    address: fields.Address
    whom: fields.Masked
    waits_for: Awaits
    channel: fields.Channel = ""
    parked: bool = False


class RefusedCall(Struct, frozen=True, forbid_unknown_fields=True):
    """A call that the sandbox refused.

    operation: its name in operations.py.
    whom: the masked number or address it was about.
    code: as the cloud sends it.
    """

    operation: fields.OperationName
    whom: fields.Masked
    code: fields.CloudCode


class Unfinished(Struct, frozen=True, forbid_unknown_fields=True):
    """A change that did not finish.

    address: with the space's name.
    result: how it ended.
    code: of the error; "" for none.
    what: of the error.
    """

    address: fields.Address
    result: Result
    code: fields.MaybeErrorCode = ""
    what: str = ""


class Guard(Struct, frozen=True, forbid_unknown_fields=True):
    """A guard that would refuse the plan.

    code: of the error.
    what: of the error.
    """

    code: fields.ErrorCode
    what: str


class Report(Struct, frozen=True, forbid_unknown_fields=True):
    """What a rehearsal found.

    digest: of the plan.
    from_plan: there was no recorded state, so the sandbox was filled from the plan alone.
    calls: operation -> calls that reached the sandbox.
    messages: channel -> messages sent.
    expected_messages: channel -> messages in the forecast.
    seconds: the least time that rate limits allow, without people.
    expected_seconds: the same in the forecast.
    waited: further seconds until a daily limit allowed the rest.
    guards: what would stop apply before the first call.
    refusals: calls that the sandbox refused.
    pauses: changes that waited.
    unfinished: changes that did not finish.
    broken: violations that the sandbox detected.
    differences: from the forecast, one line each.
    changes: how many there were.
    done: how many finished.
    world: what a contrary sandbox drew; "" without one.
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
    """6 if a guard refuses, 1 if something would fail, 3 if it waits for what no rehearsal can decide."""
    if report.guards:
        return 6
    waiting = {"paused", "not_started"}
    if report.broken or any(each.result not in waiting for each in report.unfinished):
        return 1
    return 3 if report.unfinished else 0


def dump_report(report: Report) -> dict[str, Any]:
    """As JSON values."""
    return {"format": FORMAT, "exit_code": rehearsal_exit_code(report), **msgspec.to_builtins(report)}


def load_report(data: Mapping[str, Any]) -> Report:
    """Raises Stale if this is not a report, or one of a newer format."""
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
