"""How a contact leaves the directory. Members keep messaging a contact that is only `retired`. They stop messaging one
that is `dismissed`: the directory completes that later."""

from __future__ import annotations

from reconciler.kinds import wire
from reconciler.kinds.table import GONE, Data, Facts, Params, Step

ABSENT = frozenset({"EntityNotExists.Contact"})


def _ended(facts: Facts) -> Params:
    return {**wire.contact(facts), "RetainContactInMembers": False}


def _deleting(facts: Facts, answer: Data) -> str:
    return "ok" if answer.get("Status") == "Deleted" else "deleting"


def _deletion(facts: Facts, answer: Data) -> str:
    status = wire.text(wire.data(answer, "ContactDeletionStatus"), "Status")
    return {"Deleted": "ok", "Failed": "failed"}.get(status, "waiting")


_LEADS = {"ok": GONE, "deleting": "deleting"}
LEAVING: dict[str, Step] = {
    "retired": Step("DeleteMessageContact", wire.contact, _LEADS, already=ABSENT, says=_deleting),
    "dismissed": Step("DeleteMessageContact", _ended, _LEADS, already=ABSENT, says=_deleting),
    # The directory completes the deletion; the next run reads the status again.
    "deleting": Step(
        "GetMessageContactDeletionStatus",
        wire.contact,
        {"ok": GONE, "waiting": "deleting"},
        {"failed": "deletion-failed"},
        ask="time",
        already=ABSENT,
        says=_deletion,
        awaits=lambda facts: "deletion",
    ),
}
