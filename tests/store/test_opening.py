"""A place that cannot be opened is refused by what is wrong with it, before anything is written."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from reconciler.errors import StateError
from reconciler.store import extras, open_backend

# psycopg as it is where pip brought the pure package only, and the machine has no libpq.
WITHOUT_LIBPQ = """
import ctypes.util, sys
from pathlib import Path
from reconciler.store import open_backend

sys.modules["psycopg_c"] = sys.modules["psycopg_binary"] = None
ctypes.util.find_library = lambda name: None
try:
    open_backend("postgres://127.0.0.1/state", Path())
except Exception as error:
    print(error.problems[0].code, error.problems[0].what, error.problems[0].hint, sep="\\n")
"""


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address of this machine where nobody listens, for as long as it is held."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{held.getsockname()[1]}"


@pytest.mark.parametrize("url", ["dir:", "dir:.", "dir:./", "sqlite:", "sqlite:."])
def test_the_repository_itself_is_no_state(tmp_path: Path, url: str) -> None:
    """A path that is empty would put journals among the configuration."""
    with pytest.raises(StateError, match="names no file or folder of its own") as refused:
        open_backend(url, tmp_path)
    assert (refused.value.problems[0].code, list(tmp_path.iterdir())) == ("state-url-unknown", [])


@pytest.mark.parametrize(
    "url", ["sqlite:state.db\n", "dir:journals\r\n", "sqlite:state.db ", "postgres://u:hidden@h/d\n"]
)
def test_a_line_break_after_a_url_makes_no_other_state(tmp_path: Path, url: str) -> None:
    """As a secret may end: an empty state of almost the same name would have every message sent again."""
    with pytest.raises(StateError, match="ends with a blank or a line break") as refused:
        open_backend(url, tmp_path)
    (found,) = refused.value.problems
    assert ("hidden" in f"{found}", list(tmp_path.iterdir())) == (False, [])


@pytest.mark.parametrize("url", ["sqlite:~/state.db", "dir:~ann/journals"])
def test_a_home_that_no_shell_filled_in_is_no_folder(tmp_path: Path, url: str) -> None:
    """The same words would mean two places: a shell fills in `~` for a variable, and leaves it after --state."""
    with pytest.raises(StateError, match="~ is no folder here") as refused:
        open_backend(url, tmp_path)
    assert (refused.value.problems[0].found, list(tmp_path.iterdir())) == (url, [])


def test_a_package_without_what_it_is_built_on_is_named_with_its_extra() -> None:
    """It is there, and cannot be loaded: the same way out as for one that is not there."""
    told = subprocess.run([sys.executable, "-c", WITHOUT_LIBPQ], check=True, capture_output=True, text=True)
    assert told.stdout.splitlines() == [
        "extra-missing",
        "state in postgres: needs more: no pq wrapper available",
        extras.hint("postgres"),
    ]


def test_a_server_that_is_not_there_is_no_matter_of_a_disk(nobody: str) -> None:
    """The method comes first, then what went wrong; the hint is one for servers."""
    with closing(open_backend(f"http://{nobody}/{{space}}", Path())) as backend, pytest.raises(StateError) as refused:
        backend.read("s")
    (found,) = refused.value.problems
    assert found.what == (f"http://{nobody}/s cannot be used as state: GET: no connection: nothing listens at the port")
    assert found.mend == "Check its address, the network and the credentials, and whether the server is up."
