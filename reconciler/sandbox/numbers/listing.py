"""How and how late a space's numbers are listed. It never changes a number."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import Any

from reconciler.sandbox.numbers import spelling
from reconciler.sandbox.world import Answer, Number, Space, World

CALLBACKS = ("StatusCallbackUrl", "StatusQueue", "UpCallbackUrl", "UpQueue")


def rows(world: World, space: Space) -> list[Answer]:
    """The listing: of now, of a while ago, or of the last visible sync."""
    settings = world.settings
    if settings.stale_reads or settings.stale_lists:
        return list(synced(world, space).values())
    at = world.now - settings.lists_take_s
    past = [numbers for when, numbers in space.past if when <= at] if settings.lists_take_s else [space.numbers]
    found = [_row(world, number, at) for number in past[-1].values()] if past else []
    return [row for row in found if row]


def sync(world: World, space: Space) -> list[Answer]:
    """Takes the rows of now; they become visible after the configured time."""
    shown = {each.number: row for each in space.numbers.values() if (row := _row(world, each, world.now))}
    space.syncs = [*space.syncs[-9:], (world.now + world.settings.sync_takes_s, shown)]
    return rows(world, space)


def synced(world: World, space: Space) -> dict[str, Answer]:
    """Number -> row of the newest visible sync."""
    seen = [shown for at, shown in space.syncs if at <= world.now]
    return seen[-1] if seen else {}


def remember(world: World, space: Space) -> None:
    """Stores the space's numbers after every possible change, for a listing that is late."""
    space.past.append((world.now, {number: copy(each) for number, each in space.numbers.items()}))


def verification(world: World, number: Number, at: float) -> str:
    """The CodeVerificationStatus that a read at that time reports."""
    late = number.verified_at is not None and at - number.verified_at < world.settings.verifying_shows_s
    return "VERIFIED" if world.verified(number) and not late else world.settings.unverified


def shown_settings(world: World, number: Number, at: float) -> Mapping[str, Any]:
    """The settings that a read at that time shows."""
    changed, before = number.before
    return before if at - changed < world.settings.settings_show_s else number.settings


def _row(world: World, number: Number, at: float) -> Answer:
    """Empty if the cloud no longer lists the number."""
    settings, word = world.settings, status(world, number, at)
    if number.status == "OFFLINE" and not word:
        return {}
    shown = shown_settings(world, number, at)
    approved = at - number.named_at >= settings.name_review_s
    row = {
        "PhoneNumber": spelling.number(number.number, settings),
        "VerifiedName": spelling.text(number.name, settings),
        "Status": word,
        "CodeVerificationStatus": verification(world, number, at),
        "NameStatus": settings.name_approved if approved else settings.name_waits,
        "NewNameStatus": "",
        "QualityRating": "GREEN" if number.status == "CONNECTED" else "UNKNOWN",
        "MessagingLimitTier": "TIER_250",
        "IsOfficial": "N",
        **{field: shown.get(field, "") for field in CALLBACKS},
        **number.shown,
    }
    return {name: value for name, value in row.items() if value or name not in ("Status", "CodeVerificationStatus")}


def status(world: World, number: Number, at: float) -> str:
    """The listed status at that time; "" for none."""
    settings, since = world.settings, at - number.since
    match number.status:
        case "CONNECTED":
            return "PENDING" if since < settings.connecting_shows_s else settings.status_in_service
        case "OFFLINE":
            return settings.status_in_service if since < settings.leaving_shows_s else settings.status_left
        case "MIGRATING":
            return settings.status_migrating
        case "PENDING":
            return settings.status_new
    return number.status
