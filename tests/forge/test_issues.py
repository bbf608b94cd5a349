"""One issue for each key, whatever people do to it, whoever runs beside us, and whatever happens to the calls."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from reconciler.errors import CloudError
from tests.forge.writing import FIRST, MARK, OURS, SECOND, WRITES, Writer
from tests.stage.servers.forge import Forge

OPEN = r"/issues$"


def writes(forge: Forge) -> int:
    return sum(method in WRITES and path != "/graphql" for method, path in forge.heard)


def ours(forge: Forge, text: str = FIRST, **more: Any) -> dict[str, Any]:
    """An issue that an earlier run opened."""
    return forge.open(OURS[forge.gitlab], "Drift", text, **more)


def state(forge: Forge, is_open: bool) -> dict[str, str]:
    return {"state": ("opened" if forge.gitlab else "open") if is_open else "closed"}


def test_opened_updated_closed_and_opened_again(forge: Forge) -> None:
    """Each time only what differs is written, so that a schedule is quiet; it is the same issue to the end."""
    writer = Writer(forge)
    steps: list[tuple[str, bool | None, str]] = [
        (FIRST, False, ""),
        (FIRST, None, ""),
        (FIRST, True, "opened 1"),
        (FIRST, True, "unchanged 1"),
        (SECOND, True, "updated 1"),
        (FIRST, None, "updated 1"),
        (FIRST, None, "unchanged 1"),
        (SECOND, False, "closed 1"),
        (SECOND, False, ""),
        (FIRST, None, ""),
        (FIRST, True, "reopened 1"),
    ]
    assert [writer.kept(text, due) for text, due, _ in steps] == [said for _, _, said in steps]
    assert (forge.told(), writes(forge)) == ([(1, "open", FIRST)], 5)


def test_what_people_do_to_it(forge: Forge) -> None:
    """Another title stays and makes no second issue; what somebody closed while it is due is opened again; a body that
    somebody rewrote is written anew, unless the marker is gone: then it is theirs."""
    writer = Writer(forge)
    writer.keep()
    forge.issues[0]["title"] = "Customers are off!"
    assert writer.kept(SECOND) == "updated 1"
    forge.issues[0] |= state(forge, is_open=False)
    assert writer.kept(SECOND) == "reopened 1"
    text = "description" if forge.gitlab else "body"
    forge.issues[0][text] += "\nseen by ann"
    assert writer.kept(SECOND) == "updated 1"
    assert forge.issues[0]["title"] == "Customers are off!"
    forge.issues[0][text] = "ann's own words"
    assert writer.kept() == "opened 2"


def test_a_strangers_issue_with_our_marker_is_not_taken(forge: Forge) -> None:
    """Not by its text, not where the marker is quoted further down, not a pull request of the same account."""
    forge.open("mallory", "Drift", SECOND)
    ours(forge, f"quoted:\n{SECOND}")
    ours(forge, f"{MARK} said somebody")
    ours(forge, SECOND.replace("plan", "plan-eu"))
    if not forge.gitlab:
        ours(forge, SECOND, pull_request={"url": "x"})
    before = forge.told()
    assert Writer(forge).kept() == f"opened {len(before) + 1}"
    assert forge.told()[:-1] == before


@pytest.mark.parametrize("how", ["at once", "unanswered", "seen later"])
def test_two_runs_that_meet_leave_one_open(forge: Forge, how: str) -> None:
    """The other one opened its issue between our look and our own: the older stays, with what we found; ours is closed
    with the other's number, now or, where the list was late, by the next run."""

    def other(page: int = 1) -> None:
        forge.after_page = None
        ours(forge, SECOND)

    writer = Writer(forge)
    if how == "at once":
        forge.after_page = other
    elif how == "unanswered":
        forge.fail("POST", OPEN, 502, first=other, done=True)
    else:
        other()
        ours(forge)
    assert writer.kept() == ("opened 1" if how == "unanswered" else "updated 1")
    assert [told[:2] for told in forge.told()] == [(1, "open"), (2, "closed")]
    assert forge.told()[1][2] == f"{MARK}\nAnother run opened #1 at the same time; that one is kept up to date."
    assert writer.kept() == ("updated 1" if how == "unanswered" else "unchanged 1")
    assert forge.told()[0] == (1, "open", FIRST)


def test_many_runs_at_once_leave_one_open(forge: Forge) -> None:
    """Whichever is first to see and to open: the oldest, and the others lead to it."""
    runs = [threading.Thread(target=Writer(forge).keep) for _ in range(4)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    told = forge.told()
    assert [number for number, state, _ in told if state == "open"] == [1]
    assert all("#1 " in text for _, state, text in told if state == "closed")


def test_an_open_one_is_kept_before_a_closed_one(forge: Forge) -> None:
    """As where the first was moved or closed for good, and another one is discussed."""
    ours(forge, SECOND, **state(forge, is_open=False))
    ours(forge, SECOND)
    assert Writer(forge).kept() == "updated 2"


@pytest.mark.parametrize(("largest", "silent"), [(100, False), (7, False), (100, True)])
def test_it_is_found_on_the_last_page(forge: Forge, largest: int, silent: bool) -> None:
    """A server that gives fewer than asked for, or says nothing of more, misleads nobody."""
    forge.largest, forge.silent = largest, silent
    for n in range(105):
        ours(forge, f"other {n}")
    ours(forge, SECOND)
    assert Writer(forge).kept() == "updated 106"


@pytest.mark.parametrize("status", [0, 408, 502])
@pytest.mark.parametrize("done", [True, False])
def test_a_lost_answer_opens_no_second_issue(forge: Forge, status: int, done: bool) -> None:
    """Whether it was opened or not: it is looked for before it is tried again."""
    forge.fail("POST", OPEN, status, done=done)
    assert Writer(forge).kept() == "opened 1"
    assert (forge.told(), writes(forge)) == ([(1, "open", FIRST)], 1 if done else 2)


def lost(forge: Forge) -> None:
    for _ in range(2):
        forge.fail("POST", OPEN, 502)


FAULTS: dict[str, tuple[Callable[[Forge], object], str, str]] = {
    "never answered": (lost, "comment-unsure", "looks for it first"),
    "may not": (lambda forge: forge.fail("POST", OPEN, 403, {}), "forge-refused", "issues: write|scope"),
    "turned off": (lambda forge: forge.fail("POST", OPEN, 410, {}), "forge-refused", "turned off|docs/comments"),
    "no list": (lambda forge: forge.fail("GET", OPEN, 200, {"an": "object"}), "forge-unreachable", "again"),
    "no issue": (lambda forge: forge.fail("POST", OPEN, 201, ["?"]), "comment-unsure", "looks for it first"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_goes_wrong_says_what_to_do(forge: Forge, name: str) -> None:
    """Nothing is called done that may not be."""
    fault, code, hint = FAULTS[name]
    fault(forge)
    with pytest.raises(CloudError) as caught:
        Writer(forge).keep()
    (problem,) = caught.value.problems
    assert problem.code == code
    assert any(word in problem.mend for word in hint.split("|"))
