"""State on a server of Terraform's protocol: what it answers is told apart, and what is not known is called unknown."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass

import pytest

from reconciler.errors import LostPlace, Problem, StateError
from reconciler.store.terraform.address import addresses
from reconciler.store.terraform.journals import Terraform, open_terraform
from reconciler.store.terraform.server import StateServer
from tests.cloud.loopback import Server, raw
from tests.stage.servers.terraform import PASSWORD, USER, World, environment, serving

HTML = b"<html>Please sign in</html>"
STRANGER = {
    "ID": "their-lock",
    "Operation": "OperationTypeApply",
    "Who": "tom@build-7",
    "Created": "2026-11-20T09:00:00Z",
}
CERTAIN = (302, 400, 401, 403, 404, 413, 429, 501)


@dataclass
class Served:
    """A server, what its addresses begin with, and how long a writer is patient with others' locks.

    term: of a lease, for a share of which it is patient with trouble. Here it mostly has none.
    """

    world: World
    url: str
    wait: float = 0.2
    term: float = 0.0

    def open(self) -> Terraform:
        """Once more, as another process would."""
        at = addresses("http:", environment(self.url))
        return Terraform(at.documents.shown, StateServer(at, "ann@tower", self.wait, self.term))


@pytest.fixture
def served() -> Iterator[Served]:
    with serving() as (world, url):
        yield Served(world, url)


def problem(act: Callable[[], object]) -> Problem:
    """Of the refusal that this ends in. No refusal ever shows who we are."""
    with pytest.raises(StateError) as refused:
        act()
    (found,) = refused.value.problems
    for secret in (PASSWORD, USER, "p%40ss"):
        assert secret not in f"{found.what} {found.found} {found.hint}"
    return found


def append(served: Served, serial: int, *entries: str) -> None:
    with closing(served.open()) as backend:
        backend.append("acme", serial, entries)


def history(served: Served) -> list[str]:
    with closing(served.open()) as backend:
        return backend.history("acme")


def test_an_append_is_one_read_check_and_write_under_one_lock(served: Served) -> None:
    """LOCK, GET, POST with the lock's ID, UNLOCK, each once; and the document's own serial grows with each write."""
    world = served.world
    append(served, 0, "a", "b")
    world.heard.clear()
    append(served, 2, "c")
    assert [(method, path) for method, path, _ in world.heard] == [
        (method, "/state/acme") for method in ("LOCK", "GET", "POST", "UNLOCK")
    ]
    assert world.heard[2][2].startswith("ID=")
    assert json.loads(world.documents["/state/acme"])["serial"] == 2
    assert world.locks == {}


@pytest.mark.parametrize("status", [302, 400, 401, 403, 423, 429, 500, 502])
def test_what_cannot_be_read_is_never_taken_for_empty(served: Served, status: int) -> None:
    """Any answer but a document, or that there is none, is a refusal that names it."""
    world = served.world
    append(served, 0, "a")
    world.fail("GET", status, HTML, headers={"location": "http://127.0.0.1:9/elsewhere"})
    assert f"GET: status {status}" in problem(lambda: history(served)).what
    assert history(served) == ["a"]


@pytest.mark.parametrize("status", CERTAIN)
def test_a_write_that_was_refused_is_not_there(served: Served, status: int) -> None:
    """A definite refusal is told as such; nothing was written, and the lock is released."""
    world = served.world
    append(served, 0, "a")
    world.fail("POST", status, HTML)
    found = problem(lambda: append(served, 1, "b"))
    assert (found.code, f"POST: status {status}" in found.what) == ("state-unusable", True)
    append(served, 1, "c")
    assert history(served) == ["a", "c"]


@pytest.mark.parametrize("status", [409, 423])
def test_a_write_under_a_lost_lock_is_refused(served: Served, status: int) -> None:
    """The server says that another holds the lock: nothing is written, and the refusal names the holder."""
    world = served.world
    append(served, 0, "a")
    world.fail("POST", status, json.dumps(STRANGER).encode())
    found = problem(lambda: append(served, 1, "b"))
    assert (found.code, "tom@build-7" in found.what) == ("state-locked", True)
    assert history(served) == ["a"]


@pytest.mark.parametrize("status", [0, 408, 500, 502, 504])
def test_a_write_whose_answer_was_lost_is_read_back(served: Served, status: int) -> None:
    """It was stored: it counts as appended, and is there once."""
    world = served.world
    append(served, 0, "a")
    world.fail("POST", status, HTML, done=True)
    append(served, 1, "b")
    assert history(served) == ["a", "b"]
    assert [method for method, _, _ in world.heard].count("POST") == 3  # the list of spaces, and the two entries


@pytest.mark.parametrize("status", [0, 408, 500, 502, 504])
def test_a_write_that_is_not_found_is_unknown(served: Served, status: int) -> None:
    """When there is no time left to send it again it is called unknown: it may still arrive."""
    world = served.world
    append(served, 0, "a")
    world.fail("POST", status, HTML)
    found = problem(lambda: append(served, 1, "b"))
    assert (found.code, "whether it was stored is unknown" in found.what) == ("state-unusable", True)
    assert [method for method, _, _ in world.heard].count("POST") == 3


def test_a_write_that_cannot_be_read_back_is_unknown(served: Served) -> None:
    """Even if it was stored: what nobody could look at nobody claims."""
    world = served.world
    append(served, 0, "a")
    with closing(served.open()) as backend:
        backend.read("acme")
        world.fail("POST", done=True)
        world.fail("GET", 200, world.documents["/state/acme"])  # what is read under the lock
        world.fail("GET", 500)
        assert "is unknown" in problem(lambda: backend.append("acme", 1, ["b"])).what
    assert history(served) == ["a", "b"]


def test_a_write_on_its_way_meets_no_other(served: Served) -> None:
    """While it may still arrive nobody else is let in to write: it arrives late, and nothing is written over."""
    world = served.world
    append(served, 0, "a")
    world.fail("POST", 504, HTML)
    found = problem(lambda: append(served, 1, "late"))
    (sent,) = world.unheeded
    assert problem(lambda: append(served, 1, "b")).code == "state-locked"
    assert world.answer("POST", "/state/acme", *sent)[0] == 200
    release(served, found.hint)
    assert history(served) == ["a", "late"]
    with pytest.raises(LostPlace):
        append(served, 1, "b")
    append(served, 2, "c")


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 405, 429, 500, 501])
def test_nothing_is_written_without_a_lock(served: Served, status: int) -> None:
    """A server that gives no lock is refused by the status it answered."""
    world = served.world
    append(served, 0, "a")
    world.fail("LOCK", status, HTML)
    assert f"LOCK: status {status}" in problem(lambda: append(served, 1, "b")).what
    assert history(served) == ["a"]


def test_a_lock_whose_answer_was_lost_is_given_back(served: Served) -> None:
    """It may have been granted: it is released, and nobody is left waiting for it."""
    world = served.world
    append(served, 0, "a")
    world.fail("LOCK", done=True)
    assert problem(lambda: append(served, 1, "b")).code == "state-unusable"
    assert world.locks == {}
    append(served, 1, "b")


def test_a_lock_of_others_is_waited_for_and_then_named(served: Served) -> None:
    """The holder's document is told, not the asker's; nothing is written meanwhile, and reading goes on."""
    world = served.world
    append(served, 0, "a")
    world.locks["/state/acme"] = STRANGER
    found = problem(lambda: append(served, 1, "b"))
    told = "is locked by tom@build-7 since 2026-11-20T09:00:00Z (OperationTypeApply, lock their-lock)"
    assert (found.code, found.what.endswith(told)) == ("state-locked", True)
    assert history(served) == ["a"]


@pytest.mark.parametrize("body", [b"", HTML, b"[]", b"null", b"[" * 10_000])
def test_a_holder_who_is_not_told_is_somebody(served: Served, body: bytes) -> None:
    """A server need not say who holds the lock."""
    world = served.world
    append(served, 0, "a")
    served.wait = 0
    with closing(served.open()) as backend:
        world.fail("LOCK", 423, body)
        assert "is locked by somebody since a time not told" in problem(lambda: backend.append("acme", 1, ["b"])).what


def test_a_lock_that_is_soon_released_holds_nobody_up(served: Served) -> None:
    """Others' appends last milliseconds: an append waits for them."""
    world = served.world
    append(served, 0, "a")
    world.locks["/state/acme"] = STRANGER
    timer = threading.Timer(0.1, world.locks.clear)
    timer.start()
    served.wait = 10
    append(served, 1, "b")
    timer.join()
    assert history(served) == ["a", "b"]


def test_a_lock_that_was_not_released_undoes_nothing(served: Served) -> None:
    """The append stands; the same process releases the lock when it comes by again."""
    world = served.world
    append(served, 0, "a")
    with closing(served.open()) as backend:
        world.fail("UNLOCK", 500)
        backend.append("acme", 1, ["b"])
        assert set(world.locks) == {"/state/acme"}
        backend.append("acme", 2, ["c"])
    assert (history(served), world.locks) == (["a", "b", "c"], {})


def release(served: Served, hint: str) -> None:
    """Does what the command that a refusal ends with does."""
    (id,) = re.findall("reconciler force-unlock ([0-9a-f]{32})$", hint)
    with closing(served.open()) as backend:
        assert backend.release("0" * 32) == []
        assert served.world.locks["/state/acme"]["ID"] == id
        assert (backend.release(id), backend.release(id)) == (["acme"], [])


KILLED = """
import os, signal, sys
from reconciler.runtime import failpoints
from reconciler.store.terraform.journals import open_terraform

failpoints.arm(lambda place: place == sys.argv[1] and os.kill(os.getpid(), signal.SIGKILL))
open_terraform("http:", os.environ).append("acme", 1, ["b"])
"""


@pytest.mark.parametrize(("place", "left"), [("terraform.locked", ["a"]), ("terraform.stored", ["a", "b"])])
def test_a_lock_left_behind_is_released_as_the_hint_says(served: Served, place: str, left: list[str]) -> None:
    """A writer is killed under its lock: the next one is told whose it is, and the command that it is told frees it."""
    append(served, 0, "a")
    environ = environment(served.url) | {"RECONCILER_WHO": "ann", "RECONCILER_HOST": "laptop"}
    killed = subprocess.run([sys.executable, "-c", KILLED, place], env=environ)
    assert killed.returncode == -signal.SIGKILL
    found = problem(lambda: append(served, len(left), "c"))
    assert (found.code, "locked by ann@laptop" in found.what) == ("state-locked", True)
    release(served, found.hint)
    append(served, len(left), "c")
    assert history(served) == [*left, "c"]


def test_a_space_whose_first_entry_never_came_is_not_listed(served: Served) -> None:
    """Its id is written down first, so that no space with entries is ever missing from the list."""
    world = served.world
    world.fail("POST", 403, path="/acme")
    problem(lambda: append(served, 0, "a"))
    with closing(served.open()) as backend:
        assert backend.spaces() == []
        backend.append("acme", 0, ["a"])
        assert backend.spaces() == ["acme"]


def test_a_writer_that_was_written_over_appends_nothing_more(served: Served) -> None:
    """Where a lock is given to two, the earlier of two writes vanishes: its writer finds out at its next append."""
    world = served.world
    append(served, 0, "a")
    before = world.documents["/state/acme"]
    with closing(served.open()) as first, closing(served.open()) as second:
        first.append("acme", 1, ["first"])
        world.documents["/state/acme"] = before  # what the second one had read by then
        second.append("acme", 1, ["second"])
        with pytest.raises(LostPlace, match="entry 2 was written over"):
            first.append("acme", 2, ["on"])
    assert history(served) == ["a", "second"]


def test_a_server_that_keeps_each_serial_once_refuses_the_later_of_two_writes() -> None:
    """As GitLab does: then even a lock given to two loses nothing."""
    with serving(gitlab=True) as (world, url):
        environ = environment(url, gitlab=True)
        with closing(open_terraform("http:", environ)) as first, closing(open_terraform("http:", environ)) as second:
            first.append("acme", 0, ["a"])
            before = world.documents["/state/acme"]
            first.append("acme", 1, ["first"])
            stored = world.documents["/state/acme"]
            world.fail("GET", 200, before)  # what the second one had read by then
            with pytest.raises(LostPlace):
                second.append("acme", 1, ["second"])
        assert world.documents["/state/acme"] == stored


def test_a_proxy_that_wants_a_password_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not asked again, and the hint is about the proxy."""
    with Server(raw(407, b"")) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        with closing(open_terraform("https://state.example.com/{space}", {})) as backend:
            found = problem(lambda: backend.read("acme"))
    assert found.what.endswith("/acme cannot be used as state: GET: the proxy asks for a user and password")
    assert found.hint == "Write them into HTTPS_PROXY: http://USER:PASSWORD@HOST:PORT. Or name the server in NO_PROXY."
    assert len(proxy.received) == 1
