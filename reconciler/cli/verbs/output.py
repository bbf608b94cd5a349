"""`reconciler output`: what other systems need from here, read from recorded state. No call, no code, no number."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import click

from reconciler.cli import completion, options
from reconciler.cli.terminal import say
from reconciler.core.journal.record import Record
from reconciler.core.journal.state import State
from reconciler.kinds import KINDS
from reconciler.render.escape import escape
from reconciler.runs.workspace import Workspace

IDS = ("phone_number_id", "contact_id")
"""Facts that name a resource in the cloud. Nothing else that was learned is printed, so no code ever is."""
Output = Mapping[str, Any]
EPILOG = """\b
Examples:
  reconciler output
  reconciler output acme --json | jq '.resources[] | select(.ready)'
  reconciler output acme/phone_number/bought --json | jq -r .phone_number_id
"""


@click.command("output", epilog=EPILOG)
@click.argument("address", required=False, default="", shell_complete=completion.addresses)
@options.as_document
@options.workspace
def command(workspace: Workspace, address: str, as_json: bool) -> int:
    """Print what other systems need: space ids, phone number ids, contact ids, and how far each resource has come.

    Of all that is recorded, of one space, or of the resource at ADDRESS. An id that the cloud has not given yet, or
    never gives, is left out.
    """
    chosen, alone = _chosen(workspace, address)
    if as_json:
        document = chosen[0] if alone else {"format_version": "1.0", "resources": chosen}
        say(json.dumps(document, indent=2), paint=False)
        return 0
    for each in chosen:
        say(_line(each))
    return 0


def _chosen(workspace: Workspace, address: str) -> tuple[list[Output], bool]:
    """Whether it is one resource that was asked for. Raises UsageError where nothing is recorded of it."""
    from reconciler.runs.find_record import find_record

    spaces = [state for state in workspace.recorded.values() if address in ("", state.name)]
    if spaces or not address:
        return list(_all(spaces)), False
    found = find_record(workspace, address)
    return [_of(found.state, found.record)], True


def _all(spaces: Iterable[State]) -> Iterator[Output]:
    for state in sorted(spaces, key=lambda state: state.name):
        yield from (_of(state, record) for record in sorted(state.records.values(), key=lambda each: each.address))


def _of(state: State, record: Record) -> Output:
    ids = {name: str(record.facts[name]) for name in IDS if record.facts.get(name)}
    return {
        "address": f"{state.name}/{record.address}",
        "space_id": state.space_id,
        **ids,
        "kind": record.kind,
        "phase": record.phase,
        "ready": record.phase == KINDS[record.kind].ready,
    }


def _line(output: Output) -> str:
    ids = "".join(f"  {name} {escape(output[name])}" for name in ("space_id", *IDS) if name in output)
    return f"{escape(output['address']):<40} {escape(output['phase']):<16}{ids}"
