"""The endpoints under /_sandbox, and the page. Endpoints answer JSON; a bad request answers 400 and changes nothing.

Foreign hosts and origins are refused, so that no other web page can control the sandbox.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any
from urllib.parse import parse_qsl

from reconciler.sandbox import control
from reconciler.sandbox.gateway import Gateway
from reconciler.sandbox.http.wire import Reply, Request, encode
from reconciler.sandbox.people import page

ELSEWHERE = "/_sandbox/elsewhere"
_FORM = "application/x-www-form-urlencoded"
_PREFIX = "/_sandbox/"


class Inbox:
    """url: the sandbox's address, without a slash at the end."""

    def __init__(self, gateway: Gateway, url: str) -> None:
        self._gateway, self._url = gateway, url
        self._shown: dict[str, Callable[[], Reply]] = {
            "/": self._page,
            "/_sandbox/inbox": self._inbox,
            "/_sandbox/ledger": self._ledger,
            "/_sandbox/world": self._world,
            "/_sandbox/sessions": self._sessions,
        }

    def reply(self, request: Request) -> Reply:
        """Answers a request to an endpoint or the page."""
        if not self._is_ours(request):
            return _json(403, {"error": "this host or origin is not the sandbox's own"})
        if request.path == ELSEWHERE:
            return self._followed()
        if request.method == "GET" and request.path in self._shown:
            return self._shown[request.path]()
        name = request.path.removeprefix(_PREFIX)
        if request.method != "POST" or name not in {*control.TOLD, "faults", "reset"}:
            return _json(404, {"error": f"there is no {request.method} {request.path}"})
        return self._told(name, request)

    def _told(self, name: str, request: Request) -> Reply:
        try:
            answer = self._tell(name, _body(request))
        except ValueError as error:
            return _json(400, {"error": str(error)})
        if request.headers.get("content-type", "").startswith(_FORM):
            return Reply(303, b"", (("location", "/"),))
        return _json(200, answer)

    def _tell(self, name: str, body: Mapping[str, Any]) -> dict[str, Any]:
        if name == "reset":
            self._gateway.reset()
            return {}
        if name == "faults":
            operation, fault = control.text(body, "operation"), control.text(body, "fault")
            self._gateway.order(operation, control.count({"times": 1, **body}, "times"), fault)
            return {}
        return self._gateway.tell(name, body)

    def _inbox(self) -> Reply:
        return _json(200, self._gateway.look(lambda region: control.inbox(region.world.messages, self._url)))

    def _ledger(self) -> Reply:
        return _json(200, self._gateway.look(lambda region: region.ledger.shown(region.world)))

    def _world(self) -> Reply:
        contrary = self._gateway.contrary
        drawn = {"seed": contrary.seed, "drawn": dict(contrary.drawn), "line": str(contrary)} if contrary else {}
        told = self._gateway.look(
            lambda region: {"settings": asdict(region.world.settings), "truth": control.truth(region.world)}
        )
        return _json(200, {"contrary": contrary is not None, **drawn, **told})

    def _sessions(self) -> Reply:
        return _json(200, {"sessions": self._gateway.sessions.shown()})

    def _page(self) -> Reply:
        headers = (("content-type", "text/html; charset=utf-8"), ("content-security-policy", page.POLICY))
        seen = self._gateway.look(lambda region: control.page(region.world))
        return Reply(200, page.render(**seen).encode(), headers)

    def _followed(self) -> Reply:
        """Only a redirect leads here. The answer looks like a success, which must not be believed."""
        self._gateway.tell("followed", {})
        return _json(200, {"RequestId": "elsewhere", "Code": "OK", "Message": "OK", "Success": True})

    def _is_ours(self, request: Request) -> bool:
        port = self._url.rpartition(":")[2]
        hosts = (f"127.0.0.1:{port}", f"localhost:{port}")
        origin = request.headers.get("origin", "")
        return request.headers.get("host") in hosts and (not origin or origin.removeprefix("http://") in hosts)


def _body(request: Request) -> dict[str, Any]:
    text = request.body.decode()
    if request.headers.get("content-type", "").startswith(_FORM):
        return dict(parse_qsl(text))
    body = json.loads(text or "{}")
    if not isinstance(body, dict):
        raise ValueError("the body must be a JSON object")
    return body


def _json(status: int, document: Mapping[str, Any]) -> Reply:
    return Reply(status, encode(document))
