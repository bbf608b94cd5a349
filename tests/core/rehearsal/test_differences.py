"""Where a rehearsal went otherwise than its plan forecast: each thing that can differ is told, and nothing else."""

from __future__ import annotations

from collections import Counter

from reconciler.core.plan.forecast import forecast
from reconciler.core.rehearsal.differences import forecast_differences
from tests.core.plan.test_forecast import created

PLAN = created("register")
COST = forecast(PLAN)
MADE = Counter(call.operation for change in PLAN.changes for call in change.all_calls if not call.only_if)
WHO = "acme/phone_number/n0"


def told(
    made: Counter[str] = MADE, sent: dict[str, int] | None = None, waited: dict[str, str] | None = None
) -> list[str]:
    asked = {WHO: "code"} if waited is None else waited
    return list(forecast_differences(PLAN, COST, made, {"sms": 1} if sent is None else sent, asked))


def test_what_goes_as_forecast_is_no_difference() -> None:
    """Reads of what is planned may be made as often as is needed."""
    assert told() == []
    assert told(MADE + Counter(QueryChatappPhoneNumbers=7)) == []


def test_a_message_more_or_less_is_told() -> None:
    """By channel, with both figures."""
    assert told(sent={}) == ["messages by sms: at most 1 in the forecast, 0 sent"]
    assert told(sent={"sms": 1, "email": 2}) == ["messages by email: at most 0 in the forecast, 2 sent"]


def test_a_call_more_or_less_is_told() -> None:
    """Also a read that belongs to nothing planned."""
    less = MADE - Counter(ChatappVerifyAndRegister=1)
    assert told(less) == ["ChatappVerifyAndRegister: 1 in the plan, 0 made"]
    assert told(MADE + Counter(ListMessageContacts=1)) == ["ListMessageContacts: 0 in the plan, 1 made"]


def test_a_person_more_or_less_is_told() -> None:
    """By address, with what was to be given."""
    assert told(waited={}) == [f"{WHO}: the forecast asks for a person's code, and none was needed"]
    more = {WHO: "code", "acme/contact/tom": "confirmation"}
    what = "waits for a person's confirmation, which the forecast does not name"
    assert told(waited=more) == [f"acme/contact/tom: {what}"]
