"""Limits calls per second for each operation, in every window of one second. Refused calls are not counted."""

from __future__ import annotations

from bisect import bisect_left

from reconciler.sandbox.refusal import Refusal


class Pace:
    """The accepted calls of the last seconds."""

    def __init__(self) -> None:
        self._accepted: dict[str, list[float]] = {}

    def admit(self, operation: str, arrived: float, limit: int) -> None:
        """Raises Refusal above the limit. limit: calls per second, 0 for none. Calls may be checked in another order
        than they arrived."""
        if not limit:
            return
        recent = [stamp for stamp in self._accepted.get(operation, ()) if stamp > arrived - 2]
        place = bisect_left(recent, arrived)
        recent.insert(place, arrived)
        for first in range(max(0, place - limit), min(place, len(recent) - 1 - limit) + 1):
            if recent[first + limit] - recent[first] < 1:
                wait = recent[max(0, place - limit)] + 1 - arrived
                raise Refusal("Throttling.User", retry_after=max(1, round(1000 * wait)))
        self._accepted[operation] = recent
