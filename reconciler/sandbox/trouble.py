"""Unlisted answers to calls with an effect; the answer is the same whether or not the call was executed.

Reads are never affected, and documented refusals before acting are never contradicted.
"""

from __future__ import annotations

from typing import Any

from reconciler.operations import OPERATIONS, Effect
from reconciler.sandbox.unknown import TroubleForm
from reconciler.sandbox.world import World

Answer = tuple[int, dict[str, Any]]
ANSWERS: dict[TroubleForm, Answer] = {
    "system_200": (200, {"Code": "InternalError"}),
    "unavailable_200": (200, {"Code": "ServiceUnavailable"}),
    "timeout_400": (400, {"Code": "RequestTimeout"}),
    "ok_but_false": (200, {"Code": "OK", "Success": False}),
    "nearly_ok": (200, {"Code": "Ok", "Success": True}),
    "system_500": (500, {"Code": "InternalError"}),
    "system_number": (400, {"Code": "999999"}),
    "meta_number": (400, {"Code": 131000}),
    "unlisted_400": (400, {"Code": "Upstream.Declined"}),
    "unlisted_403": (403, {"Code": "Policy.Blocked"}),
    "unlisted_409": (409, {"Code": "Resource.Conflict"}),
    "unlisted_429": (429, {"Code": "Traffic.Shaped"}),
    "lacking": (400, {}),
}
LIMIT, BUSY = "System.LimitControl", "ConcurrentCallNotSupported"


class Trouble(Exception):
    """An unlisted answer.

    name: in the ledger. acts: the call is executed first. status: of HTTP. fields: of the answer.
    """

    def __init__(self, name: str, acts: bool, status: int, fields: dict[str, Any]) -> None:
        super().__init__(name)
        self.name, self.acts, self.status, self.fields = name, acts, status, fields


def met(world: World, operation: str, subject: str) -> Trouble | None:
    """The trouble of this call. Drawn separately for each operation and subject, so that other calls do not change
    it."""
    row, unknown = OPERATIONS[operation], world.settings
    if row.effect is Effect.READ:
        return None
    thing = f"{operation} {subject}"
    draw = world.draw(thing)
    enough = bool(unknown.trouble_most) and world.drawn[thing] % (unknown.trouble_most + 1) == 0
    shares = draw.random(), draw.random(), draw.random(), draw.random()
    if shares[0] < unknown.trouble_share and not enough:
        status, fields = ANSWERS[unknown.trouble]
        return Trouble(unknown.trouble, shares[1] < unknown.trouble_acts, status, fields)
    if shares[2] < unknown.throttle_share and row.product == "cams":
        return Trouble(LIMIT, unknown.limit_control_acts, 400, {"Code": LIMIT})
    if shares[3] < unknown.busy_share and row.product != "cams":
        return Trouble(BUSY, False, 429, {"Code": BUSY})
    return None
