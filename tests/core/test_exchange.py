"""What a log calls the result of a request."""

from __future__ import annotations

import pytest

from reconciler.core.answer import Answer, Error, NotSent, Ok, Unknown
from reconciler.core.exchange import Exchange
from reconciler.refusals import Meaning


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Ok({"Code": "OK"}, "r1"), "OK"),
        (Error("Throttling.User", Meaning.THROTTLED), "Throttling.User"),
        (Unknown("the answer was cut off"), "the answer was cut off"),
        (Unknown("the cloud answered 400 `X`", code="X"), "X"),
        (NotSent("connection refused"), "not sent: connection refused"),
    ],
)
def test_the_outcome_is_the_clouds_code_or_why_there_is_none(answer: Answer, outcome: str) -> None:
    """A code comes before any words about it; what was not sent is called so."""
    assert Exchange("GetChatappVerifyCode", (), 200, answer, 0.1).outcome == outcome
