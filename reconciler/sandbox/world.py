"""What the sandbox's cloud holds: spaces with their numbers, contacts, messages, and a clock.

Data and common queries; the operations are in numbers, migration and contacts. It never reads a real clock or the
system's randomness: equal events give an equal world.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any

from reconciler.operations import OPERATIONS
from reconciler.sandbox.invariants import Watch
from reconciler.sandbox.refusal import Refusal
from reconciler.sandbox.settings import DAY, Settings

Answer = dict[str, Any]


@dataclass(slots=True)
class Code:
    """A one-time code.

    value: six digits.
    at: when it was sent, in world seconds.
    older: the codes it superseded.
    wrong: tries with neither this code nor an older one.
    spent: it was used.
    """

    value: str
    at: float
    older: tuple[str, ...] = ()
    wrong: int = 0
    spent: bool = False


@dataclass(slots=True)
class Number:
    """A number in one space. Times are world seconds.

    number: E.164.
    id: in the cloud.
    name: the display name.
    status: PENDING, MIGRATING, CONNECTED or OFFLINE.
    verified_at: when it was verified; None if it was not.
    code: the last one sent.
    since: when it got this status.
    named_at: when its name's review began; long ago if there is none.
    shown: fields of its row in the listing that show another value than the true one.
    settings: wire name -> value: callbacks, profile, commerce.
    before: when they were set last, and what was shown until then.
    """

    number: str
    id: str
    name: str = ""
    status: str = "PENDING"
    verified_at: float | None = None
    code: Code | None = None
    since: float = float("-inf")
    named_at: float = float("-inf")
    shown: dict[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    before: tuple[float, Mapping[str, Any]] = (float("-inf"), {})

    def become(self, status: str, now: float) -> None:
        """Changes the status."""
        self.status, self.since = status, now


@dataclass(slots=True)
class Space:
    """A space.

    id: in the cloud.
    account: the review status of its account; "" if none is bound.
    title: its name in the console; "" for its id.
    numbers: by number.
    syncs: (when it becomes visible, number -> row) of each sync.
    past: (since when, numbers) of each change.
    """

    id: str
    account: str = "APPROVED"
    title: str = ""
    numbers: dict[str, Number] = field(default_factory=dict)
    syncs: list[tuple[float, dict[str, Answer]]] = field(default_factory=list)
    past: list[tuple[float, dict[str, Number]]] = field(default_factory=list)


@dataclass(slots=True)
class Purchase:
    """A pre-validated number: bought, and not in a space yet.

    id: in the cloud.
    code: the purchase code.
    """

    id: str
    code: Code


@dataclass(slots=True)
class Contact:
    """A contact.

    id: in the cloud.
    created: world seconds.
    fields: wire name -> value as shown.
    waiting: EmailAddress, PhoneNumber -> the address to confirm.
    confirmed: addresses that were confirmed.
    linked: waiting addresses to which a link was sent.
    deleting_since: world seconds; None if it is not being deleted.
    followed: EmailAddress, PhoneNumber -> the address confirmed last, and when.
    members: to which it is bound.
    rebound: member -> when it was bound or unbound last.
    """

    id: str
    created: float
    fields: dict[str, Any]
    waiting: dict[str, str] = field(default_factory=dict)
    confirmed: set[str] = field(default_factory=set)
    linked: set[str] = field(default_factory=set)
    deleting_since: float | None = None
    followed: dict[str, tuple[str, float]] = field(default_factory=dict)
    members: set[str] = field(default_factory=set)
    rebound: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Message:
    """A message to a person.

    to: E.164 or an e-mail address.
    channel: sms, voice or email.
    operation: that sent it.
    code: None for a link.
    at: as text, with milliseconds.
    """

    to: str
    channel: str
    operation: str
    code: str | None
    at: str


@dataclass(frozen=True, slots=True)
class Role:
    """A role that a forge's token may assume.

    role: its ARN.
    provider: ARN of the identity provider.
    issuer: the token must have.
    audience: the token must have.
    subject: the token must have.
    secret: that signs the token.
    lasts_s: how long its keys are valid at most; 0: as long as requested.
    """

    role: str
    provider: str
    issuer: str
    audience: str
    subject: str
    secret: str
    lasts_s: float = 0.0


@dataclass
class World:
    """Everything in the cloud. Times are world seconds.

    settings: limits and unknowns.
    seed: of all draws.
    now: the time.
    born: the time of the first event.
    offset: seconds by which the clock was advanced.
    spaces: by id.
    elsewhere: numbers connected at another provider.
    purchases: by number.
    contacts: by id.
    messages: oldest first.
    registrations: number -> times of registrations and deregistrations.
    sent: (daily limit, day) -> messages.
    watch: the invariants.
    drawn: subject -> how often it was drawn.
    roles: by ARN.
    """

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
    roles: dict[str, Role] = field(default_factory=dict)
    drawn: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)

    def at(self, seconds: float) -> None:
        """Sets the time. seconds: of the clock, without the offset."""
        self.now = seconds + self.offset
        self.born = self.now if self.born is None else self.born

    def draw(self, what: str) -> Random:
        """Draws for one subject do not depend on how often others were drawn."""
        self.drawn[what] += 1
        return Random(f"{self.seed} {what} {self.drawn[what]}")

    @property
    def day(self) -> int:
        """For daily caps."""
        return int((self.now - self.settings.day_starts_s) // DAY)

    def space(self, name: str) -> Space:
        """A space exists from its first use."""
        return self.spaces.setdefault(name, Space(name))

    def approved(self, name: str) -> Space:
        """The space, for operations that need an approved account. Raises Refusal."""
        if self.account(space := self.space(name)) != "APPROVED":
            raise Refusal("Authentication.NoAuth", "No approved account is bound to the space")
        return space

    def account(self, space: Space) -> str:
        """A new account may be under review for a while."""
        reviewed = self.now - (self.born or 0.0) >= self.settings.account_review_s
        return space.account if reviewed or space.account != "APPROVED" else "PENDING"

    def number(self, space: Space, number: str) -> Number:
        """The number in the space. Raises Refusal."""
        if number not in space.numbers:
            raise Refusal("InvalidParameter.PhoneNumberError", "The space has no such number")
        return space.numbers[number]

    def holders(self, number: str) -> list[Space]:
        """The spaces that have the number."""
        return [space for space in self.spaces.values() if number in space.numbers]

    def verified(self, number: Number) -> bool:
        """A verification is valid for a while, and as long as the number is registered."""
        at, held = number.verified_at, self.settings.verification_holds_s
        return at is not None and (number.status == "CONNECTED" or self.now - at < held)

    def lapsed(self, number: Number) -> bool:
        return number.verified_at is not None and not self.verified(number)

    def renew(self, number: str) -> None:
        """After an expired verification, its steps may be repeated."""
        if any(self.lapsed(space.numbers[number]) for space in self.holders(number)):
            self.watch.forget(number)

    def new_id(self) -> str:
        """16 random digits."""
        return f"{self.random.getrandbits(52) + 10**15}"

    def new_code(self) -> str:
        return f"{self.random.randrange(10**6):06}"

    def send(self, operation: str, to: str, channel: str, code: str | None) -> None:
        """Sends a message, unless today's cap is reached. Codes are shown with a hyphen."""
        daily = OPERATIONS[operation].daily
        if (cap := self.settings.daily(daily)) and self.sent[daily, self.day] >= cap:
            raise Refusal("SendValidateCodeExceedsLimitForAccount")
        self.sent[daily, self.day] += 1
        self.messages.append(Message(to, channel, operation, code and shown(code), moment(self.now)))


def shown(code: str) -> str:
    """`123830` -> `123-830`, as people see it."""
    return f"{code[:3]}-{code[3:]}"


DATES = {"letters": "%Y-%m-%dT%H:%M:%SZ", "blank": "%Y-%m-%d %H:%M:%S", "zone": "%Y-%m-%dT%H:%M:%S+00:00"}


def stamp(seconds: float, form: str = "letters") -> str:
    """A time as the API writes it."""
    return datetime.fromtimestamp(seconds, UTC).strftime(DATES[form])


def moment(seconds: float) -> str:
    """A time with milliseconds, to measure rates."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
