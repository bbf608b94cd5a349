"""The people of a rehearsal: they type codes and follow links, and time passes."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.error import HTTPError

from reconciler.core.outcome import Challenge, Outcome
from reconciler.sandbox.people.visitor import Visitor

A_MOMENT = timedelta(seconds=1)
DELETION_S = 10.0  # longer than a kind sandbox takes to delete a contact
REVIEW_S = 86_400.0  # a contrary sandbox reviews for days


@dataclass
class People:
    """Everybody who answers.

    visitor: what they use of the sandbox.
    spaces: name -> id.
    codes: number -> newest code that was received.
    links: contact's address -> recipients of its links.
    contrary: whether the sandbox is.
    pauses: address -> the first challenge that each change stopped at, in order.
    """

    visitor: Visitor
    spaces: Mapping[str, str]
    codes: dict[str, str]
    links: Mapping[str, Sequence[str]]
    contrary: bool
    pauses: dict[str, Challenge] = field(default_factory=dict, init=False)
    _signed_up: set[str] = field(default_factory=set, init=False)
    _typed: set[tuple[str, str]] = field(default_factory=set, init=False)

    def typed(self, outcomes: Sequence[Outcome]) -> list[tuple[Challenge, str]]:
        """The code sent to each number, once: if it is refused, it would be refused again."""
        waits = [each.challenge for each in outcomes if each.challenge and each.challenge.kind == "code"]
        typed = [(each, self.codes.get(each.number, "").replace("-", "")) for each in waits if not each.parked]
        fresh = [(waits, code) for waits, code in typed if code and (waits.number, code) not in self._typed]
        self._typed |= {(waits.number, code) for waits, code in fresh}
        return fresh

    def answer(self, outcomes: Sequence[Outcome], now: str) -> float:
        """Everybody looks for messages. now: the cloud's time. Returns the seconds until limits or reviews allow the
        next round."""
        challenges = [outcome.challenge for outcome in outcomes if outcome.challenge]
        for challenge in challenges:
            self.pauses.setdefault(challenge.address, challenge)
        self._receive()
        for challenge in challenges:
            if challenge.kind == "confirmation":
                self._follow(challenge.address)
            if challenge.reason == "signup":
                self._sign_up(challenge)
        return self.pass_time(outcomes, now)

    def pass_time(self, outcomes: Sequence[Outcome], now: str) -> float:
        """Waits for reviews and daily limits. Returns the seconds until they allow the next round."""
        challenges = [outcome.challenge for outcome in outcomes if outcome.challenge]
        reviewed = any(challenge.kind == "time" and challenge.reason != "signup" for challenge in challenges)
        if reviewed:
            self.visitor.advance(REVIEW_S if self.contrary else DELETION_S)
        waited = self._wait(min((each.resume_at for each in outcomes if each.resume_at), default=""), now)
        return waited + (REVIEW_S if reviewed and self.contrary else 0.0)

    def _sign_up(self, challenge: Challenge) -> None:
        space = self.spaces[challenge.address.partition("/")[0]]
        if challenge.number not in self._signed_up:
            with contextlib.suppress(HTTPError):  # the space has it already, and the listing does not show it yet
                self.visitor.sign_up(challenge.number, space)
        self._signed_up.add(challenge.number)

    def _receive(self) -> None:
        self.codes |= {each["to"]: each["code"] for each in self.visitor.inbox() if each["code"]}

    def _follow(self, address: str) -> bool:
        """Whether there was a link to follow."""
        followed = False
        for to in self.links.get(address, ()):
            with contextlib.suppress(HTTPError):
                self.visitor.confirm(to)
                followed = True
        return followed

    def _wait(self, until: str, now: str) -> float:
        if not until:
            return 0.0
        ahead = datetime.fromisoformat(until) - datetime.fromisoformat(now) + A_MOMENT
        seconds = max(ahead.total_seconds(), 0.0)
        self.visitor.advance(seconds)
        return seconds
