"""The promises that can be checked from the cloud's side, at all times. A violation is recorded; no call is refused.

I1   a person gets one message per cycle, and one more for each that was allowed. A cycle begins with the first
     message to a number (in all) or to a contact's address (for that contact), and again when another message is
     due: a verification expired, a number was deregistered or began to migrate, an address changed and waits again.
I2   no code is requested while one is open for that number, unless allowed.
I3   a step that creates, consumes, registers or binds is not called again after its OK was delivered. An OK withheld
     by a fault does not count: a caller that never saw it may have to call again.
I11  no second contains more calls of an operation than documented, measured separately from the limiter.
I12  after the daily cap's error no message of that class is requested until the cap is reset.
I13  after a message, at most three codes are submitted that are not accepted, whatever the refusal's code.
redirect  a redirect was followed.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import Counter
from dataclasses import dataclass, field

from reconciler.operations import OPERATIONS
from reconciler.sandbox.settings import Settings

CAP = "SendValidateCodeExceedsLimitForAccount"
ONCE = frozenset(
    {
        "AddChatappPhoneNumber",
        "AddMessageContact",
        "AssociateMembers",
        "ChatappMigrationRegister",
        "ChatappMigrationVerified",
        "ChatappPhoneNumberRegister",
        "ChatappVerifyAndRegister",
        "CreateChatappMigrationInitiate",
        "DisassociateMembers",
        "GetPreValidatePhoneId",
    }
)


@dataclass(slots=True)
class Watch:
    """Watches all promises.

    violations: invariant, about (an operation, number or address), what.
    """

    violations: list[dict[str, str]] = field(default_factory=list)
    _served: set[tuple[str, str]] = field(default_factory=set)
    _allowed: Counter[str] = field(default_factory=Counter)
    _done: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    _submitted: Counter[str] = field(default_factory=Counter)
    _capped: dict[str, int] = field(default_factory=dict)
    _seconds: dict[str, list[float]] = field(default_factory=dict)
    _crowded: dict[str, float] = field(default_factory=dict)

    def breach(self, invariant: str, about: str, what: str) -> None:
        """Records a violation."""
        self.violations.append({"invariant": invariant, "about": about, "what": what})

    def allow(self, to: str, messages: int) -> None:
        """Allows so many more messages to this recipient."""
        self._allowed[to] += messages

    def message(self, owner: str, to: str, code_open: bool = False) -> None:
        """A message was sent. owner: the contact it is about; "" for a number."""
        self._submitted.pop(to, None)
        due = (owner, to) not in self._served
        allowed = (code_open or not due) and self._allowed[to] > 0
        self._served.add((owner, to))
        self._allowed[to] -= allowed
        if not due and not allowed:
            self.breach("I1", to, "a message that was neither due nor allowed")
        if code_open and not allowed:
            self.breach("I2", to, "a code was asked for while one was open")

    def cycle(self, owner: str, to: str) -> None:
        """Another message is due, and the steps of a number may be repeated."""
        self._served.discard((owner, to))
        if not owner:
            self.forget(to)

    def forget(self, subject: str) -> None:
        """The steps of this subject may be repeated."""
        self._done.pop(subject, None)

    def submitted(self, to: str, tolerated: int) -> None:
        """A code was not accepted, for any reason."""
        self._submitted[to] += 1
        if self._submitted[to] > tolerated:
            self.breach("I13", to, f"code number {self._submitted[to]} since the last message")

    def undone(self, operation: str, subject: str) -> None:
        """This step of the subject may be repeated."""
        done = self._done.get(subject, set())
        done -= {each for each in done if each[0] == operation}

    def repeated(self, operation: str, space: str, subject: str) -> None:
        """Before a call is executed: checks whether it has succeeded already."""
        if (operation, space) in self._done.get(subject, ()):
            self.breach("I3", subject, f"{operation} had succeeded already")

    def succeeded(self, operation: str, space: str, subject: str) -> None:
        """After an OK was delivered."""
        if operation in ONCE:
            self._done.setdefault(subject, set()).add((operation, space))

    def capped(self, operation: str, result: str, day: int) -> None:
        """After each accepted call. The first one of the day that meets the cap is no violation."""
        daily = OPERATIONS[operation].daily
        if daily and self._capped.get(daily) == day:
            self.breach("I12", operation, "asked for a message after the daily cap's error")
        if daily and result == CAP:
            self._capped[daily] = day

    def pace(self, operation: str, arrived: float, settings: Settings) -> None:
        """One violation for each second with too many calls."""
        limit = settings.watched_calls_per_second
        recent = self._seconds.setdefault(operation, [])
        insort(recent, arrived)
        del recent[: -4 * (limit + 1)]
        within = bisect_right(recent, arrived) - bisect_right(recent, arrived - 1)
        if 0 < limit < within and arrived - self._crowded.get(operation, 0.0) >= 1:
            self._crowded[operation] = arrived
            self.breach("I11", operation, f"more than {limit} calls within one second")
