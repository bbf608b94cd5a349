"""What the runs of one account share, where a backend can: which of them make calls, and the day's messages.

Whoever keeps the account goes by the keeper's own clock: nobody compares two machines' clocks.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

# Seconds after which a run that did not say so again makes no calls any more.
AT_WORK = 3.0


class Quota(Protocol):
    """Every method is one transaction. All raise StateError when the keeper cannot be asked.

    daily: a daily limit's name, with whatever tells one account from another before it. Times of messages are the
    cloud's own, as in the journal.
    """

    def at_work(self, account: str, run: str) -> int:
        """Note that this run makes calls now; how many did within AT_WORK, itself included. account: a digest."""

    def leave(self, account: str, run: str) -> None:
        """This run makes no more calls."""

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
