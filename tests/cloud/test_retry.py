from __future__ import annotations

import threading
import time
from datetime import UTC, datetime

import pytest

from reconciler.cloud.client import Cloud
from reconciler.cloud.credentials import Given, Key
from reconciler.cloud.retry import tries
from reconciler.core.answer import Answer, Error, NotSent, Ok, Unknown
from reconciler.core.model import Limits
from reconciler.errors import CloudError, Problem
from reconciler.operations import OPERATIONS, VERSIONS, Product
from reconciler.refusals import Meaning
from tests.cloud.conftest import KEY, Client
from tests.cloud.loopback import OK, Server, answer, closes

THROTTLED = answer(400, Code="Throttling")


def test_a_loss_is_not_forgotten_over_what_follows(client: Client) -> None:
    """Once an attempt was lost, being throttled or refused afterwards does not make it "not done"."""
    with Server(closes, THROTTLED) as server:
        outcome = client(server.url).call("ChatappSyncPhoneNumber", {})
    assert (type(outcome), len(server.received)) == (Unknown, 8)


@pytest.mark.parametrize(("then", "kind"), [(OK, Ok), (answer(404, Code="EntityNotExists.Contact"), Unknown)])
def test_only_a_success_settles_a_loss(client: Client, then: bytes, kind: type[Answer]) -> None:
    """After a lost attempt a success is the answer; a refusal may be one because the lost attempt was done."""
    with Server(closes, then) as server:
        outcome = client(server.url).call("UpdateMessageContact", {"ContactId": "c"})
    assert (type(outcome), len(server.received)) == (kind, 2)


def test_waits_grow_and_stay_short(client: Client) -> None:
    """A lost read is repeated within seconds, each wait longer than the one before."""
    waits: list[float] = []
    with Server(closes) as server:
        client(server.url, sleep=waits.append).call("QueryChatappPhoneNumbers", {})
    assert len(waits) == 3 and waits == sorted(waits) and sum(waits) < 6


def test_a_throttled_call_waits_half_a_minute_in_all(client: Client) -> None:
    """Half a second first, twice as long each time, eight seconds at most, and up to half a second by chance."""
    waits: list[float] = []
    with Server(THROTTLED) as server:
        client(server.url, sleep=waits.append).call("QueryChatappPhoneNumbers", {})
    chance = [round(wait - plain, 6) for wait, plain in zip(waits, (0.5, 1, 2, 4, 8, 8, 8), strict=True)]
    assert all(0 <= each <= 0.5 for each in chance), chance


def busy(wait: float) -> Unknown:
    return Unknown("HTTP 429", status=429, retry_after=wait)


def throttled(wait: float) -> Error:
    return Error("Throttling", Meaning.THROTTLED, retry_after=wait)


LOST, UNSENT = Unknown("no answer in time"), NotSent("no connection")
READ, METERED, MADE = "QueryChatappPhoneNumbers", "ChatappPhoneNumberRegister", "AddChatappPhoneNumber"
SENDS, TAKES, SETS = "GetChatappVerifyCode", "ChatappVerifyAndRegister", "UpdateMessageContact"
# The calls allowed in all, by what is called: a read, what sets a value, the same metered, what makes, sends, takes.
ALLOWED: dict[str, tuple[Answer, float, tuple[int, ...]]] = {
    "throttled": (throttled(60.0), 1e6, (8, 8, 8, 8, 3, 2)),
    "throttled for longer": (throttled(60.1), 0.0, (1, 1, 1, 1, 1, 1)),
    "busy": (busy(60.0), 1e6, (8, 8, 1, 8, 1, 1)),
    "busy for longer": (busy(60.1), 15.0, (1, 1, 1, 1, 1, 1)),
    "lost": (LOST, 14.9, (4, 4, 1, 1, 1, 1)),
    "lost, and late": (LOST, 15.0, (1, 1, 1, 1, 1, 1)),
    "not sent": (UNSENT, 14.9, (3, 1, 1, 1, 1, 1)),
    "not sent, and late": (UNSENT, 15.0, (1, 1, 1, 1, 1, 1)),
    "refused": (Error("X", Meaning.PARAMETER), 0.0, (1, 1, 1, 1, 1, 1)),
    "done": (Ok(), 0.0, (1, 1, 1, 1, 1, 1)),
}


@pytest.mark.parametrize("answer", ALLOWED)
def test_how_often_is_a_matter_of_what_is_called_and_what_came_back(answer: str) -> None:
    """Nothing that may have acted is called again, nor anything that the cloud wants to wait for over a minute."""
    said, elapsed, allowed = ALLOWED[answer]
    operations = [OPERATIONS[name] for name in (READ, SETS, METERED, MADE, SENDS, TAKES)]
    assert tuple(tries(operation, said, elapsed) for operation in operations) == allowed


def test_the_cloud_says_how_long_to_wait(client: Client) -> None:
    """`x-acs-retry-after`, in milliseconds, is honoured, and whoever asked is told."""
    told: list[tuple[str, float]] = []
    waits: list[float] = []
    with Server(answer(400, {"x-acs-retry-after": "12500"}, Code="Throttling"), OK) as server:
        cloud = client(server.url, sleep=waits.append, on_throttle=lambda *event: told.append(event))
        assert type(cloud.call("GetChatappVerifyCode", {})) is Ok
    assert (waits, told) == ([12.5], [("GetChatappVerifyCode", 12.5)])


def test_the_budget_counts_slow_failures(client: Client) -> None:
    """Lost calls that took long are not repeated once the time is used up."""
    times = iter((0.0, 9.0, 18.0))
    with Server(closes) as server:
        client(server.url, monotonic=lambda: next(times)).call("QueryChatappPhoneNumbers", {})
    assert len(server.received) == 2


def test_stop_ends_waiting() -> None:
    """Stopped while it waits to go again, a call comes back at once and sends nothing more."""
    waiting = threading.Event()
    answers = []
    with Server(answer(400, {"x-acs-retry-after": "30000"}, Code="Throttling")) as server:
        cloud = Cloud(dict.fromkeys(VERSIONS, server.url), Given(KEY), Limits(), on_throttle=lambda *_: waiting.set())
        thread = threading.Thread(target=lambda: answers.append(cloud.call("GetChatappVerifyCode", {})))
        start = time.monotonic()
        thread.start()
        waiting.wait(10)
        cloud.stop()
        thread.join(10)
        cloud.close()
    assert answers == [NotSent("stopped before it was sent")]
    assert len(server.received) == 1 and time.monotonic() - start < 10


class Renewed:
    """Gives the first key once, then the second."""

    def __init__(self, *keys: Key) -> None:
        self.keys = list(keys)

    def get(self, product: Product) -> Key:
        return self.keys.pop(0) if len(self.keys) > 1 else self.keys[0]


@pytest.mark.parametrize(("keys", "used"), [(("old", "new"), ["old", "new"]), (("old", "old"), ["old"])])
def test_an_expired_token_is_renewed_once(client: Client, keys: tuple[str, str], used: list[str]) -> None:
    """A refused token is replaced once, if there is another; the call, turned away at the gate, goes again with it."""
    with Server(answer(400, Code="InvalidSecurityToken.Expired")) as server:
        credentials = Renewed(*(Key(key, "the-secret", "the-token") for key in keys))
        outcome = client(server.url, credentials=credentials).call("GetChatappVerifyCode", {})
    assert isinstance(outcome, Error)
    assert [received.headers["x-acs-accesskey-id"] for received in server.received] == used


class Gone(Renewed):
    """Gives a key once, and then none."""

    def get(self, product: Product) -> Key:
        if not self.keys:
            raise CloudError(Problem("no-credentials", "no credentials were found"))
        return self.keys.pop(0)


@pytest.mark.parametrize(("operation", "status"), [("AddChatappPhoneNumber", 429), ("UpdateMessageContact", 500)])
def test_credentials_that_fail_between_two_attempts_settle_nothing(client: Client, operation: str, status: int) -> None:
    """What the first attempt did stays unknown; where they fail before it, nothing was sent."""
    with Server(answer(status, Code="Unlisted"), answer(200, Code="OK")) as server:
        row = OPERATIONS[operation]
        params = dict.fromkeys(row.required, "x")
        outcome = client(server.url, credentials=Gone(Key("one", "the-secret"))).call(operation, params)
        assert isinstance(outcome, Unknown)
        assert len(server.received) == 1
        with pytest.raises(CloudError):
            client(server.url, credentials=Gone()).call(operation, params)
        assert len(server.received) == 1


def test_a_refused_time_shows_the_skew(client: Client) -> None:
    """A clock that is off is measured against the cloud's own and told; the call is not repeated."""
    refusal = answer(
        400, {"date": "Fri, 20 Nov 2026 10:31:00 GMT"}, Code="InvalidTimeStamp.Expired", Message="Expired."
    )
    with Server(refusal) as server:
        cloud = client(server.url, now=lambda: datetime(2026, 11, 20, 10, 11, tzinfo=UTC))
        outcome = cloud.call("QueryChatappPhoneNumbers", {})
    assert outcome == Error(
        "InvalidTimeStamp.Expired",
        Meaning.CLOCK,
        "this machine's clock is 1200 seconds behind the cloud's: Expired.",
        400,
        "R-1",
    )
    assert len(server.received) == 1


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_message_and_a_code_are_never_sent_again_after_a_loss(client: Client, name: str) -> None:
    """Over the whole table: only reads and unmetered idempotent operations are repeated when the answer is lost."""
    with Server(closes) as server:
        client(server.url).call(name, {})
    row = OPERATIONS[name]
    assert len(server.received) == (4 if row.effect.value in "RI" and not row.metered else 1)


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("NoSuchOperation", {}),
        ("GetChatappVerifyCode", {"VerifyCode": "123456"}),
        ("GetChatappVerifyCode", {"Locale": {"a": 1}}),
    ],
)
def test_what_the_table_does_not_know_is_a_bug(client: Client, operation: str, params: dict[str, object]) -> None:
    """An unknown operation, parameter or type raises before anything is sent, and no value is shown."""
    with Server(OK) as server, pytest.raises(ValueError) as caught:
        client(server.url).call(operation, params)
    assert server.received == [] and "123456" not in str(caught.value)
