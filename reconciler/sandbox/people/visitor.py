"""A client for the people's part, over the sandbox's own HTTP: the phones' holders in demo and rehearsal.

It uses nothing that a person with a browser could not use.
"""

from __future__ import annotations

import json
import urllib.request
from typing import Any

# The sandbox is on this machine: proxies of the environment are not used.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
SECONDS = 10


class Visitor:
    """url: the sandbox's address."""

    def __init__(self, url: str) -> None:
        self._url = url

    def purchase(self, number: str) -> str:
        """Buys a pre-validated number; returns its purchase code."""
        bought = self._post("numbers", {"number": number, "space": "", "state": "prevalidated"})
        return str(bought["purchase_code"])

    def sign_up(self, number: str, space: str) -> None:
        """Signs a number up in the browser: it is in the space then, and verified."""
        self._post("signups", {"number": number, "space": space})

    def number(self, number: str, space: str, state: str) -> None:
        """Sets a number up. state: verified or unverified in the space, or elsewhere."""
        self._post("numbers", {"number": number, "space": space, "state": state})

    def account(self, space: str, account: str) -> None:
        """Sets the review status of a space's account."""
        self._post("spaces", {"space": space, "account": account})

    def recorded(self, body: dict[str, Any]) -> dict[str, str]:
        """Sets up the world as seeding.py describes; returns number -> code that is waited for."""
        return dict(self._post("recorded", body)["codes"])

    def inbox(self) -> list[dict[str, Any]]:
        """All messages, oldest first: to, channel, operation, code, link, at."""
        return list(self._get("inbox")["messages"])

    def code(self, number: str) -> str | None:
        """The newest code sent to this number; None if there is none."""
        codes = [message["code"] for message in self.inbox() if message["to"] == number and message["code"]]
        return codes[-1] if codes else None

    def confirm(self, to: str) -> None:
        """Follows the newest link sent to this address."""
        self._post("confirm", {"to": to})

    def allow(self, to: str, messages: int) -> None:
        """Allows more messages to this recipient."""
        self._post("allow", {"to": to, "messages": messages})

    def settings(self, settings: dict[str, Any]) -> None:
        """Changes settings."""
        self._post("settings", settings)

    def fault(self, operation: str, fault: str, times: int = 1) -> None:
        """Orders a fault."""
        self._post("faults", {"operation": operation, "times": times, "fault": fault})

    def advance(self, seconds: float) -> None:
        """Advances the world's clock."""
        self._post("clock", {"advance_s": seconds})

    def reset(self) -> None:
        """Deletes everything but the access key."""
        self._post("reset", {})

    def world(self) -> dict[str, Any]:
        """Whether the sandbox is contrary, what it drew, its settings, and the real state of numbers and contacts."""
        return self._get("world")

    def ledger(self) -> dict[str, Any]:
        """All calls and violations."""
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
