"""One HTTP request and its result, for logs and traces."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from reconciler.core.answer import Answer, NotSent

HIDDEN = "******"


class Exchange(NamedTuple):
    """One request and its result.

    operation: its name in operations.py.
    params: in the order sent, with codes and keys hidden.
    status: the HTTP status, 0 if no answer was read.
    answer: the interpreted result.
    seconds: from the first byte sent to the last byte read.
    """

    operation: str
    params: Sequence[tuple[str, str]]
    status: int
    answer: Answer
    seconds: float

    @property
    def outcome(self) -> str:
        """OK, the cloud's code, or the reason why there is no answer."""
        if isinstance(self.answer, NotSent):
            return f"not sent: {self.answer.reason}"
        return getattr(self.answer, "code", "OK") or getattr(self.answer, "reason", "OK")

    @property
    def request_id(self) -> str:
        """As the cloud sent it; "" if no answer was read."""
        return getattr(self.answer, "request_id", "")


Watch = Callable[[Exchange], None]
