"""What the runs of one account share, where a backend can: the pace of each operation's calls, and the day's messages.

A turn is handed out by whoever keeps the account, by the keeper's own clock: nobody compares two machines' clocks.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

# After throttling: so long at the lower rate, then back as if from nothing in so long; and how low it may go.
HOLD, RECOVERY, LOWEST = 5.0, 30.0, 1 / 16
# Refusals within so many seconds are one burst, which halves the rate once.
BURST = 1.0
# Seconds. Nobody waits for a start so far ahead: another boot of the keeper, or a clock since set right, noted it.
AHEAD = 600.0


class Quota(Protocol):
    """Every method is one transaction. All raise StateError when the keeper cannot be asked.

    daily: a daily limit's name, with whatever tells one account from another before it. Times of messages are the
    cloud's own, as in the journal.
    """

    def turn(self, key: str, spacing: float) -> float:
        """Take the next start of `key`, an access key's digest and an operation; the seconds from now until then.

        Starts lie at least `spacing` seconds apart, whoever takes them; further while the key is slowed. A start that
        is not used is lost.
        """

    def slow(self, key: str) -> None:
        """The cloud said "too fast": half the rate for everybody, for a while."""

    def recorded(self, daily: str, sent: Iterable[str]) -> None:
        """The journals tell of these messages, which may be known: a message is told by its time."""

    def take(self, daily: str, limit: int, now: str) -> str:
        """Count one message of this time in and return "", or return the time at which it may go out. limit 0: none.

        What is counted is what take() and recorded() told of the 24 hours before now, whichever run it was.
        """

    def give_back(self, daily: str, at: str) -> None:
        """The message that was taken at this time was surely not sent."""

    def close_day(self, daily: str, now: str) -> None:
        """The cloud says that its cap is reached: no more of this class for 24 hours."""

    def close(self) -> None: ...


class AccountCount:
    """Who counts one account's messages, among all that a keeper keeps. Satisfies the core's Count.

    sent, capped: (time, daily limit's name) of messages and of the cloud's refusals that are on record.
    """

    def __init__(
        self,
        quota: Quota,
        account: str,
        sent: Iterable[tuple[str, str]] = (),
        capped: Iterable[tuple[str, str]] = (),
    ) -> None:
        self._quota, self._account = quota, account
        times: dict[str, list[str]] = {}
        for at, daily in sent:
            times.setdefault(daily, []).append(at)
        for daily, each in times.items():
            quota.recorded(self._name(daily), each)
        for at, daily in capped:
            self.close_day(daily, at)

    def take(self, daily: str, limit: int, now: str) -> str:
        return self._quota.take(self._name(daily), limit, now)

    def give_back(self, daily: str, at: str) -> None:
        self._quota.give_back(self._name(daily), at)

    def close_day(self, daily: str, now: str) -> None:
        self._quota.close_day(self._name(daily), now)

    def _name(self, daily: str) -> str:
        return f"{self._account} {daily}"


def rate(slowed_to: float, since: float) -> float:
    """The part of the full rate that is left, `since` seconds after it was slowed."""
    return min(1.0, slowed_to + max(0.0, since - HOLD) / RECOVERY)
