"""The token service of this cloud: says whose keys a call is signed with, and exchanges a forge's token for temporary
keys, as AssumeRoleWithOIDC does.

Codes and answers are those of the documentation. Only the signature of the token differs: it is an HMAC with a shared
secret, so that no key server is needed. Sessions end with the process: a restart revokes all of them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.sandbox.http import wire
from reconciler.sandbox.http.wire import Reply, Request
from reconciler.sandbox.refusal import Refusal
from reconciler.sandbox.world import Answer, Role, World, stamp

ACTION = "AssumeRoleWithOIDC"
SHORTEST_S, LONGEST_S = 900, 43_200
_FAIL = "AuthenticationFail"
_TOKEN = f"{_FAIL}.OIDCToken"


@dataclass(slots=True)
class Session:
    """Temporary keys.

    role: ARN of the role.
    claims: of the forge's token.
    secret: the access key secret.
    token: the security token.
    expires: world seconds.
    calls: accepted calls that were signed with these keys.
    """

    role: str
    claims: Mapping[str, Any]
    secret: str
    token: str
    expires: float
    calls: int = 0


class Sessions:
    """All temporary keys, by access key id. Safe to share between threads."""

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}
        self._lock = threading.Lock()

    def secrets(self) -> dict[str, str]:
        """Access key id -> secret."""
        with self._lock:
            return {key: session.secret for key, session in self._sessions.items()}

    def admit(self, request: Request, now: float) -> None:
        """After the signature: checks that the key's token is present, and that both are still valid. Raises
        Refusal."""
        key = request.headers["authorization"].partition("Credential=")[2].partition(",")[0]
        with self._lock:
            session = self._sessions.get(key)
            if session is None:
                return
            if request.headers.get("x-acs-security-token", "") != session.token:
                raise Refusal("InvalidSecurityToken.MismatchWithAccessKey")
            if now >= session.expires:
                raise Refusal("InvalidSecurityToken.Expired")
            session.calls += 1

    def shown(self) -> list[dict[str, Any]]:
        """As JSON values, without secrets."""
        with self._lock:
            return [
                {"role": each.role, "claims": dict(each.claims), "calls": each.calls, "expires": each.expires}
                for each in self._sessions.values()
            ]

    def assume(self, request: Request, roles: Mapping[str, Role], now: float) -> Reply:
        """Answers AssumeRoleWithOIDC."""
        try:
            key, session = _assumed(wire.parameters(request), roles, now)
        except Refusal as refusal:
            return wire.replied(refusal.status, refusal.code, {"Code": refusal.code, "Message": refusal.message})
        with self._lock:
            self._sessions[key] = session
        return wire.replied(200, ACTION, _answer(key, session))


def caller_identity(world: World, given: Mapping[str, str]) -> Answer:
    """There is one access key, of one account."""
    account = world.settings.account
    return {
        "AccountId": account,
        "Arn": f"acs:ram::{account}:root",
        "IdentityType": "Account",
        "PrincipalId": account,
        "UserId": account,
    }


def _assumed(given: Mapping[str, str], roles: Mapping[str, Role], now: float) -> tuple[str, Session]:
    role = roles.get(given.get("RoleArn", ""))
    if role is None or role.provider != given.get("OIDCProviderArn"):
        raise Refusal(f"{_FAIL}.NoPermission", "There is no permission", 401)
    duration = given.get("DurationSeconds", "3600")
    if not duration.isdigit() or not SHORTEST_S <= int(duration) <= LONGEST_S:
        raise Refusal("InvalidParameter.DurationSeconds")
    claims = _claims(given.get("OIDCToken", ""), role, now)
    expires = now + min(int(duration), role.lasts_s or LONGEST_S)
    session = Session(role.role, claims, secrets.token_hex(16), secrets.token_urlsafe(96), int(expires))
    return f"STS.{secrets.token_hex(12).upper()}", session


def _claims(token: str, role: Role, now: float) -> dict[str, Any]:
    head, _, signature = token.rpartition(".")
    try:
        claims = json.loads(_decoded(head.partition(".")[2]))
        issuer, audience, subject, expires = (claims[name] for name in ("iss", "aud", "sub", "exp"))
    except (ValueError, KeyError, TypeError):
        raise Refusal(f"{_TOKEN}.Invalid", "The Jwt content is invalid that cannot be recognized.", 401) from None
    expected = hmac.new(role.secret.encode(), head.encode(), hashlib.sha256).digest()
    if not hmac.compare_digest(expected, _decoded(signature)):
        raise Refusal(f"{_TOKEN}.InvalidSignature", "OIDC token validate failed: invalid signature.", 401)
    if expires <= now:
        raise Refusal(f"{_TOKEN}.Expired", "This JsonWebToken is expired.", 401)
    if audience != role.audience:
        raise Refusal(f"{_TOKEN}.AudienceNotMatch", "Invalid audience.", 401)
    if (issuer, subject) != (role.issuer, role.subject):
        raise Refusal(f"{_FAIL}.NoPermission", "There is no permission", 401)
    return dict(claims)


def _decoded(part: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError:
        return b""


def _answer(key: str, session: Session) -> dict[str, Any]:
    return {
        "Credentials": {
            "AccessKeyId": key,
            "AccessKeySecret": session.secret,
            "SecurityToken": session.token,
            "Expiration": stamp(session.expires),
        },
        "OIDCTokenInfo": {
            "Issuer": session.claims["iss"],
            "Subject": session.claims["sub"],
            "ClientIds": session.claims["aud"],
            "VerificationInfo": "Success",
        },
        "AssumedRoleUser": {"Arn": session.role.replace(":role/", ":assumed-role/"), "AssumedRoleId": key},
    }
