"""`reconciler destroy`: removes what is recorded, as each block's on_remove says, after a confirmation of its own."""

from __future__ import annotations

from typing import Any

import click
from msgspec.structs import replace

from reconciler.cli import options
from reconciler.cli.consent import targeted, words_of_consent
from reconciler.cli.verbs.apply import carry_out
from reconciler.core.plan.basis import Scope
from reconciler.runs.workspace import Workspace

EPILOG = """\b
Examples:
  reconciler plan --destroy --space acme      what it would do
  reconciler destroy --space acme             asks you to type acme
  reconciler destroy --target acme/phone_number/support
  reconciler destroy --auto-approve --allow-irreversible    in a pipeline
"""


@click.command("destroy", epilog=EPILOG)
@options.option("--auto-approve", consent=True, is_flag=True, help="Do not ask to type the name.")
@options.no_input
@options.lock_wait("0s")
@options.spaces
@targeted
@options.guards_of
@words_of_consent
@options.full
@options.as_json
@options.compat
@options.json_into
@options.workspace_and_cloud
def command(workspace: Workspace, scope: Scope | None, **given: Any) -> int:
    """Remove everything recorded, or only some spaces or targets, from the cloud or from the record.

    Each resource goes as the on_remove of its block says; `refuse`, which is the default, refuses the whole plan. Asks
    for the name of the environment, or of the space, or for the number of changes; and for another word where steps
    cannot be undone. Run again after a pause or a kill, it does what is left.

    The files stay as they are: an apply after that would create everything again. To end with a customer, use
    `reconciler offboard SPACE`.
    """
    return carry_out(workspace, replace(scope or Scope(), destroy=True), **given)
