"""The people of a scenario: each gives the answers that the scenario lists, in order, and nobody else answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reconciler.core.outcome import Challenge, Outcome
from reconciler.core.rehearsal.expectations import last_match
from reconciler.core.rehearsal.scenario import as_list
from reconciler.rehearsal.people import People

WRONG = ("000000", "111111")


@dataclass
class Cast(People):
    """Those who answer in one step.

    lines: address or pattern -> answers.
    """

    lines: Mapping[str, str | tuple[str, ...]]
    _left: dict[str, Iterator[str]] = field(default_factory=dict, init=False)

    def typed(self, outcomes: Sequence[Outcome]) -> list[tuple[Challenge, str]]:
        """A code for each number whose holder has an answer left and, for the right one, a code that was not tried."""
        self._receive()
        waits = [each.challenge for each in outcomes if each.challenge and each.challenge.kind == "code"]
        return [(each, code) for each in waits if not each.parked and (code := self._code(each))]

    def followed(self, outcomes: Sequence[Outcome]) -> bool:
        """Everybody who has an answer left follows the links sent, or signs up in the browser; whether anybody did."""
        waits = [each.challenge for each in outcomes if each.challenge]
        asked = [each for each in waits if each.kind == "confirmation" or self._signs_up(each)]
        return sum(self._acts(each) for each in asked if self._answer(each.address) == "right") > 0

    def _signs_up(self, waits: Challenge) -> bool:
        return waits.reason == "signup" and waits.number not in self._signed_up

    def _acts(self, waits: Challenge) -> bool:
        if waits.kind == "confirmation":
            return self._follow(waits.address)
        self._sign_up(waits)
        return True

    def _code(self, waits: Challenge) -> str:
        right = self.codes.get(waits.number, "").replace("-", "")
        fresh = right and (waits.number, right) not in self._typed
        if not fresh or not (answer := self._answer(waits.address)):
            return ""
        if answer == "wrong":
            return next(code for code in WRONG if code != right)
        self._typed.add((waits.number, right))
        return right

    def _answer(self, address: str) -> str:
        """The next answer of this address; "" if there is none."""
        line = last_match(self.lines, address)
        if line is None:
            return ""
        return next(self._left.setdefault(address, iter(as_list(self.lines[line]))), "")
