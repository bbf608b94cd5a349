"""What the words of the cloud's listing mean, each exactly as it is written. One that is not named here says nothing.

Source: docs/cloud.md. On what says nothing no message goes out and nothing is registered.
"""

from __future__ import annotations

from typing import Literal

Service = Literal["in", "out", "waiting", "migrating", ""]
"""In service, out of service, verified and waiting, on its way here, or "" where the word says nothing."""

SERVICE: dict[str, Service] = {
    **dict.fromkeys(("CONNECTED", "FLAGGED", "RATE_LIMITED", "RESTRICTED"), "in"),
    **dict.fromkeys(("DELETED", "OFFLINE", "DISCONNECTED", "MIGRATED", "UNVERIFIED"), "out"),
    "PENDING": "waiting",
    # What CreateChatappMigrationInitiate answers with; the listing's own pages do not name it.
    "MIGRATING": "migrating",
}

# Of those out of service, the ones that are in the space no more: nothing is there that could be taken over.
LEFT = frozenset({"DELETED", "MIGRATED"})

Review = Literal["approved", "waiting", "declined", ""]

# Of display names, in any case of letters: several pages word them several ways.
NAMES: dict[str, Review] = {
    **dict.fromkeys(("approved", "approval", "available_without_review"), "approved"),
    **dict.fromkeys(("pending_review", "pending"), "waiting"),
    **dict.fromkeys(("declined", "rejected"), "declined"),
}
ACCOUNTS: dict[str, Review] = {"APPROVED": "approved", "PENDING": "waiting"}
