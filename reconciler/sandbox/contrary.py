"""Contrary worlds: for each unknown about the real cloud, one possible answer, drawn from a seed.

DIMENSIONS lists them: unknown -> name of an answer -> the settings it changes. The first answer of each is kind,
changes nothing, and is drawn half of the time. Nothing here acts; the settings do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, get_args

from reconciler.sandbox.settings import DAY, Settings
from reconciler.sandbox.unknown import RefusalForm, TroubleForm

HOUR = 3600.0
Answers = Mapping[str, Mapping[str, Any]]


def _answers(setting: str, kind: str, *words: str, **values: Any) -> Answers:
    """Answers that differ in one setting: words are its values as well as names, other values have a name each."""
    others = {**{word: word for word in words}, **values}
    return {kind: {}, **{name: {setting: value} for name, value in others.items()}}


DIMENSIONS: dict[str, Answers] = {
    "refusal": _answers("refusal_form", *get_args(RefusalForm)),
    "refusal-status": {
        "documented": {},
        "200": {"refusal_status": 200, "undocumented_status": 200},
        **{str(status): {"undocumented_status": status} for status in (400, 403, 409, 429, 500)},
    },
    "success": {
        "OK": {},
        "0000": {"success_code": "0000"},
        "text": {"success_flag": "text"},
        "bare": {"success_flag": "absent"},
        "bare-0000": {"success_code": "0000", "success_flag": "absent"},
    },
    "ids": _answers("id_form", "uuid", "digits", "prefixed"),
    "dates": _answers("date_form", "letters", "blank", "zone"),
    "trouble": _answers("trouble", *get_args(TroubleForm)),
    "trouble-share": {
        **_answers("trouble_share", "none", tenth=0.1, third=0.33),
        "thrice": {"trouble_share": 1.0, "trouble_most": 3},
    },
    "trouble-acts": _answers("trouble_acts", "never", half=0.5, always=1.0),
    "throttling": {
        "none": {},
        "instead": {"throttle_share": 0.1},
        "after-acting": {"throttle_share": 0.1, "limit_control_acts": True},
    },
    "busy": _answers("busy_share", "never", tenth=0.1),
    "between-halves": _answers("registers_after_verifying", "registers", fails=False),
    "status-new": _answers("status_new", "PENDING", "UNVERIFIED", "UNKNOWN", unlisted="AWAITING_SETUP", lacking=""),
    "status-migrating": _answers(
        "status_migrating", "MIGRATING", "PENDING", "UNVERIFIED", unlisted="ARRIVING", lacking=""
    ),
    "status-in-service": _answers(
        "status_in_service", "CONNECTED", "FLAGGED", "RATE_LIMITED", "RESTRICTED", "PAUSED", unlisted="IN_SERVICE"
    ),
    "status-left": _answers(
        "status_left", "OFFLINE", "DELETED", "DISCONNECTED", "MIGRATED", "UNVERIFIED", unlisted="LEFT", gone=""
    ),
    "unverified": _answers(
        "unverified", "NOT_VERIFIED", "EXPIRED", "REVOKED", "MORE_INFORMATION_REQUESTED", "REJECTED", lacking=""
    ),
    "name-status": {"APPROVED": {}, "Approval": {"name_approved": "Approval", "name_waits": "PENDING_REVIEW"}},
    "spelling": _answers("spelling", "asked", "plus", "other"),
    "texts": _answers("texts", "asked", "squeezed", "composed", "decomposed"),
    "emails": _answers("emails_lowered", "asked", lowered=True),
    "listing": {
        "at-once": {},
        "late": {"lists_take_s": 60.0},
        "when-synced": {"stale_lists": True},
        "after-sync": {"stale_lists": True, "sync_takes_s": 60.0},
        "reads-when-synced": {"stale_reads": True},
        "reads-after-sync": {"stale_reads": True, "sync_takes_s": 60.0},
    },
    "verifying": _answers("verifying_shows_s", "at-once", minute=60.0, hours=3 * HOUR),
    "connecting": _answers("connecting_shows_s", "at-once", hour=HOUR, days=2 * DAY),
    "leaving": _answers("leaving_shows_s", "at-once", minute=60.0, days=2 * DAY),
    "confirming": _answers("confirming_shows_s", "at-once", minute=60.0, hours=3 * HOUR),
    "updates": {"when-confirmed": {}, "at-once": {"updates_show_at_once": True}},
    "deleting": {
        "at-once": {},
        "seconds": {"deletes_at_once": False, "deletion_s": 5.0},
        "days": {"deletes_at_once": False, "deletion_s": 2 * DAY},
        "unseen": {"deletes_at_once": False, "deletion_s": HOUR, "deletion_shows": "Active"},
    },
    "account-review": _answers("account_review_s", "none", hour=HOUR, days=2 * DAY),
    "name-review": _answers("name_review_s", "none", hour=HOUR, days=3 * DAY),
    "resend": _answers("resend_voids", "voids", leaves=False),
    "code-tries": {"3": {}, **{str(tries): {"code_tries": tries} for tries in (1, 2, 5, 10)}},
    "code-lifetime": _answers("code_lifetime_s", "10-minutes", minute=60.0, hour=HOUR, day=DAY),
    "day-starts": _answers("day_starts_s", "midnight", beijing=16 * HOUR, pacific=8 * HOUR),
    "contact-cap": {"100": {}, "2": {"contact_messages_per_day": 2}},
    "code-cap": {"none": {}, "1": {"code_messages_per_day": 1}},
    "binding": _answers("binding", "whole", "part"),
    "binding-shows": _answers("binding_shows_s", "at-once", minute=60.0, hours=3 * HOUR),
    "rebinding": _answers("rebinding", "accepted", "refused"),
    "no-members": _answers("no_members", "empty", "null", "absent"),
    "settings": _answers("settings_kept", "kept", "ignored", "truncated", "altered"),
    "settings-show": _answers("settings_show_s", "at-once", minute=60.0),
    "settings-left-out": _answers("settings_left_out", "kept", "cleared"),
    "business": _answers("business", "verified", "VERIFIED", "not_verified", unlisted="IN_APPEAL", lacking=""),
}


@dataclass(frozen=True)
class Contrary:
    """A drawn world.

    seed: it was drawn from.
    drawn: dimension -> name of its answer.
    """

    seed: int
    drawn: Mapping[str, str]

    @property
    def settings(self) -> Settings:
        """If two dimensions change the same setting, the later one counts."""
        changes = [DIMENSIONS[dimension][name] for dimension, name in self.drawn.items()]
        return Settings().changed({name: value for change in changes for name, value in change.items()})

    def __str__(self) -> str:
        """One line: only the unfavourable answers."""
        unkind = [f"{name}={answer}" for name, answer in self.drawn.items() if answer != next(iter(DIMENSIONS[name]))]
        return " ".join([f"seed {self.seed}:", *unkind])


def draw(seed: int) -> Contrary:
    """The same seed gives the same world."""
    random = Random(seed)
    return Contrary(seed, {dimension: _one(random, answers) for dimension, answers in DIMENSIONS.items()})


def _one(random: Random, answers: Answers) -> str:
    """Half of the draws are kind: if every answer is unfavourable, little is seen of each."""
    kind, *others = answers
    return random.choice((kind, random.choice(others)))
