"""The client: one operation in, one answer out. It does not raise for anything that the cloud or the network does.

It never decides what to call. retry.py decides what is repeated; one exception: a call that was refused for an expired
token is repeated once with a renewed key (`_attempt`). It raises ValueError for an operation or parameter that the
table does not list, and CloudError if there are no usable credentials; these are read before each attempt.
"""

from __future__ import annotations

import contextlib
import re
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any, TypeGuard
from urllib.parse import urlsplit

from reconciler.cloud.credentials import Credentials, Key
from reconciler.cloud.pace import LocalPace, Pace, Unlimited
from reconciler.cloud.parameters import flattened
from reconciler.cloud.reading import judged_reply
from reconciler.cloud.retry import repeat
from reconciler.cloud.shared_pace import SharedAccount, SharedPace
from reconciler.cloud.signing import canonical_query, signed, utc_now
from reconciler.core.answer import Answer, Error, NotSent, Unknown
from reconciler.core.exchange import HIDDEN, Exchange, Watch
from reconciler.core.model import Limits
from reconciler.net.http import Lost, Reply, Transport
from reconciler.net.loopback import is_loopback
from reconciler.operations import OPERATIONS, Effect, Operation, Product

_FORM = "application/x-www-form-urlencoded"

Pairs = list[tuple[str, str]]
BELIEVED = timedelta(days=366)
"""A Date header that differs by more than this from the local clock is ignored: one wrong answer could otherwise block
messages for years."""


class Cloud:
    """Both products behind one call. Safe to share between threads."""

    def __init__(
        self,
        endpoints: Mapping[Product, str],
        credentials: Credentials,
        limits: Limits,
        *,
        sleep: Callable[[float], object] | None = None,
        now: Callable[[], datetime] = utc_now,
        monotonic: Callable[[], float] = time.monotonic,
        on_throttle: Callable[[str, float], None] | None = None,
        pace: Pace | None = None,
        shared: SharedAccount | None = None,
        read_timeout: float = 30.0,
        watch: Watch | None = None,
        accounts: Mapping[Product, str] | None = None,
    ) -> None:
        """on_throttle: called with the operation and the seconds until the next attempt. sleep: waits some seconds; by
        default, a wait between attempts ends at stop(), and one for the rate limit of this process does not.

        shared: knows the other runs of the account, if the backend supports it. watch: called with each exchange.
        accounts: ids, by product; without one, or with "", each access key counts as an account of its own.
        """
        self._endpoints, self._credentials, self._limits = dict(endpoints), credentials, limits
        self._now, self._monotonic, self._on_throttle = now, monotonic, on_throttle
        self._watch, self._accounts = watch, dict(accounts or {})
        self._stopped = threading.Event()
        self._ahead = timedelta()
        self._sleep = sleep or self._stopped.wait
        self._pace = pace or _pace(limits, monotonic, sleep or time.sleep)
        if shared and isinstance(self._pace, LocalPace):
            self._pace = SharedPace(shared, self._pace, monotonic, self._sleep)
        self._transports = {
            url: Transport(proxies=not _local(url), tls=url.startswith("https:"), read=read_timeout)
            for url in set(self._endpoints.values())
        }

    def call(self, operation: str, params: Mapping[str, Any], first: Callable[[], None] | None = None) -> Answer:
        """Calls one operation. Raises CloudError without usable credentials, ValueError for an unknown operation or
        parameter.

        params: by their names on the wire; lists and booleans as such, None for absent. first: called once, when the
            rate limit admits the call, before anything is sent; if it raises, nothing is sent.
        """
        row = OPERATIONS.get(operation)
        if row is None:
            raise ValueError(f"no operation {operation}")
        pairs = flattened(row, params)

        def waiting(answer: Answer, seconds: float) -> None:
            if self._on_throttle and slowed(answer):
                self._on_throttle(operation, seconds)

        begin = _Once(first)
        return repeat(
            row, lambda: self._attempt(row, pairs, begin), sleep=self._sleep, monotonic=self._monotonic, waiting=waiting
        )

    def time(self) -> datetime:
        """The cloud's time, from its last answer that had one: daily limits follow the cloud's clock."""
        return self._now() + self._ahead

    def _note_time(self, reply: Reply) -> None:
        with contextlib.suppress(KeyError, ValueError, TypeError, OverflowError):
            ahead = parsedate_to_datetime(reply.headers["date"]) - self._now()
            if abs(ahead) < BELIEVED:
                self._ahead = ahead

    def stop(self) -> None:
        """Sends nothing more. Answers to requests already sent are still read.

        A call that waits between attempts returns at once, one that waits for the rate limit when its turn comes.
        """
        self._stopped.set()

    def close(self) -> None:
        """Stops, and closes the connections."""
        self.stop()
        self._pace.close()
        for transport in self._transports.values():
            transport.close()

    def _attempt(self, row: Operation, pairs: Pairs, begin: Callable[[], None]) -> Answer:
        key = self._credentials.get(row.product)
        answer = self._once(row, pairs, key, begin)
        if isinstance(answer, Error) and answer.code.startswith("InvalidSecurityToken"):
            # Refused at the gateway, so nothing was done; it may be repeated once with a renewed key.
            renewed = self._credentials.get(row.product)
            return answer if renewed == key else self._once(row, pairs, renewed, begin)
        return answer

    def _once(self, row: Operation, pairs: Pairs, key: Key, begin: Callable[[], None]) -> Answer:
        with self._pace.take(self._accounts.get(row.product) or key.id, row.name) as ready:
            if self._stopped.is_set():
                return NotSent("stopped before it was sent")
            begin()
            ready()
            began = time.perf_counter()
            reply = self._send(row, pairs, key)
        answer = self._read(row, pairs, key, reply)
        if self._watch:
            status = reply.status if isinstance(reply, Reply) else 0
            self._watch(Exchange(row.name, _shown(row, pairs), status, answer, time.perf_counter() - began))
        return answer

    def _read(self, row: Operation, pairs: Pairs, key: Key, reply: Reply | Lost) -> Answer:
        if isinstance(reply, Lost):
            return Unknown(reply.reason) if reply.sent else NotSent(reply.reason)
        self._note_time(reply)
        return self._judged(row, judged_reply(row, reply, self._now(), _hiding(row, pairs, key)), key)

    def _send(self, row: Operation, pairs: Pairs, key: Key) -> Reply | Lost:
        url, text = self._endpoints[row.product], canonical_query(pairs)
        host, headers = url.partition("://")[2], {"x-acs-action": row.name, "x-acs-version": row.version}
        if row.travels == "body":
            body = text.encode()
            headers = signed(key, host, (), {**headers, "content-type": _FORM}, body, self._now)
            return self._transports[url].send(f"{url}/", headers, body)
        headers = signed(key, host, pairs, headers, b"", self._now)
        return self._transports[url].send(f"{url}/?{text}" if text else f"{url}/", headers, b"")

    def _judged(self, row: Operation, answer: Answer, key: Key) -> Answer:
        if not slowed(answer):
            return answer
        self._pace.throttled(self._accounts.get(row.product) or key.id, row.name)
        # Not documented: System.LimitControl, unlike Throttling*, might come after a message was sent or a code was
        # accepted.
        trusted = self._limits.throttled_means_not_sent or answer.code != "System.LimitControl"
        if isinstance(answer, Unknown) or trusted or row.effect not in (Effect.NOTIFY, Effect.CONSUME):
            return answer
        done = "sent" if row.effect is Effect.NOTIFY else "taken"
        why = f"throttled by System.LimitControl, perhaps after it was {done}"
        return Unknown(why, answer.code, answer.message, answer.status, answer.request_id)


def slowed(answer: Answer) -> TypeGuard[Error | Unknown]:
    """Whether the cloud asks for fewer calls per second."""
    return (isinstance(answer, Error) and answer.throttled) or (isinstance(answer, Unknown) and answer.busy)


class _Once:
    """Calls the action at most once; it is not repeated, even if it raised."""

    def __init__(self, action: Callable[[], None] | None) -> None:
        self._action = action

    def __call__(self) -> None:
        action, self._action = self._action, None
        if action:
            action()


def _shown(row: Operation, pairs: Pairs) -> Pairs:
    return [(name, HIDDEN if name in row.secret else value) for name, value in pairs]


def _hiding(row: Operation, pairs: Pairs, key: Key) -> Callable[[str], str]:
    """A function that removes the access key secret, the token and the typed code from a text, even if there are
    separators in the code. The cloud answers a wrong signature with the text that was signed."""
    typed = [re.findall("[0-9A-Za-z]", value) for name, value in pairs if name in row.secret]
    parts = [*map(re.escape, filter(None, (key.secret, key.token)))]
    parts += ["(?:[^0-9A-Za-z]|%2[0-9a-fA-F]){0,3}".join(each) for each in typed if each]
    return partial(_hide, re.compile("|".join(parts) or "(?!)"))


def _hide(secrets: re.Pattern[str], text: str) -> str:
    plain = text if text.isascii() else "".join(map(_digit, text))
    ends = [0, *(end for match in secrets.finditer(plain) for end in match.span()), len(text)]
    return HIDDEN.join(text[begin:end] for begin, end in zip(ends[::2], ends[1::2], strict=True))


def _digit(letter: str) -> str:
    """Decimal digits of any script, including full-width ones, as 0 to 9."""
    return str(int(letter)) if letter.isdecimal() else letter


def _pace(limits: Limits, monotonic: Callable[[], float], sleep: Callable[[float], object]) -> Pace:
    if not limits.calls_per_second:
        return Unlimited()
    return LocalPace(limits.calls_per_second, monotonic=monotonic, sleep=sleep)


def _local(url: str) -> bool:
    return is_loopback(urlsplit(url).hostname or "")
