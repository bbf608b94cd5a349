"""Days of an account are the cloud's days: its clock is followed, as far as it can be believed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tests.cloud.conftest import Client
from tests.cloud.loopback import Server, answer

NOW = datetime(2026, 11, 20, 10, 31, tzinfo=UTC)


@pytest.mark.parametrize("ahead", [timedelta(days=-2), timedelta(0), timedelta(days=3)])
def test_the_clouds_clock_is_followed(client: Client, ahead: timedelta) -> None:
    """After an answer that says its time, the cloud's time is known here, whatever this machine's clock says."""
    with Server(answer(headers={"date": format_datetime(NOW + ahead, usegmt=True)}, Code="OK")) as server:
        cloud = client(server.url, now=lambda: NOW)
        assert cloud.time() == NOW
        cloud.call("QueryChatappBindWaba", {"CustSpaceId": "c"})
        assert cloud.time() == NOW + ahead


@pytest.mark.parametrize("date", ["Fri, 31 Dec 9999 23:59:59 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "soon", ""])
def test_an_unbelievable_date_changes_nothing(client: Client, date: str) -> None:
    """One odd answer must neither close the years between nor be written anywhere."""
    with Server(answer(headers={"date": date}, Code="OK")) as server:
        cloud = client(server.url, now=lambda: NOW)
        cloud.call("QueryChatappBindWaba", {"CustSpaceId": "c"})
        assert cloud.time() == NOW
