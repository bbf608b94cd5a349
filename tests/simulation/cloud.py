"""The sandbox's world without HTTP, and a client of it that fails by order. Time comes from the simulated clock.

What is answered goes through the program's own reading and retrying; only signatures and sockets are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any

from reconciler.cloud.parameters import flattened
from reconciler.cloud.reading import judged_reply
from reconciler.cloud.retry import repeat
from reconciler.core.answer import Answer, Error, NotSent, Unknown
from reconciler.core.times import stamp
from reconciler.net.http import Reply
from reconciler.operations import OPERATIONS, Effect, Operation
from reconciler.sandbox.http import faults
from reconciler.sandbox.region import Call, Region, Told
from reconciler.sandbox.settings import Settings

BEGINNING = datetime(2026, 11, 20, 10, 0, tzinfo=UTC).timestamp()
LIMIT = "error:System.LimitControl"
FAULTS = (
    "unreached",
    "drop_before",
    "drop_before",
    "drop_after",
    "drop_after",
    "garbage",
    "garbage:html",
    "throttle",
    LIMIT,
    "error:ServiceUnavailable",
    "error:InternalError",
    "error:Product.Unsubscript",
    "error:Anything.Else",
)


@dataclass
class Clock:
    """seconds: the true time, which is the cloud's. Each look takes a moment, so no two things happen at once."""

    seconds: float = BEGINNING

    def __call__(self) -> float:
        self.seconds += 0.001
        return self.seconds

    def sleep(self, seconds: float) -> None:
        """At least so long: a machine that is busy wakes late."""
        self.seconds += max(seconds, 30.0)


@dataclass
class Cloud:
    """rate: how many calls of a hundred fail. denied: operations the caller may not call for now."""

    random: Random
    clock: Clock
    rate: int = 0
    denied: set[str] = field(default_factory=set)
    nonce: int = 0

    def __post_init__(self) -> None:
        quiet = Settings(calls_per_second=0, watched_calls_per_second=0)
        self.region = Region(quiet, self.random.getrandbits(32))

    @property
    def world(self) -> Any:
        self.region.world.now = self.clock.seconds
        return self.region.world

    def tell(self, path: str, **body: Any) -> dict[str, Any]:
        return self.region.told(Told(path, body, self.clock()))

    def fault(self, operation: str) -> str:
        if operation in self.denied:
            return "error:NoPermission"
        return self.random.choice(FAULTS) if self.random.randrange(100) < self.rate else ""

    def answer(self, row: Operation, params: dict[str, str], fault: str) -> Any:
        self.nonce += 1
        at = self.clock()
        reply = self.region.answer(Call(row.name, row.version, params, str(self.nonce), at, at, fault))
        return faults.spoil(fault, reply, "")


Watch = Callable[[Operation, Mapping[str, Any]], None]


@dataclass
class Client:
    """One process's way to the cloud. watch: told of each attempt that leaves. skew: of its machine's clock."""

    cloud: Cloud
    watch: Watch
    skew: float = 0.0
    trusting: bool = True
    ahead: float = 0.0

    def now(self) -> str:
        return stamp(self._machine())

    def cloud_time(self) -> str:
        """As far as an answer has told it."""
        return stamp(datetime.fromtimestamp(self._machine().timestamp() + self.ahead, UTC))

    def call(self, operation: str, params: Mapping[str, Any], first: Callable[[], None] | None) -> Answer:
        row, begin, clock = OPERATIONS[operation], [first] if first else [], self.cloud.clock

        def attempt() -> Answer:
            if begin:
                begin.pop()()
            return self._once(row, params)

        return repeat(row, attempt, sleep=clock.sleep, monotonic=clock, waiting=lambda answer, seconds: None)

    def _machine(self) -> datetime:
        return datetime.fromtimestamp(self.cloud.clock() + self.skew, UTC)

    def _once(self, row: Operation, params: Mapping[str, Any]) -> Answer:
        fault = self.cloud.fault(row.name)
        if fault == "unreached":
            return NotSent("refused connection")
        self.watch(row, params)
        reply = self.cloud.answer(row, dict(flattened(row, params)), fault)
        if reply.lost:
            return Unknown("the connection broke")
        self.ahead = -self.skew
        answer = judged_reply(row, Reply(reply.status, dict(reply.headers), reply.body), self._machine())
        doubtful = isinstance(answer, Error) and answer.code == "System.LimitControl" and not self.trusting
        return Unknown("throttled, perhaps after it was sent") if doubtful and row.effect is Effect.NOTIFY else answer
