"""The kinds: one file for each lifecycle, and the modules that several of them share.

The kinds are listed below. table, types, wire, looks, statuses, spelling, lookalikes and rehearsal_rows are shared.
No module here opens a file or a socket, reads a clock, or uses randomness.
"""

from __future__ import annotations

from reconciler.kinds.account_callback import ACCOUNT_CALLBACK
from reconciler.kinds.contact import CONTACT
from reconciler.kinds.embedded import EMBEDDED
from reconciler.kinds.migrated import MIGRATED
from reconciler.kinds.prevalidated import PREVALIDATED, PREVALIDATED_EMBEDDED
from reconciler.kinds.registered import REGISTERED
from reconciler.kinds.table import Kind

KINDS: dict[str, Kind] = {
    "register": REGISTERED,
    "migrate": MIGRATED,
    "embedded": EMBEDDED,
    "prevalidated": PREVALIDATED,
    "prevalidated_embedded": PREVALIDATED_EMBEDDED,
    "contact": CONTACT,
    "account_callback": ACCOUNT_CALLBACK,
}
