"""`reconciler check`: whether what is recorded as ready is still in service. It reads the cloud and changes nothing."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

import click
from msgspec.structs import replace

from reconciler.cli import completion, options
from reconciler.cli.reading_progress import reading_progress
from reconciler.cli.screen import columns
from reconciler.cli.terminal import say
from reconciler.core.journal.record import Record
from reconciler.core.review.checked import observed, unsettled
from reconciler.kinds import KINDS
from reconciler.render.documents.check import check_document
from reconciler.render.text.readings.check import check_lines
from reconciler.runs.find_record import Found, find_record, records_of
from reconciler.runs.readings.check import check_records, spaces_to_list
from reconciler.runs.workspace import Workspace

EPILOG = """\b
Examples:
  reconciler check
  reconciler check --space acme
  reconciler check --unmanaged     also what nobody recorded
  reconciler check --json | jq -r '.resources[] | [.address, .verdict] | @tsv'
  reconciler ram-policy check      the policy of a role that only checks
\b
The journal is checked by `state check`, a saved plan by `plan check`.
"""


@click.command("check", epilog=EPILOG)
@click.argument("addresses", nargs=-1, metavar="[ADDRESS]...", shell_complete=completion.addresses)
@options.spaces
@options.option("--unmanaged", is_flag=True, help="Also list what is in the cloud and not recorded.")
@options.full
@options.as_document
@options.workspace_and_cloud
def command(
    workspace: Workspace, addresses: Sequence[str], only: Sequence[str], unmanaged: bool, full: bool, as_json: bool
) -> int:
    """Ask the cloud whether what is recorded as ready is still in service, and as recorded.

    Reads the status, display name, quality and limit of numbers, the status and values of contacts, and, of a verified
    number that is not registered yet, whether its verification still holds. Of resources that wait for a person it
    reads whether they still have to. Only reads; needs no lease; writes nothing.

    Exits 2 if something is not as recorded, otherwise 1 if something is unknown: it could not be read, or the cloud
    lists it with a status that says nothing. What is not recorded makes no difference to that.
    """
    with reading_progress() as watch:
        chosen = _chosen(workspace, addresses, only, unmanaged)
        spaces = [each.state.name for each in chosen] if addresses else only
        report = check_records(workspace, chosen, watch, spaces_to_list(workspace, spaces) if unmanaged else ())
    report = replace(report, partial=bool(addresses or only))
    if as_json:
        say(json.dumps(check_document(report), indent=2), paint=False)
    else:
        say("\n".join(check_lines(report, columns(sys.stdout), full)))
    return report.exit_code


def _chosen(workspace: Workspace, addresses: Sequence[str], only: Sequence[str], unmanaged: bool) -> list[Found]:
    """The records at these addresses, or all but those of which nothing is begun, or nothing to read yet."""
    if addresses and only:
        raise click.UsageError("Give addresses or --space, not both.")
    if addresses:
        return list({each.address: each for each in (find_record(workspace, at) for at in addresses)}.values())
    found = records_of(workspace.chosen(only, declared=unmanaged))
    return [each for each in found if _can_be_compared(each.record)]


def _can_be_compared(record: Record) -> bool:
    return record.phase == KINDS[record.kind].ready or bool(observed(record) or unsettled(record))
