"""What the sandbox's cloud holds: spaces with their numbers, contacts, messages, a clock of its own.

Data and the few questions everybody asks of it; what operations do to it stands in numbers, migration, contacts.
It must never read a real clock or draw from the system's randomness: the same events give the same world again.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any

from reconciler.sandbox.invariants import Watch
from reconciler.sandbox.refusal import Refusal
from reconciler.sandbox.settings import DAY, Settings

Answer = dict[str, Any]


@dataclass(slots=True)
class Code:
    """A one-time code. older: the ones it superseded. wrong: tries that named neither."""

    value: str
    at: float
    older: tuple[str, ...] = ()
    wrong: int = 0
    spent: bool = False


@dataclass(slots=True)
class Number:
    """A number in one space. status: PENDING, MIGRATING, CONNECTED or OFFLINE, since when. named_at: since when its

    name may be under review; never, where it was named before. verified_at, since, named_at: in world seconds.
    """

    number: str
    id: str
    name: str = ""
    status: str = "PENDING"
    verified_at: float | None = None
    code: Code | None = None
    since: float = float("-inf")
    named_at: float = float("-inf")

    def become(self, status: str, now: float) -> None:
        self.status, self.since = status, now


@dataclass(slots=True)
class Space:
    """account: the review status of the bound account, "" when none is bound.

    syncs: from when on each shows, with the rows it pulled by number. past: what the numbers were, and since when.
    """

    id: str
    account: str = "APPROVED"
    numbers: dict[str, Number] = field(default_factory=dict)
    syncs: list[tuple[float, dict[str, Answer]]] = field(default_factory=list)
    past: list[tuple[float, dict[str, Number]]] = field(default_factory=list)


@dataclass(slots=True)
class Purchase:
    """A pre-validated number: bought, not yet in any space."""

    id: str
    code: Code


@dataclass(slots=True)
class Contact:
    """fields: wire name -> value as shown. waiting: EmailAddress, PhoneNumber -> the address to be confirmed.

    confirmed: addresses that were. linked: addresses a link was sent to since they wait. followed: EmailAddress,
    PhoneNumber -> the address that was confirmed last, and when.
    """

    id: str
    created: float
    fields: dict[str, Any]
    waiting: dict[str, str] = field(default_factory=dict)
    confirmed: set[str] = field(default_factory=set)
    linked: set[str] = field(default_factory=set)
    deleting_since: float | None = None
    followed: dict[str, tuple[str, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Message:
    """What reached a person. code is None for a link."""

    to: str
    channel: str
    operation: str
    code: str | None
    at: str


@dataclass
class World:
    """seed: of all that is drawn. born: when its first event was. drawn: how often each thing was drawn."""

    settings: Settings
    seed: int
    now: float = 0.0
    born: float | None = None
    offset: float = 0.0
    spaces: dict[str, Space] = field(default_factory=dict)
    elsewhere: set[str] = field(default_factory=set)
    purchases: dict[str, Purchase] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    registrations: dict[str, list[float]] = field(default_factory=dict)
    sent: Counter[tuple[str, int]] = field(default_factory=Counter)
    watch: Watch = field(default_factory=Watch)
    drawn: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)

    def at(self, seconds: float) -> None:
        """It is then. World seconds: those of the clock and the offset."""
        self.now = seconds + self.offset
        self.born = self.now if self.born is None else self.born

    def draw(self, what: str) -> Random:
        """What is drawn about one thing does not depend on how often others were drawn."""
        self.drawn[what] += 1
        return Random(f"{self.seed} {what} {self.drawn[what]}")

    @property
    def day(self) -> int:
        return int((self.now - self.settings.day_starts_s) // DAY)

    def space(self, name: str) -> Space:
        """A space exists from its first use on."""
        return self.spaces.setdefault(name, Space(name))

    def approved(self, name: str) -> Space:
        """The space, for what only an approved account may do."""
        space = self.space(name)
        if self.account(space) != "APPROVED":
            raise Refusal("Authentication.NoAuth", "No approved account is bound to the space")
        return space

    def account(self, space: Space) -> str:
        """A new account is under review for a while."""
        under_review = self.now - (self.born or 0.0) < self.settings.account_review_s
        return "PENDING" if space.account == "APPROVED" and under_review else space.account

    def number(self, space: Space, number: str) -> Number:
        if number not in space.numbers:
            raise Refusal("InvalidParameter.PhoneNumberError", "The space has no such number")
        return space.numbers[number]

    def holders(self, number: str) -> list[Space]:
        return [space for space in self.spaces.values() if number in space.numbers]

    def verified(self, number: Number) -> bool:
        """A verification holds for a while, and as long as the number is registered."""
        if number.verified_at is None:
            return False
        return number.status == "CONNECTED" or self.now - number.verified_at < self.settings.verification_holds_s

    def lapsed(self, number: Number) -> bool:
        return number.verified_at is not None and not self.verified(number)

    def renew(self, number: str) -> None:
        """What led to a verification that ran out has to be done again."""
        if any(self.lapsed(space.numbers[number]) for space in self.spaces.values() if number in space.numbers):
            self.watch.forget(number)

    def new_id(self) -> str:
        return f"{self.random.getrandbits(52) + 10**15}"

    def new_code(self) -> str:
        return f"{self.random.randrange(10**6):06}"

    def send(self, operation: str, daily: str, to: str, channel: str, code: str | None) -> None:
        """A message reaches a person, unless today's cap is spent; shown codes carry a hyphen."""
        cap = self.settings.daily(daily)
        if cap and self.sent[daily, self.day] >= cap:
            raise Refusal("SendValidateCodeExceedsLimitForAccount")
        self.sent[daily, self.day] += 1
        self.messages.append(Message(to, channel, operation, code and shown(code), moment(self.now)))


def shown(code: str) -> str:
    """`123830` as people see it, `123-830`."""
    return f"{code[:3]}-{code[3:]}"


DATES = {"letters": "%Y-%m-%dT%H:%M:%SZ", "blank": "%Y-%m-%d %H:%M:%S", "zone": "%Y-%m-%dT%H:%M:%S+00:00"}


def stamp(seconds: float, form: str = "letters") -> str:
    """As the API writes times."""
    return datetime.fromtimestamp(seconds, UTC).strftime(DATES[form])


def moment(seconds: float) -> str:
    """With milliseconds, for whoever measures a pace by ledger or inbox."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
