"""`reconciler state`: commands on recorded state, one file for each group. None of them calls the cloud."""

from __future__ import annotations

from reconciler.cli.lazy import Lazy

EPILOG = """\b
Examples:
  reconciler state list
  reconciler state show acme/phone_number/support
  reconciler state history acme/phone_number/support
  reconciler state check            whether journals are complete and unedited
  reconciler state pull > backup.json
  reconciler state snapshot --out snapshot.json     phases without numbers
  reconciler state push backup.json      into an empty state or an older copy
  reconciler state migrate --to sqlite:team.db
  reconciler state recover          after a full disk, when an error names it
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
    help="List, check, copy, move, prune or repair recorded state. None of these commands calls the cloud.",
)
