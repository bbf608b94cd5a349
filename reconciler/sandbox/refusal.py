"""A refusal as the cloud words it: code, message, HTTP status. It always means that nothing was done."""

from __future__ import annotations

_STATUS = {
    "ConcurrentCallNotSupported": 429,
    "Contact.AlreadyExists": 409,
    "InternalError": 500,
    "InvalidAccessKeyId.NotFound": 404,
    "InvalidAction.NotFound": 404,
    "LimitExceeded.Contact": 409,
    "SendValidateCodeExceedsLimitForAccount": 409,
    "ServiceUnavailable": 503,
}


class Refusal(Exception):
    """retry_after: milliseconds for the header that may accompany throttling, 0 for none."""

    def __init__(self, code: str, message: str = "", status: int = 0, retry_after: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.message = message or f"The sandbox refuses: {code}"
        self.status = status or status_of(code)
        self.retry_after = retry_after


def status_of(code: str) -> int:
    """The HTTP status of a code; mostly 400."""
    return 404 if code.startswith("EntityNotExists.") else _STATUS.get(code, 400)
