"""The state that events make: the world, the ledger, the paces and nonces. The same events make the same again.

It must never look at a clock, a socket or a file: whatever it needs to know of them stands in the event.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from reconciler.sandbox import control, faults, wire
from reconciler.sandbox.contacts import CONTACTS
from reconciler.sandbox.ledger import Ledger, whom
from reconciler.sandbox.migration import MIGRATION
from reconciler.sandbox.numbers import NUMBERS
from reconciler.sandbox.pace import Pace
from reconciler.sandbox.refusal import Refusal
from reconciler.sandbox.settings import Settings
from reconciler.sandbox.wire import Reply
from reconciler.sandbox.world import Answer, World

HANDLERS = {**NUMBERS, **MIGRATION, **CONTACTS}
_NONCES_HELD_S = 30 * 60
_LIMIT = "System.LimitControl"


@dataclass(frozen=True, slots=True)
class Call:
    """An API call. refused: the code if its signature was no good. arrived, at: real seconds, as read, as settled."""

    operation: str
    version: str
    parameters: Mapping[str, str]
    nonce: str
    arrived: float
    at: float
    fault: str = ""
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What a test or a person told the world from outside. path: a key of control.TOLD."""

    path: str
    body: Mapping[str, Any]
    at: float


class Region:
    def __init__(self, settings: Settings, seed: int) -> None:
        self.world = World(settings, Random(seed))
        self.ledger = Ledger()
        self._pace = Pace()
        self._nonces: set[str] = set()
        self._nonce_times: deque[tuple[float, str]] = deque()

    def told(self, told: Told) -> dict[str, Any]:
        """ValueError says what is wrong with the wish; then nothing has changed."""
        self.world.now = told.at + self.world.offset
        return control.TOLD[told.path](self.world, told.body)

    def answer(self, call: Call) -> Reply:
        world = self.world
        world.now = call.at + world.offset
        to, result = whom(world, call.operation, call.parameters), "OK"
        try:
            return wire.answered(call.operation, self._admit(call, call.parameters.get("Name") or to))
        except Refusal as refusal:
            result = refusal.code
            chosen = world.settings.refusal_status if call.operation not in CONTACTS else 0
            return wire.refused(refusal, chosen or refusal.status)
        finally:
            self.ledger.write(call.operation, call.parameters, to, result, call.nonce, world.now)

    def _admit(self, call: Call, subject: str) -> Answer:
        """What stands before the world; each may refuse, and then nothing was done."""
        if call.refused:
            raise Refusal(call.refused)
        instead = faults.instead(call.fault)
        if instead and instead.code == faults.DROPPED:
            raise instead
        self._use(call.nonce, call.arrived)
        if instead and not (instead.code == _LIMIT and self.world.settings.limit_control_acts):
            self._note_cap(call, instead.code)
            raise instead
        self._pace.admit(call.operation, call.arrived, self.world.settings.calls_per_second)
        wire.check_parameters(call.operation, call.version, call.parameters)
        answer = self._act(call, subject)
        if instead:
            raise instead
        return answer

    def _act(self, call: Call, subject: str) -> Answer:
        watch, space = self.world.watch, call.parameters.get("CustSpaceId", "")
        watch.pace(call.operation, call.arrived, self.world.settings)
        self.world.renew(subject)
        watch.repeated(call.operation, space, subject)
        result = "OK"
        try:
            answer = HANDLERS[call.operation](self.world, call.parameters)
        except Refusal as refusal:
            result = refusal.code
            raise
        finally:
            self._note_cap(call, "" if faults.withheld(call.fault) else result)
        if not (faults.withheld(call.fault) or faults.instead(call.fault)):
            watch.succeeded(call.operation, space, subject)
        return answer

    def _note_cap(self, call: Call, result: str) -> None:
        """A cap that was ordered as a fault binds like one that was reached."""
        if call.operation in HANDLERS:
            self.world.watch.capped(call.operation, result, self.world.day)

    def _use(self, nonce: str, arrived: float) -> None:
        """A nonce serves once; it is remembered for twice the time a signature is valid."""
        while self._nonce_times and self._nonce_times[0][0] < arrived - _NONCES_HELD_S:
            self._nonces.discard(self._nonce_times.popleft()[1])
        if nonce in self._nonces:
            raise Refusal("SignatureNonceUsed")
        self._nonces.add(nonce)
        self._nonce_times.append((arrived, nonce))
