"""A message contact: created in the directory, then confirmed by people who follow the links sent to them.

Learned facts of a contact:

- `to_ask`: targets (phone, email) to which no link was sent yet. A message in doubt counts as sent.
- `asked_phone`, `asked_email`: the value to which the last link was sent, until the directory holds another value.
- `open`: the only target that still has to be confirmed, once the other one is.
- `readdressed`: targets whose value is changed by the update that is due.
- those of its members: contact_members.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reconciler.kinds import wire
from reconciler.kinds.contact_members import MEMBERS, members_anew, members_due, members_held
from reconciler.kinds.contact_readings import contact_readings
from reconciler.kinds.contact_removal import LEAVING
from reconciler.kinds.contact_rows import contact_row, listed_values
from reconciler.kinds.spelling import same_phone
from reconciler.kinds.table import Data, Facts, Kind, Look, Params, Step

TARGETS = ("phone", "email")
_ASKED = {"phone": "asked_phone", "email": "asked_email"}


def _same_target(facts: Facts, what: str, found: Any) -> bool:
    """Compares as the directory may write values: e-mail addresses in lower case, phone numbers in another form."""
    if what == "phone":
        return same_phone(found, facts["phone"])
    return wire.same_text(found, facts["email"], case=False)


def _waiting(facts: Facts, answer: Data) -> set[str]:
    """The targets (phone, email) that the directory lists as not yet confirmed."""
    targets = [row.get("Target") for row in wire.rows(answer, "ContactVerifications")]
    return {what for what in _given(facts) if any(_same_target(facts, what, each) for each in targets)}


def _phone_done(facts: Facts, answer: Data) -> str:
    return "" if "phone" in _waiting(facts, answer) else "confirmed"


def _email_done(facts: Facts, answer: Data) -> str:
    return "" if "email" in _waiting(facts, answer) else "confirmed"


def _still_waiting(facts: Facts, answer: Data) -> str:
    return "waiting" if _waiting(facts, answer) else ""


def _open(facts: Facts, answer: Data) -> Facts:
    """Learns nothing while both targets wait: an outdated answer must not undo a confirmation that was observed."""
    waiting = _waiting(facts, answer)
    return {"open": waiting.pop()} if len(waiting) == 1 < len(_given(facts)) else {}


def _already_waiting(facts: Facts, answer: Data) -> list[str]:
    """Targets of the update that already wait for confirmation, with no message on record: somebody else changed
    them."""
    waiting = _waiting(facts, answer)
    return [what for what in facts.get("readdressed", ()) if what in waiting and what in _to_ask(facts)]


def _sent_before(facts: Facts, answer: Data) -> str:
    return "sent" if _already_waiting(facts, answer) else ""


def _taken_over(facts: Facts, answer: Data) -> Facts:
    """The facts as if this record's own update had made the change."""
    due = _already_waiting(facts, answer)
    asked = {_ASKED[what]: facts[what] for what in due}
    return {"to_ask": [what for what in _to_ask(facts) if what not in due], "readdressed": [], **asked}


def _readdresses(facts: Facts) -> bool:
    """Whether the update changes a target and was not attempted yet, so that nothing should be waiting for
    confirmation."""
    return bool(facts.get("readdressed")) and not facts["begun"]


def _other_address_waits(facts: Facts, answer: Data) -> str:
    """An address waits for confirmation that is not ours: somebody changed it without this program."""
    rows = wire.rows(answer, "ContactVerifications")
    return "elsewhere" if rows and not _waiting(facts, answer) else ""


def _same(facts: Facts, found: Data) -> bool:
    phone = found.get("PhoneNumber") or ""
    return (
        _same_target(facts, "email", found.get("EmailAddress"))
        and (_same_target(facts, "phone", phone) if facts.get("phone") else phone == "")
        and found.get("Title") == facts["title"]
        and _sorted(found.get("MessageTypes")) == sorted(facts["message_types"])
    )


def _sorted(found: Any) -> list[str]:
    """A list of strings, sorted; empty if any element is not a string."""
    texts = isinstance(found, list) and all(isinstance(each, str) for each in found)
    return sorted(found) if texts else []


def _active(facts: Facts, answer: Data) -> str:
    found = wire.data(answer, "Contact")
    if found.get("Status") != "Active":
        return ""
    if not _same(facts, found):
        return "changed"
    return "ok" if members_due(facts) else "confirmed"


def _by_name(facts: Facts, answer: Data) -> Data:
    rows = wire.rows(answer, "Contacts")
    return next((row for row in rows if wire.same_text(row.get("Name"), facts["name"])), {})


def _held(facts: Facts, answer: Data) -> Facts:
    """The contact's values as the directory has them; as declared where both mean the same.

    Somebody else created it, and may have sent the links: they count as sent, so only --resend sends others.
    """
    found = _by_name(facts, answer)
    if not found:
        return {}
    held = {} if _same(facts, found) else listed_values(found)
    there = {**facts, **held}
    asked = {_ASKED[what]: there[what] for what in _given(there)}
    return {**held, "to_ask": [], **asked, **members_held(facts, found)}


def _found(facts: Facts, answer: Data) -> str:
    found = _by_name(facts, answer)
    if not found:
        return ""
    if not wire.text(found, "ContactId"):
        return "nameless"
    return "found" if _same(facts, found) else "differs"


def _found_id(facts: Facts, answer: Data) -> Facts:
    return {"contact_id": wire.text(_by_name(facts, answer), "ContactId"), "to_ask": _to_ask(facts)}


def _given(facts: Facts) -> list[str]:
    return [what for what in TARGETS if facts.get(what)]


def _created(facts: Facts, answer: Data) -> Facts:
    return {"contact_id": wire.text(wire.data(answer, "Contact"), "ContactId"), "to_ask": _given(facts)}


def _has_id(facts: Facts, answer: Data) -> str:
    """A contact without an id cannot be used: "" makes the run look it up by its name."""
    return "ok" if wire.text(wire.data(answer, "Contact"), "ContactId") else ""


def _to_ask(facts: Facts) -> list[str]:
    return list(facts.get("to_ask", _given(facts)))


def _asked(what: str) -> Callable[[Facts, Data], Facts]:
    def learn(facts: Facts, answer: Data) -> Facts:
        left = [target for target in _to_ask(facts) if target != what]
        return {"to_ask": left, _ASKED[what]: facts.get(what) or "", **({"open": ""} if facts.get("open") else {})}

    return learn


def _asks(what: str) -> Callable[[Facts], bool]:
    return lambda facts: what in _to_ask(facts)


def _to_learn_again(before: Facts, after: Facts) -> Facts:
    """Targets that need a link after an update: those whose value never got one. A value put back keeps its old
    link."""
    to_ask = [what for what in _given(after) if _last_asked(before, what) != after[what]]
    brought = [
        what for what in _given(after) if before.get(what) != after[what] or what in before.get("readdressed", ())
    ]
    return {"to_ask": to_ask, **({"readdressed": brought} if brought else {}), **members_anew(before, after)}


def _last_asked(facts: Facts, what: str) -> Any:
    """The value to which a link was sent. Records of earlier versions do not have it for targets that wait for no
    link."""
    return facts.get(_ASKED[what], None if what in _to_ask(facts) else facts.get(what))


def _updated(facts: Facts, answer: Data) -> Facts:
    """A link to a value that is no longer in the directory is void; that value would need a new link."""
    void = [what for what in TARGETS if facts.get(_ASKED[what], "") not in ("", facts.get(what))]
    return {**{_ASKED[what]: "" for what in void}, **({"readdressed": []} if facts.get("readdressed") else {})}


def _list(facts: Facts) -> Params:
    # A directory holds at most 20 contacts, so one page is enough.
    return {"PageNumber": 1, "PageSize": 100}


def _verifications(facts: Facts) -> Params:
    return {**wire.contact(facts), "PageNumber": 1, "PageSize": 100}


def _phone_link(facts: Facts) -> Params:
    return {**wire.contact(facts), "PhoneNumber": wire.dashed(facts["phone"])}


def _email_link(facts: Facts) -> Params:
    return {**wire.contact(facts), "EmailAddress": facts["email"]}


def _update(facts: Facts) -> Params:
    return {**wire.contact(facts), **wire.contact_fields(facts)}


_WAITS = "ListMessageContactVerifications"
_IN_DIRECTORY = ("added", "phone_asked", "links_sent", *MEMBERS, "confirmed", "changed")
LISTED = Look("ListMessageContacts", _list, _found, _found_id, shared=True, holds=_held)


CONTACT = Kind(
    name="contact",
    type="contact",
    ready="confirmed",
    steps={
        "declared": Step(
            "AddMessageContact",
            wire.contact_fields,
            {"ok": "added", "found": "added"},
            {"differs": "already-there-differs", "nameless": "status-unclear"},
            before=(LISTED,),
            lost=(LISTED,),
            says=_has_id,
            learn=_created,
        ),
        "added": Step(
            "SendPhoneVerificationForMessageContact",
            _phone_link,
            {"ok": "phone_asked", "confirmed": "phone_asked"},
            needed=_asks("phone"),
            before=(Look(_WAITS, _verifications, _phone_done, _asked("phone")),),
            learn=_asked("phone"),
            sends=lambda facts: ("sms", facts["phone"]),
            unless="confirmed already",
        ),
        "phone_asked": Step(
            "SendEmailVerificationForMessageContact",
            _email_link,
            {"ok": "links_sent", "confirmed": "links_sent"},
            needed=_asks("email"),
            before=(Look(_WAITS, _verifications, _email_done, _asked("email")),),
            learn=_asked("email"),
            sends=lambda facts: ("email", facts["email"]),
            unless="confirmed already",
        ),
        "links_sent": Step(
            "GetMessageContact",
            wire.contact,
            {"ok": "activated", "confirmed": "confirmed", "waiting": "links_sent"},
            {"changed": "changed-elsewhere", "elsewhere": "other-address-waits"},
            ask="confirmation",
            before=(Look(_WAITS, _verifications, _still_waiting, _open),),
            says=_active,
            stuck=(Look(_WAITS, _verifications, _other_address_waits),),
        ),
        **MEMBERS,
        "changed": Step(
            "UpdateMessageContact",
            _update,
            {"ok": "added", "sent": "added"},
            {"sent": "message-unrecorded"},
            before=(Look(_WAITS, _verifications, _sent_before, _taken_over, needed=_readdresses),),
            learn=_updated,
        ),
        **LEAVING,
    },
    resend={"links_sent": ("added", "phone_asked")},
    changed="changed",
    anew=_to_learn_again,
    updated=frozenset({"email", "phone", "title", "message_types", "members"}),
    trailing=frozenset({"members"}),
    suffix=tuple(MEMBERS),
    ways_out=dict.fromkeys(_IN_DIRECTORY, "dismissed") | {each: each for each in LEAVING},
    detached={"dismissed": "retired"},
    left=dict.fromkeys(_IN_DIRECTORY, "the contact stays in the directory")
    | dict.fromkeys(LEAVING, "the contact may still be in the directory"),
    in_space=False,
    needs=frozenset({"name", "email", "title", "message_types"}),
    shown=("email", "phone", "title", "message_types", "members"),
    world=contact_row,
    observed=contact_readings(LISTED),
)
