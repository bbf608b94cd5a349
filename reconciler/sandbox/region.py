"""The state made by events: world, ledger, rate limits and nonces. Equal events give equal state.

It never reads a clock, a socket or a file: the event contains what is needed of them.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.operations import OPERATIONS, Effect
from reconciler.sandbox import control, trouble
from reconciler.sandbox.contacts.operations import CONTACTS
from reconciler.sandbox.http import faults, wire
from reconciler.sandbox.http.pace import Pace
from reconciler.sandbox.http.wire import Reply
from reconciler.sandbox.ledger import Ledger, whom
from reconciler.sandbox.numbers import listing
from reconciler.sandbox.numbers.in_service import SETTINGS
from reconciler.sandbox.numbers.migration import MIGRATION
from reconciler.sandbox.numbers.operations import NUMBERS
from reconciler.sandbox.refusal import Refusal
from reconciler.sandbox.settings import Settings
from reconciler.sandbox.sts import caller_identity
from reconciler.sandbox.world import Answer, World

HANDLERS = {**NUMBERS, **MIGRATION, **SETTINGS, **CONTACTS, "GetCallerIdentity": caller_identity}
_NONCES_HELD_S = 30 * 60


@dataclass(frozen=True, slots=True)
class Call:
    """An API call. Times are real seconds.

    operation: its name, as sent.
    version: as sent.
    parameters: from query and form.
    nonce: of the signature.
    arrived: when it was read.
    at: when it was executed.
    fault: on order; "" for none.
    refused: the code if its signature was refused; "" otherwise.
    """

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
    """A command from outside.

    path: a key of `control.TOLD`.
    body: its JSON.
    at: real seconds.
    """

    path: str
    body: Mapping[str, Any]
    at: float


class Region:
    """The sandbox's state."""

    def __init__(self, settings: Settings, seed: int) -> None:
        self.world = World(settings, seed)
        self.ledger = Ledger()
        self._pace = Pace()
        self._nonces: OrderedDict[str, float] = OrderedDict()

    def told(self, told: Told) -> dict[str, Any]:
        """Executes a command. Raises ValueError before anything has changed."""
        self.world.at(told.at)
        answer = control.TOLD[told.path](self.world, told.body)
        self._remember()
        return answer

    def answer(self, call: Call) -> Reply:
        """Executes a call and records it."""
        world = self.world
        world.at(call.at)
        to, result = whom(world, call.operation, call.parameters), "OK"
        try:
            return wire.answered(call.operation, self._admit(call, call.parameters.get("Name") or to), world.settings)
        except trouble.Trouble as met:
            result = met.name
            return wire.replied(met.status, result, met.fields)
        except Refusal as refusal:
            result = refusal.code
            return wire.refused(call.operation, refusal, world.settings)
        finally:
            self._remember()
            arrived = call.arrived + world.offset
            self.ledger.write(call.operation, call.parameters, to, result, call.nonce, arrived, world.now)

    def _admit(self, call: Call, subject: str) -> Answer:
        """The checks before execution; if one refuses, nothing was done."""
        if call.refused:
            raise Refusal(call.refused)
        instead = faults.instead(call.fault)
        if instead and instead.code == faults.DROPPED:
            raise instead
        self._use(call.nonce, call.arrived)
        if instead and not (instead.code == trouble.LIMIT and self.world.settings.limit_control_acts):
            self._note_cap(call, instead.code)
            raise instead
        self._pace.admit(call.operation, call.arrived, self.world.settings.calls_per_second)
        wire.check_parameters(call.operation, call.version, call.parameters)
        answer = self._act(call, subject)
        if instead:
            raise instead
        return answer

    def _act(self, call: Call, subject: str) -> Answer:
        watch, space = self.world.watch, call.parameters.get("CustSpaceId", "") or _members(call.parameters)
        watch.pace(call.operation, call.arrived, self.world.settings)
        self.world.renew(subject)
        watch.repeated(call.operation, space, subject)
        result, met = "OK", trouble.met(self.world, call.operation, subject)
        try:
            if met and not met.acts:
                result = met.name
                if met.name != trouble.LIMIT:  # throttled calls are not examined
                    self._note_submission(call)
                raise met
            answer = HANDLERS[call.operation](self.world, call.parameters)
        except Refusal as refusal:
            result = refusal.code
            raise
        finally:
            self._note_cap(call, "" if faults.withheld(call.fault) else result)
        if met:
            raise met
        if not (faults.withheld(call.fault) or faults.instead(call.fault)):
            watch.succeeded(call.operation, _done_for(answer) or space, subject)
        return answer

    def _note_cap(self, call: Call, result: str) -> None:
        """A cap ordered as a fault counts like a real one."""
        if call.operation in HANDLERS:
            self.world.watch.capped(call.operation, result, self.world.day)

    def _note_submission(self, call: Call) -> None:
        # A purchase code comes without a message, so its tries are not counted.
        if OPERATIONS[call.operation].effect is Effect.CONSUME and call.operation != "GetPreValidatePhoneId":
            to = whom(self.world, call.operation, call.parameters)
            self.world.watch.submitted(to, self.world.settings.watched_code_tries)

    def _remember(self) -> None:
        """For a late listing, which shows the past."""
        if self.world.settings.lists_take_s:
            for space in self.world.spaces.values():
                listing.remember(self.world, space)

    def _use(self, nonce: str, arrived: float) -> None:
        """A nonce is valid once; it is remembered for twice the lifetime of a signature."""
        while self._nonces and next(iter(self._nonces.values())) < arrived - _NONCES_HELD_S:
            self._nonces.popitem(last=False)
        if nonce in self._nonces:
            raise Refusal("SignatureNonceUsed")
        self._nonces[nonce] = arrived


def _members(given: Mapping[str, str]) -> str:
    """The contact and the members of a binding call."""
    members = sorted(value for name, value in given.items() if name.startswith("Members."))
    return " ".join([given.get("ContactId", ""), *members]) if members else ""


def _done_for(answer: Answer) -> str:
    """The contact and the members that a binding call was done for."""
    rows = answer.get("Members", ())
    return " ".join([rows[0]["ContactId"], *sorted(row["MemberId"] for row in rows)]) if rows else ""
