"""How the world decides what is not known about the real one, and the figures it keeps. It must never hold state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Settings:
    """Seconds and days are of the world's clock. For a limit, 0 means none.

    watched_calls_per_second: what I11 is measured against, whether or not the limiter is on.
    day_starts_s: when daily caps are reset, in seconds after midnight UTC.
    code_wrong, code_expired, number_exists, contact_exists: the codes in which the cloud says so.
    limit_control_acts: System.LimitControl is answered after acting, not instead of it.
    stale_reads: status reads tell what the last ChatappSyncPhoneNumber saw.
    registers_after_verifying: false makes ChatappVerifyAndRegister fail between its two halves.
    updates_show_at_once: a contact shows a changed address before it is confirmed.
    lost_share: of all calls, how large a part is done and never answered, by chance; 0.1 is a tenth.
    refusal_status: the HTTP status of CAMS refusals, e.g. 200; 0 leaves it as documented.
    """

    calls_per_second: int = 10
    contact_messages_per_day: int = 100
    code_messages_per_day: int = 0
    watched_calls_per_second: int = 10
    day_starts_s: float = 0.0
    code_lifetime_s: float = 600.0
    code_tries: int = 3
    verification_holds_s: float = 14 * DAY
    registrations: int = 10
    registrations_window_s: float = 3 * DAY
    deletion_s: float = 5.0
    deletions_fail: bool = False
    code_wrong: str = "VerifyCode.Invalid"
    code_expired: str = "VerifyCode.Expired"
    number_exists: str = "PhoneNumber.AlreadyExists"
    contact_exists: str = "Contact.AlreadyExists"
    limit_control_acts: bool = False
    stale_reads: bool = False
    registers_after_verifying: bool = True
    updates_show_at_once: bool = False
    lost_share: float = 0.0
    refusal_status: int = 0

    def changed(self, values: Mapping[str, Any]) -> Settings:
        """The settings with these values; ValueError names the first that is unknown or of the wrong type."""
        kinds = {field.name: type(getattr(self, field.name)) for field in fields(self)}
        for name, value in values.items():
            if name not in kinds:
                raise ValueError(f"no such setting: {name}")
            if not _fits(value, kinds[name]):
                raise ValueError(f"{name} must be a {kinds[name].__name__}")
        return replace(self, **values)

    def daily(self, name: str) -> int:
        """The cap that an operation's `daily` names; 0 for none."""
        return int(getattr(self, name)) if name else 0


def _fits(value: object, kind: type) -> bool:
    if kind is bool or isinstance(value, bool):
        return kind is bool and isinstance(value, bool)
    if kind is str:
        return isinstance(value, str) and bool(value)
    return isinstance(value, int | float if kind is float else int) and not value < 0
