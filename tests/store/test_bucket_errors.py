"""What a store refuses, in words: each with its own code and the way on, and no secret that an answer quotes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from reconciler.errors import StateError
from reconciler.sandbox.http.serving import Listener, serving
from reconciler.store import open_backend
from tests.cloud.loopback import Server, raw
from tests.stage.servers import oss, s3
from tests.stage.servers.quiet import Quiet

ENDPOINT = {"s3": "AWS_ENDPOINT_URL_S3", "oss": "OSS_ENDPOINT"}
KEYS = {"s3": s3.KEYS, "oss": oss.KEYS}
PAGE = "<html><body>Sign in</body></html>"


@contextmanager
def answering(status: int, body: str, headers: dict[str, str]) -> Iterator[str]:
    """A server that answers everything so."""

    class Handler(Quiet):
        def _answer(self) -> None:
            self.reply(status, body.encode(), headers)

        do_GET = do_HEAD = do_PUT = _answer

    with serving(Listener(Handler)) as server:
        yield server.url


def _error(code: str, more: str = "") -> str:
    return f"<Error><Code>{code}</Code><StringToSign>hidden</StringToSign>{more}</Error>"


LATER = "<RequestTime>20261129T100000Z</RequestTime><ServerTime>2026-11-29T11:00:00Z</ServerTime>"
CLOCKS = "its clock says 2026-11-29T11:00:00Z, this machine's says 20261129T100000Z"
REGION = {"s3": "eu-west-1", "oss": "cn-shanghai"}
ELSEWHERE = {"s3": "s3.eu-west-1.amazonaws.com", "oss": "oss-cn-shanghai.aliyuncs.com"}
ANSWERS: dict[str, tuple[int, str, str, str]] = {
    "missing": (404, _error("NoSuchBucket"), "bucket-missing", "the store answered 404 NoSuchBucket"),
    "expired": (400, _error("ExpiredToken"), "bucket-keys-refused", "the store answered 400 ExpiredToken"),
    "unknown": (403, _error("InvalidAccessKeyId"), "bucket-keys-refused", "the store answered 403 InvalidAccessKeyId"),
    "forged": (
        403,
        _error("SignatureDoesNotMatch"),
        "bucket-keys-refused",
        "the store answered 403 SignatureDoesNotMatch",
    ),
    "denied": (403, _error("AccessDenied"), "bucket-denied", "the store answered 403 AccessDenied to LIST"),
    "clock": (
        403,
        _error("RequestTimeTooSkewed", LATER),
        "bucket-clock",
        f"the store answered 403 RequestTimeTooSkewed: {CLOCKS}",
    ),
    "region": (
        400,
        _error("AuthorizationHeaderMalformed", "<Region>REGION</Region>"),
        "bucket-elsewhere",
        "the store answered 400 AuthorizationHeaderMalformed: the bucket is in REGION",
    ),
    "redirect": (
        301,
        _error("PermanentRedirect", "<Endpoint>ELSEWHERE</Endpoint>"),
        "bucket-elsewhere",
        "the store answered 301 PermanentRedirect: the bucket is in REGION",
    ),
    "proxy": (407, "who are you?", "bucket-proxy", "a proxy on the way answered 407"),
    "page": (200, PAGE, "bucket-page", "what answers is no store"),
    "busy": (503, _error("SlowDown"), "state-unusable", "the store answered 503 SlowDown"),
}
LIST = {"s3": "s3:ListBucket", "oss": "oss:ListObjects"}


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("scheme", sorted(ENDPOINT))
def test_what_a_store_refuses_is_told_apart(tmp_path: Path, scheme: str, name: str) -> None:
    """With the right region, both clocks, and the action that is denied, wherever the answer says so."""
    status, body, code, what = ANSWERS[name]
    body = body.replace("REGION", REGION[scheme]).replace("ELSEWHERE", ELSEWHERE[scheme])
    # A portal's page may look like an object, too.
    headers = {"ETag": '"x"', "Last-Modified": "Wed, 21 Oct 2015 07:28:00 GMT", "x-amz-bucket-region": "eu-west-1"}
    with answering(status, body, headers) as url:
        environ = {**KEYS[scheme], ENDPOINT[scheme]: url, "RECONCILER_LEASE_TERM": "0.4"}
        with (
            closing(open_backend(f"{scheme}://bucket/x", tmp_path, environ=environ)) as backend,
            pytest.raises(StateError) as refused,
        ):
            backend.read("s")
    (found,) = refused.value.problems
    told = what.replace("LIST", LIST[scheme]).replace("REGION", REGION[scheme])
    where, _, said = found.what.partition(": ")
    assert (found.code, said) == (code, told)
    assert where.startswith(f"{scheme}://bucket/x")
    assert "hidden" not in f"{found.what}{found.mend}"


@pytest.mark.parametrize("scheme", sorted(ENDPOINT))
def test_no_proxy_leads_to_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    """A proxy of the environment is for elsewhere: nobody answers at this one."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    listing = "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"
    with answering(200, listing, {}) as url:
        environ = {**KEYS[scheme], ENDPOINT[scheme]: url, "RECONCILER_LEASE_TERM": "0.4"}
        with (
            closing(open_backend(f"{scheme}://bucket/x", tmp_path, environ=environ)) as backend,
            pytest.raises(StateError) as refused,
        ):
            backend.read("s")
    assert refused.value.problems[0].code == "bucket-page"  # it was reached, and what it answers for objects is none


UNUSABLE = "no answer (the environment names a proxy that cannot be used)"


@pytest.mark.parametrize(
    ("scheme", "name", "value", "what"),
    [
        ("s3", "HTTPS_PROXY", "REFUSES", "no answer (the proxy refused the connection)"),
        ("oss", "HTTPS_PROXY", "REFUSES", "no answer (the proxy refused the connection)"),
        ("s3", "HTTPS_PROXY", "ASKS", "a proxy on the way answered 407"),
        ("oss", "HTTPS_PROXY", "ASKS", "a proxy on the way answered 407"),
        ("s3", "ALL_PROXY", "socks5://hidden@127.0.0.1:1", UNUSABLE),
        ("oss", "ALL_PROXY", "socks5://hidden@127.0.0.1:1", UNUSABLE),
        ("oss", "HTTPS_PROXY", "gopher://hidden@127.0.0.1:1", UNUSABLE),
        ("oss", "HTTPS_PROXY", "http://hidden@127.0.0.1:1", "no answer (the proxy is not reached)"),
        ("oss", "REQUESTS_CA_BUNDLE", "/nowhere", "no answer (REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE names no file)"),
    ],
)
def test_what_the_environment_does_to_the_way_there_is_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str, name: str, value: str, what: str
) -> None:
    """Both clients in the same words, as far as each knows, and without a password that a proxy's address holds."""
    environ = {**KEYS[scheme], "RECONCILER_LEASE_TERM": "0.2"}
    with Server(raw(407 if value == "ASKS" else 403, b"")) as proxy:
        monkeypatch.setenv(name, proxy.url if value.isupper() else value)
        with (
            closing(open_backend(f"{scheme}://bucket/x", tmp_path, environ=environ)) as backend,
            pytest.raises(StateError) as refused,
        ):
            backend.spaces()
    (found,) = refused.value.problems
    assert found.what == f"{scheme}://bucket/x: {what}"
    assert found.code == ("bucket-proxy" if value == "ASKS" else "state-unusable")


def test_certificates_that_are_not_there_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where S3's client finds none at all it cannot begin: the variable is named, as for the cloud's calls."""
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere")
    monkeypatch.setenv("SSL_CERT_DIR", "/nowhere")
    with pytest.raises(StateError) as refused:
        open_backend("s3://bucket/x", tmp_path, environ=KEYS["s3"])
    (found,) = refused.value.problems
    assert (found.code, found.found) == ("certificates-not-usable", "/nowhere")
