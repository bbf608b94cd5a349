"""The reads shared by the kinds of numbers. A status is acted on only if statuses.py lists it; any other settles
nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from reconciler.kinds import wire
from reconciler.kinds.lookalikes import difference
from reconciler.kinds.spelling import phone
from reconciler.kinds.statuses import ACCOUNTS, LEFT, NAMES, SERVICE, Review, Service
from reconciler.kinds.table import START, Awaited, Data, Facts, Look

# The listing is only as fresh as the last sync, so every read about a number is made after a sync.
SYNC = Look("ChatappSyncPhoneNumber", wire.in_space, lambda facts, answer: "", shared=True)


def _reviewed(facts: Facts, answer: Data) -> Review:
    return ACCOUNTS.get(wire.text(wire.data(answer), "AccountReviewStatus"), "")


def _account(facts: Facts, answer: Data) -> str:
    return {"approved": "", "waiting": "in_review"}.get(_reviewed(facts, answer), "no_account")


def _verified(facts: Facts, answer: Data) -> str:
    return "verified" if wire.data(answer).get("CodeVerificationStatus") == "VERIFIED" else ""


def verified(facts: Facts, answer: Data) -> str:
    """Any other status than VERIFIED is none: documents disagree on the others."""
    return "ok" if _verified(facts, answer) else "unverified"


def number_row(facts: Facts, answer: Data) -> Data | None:
    """The number's row from the sync, otherwise from the listing.

    Rows write a number with or without its plus, and sometimes in another spelling of the same phone.
    """
    return next(_rows(facts, answer), None)


def _rows(facts: Facts, answer: Data) -> Iterator[Data]:
    wanted = phone(facts["number"])
    synced = wire.rows(wire.data(answer, SYNC.operation), "PhoneNumbers")
    rows = (*synced, *wire.rows(answer, "PhoneNumbers"))
    return (row for row in rows if phone(wire.text(row, "PhoneNumber")) == wanted)


def listed(facts: Facts, answer: Data) -> str:
    """The number's status exactly as the listing writes it, for people; "" if it is not listed."""
    row = number_row(facts, answer)
    return "" if row is None else str(row.get("Status") or "no status")


def _called(facts: Facts, answer: Data) -> str:
    """The listed status, with the display name if that differs from the declared one."""
    name, there = facts.get("display_name"), (number_row(facts, answer) or {}).get("VerifiedName")
    if not (name and isinstance(there, str) and there) or wire.same_text(there, name):
        return listed(facts, answer)
    points = difference(there, name)
    return f"{listed(facts, answer)}, named {there}{f' ({points})' if points else ''}"


def _occupied(facts: Facts, answer: Data) -> str:
    """The same, with the hosts of its callbacks if those are others than declared."""
    hosts = ", ".join(_elsewhere(facts, answer))
    return f"{_called(facts, answer)}, callbacks to {hosts}" if hosts else _called(facts, answer)


def _named(facts: Facts, answer: Data) -> str:
    """The listed status, with the review status of the display name."""
    row = number_row(facts, answer) or {}
    said = ", ".join(f"{field} {row[field]}" for field in ("NameStatus", "NewNameStatus") if row.get(field))
    return f"{listed(facts, answer)}, {said}" if said else listed(facts, answer)


def _held(facts: Facts, answer: Data) -> Facts:
    """The display name as it is listed."""
    name = (number_row(facts, answer) or {}).get("VerifiedName")
    return {"display_name": name} if isinstance(name, str) and name else {}


def _service(row: Data) -> Service:
    return SERVICE.get(wire.text(row, "Status"), "")


def _name_review(row: Data) -> Review:
    """A new name under review takes precedence over the name it replaces."""
    words = (wire.text(row, field).casefold() for field in ("NewNameStatus", "NameStatus"))
    return next((NAMES[word] for word in words if word in NAMES), "")


def _name_declined(row: Data) -> bool:
    """Whether the name in force was declined, and no other one takes its place: it cannot be registered then."""
    now, new = (NAMES.get(wire.text(row, field).casefold(), "") for field in ("NameStatus", "NewNameStatus"))
    return now == "declined" and new in ("", "declined")


def _standing(facts: Facts, answer: Data) -> str:
    """The listed status, with the review of a display name that was declined."""
    row = number_row(facts, answer)
    return _named(facts, answer) if row is not None and _name_declined(row) else listed(facts, answer)


def _serving(arriving: bool) -> Callable[[Facts, Data], str]:
    """The check before a message is sent or a number registered. arriving: whether the number may be migrating to
    this space."""

    def says(facts: Facts, answer: Data) -> str:
        row = number_row(facts, answer)
        if row is None:
            return ""
        usual = {"in": "connected", "": "unclear", "migrating": "" if arriving else "unclear"}
        return usual.get(_service(row), "") or ("declined" if _name_declined(row) else "")

    return says


def _unnamed(arriving: bool) -> Callable[[Facts, Data], str]:
    """Registering fails, and counts against the limit, while the display name is under review: wait instead."""
    serving = _serving(arriving)

    def says(facts: Facts, answer: Data) -> str:
        row = number_row(facts, answer)
        waits = row is not None and _service(row) == "waiting" and _name_review(row) == "waiting"
        return serving(facts, answer) or ("in_review" if waits else "")

    return says


def _connected(facts: Facts, answer: Data) -> str:
    row = number_row(facts, answer)
    return "connected" if row is not None and _service(row) == "in" else ""


def _released(facts: Facts, answer: Data) -> str:
    """The number is no longer listed, or listed as out of service. An unknown or missing status does not count as
    released."""
    if not isinstance(answer.get("PhoneNumbers"), list):
        return ""
    row = number_row(facts, answer)
    return "ok" if row is None or _service(row) == "out" else ""


def _lapsed(facts: Facts, answer: Data) -> str:
    """The verification has expired: there is a status, and it is not VERIFIED. Documents disagree on the other values.

    "lapsed" if this program requested a code (another is not requested automatically), "unasked" if the number was
    verified elsewhere.
    """
    if wire.data(answer).get("CodeVerificationStatus") in (None, "", "VERIFIED"):
        return ""
    return "lapsed" if facts.get("channel") else "unasked"


def _found(facts: Facts, answer: Data) -> str:
    row = number_row(facts, answer)
    if row is None or wire.text(row, "Status") in LEFT:
        return ""
    name, there = facts.get("display_name"), row.get("VerifiedName")
    if name and there not in (None, "") and not wire.same_text(there, name):
        return "differs"
    return {"in": "connected", "out": "found", "waiting": "found"}.get(_service(row), "unclear")


def _signed_up(facts: Facts, answer: Data) -> str:
    """Whether the space has the number: its onboarding says that not this program has put it there. One that serves
    callbacks of another host is somebody's: they are not overwritten without consent."""
    word = _found(facts, answer)
    if word == "connected" and _elsewhere(facts, answer):
        return "occupied"
    return "ok" if word == "found" else word


def _elsewhere(facts: Facts, answer: Data) -> list[str]:
    """The hosts of its callbacks that are not those declared."""
    fields = {"messages_url": "UpCallbackUrl", "status_url": "StatusCallbackUrl"}
    declared = {field: wire.host(str(facts[name])) for name, field in fields.items() if facts.get(name)}
    found = {(field, wire.host(wire.text(row, field))) for row in _rows(facts, answer) for field in declared}
    return sorted({host for field, host in found if host not in ("", declared[field])})


def _arriving(facts: Facts, answer: Data) -> str:
    """Whether the migration was started. A number that is out of service in this space may still be migrated to it.

    A number that is listed but not migrating was only added, unless it was not listed when this program started the
    migration.
    """
    row = number_row(facts, answer)
    if row is None:
        return ""
    if wire.text(row, "Status") in ("PENDING", "UNVERIFIED"):
        return "found" if facts.get("was_absent") else "differs"
    return {"in": "connected", "out": "", "migrating": "found"}.get(_service(row), "unclear")


def _back(facts: Facts, data: Data) -> Facts:
    return {"before_review": facts["phase"]}


def _over(facts: Facts, data: Data) -> Facts:
    return {"before_review": ""}


def _for_account(facts: Facts) -> bool:
    """Whether the account's review is awaited. It is the only review that blocks adding a number or sending a code."""
    return facts.get("before_review") in (START, "added", "initiated")


def awaited(facts: Facts) -> Awaited:
    """Which review a number waits for; "service" once it is registered and only has to come into service."""
    if _for_account(facts):
        return "account"
    return "name" if facts.get("before_review") else "service"


def _account_reviewed(facts: Facts, answer: Data) -> str:
    before = str(facts.get("before_review") or "")
    return {"approved": before, "waiting": "waiting"}.get(_reviewed(facts, answer), "no_account")


def _name_reviewed(facts: Facts, answer: Data) -> str:
    """Done once the number is in service. A registration refused for its display name is repeated when the name is
    approved."""
    row, before = number_row(facts, answer), facts.get("before_review")
    if row is None:
        return "waiting"
    if _service(row) in ("in", ""):
        return "ok" if _service(row) else "unclear"
    review = _name_review(row)
    if before and (review == "approved" or (not review and facts.get("allow_metered"))):
        return "approved" if before == "verified" else str(before)
    return "declined" if review == "declined" else "waiting"


LISTING = "QueryChatappPhoneNumbers"
BUSINESS = "QueryWabaBusinessInfo"
# A space without an approved account cannot register numbers: read it before anything is created or sent.
ACCOUNT = Look("QueryChatappBindWaba", wire.in_space, _account, _back, shared=True)
# A verification is valid for 14 days, and may have been made elsewhere.
STATUS = Look("GetPhoneNumberVerificationStatus", wire.number_in_space, _verified, after=SYNC)
SERVING = Look(LISTING, wire.in_space, _serving(False), shared=True, after=SYNC, shows=_standing)
COMING = Look(LISTING, wire.in_space, _serving(True), shared=True, after=SYNC, shows=_standing)
UNNAMED = Look(LISTING, wire.in_space, _unnamed(False), _back, shared=True, after=SYNC, shows=_standing)
COMING_UNNAMED = Look(LISTING, wire.in_space, _unnamed(True), _back, shared=True, after=SYNC, shows=_standing)
CONNECTED = Look(LISTING, wire.in_space, _connected, shared=True, after=SYNC)
RELEASED = Look(LISTING, wire.in_space, _released, shared=True, after=SYNC)
# Read only after a refusal: each of the two answers alone could be outdated.
LAPSED = Look("GetPhoneNumberVerificationStatus", wire.number_in_space, _lapsed, after=SYNC)
FOUND = Look(LISTING, wire.in_space, _found, shared=True, after=SYNC, shows=_called, holds=_held)
ARRIVING = Look(LISTING, wire.in_space, _arriving, shared=True, after=SYNC, shows=listed, holds=_held)
SIGNED_UP = Look(LISTING, wire.in_space, _signed_up, shared=True, after=SYNC, shows=_occupied, holds=_held)
ACCOUNT_REVIEWED = Look(
    "QueryChatappBindWaba", wire.in_space, _account_reviewed, _over, shared=True, needed=_for_account
)
NAME_REVIEWED = Look(
    LISTING,
    wire.in_space,
    _name_reviewed,
    _over,
    shared=True,
    after=SYNC,
    shows=_named,
    needed=lambda facts: not _for_account(facts),
)

NO_ACCOUNT = {"no_account": "no-account"}
DIFFERS = {"differs": "already-there-differs"}
OCCUPIED = {"occupied": "already-there"}
UNCLEAR = {"unclear": "status-unclear"}
# Without it a message, or a metered try to register, would be spent for nothing.
DECLINED = {"declined": "display-name-declined"}
