"""Signals during a run, and how long their sender waits: for calls in progress, then for the state."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from types import FrameType
from typing import TYPE_CHECKING, Any, TypeVar

from reconciler.core.answer import Answer, Unknown
from reconciler.errors import Problem, StateError
from reconciler.executor.drive import Caller, Stopping
from reconciler.runs.start import Say
from reconciler.store.backend import Around, Backend

if TYPE_CHECKING:
    from reconciler.cloud.client import Cloud

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
PATIENCE = 3.0
"""Seconds for a call in progress after the first signal; a second signal ends them."""
WRITING = 1.0
"""Further seconds to write its outcome."""
LOCKED = 2.5
"""Seconds for a write when no run handles the signal: it may hold a lock, which a person would have to release."""

FIRST = f"Interrupted: no new call is made; what is under way has {PATIENCE:g} seconds. Once more ends it now."
AGAIN = "Interrupted again: what is under way is not waited for; its outcome is unknown."
T = TypeVar("T")
Inbox = SimpleQueue[tuple[Callable[[], Any], SimpleQueue[Any]]]
_idle: list[Inbox] = []
"""Idle threads, kept because starting one takes longer than most writes."""


class Patience:
    """Unlimited until lose(). Abandoned work continues in its thread."""

    def __init__(self) -> None:
        self._ends = float("inf")
        self._waiting: set[SimpleQueue[Any]] = set()

    def lose(self, after: float) -> None:
        """after: seconds from now. Safe in a signal handler: takes no lock. Waiters check their time again."""
        self._ends = min(self._ends, time.monotonic() + after)
        for news in list(self._waiting):
            news.put(None)

    def wait_for(self, work: Callable[[], T], otherwise: Callable[[], T], longer: float = 0.0) -> T:
        """The result of the work, or of `otherwise` when the time is over. longer: further seconds."""
        news: SimpleQueue[Future[T] | None] = SimpleQueue()
        self._waiting.add(news)
        try:
            _hand_over(work, news)
            while (left := self._ends + longer - time.monotonic()) >= 0:
                with contextlib.suppress(Empty):
                    if done := news.get(timeout=None if left == float("inf") else left):
                        return done.result()
            return otherwise()
        except KeyboardInterrupt:
            with contextlib.suppress(Empty):
                news.get(timeout=LOCKED * (longer > 0))
            raise
        finally:
            self._waiting.discard(news)


def _hand_over(work: Callable[[], Any], news: SimpleQueue[Any]) -> None:
    """Passes work to a daemon thread, which reports only through `news`."""
    try:
        inbox = _idle.pop()
    except IndexError:
        inbox = SimpleQueue()
        threading.Thread(target=_work, args=(inbox,), name="patience", daemon=True).start()
    inbox.put((work, news))


def _work(inbox: Inbox) -> None:
    while True:
        work, news = inbox.get()
        done = Future[Any]()
        try:
            done.set_result(work())
        except BaseException as error:  # noqa: BLE001 - raised in the waiting thread
            done.set_exception(error)
        _idle.append(inbox)
        news.put(done)
        del work, news, done  # an idle thread keeps nothing alive


class Patient(Around):
    """A backend whose writes are abandoned too: a frozen one must not hold up a run that somebody ended."""

    def __init__(self, inner: Backend, patience: Patience) -> None:
        super().__init__(inner)
        self._patience = patience

    def append(self, space_id: str, serial: int, entries: Sequence[str]) -> None:
        self._wait_for(lambda: self.inner.append(space_id, serial, entries))

    def snapshot(self, space_id: str, serial: int, body: str) -> None:
        self._wait_for(lambda: self.inner.snapshot(space_id, serial, body))

    def _wait_for(self, write: Callable[[], None]) -> None:
        self._patience.wait_for(write, self._give_up, WRITING)

    def _give_up(self) -> None:
        what = f"{self.inner.url}: interrupted before it answered; whether the last entries were written is unknown"
        raise StateError(Problem("state-unusable", what, hint="Look at `reconciler log` once it can be reached."))


class Interrupt:
    """Reacts to signals: no new calls, some time for calls in progress, none after a second signal."""

    def __init__(self, alert: Say) -> None:
        self._alert = alert
        self.stop = Stopping()
        self.patience = Patience()

    def patient(self, call: Caller) -> Caller:
        """An abandoned call has an unknown answer."""
        abandoned: Answer = Unknown("interrupted before the answer came")
        return lambda *asked: self.patience.wait_for(lambda: call(*asked), lambda: abandoned)

    @contextlib.contextmanager
    def heard(self, cloud: Cloud) -> Iterator[None]:
        """Handles signals during a run."""
        heard: SimpleQueue[bool] = SimpleQueue()

        def signalled(number: int, frame: FrameType | None) -> None:
            """Takes no lock: it runs in the midst of anything, of itself as well."""
            again = self.stop.interrupt()
            self._alert(AGAIN if again else FIRST)
            self.patience.lose(0.0 if again else PATIENCE)
            heard.put(True)

        def stopped() -> None:
            while heard.get():
                self.stop.set()
                cloud.stop()

        stopper = threading.Thread(target=stopped, name="signals", daemon=True)
        stopper.start()
        before = {number: signal.signal(number, signalled) for number in SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            heard.put(False)
            stopper.join()
