"""Turns calls and commands into events, records them, and applies them to the region, one at a time.

The region is the fold of its events, which is how it survives a restart. So only an event may change it.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from email.utils import formatdate
from typing import Any

from reconciler.errors import CloudError, Problem
from reconciler.sandbox.contrary import Contrary
from reconciler.sandbox.event_file import Event, Memory, damaged
from reconciler.sandbox.http import faults, wire
from reconciler.sandbox.http.faults import Faults
from reconciler.sandbox.http.wire import Reply, Request
from reconciler.sandbox.refusal import Refusal
from reconciler.sandbox.region import Call, Region, Told
from reconciler.sandbox.settings import Settings
from reconciler.sandbox.sts import Sessions

Wait = Callable[[float], object]


class Gateway:
    """clock: monotonic seconds. wait: sleeps until the server ends at the latest.

    figures: requested settings; they also apply after a reset and a restart. contrary: the world to draw; None for a
        kind one.
    """

    def __init__(
        self,
        memory: Memory,
        figures: Mapping[str, Any],
        clock: Callable[[], float],
        wait: Wait,
        contrary: Contrary | None,
    ) -> None:
        self._memory, self._figures, self._clock, self._wait = memory, figures, clock, wait
        self.contrary, self._lock = contrary, threading.RLock()
        self.key, self._faults, self.sessions = _new_key(), Faults(), Sessions()
        past = memory.recall()
        if not past:
            self.reset()
            return
        try:
            self._replay(*past)
        except (KeyError, TypeError, ValueError):
            raise damaged() from None
        self.tell("settings", figures)

    def reset(self) -> None:
        """Deletes everything but the access key, which callers hold."""
        with self._lock:
            seed = self.contrary.seed if self.contrary else secrets.randbits(64)
            self._memory.begin({"key": self.key, "seed": seed, "contrary": self.contrary is not None})
            self._region, self._faults, self.sessions = self._begun(seed), Faults(), Sessions()
            self.tell("settings", self._figures)

    def _begun(self, seed: int) -> Region:
        return Region(self.contrary.settings if self.contrary else Settings(), seed)

    def call(self, request: Request, elsewhere: str) -> Reply:
        """Answers an API call. elsewhere: the target of redirects."""
        name, refused = request.headers.get("x-acs-action", ""), ""
        try:
            wire.check_signature(request, {**dict([self.key]), **self.sessions.secrets()}, time.time())
            self.sessions.admit(request, time.time())
        except Refusal as refusal:
            refused = refusal.code
        fault = "" if refused else self._fault(name)
        reply = self._settle(request, name, fault, refused)
        return faults.spoil(fault, self._dated(reply, bool(refused)), elsewhere)

    def assume(self, request: Request) -> Reply:
        """Temporary keys for the token of a forge; the clock is the real one, as for signatures."""
        with self._lock:
            return self.sessions.assume(request, self._region.world.roles, time.time())

    def _dated(self, reply: Reply, by_signature: bool) -> Reply:
        """Adds the date: the world's, because its days count; real time for signature errors."""
        seconds = time.time() if by_signature else self._region.world.now
        return replace(reply, headers=(*reply.headers, ("date", formatdate(seconds, usegmt=True))))

    def tell(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Changes the world from outside. Raises ValueError for an invalid command."""
        with self._lock:
            told = Told(path, body, self._clock())
            answer = self._region.told(told)
            self._memory.note("told", told)
            return answer

    def look(self, at: Callable[[Region], dict[str, Any]]) -> dict[str, Any]:
        """Reads the region under the lock."""
        with self._lock:
            return at(self._region)

    def order(self, operation: str, times: int, fault: str) -> None:
        """Orders a fault. Raises ValueError."""
        with self._lock:
            self._faults.order(operation, times, fault)

    def _settle(self, request: Request, name: str, fault: str, refused: str) -> Reply:
        headers, given = request.headers, wire.parameters(request)
        version, nonce = headers.get("x-acs-version", ""), headers.get("x-acs-signature-nonce", "")
        with self._lock:
            call = Call(name, version, given, nonce, request.arrived, self._clock(), fault, refused)
            self._memory.note("call", call)
            return self._region.answer(call)

    def _replay(self, first: Event, *events: Event) -> None:
        """Applies recorded events; only their effects matter, not their answers."""
        self.key = (str(first["key"][0]), str(first["key"][1]))
        recorded = first["seed"] if first.get("contrary") else None
        if recorded != (self.contrary.seed if self.contrary else None):
            what = f"The folder keeps {'a kind world' if recorded is None else f'the contrary world {recorded}'}"
            raise CloudError(Problem("sandbox-other-world", what))
        self._region = self._begun(first["seed"])
        for event in events:
            if "call" in event:
                self._region.answer(Call(**event["call"]))
            else:
                self._region.told(Told(**event["told"]))

    def _fault(self, operation: str) -> str:
        with self._lock:
            fault = self._faults.take(operation, self._region.world.settings.lost_share)
        self._wait(faults.seconds(fault, "delay"))
        return fault


def _new_key() -> tuple[str, str]:
    return f"SANDBOX{secrets.token_hex(8).upper()}", secrets.token_hex(16)
