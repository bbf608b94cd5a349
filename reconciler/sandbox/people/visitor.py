"""Somebody who looks at a sandbox from outside, over its own HTTP: the phones' holders, for demo and rehearsal.

It uses nothing that a person with a browser could not use.
"""

from __future__ import annotations

import json
import urllib.request
from typing import Any

# The sandbox is on this machine: no proxy of the environment may stand between.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
SECONDS = 10


class Visitor:
    def __init__(self, url: str) -> None:
        self._url = url

    def purchase(self, number: str) -> str:
        """Buys a pre-validated number; returns the code that came with it."""
        bought = self._post("numbers", {"number": number, "space": "", "state": "prevalidated"})
        return str(bought["purchase_code"])

    def recorded(self, body: dict[str, Any]) -> dict[str, str]:
        """Sets the world up as reconciler.sandbox.seeding describes it; returns the codes waited for, by number."""
        return dict(self._post("recorded", body)["codes"])

    def inbox(self) -> list[dict[str, Any]]:
        """All messages, oldest first: to, channel, operation, code, link, at."""
        return list(self._get("inbox")["messages"])

    def code(self, number: str) -> str | None:
        """The newest code that this number received."""
        codes = [message["code"] for message in self.inbox() if message["to"] == number and message["code"]]
        return codes[-1] if codes else None

    def confirm(self, to: str) -> None:
        self._post("confirm", {"to": to})

    def allow(self, to: str, messages: int) -> None:
        """Tell the sandbox that somebody asked for more messages to this target."""
        self._post("allow", {"to": to, "messages": messages})

    def settings(self, settings: dict[str, Any]) -> None:
        self._post("settings", settings)

    def fault(self, operation: str, fault: str, times: int = 1) -> None:
        self._post("faults", {"operation": operation, "times": times, "fault": fault})

    def advance(self, seconds: float) -> None:
        """Move the world's clock."""
        self._post("clock", {"advance_s": seconds})

    def reset(self) -> None:
        self._post("reset", {})

    def world(self) -> dict[str, Any]:
        """Whether the sandbox is contrary, what it drew, its settings, and what is true of numbers and contacts."""
        return self._get("world")

    def ledger(self) -> dict[str, Any]:
        return self._get("ledger")

    def _get(self, what: str) -> dict[str, Any]:
        return self._open(urllib.request.Request(f"{self._url}/_sandbox/{what}"))

    def _post(self, what: str, body: dict[str, Any]) -> dict[str, Any]:
        data = json.dumps(body).encode()
        headers = {"content-type": "application/json"}
        return self._open(urllib.request.Request(f"{self._url}/_sandbox/{what}", data, headers))

    def _open(self, request: urllib.request.Request) -> dict[str, Any]:
        with _OPENER.open(request, timeout=SECONDS) as reply:
            found: dict[str, Any] = json.load(reply)
            return found
