"""Ways to reach a sandbox: the official clients, hand-made requests, and the endpoints for tests."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

os.environ["ALIBABA_CLOUD_ECS_METADATA_DISABLED"] = "true"

import alibabacloud_cams20200606.client as cams
import alibabacloud_cams20200606.models as cams_models
import alibabacloud_resourcedirectorymaster20220419.client as directory
import alibabacloud_resourcedirectorymaster20220419.models as directory_models
import alibabacloud_sts20150401.client as sts
import alibabacloud_sts20150401.models as sts_models
import pytest
from alibabacloud_tea_openapi.utils_models import Config

from reconciler.cloud.signing import authorization
from reconciler.operations import OPERATIONS, Product

MODELS: dict[Product, Any] = {"cams": cams_models, "resourcedirectorymaster": directory_models, "sts": sts_models}


class Reachable(Protocol):
    """What callers need to know of a sandbox, in this process or in another."""

    @property
    def url(self) -> str: ...
    @property
    def access_key_id(self) -> str: ...
    @property
    def access_key_secret(self) -> str: ...


class Official:
    """The official clients of all products, pointed at a sandbox."""

    def __init__(self, sandbox: Reachable) -> None:
        config = Config(
            access_key_id=sandbox.access_key_id,
            access_key_secret=sandbox.access_key_secret,
            endpoint=urlsplit(sandbox.url).netloc,
            protocol="http",
        )
        self._clients: dict[Product, Any] = {
            "cams": cams.Client(config),
            "resourcedirectorymaster": directory.Client(config),
            "sts": sts.Client(config),
        }

    def __call__(self, name: str, **parameters: Any) -> dict[str, Any]:
        """Parameters and answer in wire names, through the client's own models."""
        product = OPERATIONS[name].product
        model = getattr(MODELS[product], f"{name}Request", None)
        requests = [model().from_map(parameters)] if model else []
        method = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
        answer: dict[str, Any] = getattr(self._clients[product], method)(*requests).body.to_map()
        return answer

    def refused(self, name: str, **parameters: Any) -> str:
        """The code with which the client's own exception says that the call was refused."""
        with pytest.raises(Exception) as caught:
            self(name, **parameters)
        assert type(caught.value).__module__ == "alibabacloud_tea_openapi.exceptions._client", caught.value
        return str(caught.value.code)


@dataclass
class Wire:
    """Hand-made requests; an answer is (status, headers, body)."""

    sandbox: Reachable

    @cached_property
    def _netloc(self) -> str:
        return urlsplit(self.sandbox.url).netloc

    def request(self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> tuple[int, Any, bytes]:
        connection = http.client.HTTPConnection(self._netloc, timeout=20)
        try:
            connection.request(method, path, body, dict(headers))
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def signed(self, name: str, form: Mapping[str, str] | None = None, **given: str) -> dict[str, str]:
        """The headers of a well-signed call."""
        body = urlencode(form).encode() if form else b""
        operation = OPERATIONS.get(name)
        headers = {
            "host": self._netloc,
            "x-acs-action": name,
            "x-acs-version": operation.version if operation else "2020-06-06",
            "x-acs-date": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "x-acs-signature-nonce": secrets.token_hex(16),
            "x-acs-content-sha256": hashlib.sha256(body).hexdigest(),
            **({"content-type": "application/x-www-form-urlencoded"} if form else {}),
        }
        return self.sign(headers, given)

    def sign(self, headers: Mapping[str, str], given: Mapping[str, str], payload: str = "") -> dict[str, str]:
        """payload: the hash to sign, where it is not the one that the headers state."""
        key, secret = self.sandbox.access_key_id, self.sandbox.access_key_secret
        payload, query = payload or headers["x-acs-content-sha256"], list(given.items())
        named = {name: value for name, value in headers.items() if name != "authorization"}
        signature = authorization("POST", "/", query, named, list(named), payload, key, secret)
        return {**named, "authorization": signature}

    def send(self, headers: Mapping[str, str], given: Mapping[str, str], body: bytes = b"") -> tuple[int, Any, bytes]:
        return self.request("POST", f"/?{urlencode(given)}" if given else "/", headers, body)

    def call(self, name: str, **given: str) -> tuple[int, dict[str, Any]]:
        status, _, body = self.send(self.signed(name, **given), given)
        return status, json.loads(body)

    def tell(self, path: str, **body: Any) -> Any:
        """POST to an endpoint for tests that must succeed."""
        status, answer = self.ask(path, body)
        assert status == 200, answer
        return answer

    def ask(self, path: str, body: Any) -> tuple[int, Any]:
        headers = {"content-type": "application/json"}
        status, _, answer = self.request("POST", f"/_sandbox/{path}", headers, json.dumps(body).encode())
        return status, json.loads(answer)

    def see(self, path: str) -> Any:
        status, _, body = self.request("GET", f"/_sandbox/{path}", {})
        assert status == 200
        return json.loads(body)

    def code(self) -> str:
        """The newest code, as a person would type it."""
        shown = self.see("inbox")["messages"][-1]["code"]
        assert re.fullmatch(r"[0-9]{3}-[0-9]{3}", shown)
        return str(shown).replace("-", "")

    def breached(self) -> list[str]:
        return [violation["invariant"] for violation in self.see("ledger")["violations"]]
