"""A number registered with a code: added to the space, verified by the person with the phone, then registered."""

from __future__ import annotations

from typing import Any

from reconciler.kinds import number_settings, wire
from reconciler.kinds.looks import (
    ACCOUNT,
    ACCOUNT_REVIEWED,
    CONNECTED,
    DECLINED,
    DIFFERS,
    FOUND,
    LAPSED,
    LISTING,
    NAME_REVIEWED,
    NO_ACCOUNT,
    RELEASED,
    SERVING,
    STATUS,
    UNCLEAR,
    UNNAMED,
    awaited,
)
from reconciler.kinds.readings import number_readings
from reconciler.kinds.rehearsal_rows import IN_SERVICE, Standing, numbers
from reconciler.kinds.settings_held import importing
from reconciler.kinds.table import GONE, Facts, Kind, Look, Params, Step, still_waiting

_SOUGHT = importing(FOUND)
STAYS = "the number stays in the space, not registered; remove it in the console"
# Of a number whose registration was accepted. During a review before that, `left` is asked for the phase before it.
IN_REVIEW = "the number stays registered in the space, and may not be in service yet"
SERVING_STAYS = {
    "reviewing": IN_REVIEW,
    **dict.fromkeys((*number_settings.STEPS, "registered"), "the number stays registered in the space"),
    "retired": "the number may still be registered in the space",
}
WAYS_OUT = dict.fromkeys(SERVING_STAYS, "retired")
DEREGISTER = Step(
    "ChatappPhoneNumberDeregister",
    wire.number_in_space,
    {"ok": GONE},
    lost=(RELEASED,),
    # Refused for a number that is no longer in the space, for example after a migration to another one.
    stuck=(RELEASED,),
    back={"ok": GONE},
)


# What every number has that comes into service.
OF_SERVICE: dict[str, Any] = {
    "type": "phone_number",
    "ready": "registered",
    "ways_out": WAYS_OUT,
    "changed": number_settings.FIRST,
    "anew": number_settings.to_send_again,
    "updated": frozenset(number_settings.NAMES),
    "forgettable": frozenset(number_settings.NAMES),
    "served": number_settings.SERVED,
    "fixed": frozenset({"display_name"}),
    "review": "reviewing",
}


def registering(operation: str, unnamed: Look, **back: str) -> Step:
    """The step that registers a number that is verified.

    unnamed: the read that finds out whether its display name is in the way. back: as in `Step`.
    """
    return Step(
        operation,
        wire.number_in_space,
        {"ok": "reviewing", "connected": "connected", "in_review": "reviewing"},
        UNCLEAR | DECLINED,
        before=(unnamed,),
        lost=(CONNECTED,),
        unless="connected already",
        stuck=(LAPSED,),
        back=back,
    )


def reviewing(*before: str) -> Step:
    """The step that waits for a review by the cloud.

    before: the phases before `verified` that a review may interrupt.
    """
    return Step(
        LISTING,
        wire.in_space,
        {
            "ok": "connected",
            "waiting": "reviewing",
            **{phase: phase for phase in before},
            "approved": "verified",
        },
        NO_ACCOUNT | UNCLEAR | DECLINED,
        ask="time",
        before=(ACCOUNT_REVIEWED, NAME_REVIEWED),
        says=still_waiting,
        awaits=awaited,
    )


def _add(facts: Facts) -> Params:
    country, national = wire.split(facts["number"])
    return {
        **wire.in_space(facts),
        "Cc": country,
        "PhoneNumber": national,
        "VerifiedName": facts["display_name"],
    }


REGISTERED = Kind(
    name="register",
    steps={
        "declared": Step(
            "AddChatappPhoneNumber",
            _add,
            {"ok": "added", "found": "added", "connected": "connected", "in_review": "reviewing"},
            NO_ACCOUNT | DIFFERS | UNCLEAR,
            before=(ACCOUNT, _SOUGHT),
            lost=(_SOUGHT,),
        ),
        "added": Step(
            "GetChatappVerifyCode",
            wire.code_request,
            {"ok": "code_requested", "verified": "verified", "connected": "connected", "in_review": "reviewing"},
            NO_ACCOUNT | UNCLEAR | DECLINED,
            before=(ACCOUNT, SERVING, STATUS),
            sends=wire.code_message,
            unless="verified already",
        ),
        "code_requested": Step(
            "ChatappVerifyAndRegister",
            wire.number_in_space,
            {"ok": "reviewing", "verified": "verified", "connected": "connected", "in_review": "reviewing"},
            UNCLEAR | DECLINED,
            ask="code",
            before=(SERVING, STATUS),
            lost=(STATUS,),
            unless="verified already",
        ),
        # VERIFIED does not mean registered. A number gets here after a lost answer or a verification made elsewhere.
        "verified": registering("ChatappPhoneNumberRegister", UNNAMED, lapsed="code_requested", unasked="added"),
        # A number waits here for the review of its account or display name, or after its registration for coming into
        # service. That may take days. The phase `registered` means in service.
        "reviewing": reviewing("declared", "added", "code_requested"),
        "retired": DEREGISTER,
        **number_settings.STEPS,
    },
    resend={"code_requested": ("added",)},
    **OF_SERVICE,
    needs=wire.CALLED | {"display_name"},
    shown=("display_name", "method", "locale", *number_settings.NAMES),
    world=numbers(
        {
            "added": Standing("PENDING"),
            "code_requested": Standing("PENDING", code=True),
            "verified": Standing("PENDING", verified=True),
            **IN_SERVICE,
        }
    ),
    observed=number_readings("added", added=("added", "code_requested")),
    left={
        "added": STAYS,
        "code_requested": STAYS,
        "verified": STAYS,
        **SERVING_STAYS,
    },
)
