"""The job's identity in files, which the clouds' clients exchange for temporary keys: OpenID Connect.

GitHub's token is valid for minutes, an apply may take hours, and each exchange reads the file again. So the token is
renewed for as long as the command runs, and its file is removed at the end. It must never be printed (while the
command runs GitHub hears no order to mask it), or be asked for where no role is named.
"""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

URL, BEARER = "ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"
SHORTEST_S, DEFAULT_S = 1.0, 60.0
TRIES = 4


@dataclass(frozen=True)
class Service:
    """Who exchanges a token.

    variable: names the file. audience: whom the token is for. roles: what must be set. keys: a key that would be used
    in place of the token.
    """

    variable: str
    audience: str
    roles: tuple[str, ...]
    keys: str


SERVICES = (
    Service(
        "ALIBABA_CLOUD_OIDC_TOKEN_FILE",
        "sts.aliyuncs.com",
        ("ALIBABA_CLOUD_ROLE_ARN", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN"),
        "ALIBABA_CLOUD_ACCESS_KEY_ID",
    ),
    Service("AWS_WEB_IDENTITY_TOKEN_FILE", "sts.amazonaws.com", ("AWS_ROLE_ARN",), "AWS_ACCESS_KEY_ID"),
)


class NoIdentity(Exception):
    """The job has none to give; says what to change. It holds no token."""


@contextmanager
def identified(environ: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """The variables that name the token files, for as long as they are kept up to date. Raises NoIdentity."""
    with ExitStack() as open_files:
        yield {each.variable: open_files.enter_context(_kept(each, environ)) for each in _wanted(environ)}


def _wanted(environ: Mapping[str, str]) -> Iterator[Service]:
    for service in SERVICES:
        if all(environ.get(role) for role in service.roles) and not environ.get(service.variable):
            if environ.get(service.keys):
                print(f"::warning title=long-lived keys::{service.keys} is set and comes before {service.roles[0]}.")
            else:
                yield service


@contextmanager
def _kept(service: Service, environ: Mapping[str, str]) -> Iterator[str]:
    path = Path(environ["RUNNER_TEMP"]) / f"reconciler-identity-{service.audience}"
    lasts = _renew(path, service, environ)
    ended = threading.Event()
    renewal = threading.Thread(target=_renewing, args=(path, service, environ, lasts, ended), daemon=True)
    renewal.start()
    try:
        yield str(path)
    finally:
        ended.set()
        renewal.join()
        path.unlink(missing_ok=True)


def _renewing(path: Path, service: Service, environ: Mapping[str, str], lasts: float, ended: threading.Event) -> None:
    """What fails now may work in a while; the exchange says what a token that is too old leads to."""
    while not ended.wait(max(SHORTEST_S, lasts / 2)):
        with suppress(NoIdentity):
            lasts = _renew(path, service, environ)


def _renew(path: Path, service: Service, environ: Mapping[str, str]) -> float:
    """The seconds for which the new token is valid."""
    token = _token(service.audience, environ)
    fresh = path.with_suffix(".new")
    fresh.touch(0o600)
    fresh.write_text(token, "ascii")
    fresh.replace(path)  # whoever reads it meanwhile reads the old one
    return _lasts(token)


def _token(audience: str, environ: Mapping[str, str]) -> str:
    if not environ.get(URL):
        raise NoIdentity("A role is set, and this job may ask for no token: give it and its caller `id-token: write`.")
    tries = Retrying(
        stop=stop_after_attempt(TRIES),
        wait=wait_exponential(0.5),
        retry=retry_if_exception_type(httpx.HTTPError),
        reraise=True,
    )
    try:
        found = tries(_asked, environ[URL], environ.get(BEARER, ""), audience)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError) as error:
        raise NoIdentity(f"GitHub gave no token for {audience}: {_why(error)}.") from None
    if not (found.isascii() and found.isprintable()):
        raise NoIdentity(f"GitHub gave no token for {audience}: it is not well formed.")
    return found


def _asked(url: str, bearer: str, audience: str) -> str:
    address = httpx.URL(url).copy_merge_params({"audience": audience})
    answer = httpx.get(address, headers={"Authorization": f"bearer {bearer}"}, timeout=10.0)
    answer.raise_for_status()
    return str(answer.json()["value"])


def _why(error: Exception) -> str:
    """Without the address, which is a capability."""
    return f"status {error.response.status_code}" if isinstance(error, httpx.HTTPStatusError) else type(error).__name__


def _lasts(token: str) -> float:
    try:
        body = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        return float(claims["exp"]) - time.time()
    except (ValueError, KeyError, IndexError, TypeError):
        return DEFAULT_S
