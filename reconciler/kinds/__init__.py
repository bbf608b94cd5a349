"""The kinds: one file each, mostly a table, and beside them what several of them say alike.

The four are named below; table, types, wire, looks, statuses, spelling, lookalikes and rehearsal_rows serve them all.
No file, socket, clock or randomness in here.
"""

from __future__ import annotations

from reconciler.kinds.contact import CONTACT
from reconciler.kinds.migrated import MIGRATED
from reconciler.kinds.prevalidated import PREVALIDATED
from reconciler.kinds.registered import REGISTERED
from reconciler.kinds.table import Kind

KINDS: dict[str, Kind] = {
    "register": REGISTERED,
    "migrate": MIGRATED,
    "prevalidated": PREVALIDATED,
    "contact": CONTACT,
}
