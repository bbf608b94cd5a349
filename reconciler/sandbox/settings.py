"""The sandbox's limits, and its answers to what is unknown about the real cloud. It holds no state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, get_args, get_type_hints

from reconciler.sandbox.unknown import Unknown

DAY = 86_400.0
_MAY_BE_EMPTY = frozenset({"status_new", "status_migrating", "status_left", "unverified", "business"})


@dataclass(frozen=True, slots=True)
class Settings(Unknown):
    """Seconds and days are of the world's clock. For a limit, 0 means none.

    calls_per_second: of each operation.
    contact_messages_per_day: the daily cap.
    code_messages_per_day: the daily cap.
    watched_calls_per_second: what I11 is measured against, whatever the limit is.
    watched_code_tries: what I13 is measured against, whatever the limit is.
    code_lifetime_s: seconds.
    code_tries: wrong tries until a code is void.
    verification_holds_s: seconds.
    registrations: in each window.
    registrations_window_s: seconds.
    deletion_s: seconds that deleting a contact takes.
    deletions_fail: deletions end in failure.
    lost_share: the part of all calls that is executed and never answered, at random; 0.1 is a tenth.
    account: id of the account that the access key belongs to.
    """

    calls_per_second: int = 10
    contact_messages_per_day: int = 100
    code_messages_per_day: int = 0
    watched_calls_per_second: int = 10
    watched_code_tries: int = 3
    code_lifetime_s: float = 600.0
    code_tries: int = 3
    verification_holds_s: float = 14 * DAY
    registrations: int = 10
    registrations_window_s: float = 3 * DAY
    deletion_s: float = 0.0
    deletions_fail: bool = False
    lost_share: float = 0.0
    account: str = "1000000000000001"

    def changed(self, values: Mapping[str, Any]) -> Settings:
        """With these values. Raises ValueError for the first one that is unknown or of the wrong type."""
        for name, value in values.items():
            if name not in _KINDS:
                raise ValueError(f"no such setting: {name}")
            if not _fits(value, _KINDS[name]) or (value == "" and name not in _MAY_BE_EMPTY):
                raise ValueError(f"{name} must be {_described(_KINDS[name])}")
        return replace(self, **values)

    def daily(self, name: str) -> int:
        """The cap of an operation's `daily`; 0 for none."""
        return int(getattr(self, name)) if name else 0


_KINDS: dict[str, Any] = get_type_hints(Settings)


def _described(kind: Any) -> str:
    return " or ".join(get_args(kind)) or f"a {kind.__name__}"


def _fits(value: object, kind: Any) -> bool:
    if get_args(kind):
        return value in get_args(kind)
    if kind is bool or isinstance(value, bool):
        return kind is bool and isinstance(value, bool)
    if kind is str:
        return isinstance(value, str)
    return isinstance(value, int | float if kind is float else int) and not value < 0
