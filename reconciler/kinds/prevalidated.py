"""A number bought together with a purchase code, which is exchanged for the id used in embedded signup.

Two kinds: `prevalidated` ends at the id, and has no space yet. `prevalidated_embedded` continues: it waits until a
person has used the id in embedded signup, then the number is registered as any number that was signed up in a browser.
"""

from __future__ import annotations

from reconciler.kinds import embedded, number_settings, wire
from reconciler.kinds.registered import OF_SERVICE
from reconciler.kinds.rehearsal_rows import numbers
from reconciler.kinds.table import Data, Facts, Kind, Params, Step

YOURS = "the purchased number stays yours"


def _exchange(facts: Facts) -> Params:
    return {"PhoneNumber": wire.digits(facts["number"])}


def _id(facts: Facts, answer: Data) -> Facts:
    return {"phone_number_id": wire.text(wire.data(answer), "PhoneNumberId")}


def _given(facts: Facts, answer: Data) -> str:
    """An answer without the id is no success, even if it reports success."""
    return "ok" if wire.text(wire.data(answer), "PhoneNumberId") else ""


# No read tells whether the code was accepted if the answer was lost, so `lost` is empty: the code is asked for again.
EXCHANGE = Step("GetPreValidatePhoneId", _exchange, {"ok": "identified"}, ask="code", says=_given, learn=_id)

PREVALIDATED = Kind(
    name="prevalidated",
    type="phone_number",
    ready="identified",
    steps={"declared": EXCHANGE},
    left={"identified": YOURS},
    in_space=False,
    turns={"prevalidated_embedded": {"identified": "identified"}, "embedded": {"identified": "declared"}},
    needs=wire.CALLED,
    shown=("display_name",),
    bought=True,
)
PREVALIDATED_EMBEDDED = Kind(
    name="prevalidated_embedded",
    steps={"declared": EXCHANGE, **embedded.signing_up("identified")},
    left={"identified": YOURS, **embedded.LEFT},
    **OF_SERVICE,
    turns={"prevalidated": {"identified": "identified"}, **embedded.TURNS},
    needs=wire.CALLED,
    shown=("display_name", *number_settings.NAMES),
    bought=True,
    world=numbers(embedded.STANDINGS),
    observed=embedded.OBSERVED,
)
