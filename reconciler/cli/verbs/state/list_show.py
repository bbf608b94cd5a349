"""`reconciler state list|show|history|check`. They only read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from typing import Any

import click
import msgspec

from reconciler.cli import completion, options
from reconciler.cli.terminal import here, say
from reconciler.cli.verbs.log import masked
from reconciler.core.journal.record import Record
from reconciler.core.journal.state import State
from reconciler.core.plan.challenge import last_refusal
from reconciler.errors import Problem, StateError, UsageError
from reconciler.kinds import KINDS
from reconciler.render import mask
from reconciler.render.escape import escape
from reconciler.render.text.outcome import refused_line
from reconciler.render.times import moment
from reconciler.runs.workspace import Workspace

HISTORY = """\b
Examples:
  reconciler state history           all, as `reconciler log` prints it
  reconciler state history acme      one space
  reconciler state history acme/phone_number/support     one number
"""


@click.command("list")
@options.as_document
@options.workspace
def list_(workspace: Workspace, as_json: bool) -> int:
    """One line for each recorded resource: its address and how far it has come."""
    found = [
        (f"{space.name}/{record.address}", record)
        for space in workspace.recorded.values()
        for record in sorted(space.records.values(), key=lambda record: record.address)
    ]
    if as_json:
        say(json.dumps([_row(address, record) for address, record in found], indent=2), paint=False)
        return 0
    for address, record in found:
        say(f"{escape(address):<50} {_phase(record)}")
    return 0


def _row(address: str, record: Record) -> dict[str, Any]:
    """unknown: the calls of which no answer is recorded."""
    kind = KINDS[record.kind]
    return {
        "address": address,
        "type": kind.type,
        "kind": record.kind,
        "phase": record.phase,
        "ready": record.phase == kind.ready,
        "unknown": list(record.intents),
        "changed_at": record.changed_at,
    }


def _phase(record: Record) -> str:
    kind = KINDS[record.kind]
    means = f" (ready: {kind.ready_means})" if kind.ready_means else " (ready)"
    ready = means if record.phase == kind.ready else ""
    unknown = f"; unknown: {', '.join(record.intents)}" if record.intents else ""
    return f"{escape(record.phase)}{ready}{escape(unknown)}"


@click.command("show")
@click.argument("address", shell_complete=completion.addresses)
@options.option("--whole", consent=True, is_flag=True, help="Numbers in full.")
@options.as_document
@options.workspace
def show(workspace: Workspace, address: str, whole: bool, as_json: bool) -> int:
    """All that is recorded of one resource."""
    from reconciler.runs.find_record import find_record

    found = find_record(workspace, address)
    record = found.record
    if as_json:
        document = _row(found.address, record) | msgspec.to_builtins(record) | {"address": found.address}
        del document["id"]
        say(json.dumps(document if whole else masked(document, _numbers(record)), indent=2), paint=False)
        return 0
    rows = {
        "kind": record.kind,
        "phase": _phase(record),
        **{
            name: _shown(value, whole or name in mask.PLAIN or name.endswith("_id"))
            for name, value in sorted(record.facts.items())
        },
        "on_remove": record.on_remove,
        "messages sent": str(record.messages_sent),
        "last message": moment(record.requested_at, here()) if record.requested_at else "none",
        "codes tried": str(record.attempts),
        **_refusal(record),
        "last changed": f"{moment(record.changed_at, here())} by {escape(record.changed_by)}",
    }
    say("\n".join(f"{name:<18}{value}" for name, value in rows.items()))
    return 0


def _numbers(record: Record) -> set[str]:
    return {value for value in (record.key, *map(str, record.facts.values())) if value.startswith("+")}


def _refusal(record: Record) -> dict[str, str]:
    refusal = last_refusal(record)
    if refusal is None:
        return {}
    return {"last refusal": refused_line(refusal, here())} | (
        {"to do": escape(refusal.advice)} if refusal.advice else {}
    )


def _shown(value: object, whole: bool) -> str:
    text = ", ".join(str(item) for item in value) if isinstance(value, list) else str(value)
    return escape(text if whole else mask.number(text) if text.startswith("+") else mask.text(mask.url(text)))


@click.command("history", epilog=HISTORY)
@click.argument("address", required=False, default="", shell_complete=completion.addresses)
@options.as_json
@options.workspace
def history(workspace: Workspace, address: str, as_json: bool) -> int:
    """Print what happened to ADDRESS, to a space, or to all: when, by whom, which call, which answer.

    This includes resources that were forgotten since, and excludes entries that were pruned.
    """
    from reconciler.runs.find_record import find_record

    name = address.partition("/")[0]
    if name and not workspace.near([name]) and name not in {state.name for state in workspace.recorded.values()}:
        address = find_record(workspace, address).address  # by its key or number alone
    name, _, local = address.partition("/")
    lines = _told(workspace, workspace.chosen([name] if name else []), local, as_json)
    if local and not lines:
        raise UsageError(Problem("unknown-address", "nothing was ever recorded at this address", found=address))
    for line in lines:
        say(line, paint=not as_json)
    return 0


def _told(workspace: Workspace, spaces: Sequence[State], local: str, as_json: bool) -> list[str]:
    """local: an address without its space, or nothing. A resource keeps its history when its address changes."""
    from reconciler.cli.verbs import log

    lines = log.as_entries if as_json else partial(log.told, now=here())

    def own(space: State) -> list[tuple[log.Entry, str]]:
        entries = log.read(workspace, space)
        ids = {entry["id"] for entry in entries if entry.get("address") == local}
        ids |= {record.id for record in space.records.values() if record.address == local}
        return [(entry, line) for entry, line in lines(entries, space) if not local or entry.get("id") in ids]

    return list(log.in_order(map(own, spaces)))


@click.command("check")
@options.expect
@options.workspace
def check(workspace: Workspace) -> int:
    """Read every journal completely and check it, space by space. Writes nothing; exits 1 if anything is wrong.

    Checks that no entry is missing or edited; that the checkpoint agrees with the entries; that this program can
    continue every record; that the journal is not older than this working copy has seen, or than --expect tells; and
    that no outcome waits for `state recover`.
    """
    from reconciler.cli.verbs.state.check import examined

    lines, problems = examined(workspace)
    for line in lines:
        say(line)
    if problems:
        raise StateError.of(problems)
    return 0
