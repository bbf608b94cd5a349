"""A cloud that answers by a script, over real HTTP on loopback, and people who do. What is not scripted is refused.

The cloud knows one rule, for the listings that a run does not script: what was registered in this scenario is in
service, and nothing else is there.

Answers: `ok`, a word of WORDS or of the scenario, a document, `error CODE [STATUS]`, `lost` (read, then hung up);
any of them with ` x3` for three of it.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from reconciler.core.code import Code, parsed
from reconciler.core.outcome import Challenge
from reconciler.sandbox.http.serving import Listener, serving
from tests.scenarios.scenario import listed
from tests.stage.servers.quiet import Quiet

WORDS: dict[str, dict[str, Any]] = {
    "ok": {},
    "account approved": {"Data": {"AccountReviewStatus": "APPROVED"}},
    "account in review": {"Data": {"AccountReviewStatus": "PENDING"}},
    "no account": {"Data": None},
    "verified": {"Data": {"CodeVerificationStatus": "VERIFIED"}},
    "not verified": {"Data": {"CodeVerificationStatus": "NOT_VERIFIED"}},
    "no numbers": {"PhoneNumbers": []},
    "no contacts": {"Contacts": []},
    "nobody waits": {"ContactVerifications": []},
    "deleting": {"Status": "Deleting"},
    "still deleting": {"ContactDeletionStatus": {"Status": "Deleting"}},
}

LISTINGS = {
    "ChatappSyncPhoneNumber": "PhoneNumbers",
    "QueryChatappPhoneNumbers": "PhoneNumbers",
    "ListMessageContacts": "Contacts",
}
REGISTERING = ("ChatappVerifyAndRegister", "ChatappPhoneNumberRegister", "ChatappMigrationRegister")

Params = dict[str, str]
Reply = tuple[int, dict[str, Any]] | None


class ScriptedCloud:
    """received: (operation, parameters) in the order of arrival. unexpected: those nothing was scripted for."""

    def __init__(self, words: Mapping[str, Mapping[str, Any]]) -> None:
        self._words = {**WORDS, **words}
        self._lock = threading.Lock()
        self._registered: list[str] = []
        self._http = Listener(type("Handler", (_Handler,), {"cloud": self}))
        self._open = ExitStack()
        self.url = self._http.url
        self.begin({})

    def __enter__(self) -> Self:
        self._open.enter_context(serving(self._http))
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def begin(self, script: Mapping[str, Any]) -> None:
        self._script = {
            key: [reply for said in listed(answers) for reply in self._replies(said)] for key, answers in script.items()
        }
        self.received: list[tuple[str, Params]] = []
        self.unexpected: list[str] = []

    @property
    def unused(self) -> dict[str, int]:
        return {key: len(replies) for key, replies in self._script.items() if replies}

    def answer(self, operation: str, params: Params) -> Reply:
        with self._lock:
            self.received.append((operation, params))
            for key in (f"{operation} {subject(params)}", operation):
                if self._script.get(key):
                    return self._noted(operation, params, self._script[key].pop(0))
            if operation in LISTINGS and operation not in self._script:
                return 200, {"Code": "OK", **self._listing(operation)}
            self.unexpected.append(operation)
            return 400, {"Code": "NotScripted"}

    def _noted(self, operation: str, params: Params, reply: Reply) -> Reply:
        if operation in REGISTERING and reply and reply[1]["Code"] == "OK":
            self._registered.append(params["PhoneNumber"])
        return reply

    def _listing(self, operation: str) -> dict[str, Any]:
        rows = [{"PhoneNumber": number, "Status": "CONNECTED"} for number in self._registered]
        return {LISTINGS[operation]: rows if LISTINGS[operation] == "PhoneNumbers" else []}

    def _replies(self, said: Any) -> list[Reply]:
        if isinstance(said, dict):
            return [(200, {"Code": "OK", **said})]
        words, _, times = said.partition(" x")
        return [self._reply(words)] * int(times or 1)

    def _reply(self, words: str) -> Reply:
        if words == "lost":
            return None
        if found := re.fullmatch(r"error (\S+)(?: ([245][0-9]{2}))?", words):
            return int(found[2] or 400), {"Code": found[1], "Message": "as scripted"}
        return 200, {"Code": "OK", **self._words[words]}


def subject(params: Params) -> str:
    """What a call is about: a number in E.164 form, a contact's id or name, else a space, else the directory."""
    country = params.get("Cc", params.get("CountryCode", ""))
    if number := params.get("PhoneNumber", params.get("MobileNumber")):
        return params.get("ContactId") or params.get("Name") or f"+{country}{number}"
    return params.get("ContactId") or params.get("Name") or params.get("CustSpaceId") or "directory"


class People:
    """Each code is typed once, in order; then the answer is `later`."""

    def __init__(self, script: Mapping[str, Any]) -> None:
        self._script = {address: [str(code) for code in listed(codes)] for address, codes in script.items()}
        self.typed: list[str] = []

    @property
    def silent(self) -> dict[str, int]:
        """How many codes of whom were never asked for."""
        return {address: len(codes) for address, codes in self._script.items() if codes}

    def is_near(self, address: str) -> bool:
        return bool(self._script.get(address))

    def code(self, challenge: Challenge) -> Code | None:
        codes = self._script.get(challenge.address)
        if not codes:
            return None
        said = codes.pop(0)
        code = parsed(said)
        assert code, "a scripted code has six digits"
        self.typed.append(re.sub(r"\D", "", said))
        return code


class _Handler(Quiet):
    cloud: ScriptedCloud

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
        params = dict(parse_qsl(urlsplit(self.path).query or body))
        reply = self.cloud.answer(self.headers["x-acs-action"], params)
        if reply is None:
            return
        with suppress(OSError):
            body = json.dumps({"RequestId": "R-1", **reply[1]}).encode()
            self.reply(reply[0], body, {"content-type": "application/json"})
