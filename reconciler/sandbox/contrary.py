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

DIMENSIONS: dict[str, Answers] = {
    "refusal": {form: {"refusal_form": form} if form != "named" else {} for form in get_args(RefusalForm)},
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
    "ids": {"uuid": {}, "digits": {"id_form": "digits"}, "prefixed": {"id_form": "prefixed"}},
    "dates": {"letters": {}, "blank": {"date_form": "blank"}, "zone": {"date_form": "zone"}},
    "trouble": {
        "system_500": {},
        **{form: {"trouble": form} for form in get_args(TroubleForm) if form != "system_500"},
    },
    "trouble-share": {
        "none": {},
        "tenth": {"trouble_share": 0.1},
        "third": {"trouble_share": 0.33},
        "thrice": {"trouble_share": 1.0, "trouble_most": 3},
    },
    "trouble-acts": {"never": {}, "half": {"trouble_acts": 0.5}, "always": {"trouble_acts": 1.0}},
    "throttling": {
        "none": {},
        "instead": {"throttle_share": 0.1},
        "after-acting": {"throttle_share": 0.1, "limit_control_acts": True},
    },
    "busy": {"never": {}, "tenth": {"busy_share": 0.1}},
    "between-halves": {"registers": {}, "fails": {"registers_after_verifying": False}},
    "status-new": {
        "PENDING": {},
        "UNVERIFIED": {"status_new": "UNVERIFIED"},
        "UNKNOWN": {"status_new": "UNKNOWN"},
        "unlisted": {"status_new": "AWAITING_SETUP"},
        "lacking": {"status_new": ""},
    },
    "status-migrating": {
        "MIGRATING": {},
        "PENDING": {"status_migrating": "PENDING"},
        "UNVERIFIED": {"status_migrating": "UNVERIFIED"},
        "unlisted": {"status_migrating": "ARRIVING"},
        "lacking": {"status_migrating": ""},
    },
    "status-in-service": {
        "CONNECTED": {},
        **{word: {"status_in_service": word} for word in ("FLAGGED", "RATE_LIMITED", "RESTRICTED", "PAUSED")},
        "unlisted": {"status_in_service": "IN_SERVICE"},
    },
    "status-left": {
        "OFFLINE": {},
        **{word: {"status_left": word} for word in ("DELETED", "DISCONNECTED", "MIGRATED", "UNVERIFIED")},
        "unlisted": {"status_left": "LEFT"},
        "gone": {"status_left": ""},
    },
    "unverified": {
        "NOT_VERIFIED": {},
        **{word: {"unverified": word} for word in ("EXPIRED", "REVOKED", "MORE_INFORMATION_REQUESTED", "REJECTED")},
        "lacking": {"unverified": ""},
    },
    "name-status": {"APPROVED": {}, "Approval": {"name_approved": "Approval", "name_waits": "PENDING_REVIEW"}},
    "spelling": {"asked": {}, "plus": {"spelling": "plus"}, "other": {"spelling": "other"}},
    "texts": {"asked": {}, **{form: {"texts": form} for form in ("squeezed", "composed", "decomposed")}},
    "emails": {"asked": {}, "lowered": {"emails_lowered": True}},
    "listing": {
        "at-once": {},
        "late": {"lists_take_s": 60.0},
        "when-synced": {"stale_lists": True},
        "after-sync": {"stale_lists": True, "sync_takes_s": 60.0},
        "reads-when-synced": {"stale_reads": True},
        "reads-after-sync": {"stale_reads": True, "sync_takes_s": 60.0},
    },
    "verifying": {"at-once": {}, "minute": {"verifying_shows_s": 60.0}, "hours": {"verifying_shows_s": 3 * HOUR}},
    "connecting": {"at-once": {}, "hour": {"connecting_shows_s": HOUR}, "days": {"connecting_shows_s": 2 * DAY}},
    "leaving": {"at-once": {}, "minute": {"leaving_shows_s": 60.0}, "days": {"leaving_shows_s": 2 * DAY}},
    "confirming": {"at-once": {}, "minute": {"confirming_shows_s": 60.0}, "hours": {"confirming_shows_s": 3 * HOUR}},
    "updates": {"when-confirmed": {}, "at-once": {"updates_show_at_once": True}},
    "deleting": {
        "at-once": {},
        "seconds": {"deletes_at_once": False, "deletion_s": 5.0},
        "days": {"deletes_at_once": False, "deletion_s": 2 * DAY},
        "unseen": {"deletes_at_once": False, "deletion_s": HOUR, "deletion_shows": "Active"},
    },
    "account-review": {"none": {}, "hour": {"account_review_s": HOUR}, "days": {"account_review_s": 2 * DAY}},
    "name-review": {"none": {}, "hour": {"name_review_s": HOUR}, "days": {"name_review_s": 3 * DAY}},
    "resend": {"voids": {}, "leaves": {"resend_voids": False}},
    "code-tries": {"3": {}, **{str(tries): {"code_tries": tries} for tries in (1, 2, 5, 10)}},
    "code-lifetime": {
        "10-minutes": {},
        "minute": {"code_lifetime_s": 60.0},
        "hour": {"code_lifetime_s": HOUR},
        "day": {"code_lifetime_s": DAY},
    },
    "day-starts": {
        "midnight": {},
        "beijing": {"day_starts_s": 16 * HOUR},
        "pacific": {"day_starts_s": 8 * HOUR},
    },
    "contact-cap": {"100": {}, "2": {"contact_messages_per_day": 2}},
    "code-cap": {"none": {}, "1": {"code_messages_per_day": 1}},
    "binding": {"whole": {}, "part": {"binding": "part"}},
    "binding-shows": {"at-once": {}, "minute": {"binding_shows_s": 60.0}, "hours": {"binding_shows_s": 3 * HOUR}},
    "rebinding": {"accepted": {}, "refused": {"rebinding": "refused"}},
    "no-members": {"empty": {}, "null": {"no_members": "null"}, "absent": {"no_members": "absent"}},
    "settings": {
        "kept": {},
        **{form: {"settings_kept": form} for form in ("ignored", "truncated", "altered")},
    },
    "settings-show": {"at-once": {}, "minute": {"settings_show_s": 60.0}},
    "settings-left-out": {"kept": {}, "cleared": {"settings_left_out": "cleared"}},
    "business": {
        "verified": {},
        "VERIFIED": {"business": "VERIFIED"},
        "not_verified": {"business": "not_verified"},
        "unlisted": {"business": "IN_APPEAL"},
        "lacking": {"business": ""},
    },
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
