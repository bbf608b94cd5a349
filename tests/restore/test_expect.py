"""--expect: what it takes, and what it refuses to take for nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from reconciler.sandbox.http.serving import Listener, serving
from tests.stage.failing import Failing, codes
from tests.stage.project import APPLY, Project
from tests.stage.servers.quiet import Quiet

FOREIGN = {"0123456789abcdef": {"cams-e2e": ["l", 1, "00"]}}


@pytest.fixture
def recorded(failing: Failing, project: Project) -> Failing:
    project.declare("support")
    assert failing(*APPLY).code == 3
    return failing


@pytest.fixture
def address(recorded: Failing, project: Project) -> Iterator[str]:
    """Where the memory of this working copy is published; `/moved` leads there, and `/none` is missing."""
    content = (project.root / ".reconciler/seen.json").read_bytes()

    class Handler(Quiet):
        def do_GET(self) -> None:
            status = {"/moved": 302, "/none": 404}.get(self.path, 200)
            self.reply(status, content, {"location": "/seen.json"})

    with serving(Listener(Handler)) as server:
        yield server.url


def test_an_address_is_fetched_by_one_request(recorded: Failing, project: Project, address: str) -> None:
    """What it holds is held against the state; a redirect and an error are refused, and so is plain http elsewhere."""
    assert recorded("plan", "--expect", f"{address}/seen.json").code == 0
    for path in ("moved", "none"):
        refused = recorded("plan", "--expect", f"{address}/{path}")
        assert (refused.code, codes(refused.err)) == (1, ["expect-unreadable"])
    refused = recorded("plan", "--expect", "http://state.example.com/seen.json")
    assert (refused.code, codes(refused.err)) == (1, ["expect-unreadable"])
    recorded.begin_anew()
    refused = recorded("plan", "--expect", f"{address}/seen.json")
    assert (refused.code, codes(refused.err)) == (1, ["state-vanished"])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (None, "expect-unreadable"),
        ("", "plan-unreadable"),
        ("[]", "plan-unreadable"),
        ('{"a": 1}', "expect-unreadable"),
        ('{"": {"acme": ["l", "1", "00"]}}', "expect-unreadable"),
        ('{"reconciler_snapshot": 1}', "snapshot-unreadable"),
        (json.dumps(FOREIGN), "expect-elsewhere"),
    ],
)
def test_what_expects_nothing_that_can_be_read_is_refused(
    recorded: Failing, project: Project, text: str | None, code: str
) -> None:
    """A file that is missing, cut, of another form, or about another place: each by name, and nothing is planned."""
    if text is not None:
        project.write("tips.json", text)
    refused = recorded("plan", "--expect", "tips.json")
    assert (refused.out, codes(refused.err)) == ("", [code])


def test_the_first_run_expects_nothing_and_says_so(failing: Failing, project: Project) -> None:
    """By a file that holds an empty object; an empty variable of a pipeline is no word for it."""
    project.declare("support")
    project.write("tips.json", "{}\n")
    assert failing("plan", "--expect", "tips.json").code == 0
    assert failing(*APPLY, RECONCILER_EXPECT="tips.json").code == 3
    assert failing(*APPLY, RECONCILER_EXPECT="").code == 64


def test_a_memory_of_an_earlier_version_is_read(recorded: Failing, project: Project) -> None:
    """It calls the place by its URL, with whoever opened it in it."""
    path = project.root / ".reconciler/seen.json"
    ((_, tips),) = json.loads(path.read_text()).items()
    path.write_text(json.dumps({"sqlite:.reconciler/state.db": tips}))
    recorded.state.unlink()
    assert codes(recorded("plan").err) == ["state-vanished"]
