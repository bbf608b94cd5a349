"""Who gives tokens and who takes them: a forge's token service, and the way to the clouds' token services.

The official clients ask `sts.aliyuncs.com` over TLS. A proxy on loopback, with a certificate for that name, hands their
requests to a sandbox; what is asked elsewhere it refuses.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import certifi
import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from reconciler.sandbox.http.serving import Listener
from reconciler.sandbox.http.serving import serving as listening
from tests.stage.servers.quiet import Quiet

HOST = "sts.aliyuncs.com"
BEARER, SECRET = "bearer-of-the-job", "shared-with-the-sandbox"
ISSUER = "https://token.actions.githubusercontent.com"


@dataclass
class Tokens:
    """A forge's service. lasts_s: how long a token is valid. asked: audiences, in order.

    failing: so many requests are answered 503 first. most: after so many tokens, all are.
    """

    url: str = ""
    subject: str = "repo:acme/phones:environment:production"
    lasts_s: float = 300.0
    failing: int = 0
    most: int = 1000
    asked: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def environment(self) -> dict[str, str]:
        return {
            "ACTIONS_ID_TOKEN_REQUEST_URL": f"{self.url}/token?api-version=2.0",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": BEARER,
        }

    def token(self, audience: str) -> str:
        now = time.time()
        claims = {"iss": ISSUER, "aud": audience, "sub": self.subject, "iat": now, "exp": now + self.lasts_s}
        head = ".".join(map(_part, ({"alg": "HS256", "typ": "JWT"}, {**claims, "jti": str(len(self.asked))})))
        return f"{head}.{_encoded(hmac.new(SECRET.encode(), head.encode(), hashlib.sha256).digest())}"

    def answer(self, path: str, headers: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        if headers.get("Authorization") != f"bearer {BEARER}" or urlsplit(path).path != "/token":
            return 401, {}
        with self.lock:
            if self.failing or len(self.asked) == self.most:
                self.failing = max(0, self.failing - 1)
                return 503, {}
            query = parse_qs(urlsplit(path).query)
            assert query["api-version"] == ["2.0"]
            self.asked.append(query["audience"][0])
            return 200, {"count": 1, "value": self.token(self.asked[-1])}


def _part(claims: Mapping[str, Any]) -> str:
    return _encoded(json.dumps(claims).encode())


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


@contextmanager
def tokens() -> Iterator[Tokens]:
    service = Tokens()

    class Handler(_Kept):
        def do_GET(self) -> None:
            status, document = service.answer(self.path, self.headers)
            self.reply(status, json.dumps(document).encode())

    with listening(Listener(Handler)) as server:
        service.url = server.url
        yield service


@contextmanager
def way_to(sandbox: str, folder: Path) -> Iterator[dict[str, str]]:
    """Variables by which the official client's requests to `HOST` come to the sandbox at this URL."""
    certificate, modules = folder / "sts.pem", folder / "modules"
    modules.mkdir()
    certificate.write_bytes(_certificate())
    bundle = modules / "bundle.pem"
    bundle.write_bytes(Path(certifi.where()).read_bytes() + certificate.read_bytes())
    # The client trusts what this module of others names, and nothing that a variable could.
    (modules / "certifi.py").write_text(f"def where() -> str:\n    return {str(bundle)!r}\n")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    class Handler(_Kept):
        def do_CONNECT(self) -> None:
            if self.path != f"{HOST}:443":
                self.send_error(403)
                return
            self.send_response(200)
            self.end_headers()
            with context.wrap_socket(self.connection, server_side=True) as within:
                Within(within, self.client_address, self.server)
            self.close_connection = True

    class Within(_Kept):
        def do_GET(self) -> None:
            told = httpx.get(f"{sandbox}{self.path}", timeout=10.0)
            self.reply(told.status_code, told.content)
            self.close_connection = True

    with listening(Listener(Handler)) as server:
        yield {"HTTPS_PROXY": server.url, "PYTHONPATH": str(modules)}


class _Kept(Quiet):
    """Its connections are kept."""

    protocol_version = "HTTP/1.1"


def _certificate() -> bytes:
    """Of the host, by itself: key and certificate, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, today = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)]), datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, today - timedelta(1), today + timedelta(1))
    named = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
    own = named.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    form = serialization.Encoding.PEM
    private = key.private_bytes(form, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return private + own.sign(key, hashes.SHA256()).public_bytes(form)
