"""A number migrated from another provider or another space. It keeps its name, rating, limits and templates."""

from __future__ import annotations

from reconciler.kinds import number_settings, wire
from reconciler.kinds.looks import (
    ACCOUNT,
    ARRIVING,
    COMING,
    COMING_UNNAMED,
    DECLINED,
    DIFFERS,
    NO_ACCOUNT,
    STATUS,
    UNCLEAR,
)
from reconciler.kinds.readings import number_readings
from reconciler.kinds.registered import DEREGISTER, OF_SERVICE, SERVING_STAYS, registering, reviewing
from reconciler.kinds.rehearsal_rows import IN_SERVICE, Standing, numbers
from reconciler.kinds.settings_held import importing
from reconciler.kinds.table import Facts, Kind, Params, Step

_SOUGHT = importing(ARRIVING)
STAYS = "the migration stays begun; no operation cancels it, see to it in the console"


def _initiate(facts: Facts) -> Params:
    country, national = wire.split(facts["number"])
    return {**wire.in_space(facts), "CountryCode": country, "MobileNumber": national}


MIGRATED = Kind(
    name="migrate",
    steps={
        "declared": Step(
            "CreateChatappMigrationInitiate",
            _initiate,
            {"ok": "initiated", "found": "initiated", "connected": "connected", "in_review": "reviewing"},
            NO_ACCOUNT | DIFFERS | UNCLEAR,
            before=(ACCOUNT, _SOUGHT),
            lost=(_SOUGHT,),
        ),
        "initiated": Step(
            "GetMigrationVerifyCode",
            wire.code_request,
            {"ok": "code_requested", "verified": "verified", "connected": "connected", "in_review": "reviewing"},
            NO_ACCOUNT | UNCLEAR | DECLINED,
            before=(ACCOUNT, COMING, STATUS),
            sends=wire.code_message,
            unless="verified already",
        ),
        "code_requested": Step(
            "ChatappMigrationVerified",
            wire.number_in_space,
            {"ok": "verified", "verified": "verified", "connected": "connected"},
            UNCLEAR,
            ask="code",
            before=(COMING, STATUS),
            lost=(STATUS,),
            unless="verified already",
        ),
        "verified": registering(
            "ChatappMigrationRegister", COMING_UNNAMED, lapsed="code_requested", unasked="initiated"
        ),
        "reviewing": reviewing("declared", "initiated", "code_requested"),
        "retired": DEREGISTER,
        **number_settings.STEPS,
    },
    resend={"code_requested": ("initiated",)},
    **OF_SERVICE,
    needs=wire.CALLED,
    shown=("display_name", "method", "locale", *number_settings.NAMES),
    world=numbers(
        {
            "initiated": Standing("MIGRATING"),
            "code_requested": Standing("MIGRATING", code=True),
            "verified": Standing("MIGRATING", verified=True),
            **IN_SERVICE,
        }
    ),
    observed=number_readings(arriving=("initiated", "code_requested")),
    left={
        "initiated": STAYS,
        "code_requested": STAYS,
        "verified": STAYS,
        **SERVING_STAYS,
    },
)
