"""A number that embedded signup, in a browser, has added to the space and verified. No message is sent."""

from __future__ import annotations

from reconciler.kinds import number_settings, wire
from reconciler.kinds.looks import (
    ACCOUNT,
    DIFFERS,
    LISTING,
    NO_ACCOUNT,
    OCCUPIED,
    SERVING,
    SIGNED_UP,
    UNCLEAR,
    UNNAMED,
    verified,
)
from reconciler.kinds.readings import number_readings
from reconciler.kinds.registered import DEREGISTER, OF_SERVICE, SERVING_STAYS, STAYS, registering, reviewing
from reconciler.kinds.rehearsal_rows import IN_SERVICE, Standing, numbers
from reconciler.kinds.settings_held import importing
from reconciler.kinds.table import Kind, Step, still_waiting

_SOUGHT = importing(SIGNED_UP)


def signing_up(start: str) -> dict[str, Step]:
    """The steps of a number that a person signs up in a browser: sync, status, register, in service.

    start: the phase in which the space may not have the number yet.
    """
    return {
        start: Step(
            LISTING,
            wire.in_space,
            {"ok": "added", "waiting": start, "connected": "connected", "occupied": "connected"},
            UNCLEAR | DIFFERS | OCCUPIED,
            ask="time",
            before=(_SOUGHT,),
            says=still_waiting,
            awaits=lambda facts: "signup",
        ),
        "added": Step(
            "GetPhoneNumberVerificationStatus",
            wire.number_in_space,
            {"ok": "verified", "connected": "connected", "in_review": "reviewing"},
            {**NO_ACCOUNT, **UNCLEAR, "unverified": "not-verified"},
            before=(ACCOUNT, SERVING),
            says=verified,
        ),
        "verified": registering("ChatappPhoneNumberRegister", UNNAMED, unasked="added"),
        "reviewing": reviewing("added"),
        "retired": DEREGISTER,
        **number_settings.STEPS,
    }


LEFT = {"added": STAYS, "verified": STAYS, **SERVING_STAYS}
# Not verified after all: the number is in the space, so a code is all that is missing.
TURNS = {"register": {"added": "added", "verified": "verified"}}
STANDINGS = {"added": Standing("PENDING", verified=True), "verified": Standing("PENDING", verified=True), **IN_SERVICE}

OBSERVED = number_readings("added", signed_up=("added",))

EMBEDDED = Kind(
    name="embedded",
    steps=signing_up("declared"),
    **OF_SERVICE,
    turns=TURNS,
    needs=wire.CALLED,
    shown=("display_name", *number_settings.NAMES),
    world=numbers(STANDINGS),
    observed=OBSERVED,
    left=LEFT,
)
