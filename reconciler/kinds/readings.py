"""What `check` reads of a number: one listing serves a whole space.

A ready number was listed as in service when it became ready, so a listing that lacks it now has lost it. Of any other
number the listing may be older than the last step: its absence means something after a day only.

Besides the record's facts these functions get `space_id`, `phase`, and `days`: the whole days since the record changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from reconciler.kinds import wire
from reconciler.kinds.looks import CONNECTED, number_row
from reconciler.kinds.number_settings import STEPS, to_send_all
from reconciler.kinds.setting_readings import SETTING_READINGS
from reconciler.kinds.statuses import LEFT, SERVICE
from reconciler.kinds.table import START, Data, Facts, Finding, Observation, Verdict

Reads = Callable[[Facts, Data], Iterator[Finding]]
HOLDS, NEAR = 14, 11
"""Days that a verification holds, and after how many it is reported as running out."""
_SERVICE: dict[str, Verdict] = {"in": "as_recorded", "out": "gone", "waiting": "changed", "migrating": "changed"}
# What is not recorded: aspect -> fields of the row, the first that has a value.
_NOTED = {
    "name review": ("NewNameStatus", "NameStatus"),
    "quality": ("QualityRating",),
    "limit": ("MessagingLimitTier",),
}


def _ready(fallen: str, facts: Facts, answer: Data) -> Iterator[Finding]:
    row = number_row(facts, answer)
    if row is None:
        yield _absent(answer, True)
        return
    status = wire.text(row, "Status")
    verdict = _SERVICE.get(SERVICE.get(status, ""), "unknown")
    verified = wire.text(row, "CodeVerificationStatus") == "VERIFIED"
    phase = ("verified" if verified else fallen) if fallen and verdict == "gone" and status not in LEFT else ""
    again = to_send_all(facts) if phase else {}
    yield Finding("status", verdict, status or "no status", phase=phase, facts=again)
    yield from _named(facts, row)
    for aspect, fields in _NOTED.items():
        if found := next((value for field in fields if (value := wire.text(row, field))), ""):
            yield Finding(aspect, "", found)


def _unverified(facts: Facts, answer: Data) -> Iterator[Finding]:
    """Of a number that waits for its code. Verified elsewhere, it needs none."""
    row = number_row(facts, answer)
    yield _progress(facts, answer, row)
    yield from _code_status(row)
    yield from _named(facts, row or {})


def _arriving(facts: Facts, answer: Data) -> Iterator[Finding]:
    """The same during a migration, where it may not be listed yet."""
    row = number_row(facts, answer)
    yield from _code_status(row) if row else [Finding("status", "", "not listed yet")]


def _verified(facts: Facts, answer: Data) -> Iterator[Finding]:
    """Of a verified number that is not registered yet, or not in service yet."""
    row, before = number_row(facts, answer), facts.get("before_review")
    if row is None and before in (START, "initiated"):
        yield Finding("status", "", "not listed yet")
        return
    yield _progress(facts, answer, row)
    if row and (facts["phase"] == "verified" or before == "verified"):
        yield _holding(wire.text(row, "CodeVerificationStatus"), facts["days"])
    yield from _named(facts, row or {})


def _absent(answer: Data, lasting: bool) -> Finding:
    if not isinstance(answer.get("PhoneNumbers"), list):
        return Finding("status", "unknown", "an answer without a list")
    return Finding("status", "gone" if lasting else "unknown", "not listed" if lasting else "not listed yet")


def _progress(facts: Facts, answer: Data, row: Data | None) -> Finding:
    """A status is not recorded before a number is ready; one that ends the wait is a change, and so is one out of
    service of a number that is registered and under review."""
    if row is None:
        return _absent(answer, facts["days"] > 0)
    status = wire.text(row, "Status")
    out: Verdict = "changed" if facts["phase"] == "reviewing" and not facts.get("before_review") else ""
    usual: dict[str, Verdict] = {"in": "changed", "out": out, "waiting": "", "migrating": ""}
    verdict = "gone" if status in LEFT else usual.get(SERVICE.get(status, ""), "unknown")
    return Finding("status", verdict, status or "no status")


def _named(facts: Facts, row: Data) -> Iterator[Finding]:
    name, there = facts.get("display_name"), wire.text(row, "VerifiedName")
    if there and name:
        same = wire.same_text(there, name)
        facts = {} if same else {"display_name": there}
        yield Finding("name", "as_recorded" if same else "changed", there, "" if same else str(name), facts)
    elif there:
        yield Finding("name", "", there)


def _code_status(row: Data | None) -> Iterator[Finding]:
    if found := wire.text(row or {}, "CodeVerificationStatus"):
        there = found == "VERIFIED"
        verdict: Verdict = "verified_elsewhere" if there else "as_recorded"
        yield Finding("verification", verdict, found, phase="verified" if there else "")


def _holding(found: str, days: int) -> Finding:
    if found == "VERIFIED":
        verdict: Verdict = "running_out" if days >= NEAR else "as_recorded"
        return Finding("verification", verdict, f"VERIFIED, for {days} of {HOLDS} days at least")
    return Finding("verification", "running_out" if found else "unknown", found or "no status", "VERIFIED")


def number_readings(
    fallen: str = "",
    *,
    added: tuple[str, ...] = (),
    arriving: tuple[str, ...] = (),
    signed_up: tuple[str, ...] = (),
) -> tuple[Observation, ...]:
    """The readings of a number in its space.

    fallen: the phase of one that is out of service and still in its space; "" if it can only be forgotten.
    added: phases in which it is listed and not verified. arriving: phases of a migration, in which it may not be listed
    yet. signed_up: phases in which it is listed, and verified by somebody else.
    """
    by_phase: tuple[tuple[Reads, tuple[str, ...]], ...] = (
        (partial(_ready, fallen), ("registered", *STEPS)),
        (_unverified, added),
        (_arriving, arriving),
        (_verified, ("verified", "reviewing", *signed_up)),
    )
    own = tuple(Observation(CONNECTED, reads, frozenset(phases)) for reads, phases in by_phase if phases)
    return own + SETTING_READINGS
