"""A state is put back to an older copy, loses its newest write, or is gone: what a fresh clone does, as in a job."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from reconciler.render.markdown.comments import apply_comment
from reconciler.runs.files import outcomes
from tests.heavy import mostly_heavy
from tests.restore.copies import PLACES, Copy, Restorable
from tests.stage.cloud import Cloud
from tests.stage.failing import Failing, codes
from tests.stage.project import APPLY, Done
from tests.stage.repository import Repository

FIRST, SECOND = "tom@example.com", "tom.new@example.com"
TOM = """space: acme
space_id: cams-e2e
contacts:
  tom: {{email: {email}, title: CEO, message_types: [FaultMessage]}}
"""
# Beside the state, of the run whose message the state forgets.
ANCHORS = ("plan.out", "published.json", "seen.json", "comment.md", "outcome.md", "pending.md")


@dataclass
class Drill:
    """here: the clone that did the work. older: the whole place before tom's address changed."""

    run: Failing
    cloud: Cloud
    place: Restorable
    here: Path
    anchors: Path
    older: Copy = None
    clones: int = 0

    def work(self) -> None:
        """Tom confirms his address; it is changed, and a link goes to the new one; then what others saw is kept."""
        repository = Repository(self.here)
        repository.commit("reconciler.yaml", "limits: {calls_per_second: 0}\n")
        repository.commit("spaces/acme.yaml", TOM.format(email=FIRST))
        assert self.run(*APPLY).code == 3
        self.cloud.tell("confirm", to=FIRST)
        assert self.run(*APPLY).code == 0
        self.older = self.place.copy()
        repository.commit("spaces/acme.yaml", TOM.format(email=SECOND))
        assert self.run(*APPLY, "--json-into", str(self.anchors / "apply.jsonl")).code == 3
        assert self.run("plan", "--out", str(self.anchors / "plan.out")).code == 0
        assert self.run("state", "snapshot", "--out", str(self.anchors / "published.json")).code == 0
        shutil.copy(self.here / ".reconciler/seen.json", self.anchors)
        shown = self.run("show", str(self.anchors / "plan.out"), "--format", "markdown").out
        said = apply_comment([], "plan", tips=outcomes.tips(self.anchors / "apply.jsonl"))
        waits = self.run("pending", "--format", "markdown").out
        for name, text in (("comment.md", shown), ("outcome.md", said), ("pending.md", waits)):
            (self.anchors / name).write_text(next(line for line in text.splitlines() if '{"":' in line))

    def fresh(self, *words: str) -> Done:
        """In a clone that remembers nothing."""
        self.clones += 1
        clone = self.here.with_name(f"clone-{self.clones}")
        shutil.copytree(self.here, clone, ignore=shutil.ignore_patterns(".reconciler*"))
        self.run.project.here = clone
        return self.run(*words)


@pytest.fixture(params=mostly_heavy(["postgres", "s3", "sqlite", "dir", "http", "oss"], 3))
def drill(request: pytest.FixtureRequest, failing: Failing, cloud: Cloud, tmp_path: Path) -> Iterator[Drill]:
    with PLACES[request.param](tmp_path / "place") as place:
        failing.project.environment |= {"RECONCILER_STATE": place.url, **place.environ}
        (anchors := tmp_path / "anchors").mkdir()
        drill = Drill(failing, cloud, place, failing.project.root, anchors)
        drill.work()
        yield drill


def damages(drill: Drill) -> Iterator[tuple[Callable[[], None], str]]:
    """Each way in which less is there than was, and how it is refused by what somebody saw before."""
    newest = drill.place.copy()
    yield partial(drill.place.put, drill.older), "state-rolled-back"
    yield partial(drill.place.put, None), "state-vanished"
    if drill.place.cut:

        def cut() -> None:
            drill.place.put(newest)
            assert drill.place.cut
            drill.place.cut()

        yield cut, "state-rolled-back"


def test_whatever_somebody_saw_refuses_what_is_less(drill: Drill) -> None:
    """A saved plan, a published state, a memory from a cache, the line of a comment: exit 1, and nothing is called."""
    before = drill.cloud.calls()
    for damage, code in damages(drill):
        damage()
        for name in ANCHORS:
            for verb in (("plan",), APPLY, ("verify", "acme/contact/tom"), ("pending",), ("state", "check")):
                done = drill.fresh(*verb, "--expect", str(drill.anchors / name))
                assert (done.code, codes(done.err)) == (1, [code]), (name, verb, done.err)
        for verb in (("apply", "--no-input"), ("plan", "check")):
            done = drill.fresh(*verb, str(drill.anchors / "plan.out"))
            assert (done.code, codes(done.err)) == (1, [code]), (verb, done.err)
        memory = drill.here.with_name(f"clone-{drill.clones + 1}") / ".reconciler"
        shutil.copytree(drill.anchors, memory)
        shutil.copytree(drill.here / "spaces", memory.parent / "spaces")
        drill.clones += 1
        drill.run.project.here = memory.parent
        assert codes(drill.run(*APPLY).err) == [code]
    assert drill.cloud.calls() == before


def test_with_nothing_to_go_by_the_look_before_a_message_stops_it(drill: Drill) -> None:
    """The directory still names what waits: no second link, whatever the state forgot."""
    before = drill.cloud.messages()
    drill.place.put(drill.older)
    done = drill.fresh(*APPLY)
    assert (done.code, codes(done.out + done.err)) == (1, ["message-unrecorded"]), done
    drill.place.put(None)
    done = drill.fresh(*APPLY)
    assert (done.code, codes(done.out + done.err)) == (1, ["already-there-differs"]), done
    assert drill.cloud.messages() == before


def test_the_newest_write_alone_is_lost_without_a_message(drill: Drill) -> None:
    """What it told is asked of the cloud, or nobody needs to know it."""
    before = drill.cloud.messages()
    if drill.place.cut:
        drill.place.cut()
    assert drill.fresh(*APPLY).code == 3
    assert drill.cloud.messages() == before


def test_what_the_state_does_not_know_of_is_taken_over_by_a_word(drill: Drill) -> None:
    """--adopt takes the change and its link as its own; one more link is sent when somebody asks for it."""
    drill.place.put(drill.older)
    assert drill.fresh(*APPLY, "--adopt").code == 3
    assert len(drill.cloud.messages(SECOND)) == 1
    drill.cloud.allow(SECOND, 1)
    assert drill.run("verify", "acme/contact/tom", "--resend").code == 3
    assert len(drill.cloud.messages(SECOND)) == 2
    drill.cloud.tell("confirm", to=SECOND)
    assert drill.run(*APPLY).code == 0
    assert drill.run("plan", "--detailed-exitcode").code == 0
