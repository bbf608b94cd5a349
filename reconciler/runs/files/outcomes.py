"""Reads a file of `apply --json-into FILE` back into outcomes. Its numbers are masked, and stay masked.

Any fault is reported by name, and then nothing of the file is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct, structs
from msgspec.structs import replace

from reconciler.core import codec, fields
from reconciler.core.journal.tip import Tip, Tips
from reconciler.core.outcome import Awaits, Challenge, Figures, LastRefusal, Outcome, Result
from reconciler.errors import Problem, UsageError
from reconciler.kinds.table import Awaited
from reconciler.runtime import regular_files

SIZE = 32 << 20
_NOT_OURS = "an event is not as `apply` writes it"


class _ChallengeRow(Struct, frozen=True, forbid_unknown_fields=True):
    """A challenge as events.challenge_row() writes it, with the fields of Challenge.

    address: with the space's name.
    number: masked.
    challenge: its kind.
    operation: the call that consumes the answer.
    requested_at: None if no message was requested.
    attempts: codes tried since the last message.
    messages_sent: how many were, or may have been, sent.
    in_doubt: it is unknown whether the last message was sent.
    parked: too many codes were tried.
    channel: of the last message.
    reason: what the cloud is working on.
    open: the address whose link must still be followed.
    refusal: the last one on record.
    """

    address: fields.Address
    number: str
    challenge: Awaits
    operation: fields.OperationName
    requested_at: fields.Time | None
    attempts: fields.Whole
    messages_sent: fields.Whole
    in_doubt: bool
    parked: bool
    channel: fields.Channel
    reason: Awaited
    open: str = ""
    refusal: LastRefusal | None = None


class _Resource(Struct, frozen=True):
    """The resource of an event.

    addr: its address.
    """

    addr: fields.Address


class _Hook(Struct, frozen=True):
    """What an event is about.

    resource: it happened to.
    action: of the change.
    result: how the change ended.
    left: what remains to be cleaned up by hand.
    """

    resource: _Resource
    action: fields.MaybeWord = ""
    result: Result | None = None
    left: str = ""


class _Start(Struct, frozen=True):
    """A place in a file.

    line: from 1.
    column: from 1.
    """

    line: fields.Few = 1
    column: fields.Few = 1


class _Range(Struct, frozen=True):
    """A place in the configuration.

    filename: relative to the project.
    start: its beginning.
    """

    filename: str
    start: _Start = _Start()


class Diagnostic(Struct, frozen=True):
    """A problem. Its code may be unknown here, if a newer version wrote it.

    severity: `error` or `warning`.
    summary: the problem.
    code: of the error.
    detail: the hint.
    address: it is about.
    range: its place.
    """

    severity: Literal["", "error", "warning"] = ""
    summary: str = ""
    code: str = ""
    detail: str = ""
    address: str = ""
    range: _Range | None = None


class _Figures(Struct, frozen=True):
    """The figures of a summary.

    add: resources added.
    change: resources changed.
    remove: resources destroyed.
    operation: `plan` or `apply`.
    """

    add: fields.Few
    change: fields.Few
    remove: fields.Few
    operation: str = ""


class _Seen(Struct, frozen=True, forbid_unknown_fields=True):
    """The tip of a journal.

    lineage: the journal's identity.
    serial: of its last entry.
    hash: of its last entry.
    """

    lineage: fields.Hexadecimal
    serial: fields.Whole
    hash: fields.Digest


class Event(Struct, frozen=True):
    """A line of the stream, as far as it is read back.

    type: of the event.
    command: that wrote the stream, of its first line.
    changes: of a summary.
    plan: done of the whole plan so far, of a summary.
    diagnostic: of a problem.
    challenge: of an open challenge.
    hook: of a resource's event.
    result: how the change ended.
    resume_at: when a daily limit allows it to continue.
    tips: space name -> tip of its journal, of a summary.
    """

    type: str
    command: fields.MaybeWord = ""
    changes: _Figures | None = None
    plan: _Figures | None = None
    diagnostic: Diagnostic | None = None
    challenge: _ChallengeRow | None = None
    hook: _Hook | None = None
    result: Result = "paused"
    resume_at: fields.Time | None = None
    tips: dict[fields.Name, _Seen] = {}


_RESULTS: dict[str, Result] = {"apply_complete": "done", "paused": "paused"}
_BEGUN = ("apply_start", "apply_progress", "apply_errored", "challenge_open", *_RESULTS)


def read(path: Path) -> list[Outcome]:
    """The outcomes in a file. Raises UsageError if it is absent, too large, not such a stream, or incomplete."""
    events = list(stream_events(path))
    ends = [event.changes for event in events if event.type == "change_summary"]
    if not (ends and ends[-1] and ends[-1].operation == "apply"):
        hint = "It was refused, or killed: see its job, and `reconciler pending` for what waits."
        raise refused_stream(path, "the stream ends before an apply did", hint)
    figures = ends[-1]
    try:
        outcomes = list(_outcomes(events))
    except (TypeError, ValueError, AttributeError):
        raise refused_stream(path, _NOT_OURS) from None
    counts = ("added",) * figures.add + ("changed",) * figures.change + ("destroyed",) * figures.remove
    # The stream has the figures of the whole run only.
    return [replace(outcomes[0], counts=counts), *outcomes[1:]] if outcomes else []


def done_of_plan(path: Path) -> Figures | None:
    """What has been done of the plan so far, by any run; None if an older program wrote the stream."""
    plan = next((event.plan for event in stream_events(path) if event.plan), None)
    return Figures(plan.add, plan.change, plan.remove) if plan else None


def tips(path: Path) -> Tips:
    """Space name -> how far its journal had come at the end; empty if an older program wrote the stream."""
    said = {name: seen for event in stream_events(path) for name, seen in event.tips.items()}
    return {name: Tip(seen.lineage, seen.serial, seen.hash) for name, seen in said.items()}


def refusal(path: Path) -> list[Problem]:
    """Why nothing was begun, if the stream says so completely; otherwise empty. Raises UsageError as read() does.

    Diagnostics before the plan's figures are about the plan; after them, there may be nothing else.
    """
    events = [event for event in stream_events(path) if event.type != "version"]
    figures = [place for place, event in enumerate(events, 1) if event.type == "change_summary"]
    told = events[figures[-1] if figures else 0 :]
    if any(event.type in _BEGUN for event in events) or any(event.type != "diagnostic" for event in told):
        return []
    return [problem for problem in (_problem(event.diagnostic) for event in told) if problem]


def stream_events(path: Path) -> Iterator[Event]:
    decode = codec.decoder(Event).decode
    for line in _text(path).splitlines():
        try:
            yield decode(line)
        except msgspec.ValidationError as error:
            raise refused_stream(path, f"{_NOT_OURS}{codec.where(error)}") from None
        except (ValueError, RecursionError):
            raise refused_stream(path, "a line is not JSON, or was cut") from None


def _text(path: Path) -> str:
    try:
        check_size(path)
        return regular_files.text(path, SIZE)
    except OSError as error:
        raise refused_stream(path, str(error.strerror)) from None
    except UnicodeDecodeError:
        raise refused_stream(path, "it is not UTF-8") from None


def check_size(path: Path) -> None:
    """Raises UsageError for a file that is too large for a comment, OSError if it is absent."""
    size = path.stat().st_size
    if size > SIZE:
        what = f"{path} has {size >> 20} MB, and {SIZE >> 20} MB is the most"
        raise UsageError(Problem("document-too-large", what))


def _outcomes(events: Iterable[Event]) -> Iterator[Outcome]:
    """A problem is written just before the event of its resource."""
    problem: Problem | None = None
    for event in events:
        outcome = _outcome(event)
        if outcome:
            yield replace(outcome, problem=problem if problem and problem.address == outcome.address else None)
        problem = _problem(event.diagnostic) if event.type == "diagnostic" else None


def _outcome(event: Event) -> Outcome | None:
    if event.type == "challenge_open":
        challenge = _challenge(event.challenge)
        return Outcome(challenge.address, "", event.result, challenge=challenge)
    if event.type not in (*_RESULTS, "apply_errored"):
        return None
    hook = event.hook
    result = _RESULTS.get(event.type) or (hook and hook.result)
    if not (hook and hook.action and result):
        raise ValueError("an outcome lacks what happened, or to what")
    return Outcome(hook.resource.addr, hook.action, result, resume_at=event.resume_at or "", left=hook.left)


def _challenge(row: _ChallengeRow | None) -> Challenge:
    if row is None:
        raise ValueError("a challenge lacks what waits")
    said = {name: value for name, value in structs.asdict(row).items() if name != "challenge"}
    return Challenge(**{**said, "kind": row.challenge, "requested_at": row.requested_at or ""})


def _problem(row: Diagnostic | None) -> Problem | None:
    """None for a note."""
    if not (row and row.code and row.detail):
        return None
    return Problem(row.code, row.summary, hint=row.detail, address=row.address)


def refused_stream(path: Path, why: str, hint: str = "") -> UsageError:
    return UsageError(Problem("outcome-unreadable", f"{path}: {why}", hint=hint))
