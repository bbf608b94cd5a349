"""`reconciler state`: what is recorded. One file for each family of commands; none of them calls the cloud."""

from __future__ import annotations

import click

from reconciler.cli.state import copies, mending, migrating, pruning, reading, renaming, snapshot

EPILOG = """\b
Examples:
  reconciler state list
  reconciler state show acme/phone_number/support
  reconciler state history acme/phone_number/support
  reconciler state check                            whether all of it is as it was written
  reconciler state pull > backup.json
  reconciler state snapshot --out snapshot.json     how far things are, without numbers: to plan with, in public
  reconciler state push backup.json                 into an empty place, or to go on with an older one
  reconciler state migrate --to sqlite:team.db
  reconciler state recover                          after a disk was full, as the error then said
"""

COMMANDS: tuple[click.Command, ...] = (
    reading.list_,
    reading.show,
    reading.history,
    reading.check,
    copies.pull,
    copies.push,
    snapshot.snapshot,
    migrating.migrate,
    renaming.mv,
    renaming.rm,
    pruning.prune,
    mending.recover,
    mending.accept,
)
command = click.Group(
    "state",
    COMMANDS,
    epilog=EPILOG,
    help="See, check, copy, move, prune or mend what is recorded. Nothing in here calls the cloud.",
)
