"""A number bought together with a purchase code, which is exchanged for the id used in embedded signup. It has no
space yet."""

from __future__ import annotations

from reconciler.kinds import wire
from reconciler.kinds.table import Data, Facts, Kind, Params, Step


def _exchange(facts: Facts) -> Params:
    return {"PhoneNumber": wire.digits(facts["number"])}


def _id(facts: Facts, answer: Data) -> Facts:
    return {"phone_number_id": wire.text(wire.data(answer), "PhoneNumberId")}


def _given(facts: Facts, answer: Data) -> str:
    """An answer without the id is no success, even if it reports success."""
    return "ok" if wire.text(wire.data(answer), "PhoneNumberId") else ""


PREVALIDATED = Kind(
    name="prevalidated",
    type="phone_number",
    ready="identified",
    steps={
        # No read tells whether the code was accepted if the answer was lost, so `lost` is empty: the code is asked for
        # again.
        "declared": Step("GetPreValidatePhoneId", _exchange, {"ok": "identified"}, ask="code", says=_given, learn=_id),
    },
    left={"identified": "the purchased number stays yours"},
    in_space=False,
    needs=wire.CALLED,
    shown=("display_name",),
    bought=True,
)
