from __future__ import annotations

import threading

import pytest

from reconciler.runs.interrupt import Patience


def raises() -> str:
    raise KeyError("this one")


def test_calls_one_after_the_other_need_one_thread() -> None:
    """However often somebody waits, threads are made only for what is waited for at the same time."""
    patience, before = Patience(), threading.active_count()
    assert [patience.wait_for(lambda: "done", raises) for _ in range(100)] == ["done"] * 100
    assert threading.active_count() <= before + 1


def test_what_was_raised_comes_through() -> None:
    """An error is the waiting thread's, and the one who worked goes on with the next thing."""
    patience = Patience()
    with pytest.raises(KeyError, match="this one"):
        patience.wait_for(raises, raises)
    assert patience.wait_for(lambda: "done", raises) == "done"


def test_what_is_given_up_holds_nobody() -> None:
    """Once patience is lost something else is said in its place, and its own end is told to nobody."""
    patience, begun, let_go = Patience(), threading.Event(), threading.Event()

    def frozen() -> str:
        begun.set()
        let_go.wait()
        return "too late"

    def signalled() -> None:
        begun.wait()
        patience.lose(0.0)

    signal = threading.Thread(target=signalled)
    signal.start()
    assert patience.wait_for(frozen, lambda: "given up") == "given up"
    let_go.set()
    signal.join()
    assert Patience().wait_for(lambda: "next", raises) == "next"
