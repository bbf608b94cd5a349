"""The meaning of each status in the cloud's listing, compared exactly. A status that is not listed here means nothing.

Source: docs/cloud.md. Without a known status, no message is sent and nothing is registered.
"""

from __future__ import annotations

from typing import Literal

Service = Literal["in", "out", "waiting", "migrating", ""]
"""In service, out of service, verified and waiting, migrating to this space, or "" for an unknown status."""

SERVICE: dict[str, Service] = {
    **dict.fromkeys(("CONNECTED", "FLAGGED", "RATE_LIMITED", "RESTRICTED"), "in"),
    **dict.fromkeys(("DELETED", "OFFLINE", "DISCONNECTED", "MIGRATED", "UNVERIFIED"), "out"),
    "PENDING": "waiting",
    # From the answer of CreateChatappMigrationInitiate; the documentation of the listing does not name it.
    "MIGRATING": "migrating",
}

# Statuses of numbers that have left the space: there is nothing to adopt.
LEFT = frozenset({"DELETED", "MIGRATED"})

Review = Literal["approved", "waiting", "declined", ""]

# Of display names, ignoring case: the documents use several wordings.
NAMES: dict[str, Review] = {
    **dict.fromkeys(("approved", "approval", "available_without_review"), "approved"),
    **dict.fromkeys(("pending_review", "pending"), "waiting"),
    **dict.fromkeys(("declined", "rejected"), "declined"),
}
ACCOUNTS: dict[str, Review] = {"APPROVED": "approved", "PENDING": "waiting"}
