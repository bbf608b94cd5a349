"""Why a request to a store failed: temporary trouble, or something a person must fix.

Errors never contain the store's whole answer, because it quotes the request.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from reconciler.errors import Problem, StateError
from reconciler.store.backend import SERVER_HINT
from reconciler.store.trouble import Trouble

_KEYS = "bucket-keys-refused"
CODES = {
    "NoSuchBucket": "bucket-missing",
    "ExpiredToken": _KEYS,
    "InvalidToken": _KEYS,
    "SecurityTokenExpired": _KEYS,
    "InvalidSecurityToken": _KEYS,
    "InvalidAccessKeyId": _KEYS,
    "SignatureDoesNotMatch": _KEYS,
    "AccessDenied": "bucket-denied",
    "AuthorizationHeaderMalformed": "bucket-elsewhere",
    "IllegalLocationConstraintException": "bucket-elsewhere",
    "PermanentRedirect": "bucket-elsewhere",
    "TemporaryRedirect": "bucket-elsewhere",
    "RequestTimeTooSkewed": "bucket-clock",
}
"""The store's code -> our error code."""
BUSY = {"RequestTimeout", "SlowDown", "ServiceUnavailable", "InternalError", "ConditionalRequestConflict"}
_MOMENTS = {408, 409, 425, 429}
_BUSY_HINT = "The store is busy or restarts. Run it again in a while: nothing that is done is repeated."
# Texts in a client's error where there is no answer -> our words, whether trying again will not help.
_REASONS: dict[tuple[str, ...], tuple[str, bool]] = {
    ("TLS CA certificate bundle",): ("REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE names no file", True),
    ("SOCKS", "unsupported scheme", "roxy URL"): ("the environment names a proxy that cannot be used", True),
    ("unnel",): ("the proxy refused the connection", False),
    ("connect to proxy",): ("the proxy is not reached", False),
    ("Name or service not known",): ("the name of its server is not found", True),
    ("ertificate",): ("its certificate is not trusted", True),
    ("InvalidContentType", "WRONG_VERSION_NUMBER"): ("its server does not speak TLS", True),
    ("ConnectionRefused", "Connection refused"): ("nothing listens at its port", False),
    ("TimedOut", "timed out"): ("none in time", False),
}
_PROXY_ASKS = ("failed: 407", "ProxyAuthRequired")
_UNREACHED = ("ConnectionRefused", "Connection refused", "connect timeout", "No route to host")
_FIELD = re.compile(r"<(Code|Region|Endpoint|RequestTime|ServerTime)>([A-Za-z0-9.:+-]{1,80})</")
_ELSEWHERE = re.compile(r"(?:^|[./])(?:s3[.-]|oss-)([a-z]{2,}-[a-z0-9-]+?)(?:-internal)?\.")


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed request.

    status: the HTTP status, 0 if there was no answer.
    why: the client's reason if there was no answer.
    fields: of the answer, such as Code and Region.
    after: seconds to wait before the next request, as the store asked.
    lasting: without an answer: trying again will not help.
    unreached: there was no connection.
    """

    status: int = 0
    why: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    after: float = 0.0
    lasting: bool = False
    unreached: bool = False

    @property
    def code(self) -> str:
        """The store's code."""
        return self.fields.get("Code", "")

    @property
    def is_momentary(self) -> bool:
        """Whether the same request may succeed shortly."""
        if self.status:
            return self.code in BUSY or self.status in _MOMENTS or (self.status >= 500 and self.status != 501)
        return not self.lasting

    def __str__(self) -> str:
        return f"the store answered {self.status} {self.code}".rstrip() if self.status else f"no answer ({self.why})"


def fields(answer: str) -> dict[str, str]:
    """The first of each field in the answer, if it has a harmless form."""
    return dict(reversed(_FIELD.findall(answer)))


def no_answer(error: str, usual: str) -> Failure:
    """error: the client's text, which is not shown: it quotes the request. usual: the reason if nothing is found."""
    if _has(error, _PROXY_ASKS):
        return Failure(407)
    why, lasting = next((said for texts, said in _REASONS.items() if _has(error, texts)), (usual, False))
    return Failure(why=why, lasting=lasting, unreached=_has(error, _UNREACHED))


def _has(error: str, texts: Iterable[str]) -> bool:
    return any(text in error for text in texts)


def seconds_asked(headers: Mapping[str, str]) -> float:
    """The number in Retry-After, 0 without one; S3's client does not show it."""
    said = headers.get("Retry-After", "")
    return float(said) if re.fullmatch("[0-9]{1,6}", said) else 0.0


def in_words(where: str, action: str, failure: Failure) -> StateError:
    """The error for people. where: the URL of the object or the bucket. action: the permission that this request
    needs."""
    if failure.status == 407:
        return StateError(Problem("bucket-proxy", f"{where}: a proxy on the way answered 407"))
    if region := region_told(failure):
        what = f"{where}: {failure}: the bucket is in {region}"
        hint = f"Set {_variable(where)}={region}, and no endpoint of another region."
        return StateError(Problem("bucket-elsewhere", what, hint=hint))
    if failure.status and (code := CODES.get(failure.code)):
        return StateError(Problem(code, f"{where}: {failure}{_more(action, failure)}"))
    if failure.status == 501:
        return StateError(Problem("state-not-safe", f"{where}: {failure}"))
    hint = _BUSY_HINT if failure.status and failure.is_momentary else SERVER_HINT
    problem = Problem("state-unusable", f"{where}: {failure}", hint=hint)
    if not failure.is_momentary:
        return StateError(problem)
    return Trouble(problem, after=failure.after, unreached=failure.unreached)


def no_store(where: str) -> StateError:
    """The error for an answer that is not from a store."""
    return StateError(Problem("bucket-page", f"{where}: what answers is no store"))


def check_no_page(body: bytes, where: str) -> bytes:
    """The body. Only JSON is ever stored; a network's sign-in page answers 200 to everything."""
    if body.lstrip()[:1] == b"<":
        raise no_store(where)
    return body


def region_told(failure: Failure) -> str:
    """The bucket's region, if the answer names it; "" otherwise."""
    if region := failure.fields.get("Region", ""):
        return region if CODES.get(failure.code) == "bucket-elsewhere" else ""
    match = _ELSEWHERE.search(failure.fields.get("Endpoint", ""))
    return match[1] if match else ""


def _more(action: str, failure: Failure) -> str:
    match CODES[failure.code]:
        case "bucket-denied":
            return f" to {action}"
        case "bucket-clock":
            theirs, ours = (failure.fields.get(name, "unknown") for name in ("ServerTime", "RequestTime"))
            return f": its clock says {theirs}, this machine's says {ours}"
    return ""


def _variable(where: str) -> str:
    return "OSS_REGION" if where.startswith("oss:") else "AWS_REGION"
