"""One request and what came of it, for whoever looks at what goes over the wire."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from reconciler.core.answer import Answer, NotSent

HIDDEN = "******"


class Exchange(NamedTuple):
    """params: in the order of the wire, codes and keys hidden. status: of HTTP, 0 where no answer was read.

    seconds: from the first byte sent to the last one read.
    """

    operation: str
    params: Sequence[tuple[str, str]]
    status: int
    answer: Answer
    seconds: float

    @property
    def outcome(self) -> str:
        """In the words of the answer: OK, a code of the cloud's, or why there is none."""
        if isinstance(self.answer, NotSent):
            return f"not sent: {self.answer.reason}"
        return getattr(self.answer, "code", "OK") or getattr(self.answer, "reason", "OK")

    @property
    def request_id(self) -> str:
        return getattr(self.answer, "request_id", "")


Watch = Callable[[Exchange], None]
