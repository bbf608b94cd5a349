"""What all runs of one account share, if the backend supports it: which runs make calls, and the day's messages.

Time limits use the server's clock; clocks of two machines are never compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

# After so many seconds without a renewal, a run no longer makes calls.
AT_WORK = 3.0


class Quota(Protocol):
    """A shared count. Every method is one transaction, and raises StateError if the server does not answer.

    daily: the name of a daily limit, preceded by the account. Times of messages are the cloud's, as in the journal.
    """

    def at_work(self, account: str, run: str) -> int:
        """Records that this run makes calls now. Returns how many runs do, including this one. account: a digest."""

    def leave(self, account: str, run: str) -> None:
        """This run makes no more calls."""

    def recorded(self, daily: str, sent: Iterable[str]) -> None:
        """Adds messages from the journals. A message is identified by its time, so it may be added twice."""

    def take(self, daily: str, limit: int, now: str) -> str:
        """Counts one message and returns "", or returns the time from which it may be sent. limit 0: no limit.

        Counted are the messages of the 24 hours before now, of all runs.
        """

    def give_back(self, daily: str, at: str) -> None:
        """Uncounts a message that certainly was not sent."""

    def close_day(self, daily: str, now: str) -> None:
        """The cloud reported its cap as reached: no more messages of this class for 24 hours."""

    def close(self) -> None: ...


class AccountCount:
    """The count of one account in a Quota. Satisfies the core's Count.

    account: daily limit -> the account that it counts.
    sent, capped: (time, daily limit) of the messages and of the cloud's refusals on record.
    """

    def __init__(
        self,
        quota: Quota,
        account: Callable[[str], str],
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
        return f"{self._account(daily)} {daily}"
