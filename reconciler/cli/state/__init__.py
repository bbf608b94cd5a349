"""`reconciler state`: what is recorded. One file for each family of commands; none of them calls the cloud."""

from __future__ import annotations

from reconciler.cli.lazy import Lazy

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

command = Lazy(
    "state",
    places={
        "accept": "state.mending:accept",
        "check": "state.reading:check",
        "history": "state.reading:history",
        "list": "state.reading:list_",
        "migrate": "state.migrating:migrate",
        "mv": "state.renaming:mv",
        "prune": "state.pruning:prune",
        "pull": "state.copies:pull",
        "push": "state.copies:push",
        "recover": "state.mending:recover",
        "rm": "state.renaming:rm",
        "show": "state.reading:show",
        "snapshot": "state.snapshot:snapshot",
    },
    epilog=EPILOG,
    help="See, check, copy, move, prune or mend what is recorded. Nothing in here calls the cloud.",
)
