"""Stands before a sandbox and lets through what a RAM policy allows, as RAM does: a denial wins, and silence denies."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import urlsplit

from reconciler.sandbox.http.serving import Listener, serving
from tests.stage.servers.quiet import Quiet

# Which name each version of the API goes by in actions.
CODES = {"2020-06-06": "cams", "2022-04-19": "resourcemanager"}
Policy = Mapping[str, Any]
JSON = {"content-type": "application/json"}


def allowed(policy: Policy, action: str) -> bool:
    effects = {row["Effect"] for row in policy["Statement"] if any(fnmatchcase(action, name) for name in row["Action"])}
    return effects == {"Allow"}


class Gate(Listener):
    """policy: in force. let_in, turned_away: actions."""

    def __init__(self, behind: str) -> None:
        super().__init__(_Handler)
        self.behind = urlsplit(behind).netloc
        self.policy: Policy = {"Statement": []}
        self.let_in: set[str] = set()
        self.turned_away: set[str] = set()


class _Handler(Quiet):
    server: Gate
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        action = f"{CODES[self.headers['x-acs-version']]}:{self.headers['x-acs-action']}"
        if not allowed(self.server.policy, action):
            self.server.turned_away.add(action)
            refused = {"RequestId": "gate", "Code": "NoPermission", "Message": "not authorized"}
            return self.reply(403, json.dumps(refused).encode(), JSON)
        self.server.let_in.add(action)
        connection = http.client.HTTPConnection(self.server.behind, timeout=10)
        try:
            connection.request("POST", self.path, body, dict(self.headers.items()))
            answer = connection.getresponse()
            return self.reply(answer.status, answer.read(), JSON)
        except http.client.HTTPException:  # the sandbox gave none, on purpose
            self.close_connection = True
        finally:
            connection.close()


@contextmanager
def guarding(url: str) -> Iterator[Gate]:
    with serving(Gate(url)) as gate:
        yield gate
