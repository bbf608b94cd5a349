"""No connection, and why: the name, the port, TLS, the certificate and what the environment says are told apart."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from reconciler.errors import CloudError
from reconciler.net.http import Auth, Lost, Transport
from reconciler.render.text.problems import problems
from reconciler.sandbox.http.serving import Listener, handler, serving
from tests.cloud.loopback import OK, Server

VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE", "no_proxy", "all_proxy", "https_proxy", "http_proxy")


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is said by the environment but what a test says."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def sent(url: str, proxies: bool = False) -> Lost:
    transport = Transport(proxies=proxies)
    outcome = transport.send(url, {}, b"", Auth())
    transport.close()
    assert isinstance(outcome, Lost)
    return outcome


def certified(folder: Path, host: str, days: int) -> Path:
    """A certificate of its own making, and its key, in one file. days: how long it holds from today."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, today = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)]), datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, today - timedelta(9), today + timedelta(days))
    signed = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
    authority = signed.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "certificate.pem"
    path.write_bytes(authority.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM) + private)
    return path


@pytest.fixture
def secured(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[tuple[str, Path]]:
    """Where a server with the certificate that is asked for listens, and that certificate."""
    host, days = request.param
    path = certified(tmp_path, host, days)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)

    def greet(connection: socket.socket) -> None:
        with suppress(OSError):
            context.wrap_socket(connection, server_side=True).close()

    with serving(listener := Listener(handler(greet))):
        yield f"https://localhost:{listener.port}", path


CERTIFICATES = [
    (("localhost", 9), False, "self-signed certificate"),
    (("localhost", -1), True, "certificate has expired"),
    (("other.example", 9), True, "Hostname mismatch, certificate is not valid for 'localhost'"),
]


@pytest.mark.parametrize(("secured", "trusted", "why"), CERTIFICATES, indirect=["secured"])
def test_a_certificate(secured: tuple[str, Path], trusted: bool, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What OpenSSL found wrong with it is said; nothing was sent."""
    url, path = secured
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
    assert sent(url, proxies=True) == Lost(f"no connection: the certificate is not trusted ({why})", sent=False)


def test_a_name_a_port_and_what_is_no_tls() -> None:
    """Each is told as what it is."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        closed = free.getsockname()[1]
    with Server(OK, reads=False) as server:
        plain = sent(server.url.replace("http:", "https:"))
    assert (sent("http://nothing.invalid"), sent(f"http://127.0.0.1:{closed}"), plain) == (
        Lost("no connection: the name is not found", sent=False),
        Lost("no connection: nothing listens at the port", sent=False),
        Lost("no connection: TLS failed (wrong version number)", sent=False),
    )


TRUST = "Name a file of certificates in PEM, or unset the variable: then the usual ones are trusted."
BARE = "Write IPv6 addresses bare, without brackets and without a range."
PLAIN = "Give it an http:// address, or unset the variable."
LOG = "Unset it: who has that file reads what is sent."
NONE = "No such file or directory"
SAID = [
    ("SSL_CERT_FILE", "/none.pem", "certificates-not-usable", f"SSL_CERT_FILE: {NONE}", "/none.pem", TRUST),
    (
        "SSL_CERT_FILE",
        __file__,
        "certificates-not-usable",
        "SSL_CERT_FILE names what holds no certificates",
        __file__,
        TRUST,
    ),
    ("SSLKEYLOGFILE", "/none/keys", "key-log-not-usable", f"SSLKEYLOGFILE: {NONE}", "/none/keys", LOG),
    ("NO_PROXY", "localhost,[::1]", "no-proxy-not-usable", "NO_PROXY has an entry that cannot be used", "[::1]", BARE),
    ("no_proxy", "::1, fd00::/8", "no-proxy-not-usable", "no_proxy has an entry that cannot be used", "fd00::/8", BARE),
    ("HTTPS_PROXY", "socks5://u:p@h:1", "proxy-not-usable", "HTTPS_PROXY names a proxy that cannot be used", "", PLAIN),
    ("all_proxy", "gopher://p@h", "proxy-not-usable", "all_proxy names a proxy that cannot be used", "", PLAIN),
]


@pytest.mark.parametrize(("name", "value", "code", "what", "found", "hint"), SAID, ids=lambda each: str(each)[:20])
def test_the_variable_that_is_at_fault_is_named(
    name: str, value: str, code: str, what: str, found: str, hint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One problem, of that variable, and no other is blamed."""
    monkeypatch.setenv(name, value)
    with pytest.raises(CloudError) as caught:
        Transport(proxies=True)
    shown = f"  found: {found}\n" if found else ""
    assert problems(caught.value.problems) == f"error[{code}] {what}\n{shown}  hint: {hint}"


def test_what_is_fine_is_not_blamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bare addresses, certificates, a log that can be written."""
    monkeypatch.setenv("NO_PROXY", "localhost,127.0.0.1,::1,.example.com,10.0.0.0/8,example.com:8443")
    monkeypatch.setenv("SSL_CERT_FILE", str(certified(tmp_path, "localhost", 9)))
    monkeypatch.setenv("HTTPS_PROXY", "proxy.example:3128")
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    Transport(proxies=True).close()
