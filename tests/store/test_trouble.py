"""Trouble of a moment: what is asked again, for how long, and what a person hears of it."""

from __future__ import annotations

import re
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from reconciler.errors import Problem, StateError
from reconciler.store import open_backend
from reconciler.store.backend import SERVER_HINT
from reconciler.store.trouble import FIRST, Retries, Trouble
from tests.stage.places import places


class Store:
    """Fails until it is so many seconds old. after: seconds that it asks for. unreached: as of Trouble."""

    def __init__(self, seconds: float, after: float = 0.0, unreached: bool = False) -> None:
        self.until = time.monotonic() + seconds
        self.after, self.unreached = after, unreached
        self.asked = 0

    def __call__(self) -> str:
        self.asked += 1
        if time.monotonic() < self.until:
            raise Trouble(
                Problem("state-unusable", "the store answered 503"), after=self.after, unreached=self.unreached
            )
        return "there"


def test_what_fails_for_a_moment_is_asked_again() -> None:
    """Until it is there; of less than a second nobody hears."""
    told: list[str] = []
    store = Store(0.3)
    assert Retries(5, told.append).ask(store) == "there"
    assert (1 < store.asked < 20, told) == (True, [])


def test_longer_trouble_is_told_and_ends() -> None:
    """The last error is raised before the time is over, and nothing is asked after it."""
    told: list[str] = []
    began = time.monotonic()
    with pytest.raises(Trouble, match="the store answered 503"):
        Retries(2, told.append).ask(Store(60))
    assert time.monotonic() - began < 2 + 1
    Retries(9, told.append).ask(Store(4))
    assert told
    assert {line.partition(" Retrying in ")[0] for line in told} == {"the store answered 503."}


def test_a_store_is_left_alone_for_as_long_as_it_asks() -> None:
    """And given up at once where that is longer than there is time."""
    store = Store(0.4, after=0.5)
    assert Retries(5, str).ask(store) == "there"
    assert store.asked == 2
    store = Store(60, after=30)
    with pytest.raises(Trouble):
        Retries(5, str).ask(store)
    assert store.asked == 1


def test_what_was_never_reached_is_given_up_soon() -> None:
    """Nothing listens there, as where a port is mistyped; once reached, it has its whole time whatever asks it."""
    reached = threading.Event()
    began = time.monotonic()
    with pytest.raises(Trouble):
        Retries(60, str, reached).ask(Store(60, unreached=True))
    assert time.monotonic() - began < FIRST + 1
    Retries(60, str, reached).ask(Store(0))
    assert Retries(9, str, reached).ask(Store(FIRST + 1, unreached=True)) == "there"
    assert Retries(9, str).ask(Store(FIRST + 1)) == "there"


@pytest.mark.parametrize("name", ["gitlab", "oss", "s3", "terraform"])
def test_a_mistyped_port_is_told_within_seconds(name: str, tmp_path: Path) -> None:
    """Of every store that is asked again: with the hint to check the address."""
    with places()[name](tmp_path) as where:
        environ = {key: re.sub(r"(127.0.0.1|localhost):[0-9]+", r"\1:9", value) for key, value in where.environ.items()}
        url = re.sub(r"(127.0.0.1|localhost):[0-9]+", r"\1:9", where.url)
        began = time.monotonic()
        with closing(open_backend(url, where.root, environ=environ)) as backend, pytest.raises(StateError) as told:
            backend.read("acme")
        assert (time.monotonic() - began < FIRST + 2, told.value.problems[0].hint) == (True, SERVER_HINT)


def test_what_is_certain_is_raised_at_once() -> None:
    """A refusal is no trouble of a moment."""
    asked: list[int] = []

    def refused() -> None:
        asked.append(1)
        raise StateError(Problem("state-unusable", "403"))

    with pytest.raises(StateError, match="403"):
        Retries(5, str).ask(refused)
    assert asked == [1]
