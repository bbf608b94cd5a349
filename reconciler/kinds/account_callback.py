"""Where the cloud sends reports on a space's account: one address, of the space itself.

    declared, changed ── UpdateAccountWebhook ──> accepted

No operation reads the address: `accepted` means that the cloud answered the call with success, and no more is ever
known. No operation clears it: removed from the YAML, it is forgotten, and stays as it was set.
"""

from __future__ import annotations

from reconciler.kinds import wire
from reconciler.kinds.table import Facts, Kind, Params, Step

LEFT = "it stays set in the cloud: no operation clears it"


def _request(facts: Facts) -> Params:
    # The flags are not shown by any read, so both are always sent: to the address, and to no queue.
    return {**wire.in_space(facts), "StatusCallbackUrl": facts["url"], "HttpFlag": "Y", "QueueFlag": "N"}


_SET = Step("UpdateAccountWebhook", _request, {"ok": "accepted"})

ACCOUNT_CALLBACK = Kind(
    name="account_callback",
    type="account_callback",
    ready="accepted",
    steps={"declared": _SET, "changed": _SET},
    left=dict.fromkeys(("changed", "accepted"), LEFT),
    changed="changed",
    updated=frozenset({"url"}),
    in_space=False,
    needs=frozenset({"space_id", "url"}),
    shown=("url",),
    ready_means="was accepted; cannot be read back",
)
