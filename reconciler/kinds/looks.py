"""The reads that numbers share. `VERIFIED` and `CONNECTED` are acted on; any other value settles nothing."""

from __future__ import annotations

from reconciler.kinds import wire
from reconciler.kinds.table import Data, Facts, Look


def _account(facts: Facts, answer: Data) -> str:
    return "" if wire.data(answer).get("AccountReviewStatus") == "APPROVED" else "no_account"


def _verified(facts: Facts, answer: Data) -> str:
    return "verified" if wire.data(answer).get("CodeVerificationStatus") == "VERIFIED" else ""


def _row(facts: Facts, answer: Data) -> Data:
    """The number's row, or an empty one. Rows are seen with and without the plus."""
    wanted = wire.digits(facts["number"])
    for row in wire.rows(answer, "PhoneNumbers"):
        if wire.digits(wire.text(row, "PhoneNumber")) == wanted:
            return row
    return {}


def _connected(facts: Facts, answer: Data) -> str:
    return "connected" if _row(facts, answer).get("Status") == "CONNECTED" else ""


def _released(facts: Facts, answer: Data) -> str:
    """Not listed any more, or listed as what certainly is not registered; an unknown status says nothing."""
    if not isinstance(answer.get("PhoneNumbers"), list):
        return ""
    row = _row(facts, answer)
    return "ok" if not row or row.get("Status") in ("DELETED", "OFFLINE") else ""


def _lapsed(facts: Facts, answer: Data) -> str:
    """A status that is told and is not VERIFIED; what it is called otherwise, the documents disagree on.

    Who was sent a code is not sent another by itself; who verified elsewhere was never sent one.
    """
    if wire.data(answer).get("CodeVerificationStatus") in (None, "", "VERIFIED"):
        return ""
    return "lapsed" if facts.get("channel") else "unasked"


def _found(facts: Facts, answer: Data) -> str:
    row = _row(facts, answer)
    name = facts.get("display_name")
    if not row:
        return ""
    if name and row.get("VerifiedName") not in (None, "", name):
        return "differs"
    return _connected(facts, answer) or "found"


def _arriving(facts: Facts, answer: Data) -> str:
    """A number that was only added, or is out of service, is there and is not migrating."""
    return "differs" if _row(facts, answer).get("Status") in ("PENDING", "OFFLINE") else _found(facts, answer)


# A space without an approved account can register nothing: read before anything is created or sent.
ACCOUNT = Look("QueryChatappBindWaba", wire.in_space, _account, shared=True)
# A verification holds for 14 days, and may have been made elsewhere.
STATUS = Look("GetPhoneNumberVerificationStatus", wire.number_in_space, _verified)
CONNECTED = Look("QueryChatappPhoneNumbers", wire.in_space, _connected)
RELEASED = Look("QueryChatappPhoneNumbers", wire.in_space, _released)
# Asked only after a refusal: either answer alone could be stale.
LAPSED = Look("GetPhoneNumberVerificationStatus", wire.number_in_space, _lapsed)
FOUND = Look("QueryChatappPhoneNumbers", wire.in_space, _found)
ARRIVING = Look("QueryChatappPhoneNumbers", wire.in_space, _arriving)

NO_ACCOUNT = {"no_account": "no-account"}
DIFFERS = {"differs": "already-there-differs"}
