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
        "accept": "state.recover_accept:accept",
        "check": "state.list_show:check",
        "history": "state.list_show:history",
        "list": "state.list_show:list_",
        "migrate": "state.migrate:migrate",
        "mv": "state.mv_rm:mv",
        "prune": "state.prune:prune",
        "pull": "state.pull_push:pull",
        "push": "state.pull_push:push",
        "recover": "state.recover_accept:recover",
        "rm": "state.mv_rm:rm",
        "show": "state.list_show:show",
        "snapshot": "state.snapshot:snapshot",
    },
    epilog=EPILOG,
    help="See, check, copy, move, prune or mend what is recorded. Nothing in here calls the cloud.",
)
