"""A number registered with a code: added to the space, verified by whoever holds the phone, registered."""

from __future__ import annotations

from reconciler.kinds import wire
from reconciler.kinds.looks import ACCOUNT, CONNECTED, DIFFERS, FOUND, LAPSED, NO_ACCOUNT, RELEASED, STATUS
from reconciler.kinds.table import GONE, Facts, Kind, Params, Step

STAYS = "the number stays in the space, not registered; remove it in the console"
DEREGISTER = Step(
    "ChatappPhoneNumberDeregister",
    wire.number_in_space,
    {"ok": GONE},
    lost=(RELEASED,),
    # Refused for a number that is not in the space any more, as after its move to another.
    stuck=(RELEASED,),
    back={"ok": GONE},
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
    type="phone_number",
    ready="registered",
    steps={
        "declared": Step(
            "AddChatappPhoneNumber",
            _add,
            {"ok": "added", "found": "added", "connected": "registered"},
            NO_ACCOUNT | DIFFERS,
            before=(ACCOUNT,),
            lost=(FOUND,),
        ),
        "added": Step(
            "GetChatappVerifyCode",
            wire.code_request,
            {"ok": "code_requested", "verified": "verified"},
            NO_ACCOUNT,
            before=(ACCOUNT, STATUS),
            sends=wire.code_message,
            unless="verified already",
        ),
        "code_requested": Step(
            "ChatappVerifyAndRegister",
            wire.code_answer,
            {"ok": "registered", "verified": "verified"},
            ask="code",
            before=(STATUS,),
            lost=(STATUS,),
            unless="verified already",
        ),
        # VERIFIED is not registered: what follows a lost answer or a verification made elsewhere.
        "verified": Step(
            "ChatappPhoneNumberRegister",
            wire.number_in_space,
            {"ok": "registered", "connected": "registered"},
            before=(CONNECTED,),
            lost=(CONNECTED,),
            unless="connected already",
            stuck=(LAPSED,),
            back={"lapsed": "code_requested", "unasked": "added"},
        ),
        "retired": DEREGISTER,
    },
    resend={"code_requested": ("added",)},
    ways_out={"registered": "retired", "retired": "retired"},
    fixed=frozenset({"display_name"}),
    left={
        "added": STAYS,
        "code_requested": STAYS,
        "verified": STAYS,
        "registered": "the number stays registered in the space",
        "retired": "the number may still be registered in the space",
    },
)
