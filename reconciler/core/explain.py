"""Turns an answer that is no success into a problem with code and hint. Pure; it never decides what happens next."""

from __future__ import annotations

from reconciler.core.answer import Error, NotSent, Unknown
from reconciler.errors import Problem
from reconciler.kinds.contact import ABSENT
from reconciler.operations import OPERATIONS, Product

# What the cloud's codes begin with. The first row that fits counts; what fits none was about the thing asked for.
_CODES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("clock-skew", ("InvalidTimeStamp",)),
    (
        "credentials-refused",
        (
            "IncompleteSignature",
            "InvalidAccessKey",
            "InvalidSecurityToken",
            "SignatureDoesNotMatch",
            "SignatureNonceUsed",
        ),
    ),
    ("permission-denied", ("Authentication.NoAuth", "Forbidden", "NoPermission", "Ram.")),
    ("not-activated", ("Product.Unsubscript", "Unknown.ResourceOwnerId")),
    ("operation-not-offered", ("InvalidAction", "InvalidVersion")),
    ("parameter-refused", ("InvalidParameter", "Missing")),
)
_STATUS = {401: "credentials-refused", 403: "permission-denied"}
# How access policies name the products.
_POLICY: dict[Product, str] = {"cams": "cams", "resourcedirectorymaster": "resourcemanager"}


def explain(operation: str, answer: Error | NotSent | Unknown) -> Problem:
    """found: the cloud's own message, raw."""
    match answer:
        case NotSent(reason):
            return Problem("cannot-reach", f"{operation} was not sent: {reason}")
        case Unknown(reason):
            return Problem("unknown-answer", f"{operation} was sent, its outcome is unknown: {reason}")
        case Error(code, message):
            what = f"{operation} was refused: {code}"
            problem_code = _code(answer)
            hint = _permission(operation) if problem_code == "permission-denied" else ""
            return Problem(problem_code, what, found=message or None, hint=hint)


def _code(answer: Error) -> str:
    if answer.throttled:
        return "throttled-too-long"
    if answer.daily_cap:
        return "daily-cap-reached"
    if answer.code in ABSENT:
        return "gone-elsewhere"
    fitting = (code for code, beginnings in _CODES if answer.code.startswith(beginnings))
    return next(fitting, _STATUS.get(answer.status, "refused-by-cloud"))


def _permission(operation: str) -> str:
    action = f"{_POLICY[OPERATIONS[operation].product]}:{operation}"
    policy = f'{{"Version":"1","Statement":[{{"Effect":"Allow","Action":"{action}","Resource":"*"}}]}}'
    return f"Let the caller do {action}, for example by the policy {policy}"
