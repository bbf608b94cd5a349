"""What commands cost on each kind of place for journals, near and far: requests, bytes, objects, seconds."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from tests.bench import ours, workspaces
from tests.bench.measuring import taken
from tests.bench.results import Cost, Job, Results, Sizes
from tests.bench.rows import recorded, shared_out
from tests.bench.shelves import SHELVES, Shelf
from tests.stage.cloud import Cloud, serving
from tests.stage.distance import Passed, distant

At = tuple["Bench", Path, Cloud]
FAR = (0.0, 0.05, 0.2)
"""Seconds there and back."""
PUSH, APPLY = "state push, {:,} numbers", "apply {:,} numbers, to the codes"


def jobs(sizes: Sizes) -> Iterator[Job]:
    numbers, spaces = sizes.stored
    for store in SHELVES:
        what = f"{numbers:,} numbers in {spaces:,} spaces on {store}"
        yield Job(what, numbers / 100 + 20, partial(_reading, store, numbers, spaces))
    for store in SHELVES:
        for each in sizes.stored_applies:
            yield Job(f"apply {each:,} numbers on {store}", each * 0.2 + 2, partial(_applied, store, each))


class Bench:
    """A project, a shelf, a cloud, and the results that what is run with them adds to."""

    def __init__(self, store: str, shelf: Shelf, folder: Path, cloud: Cloud, results: Results) -> None:
        self._store, self._shelf, self._folder = store, shelf, folder
        self._cloud, self._results = cloud, results

    def run(self, step: str, seconds: float, words: Sequence[str], code: int) -> None:
        """One command over a line of that length, and its row."""
        with self._line(seconds) as (port, passed):
            url, environ = self._shelf.state(port)
            environ = {**ours.environ(), **self._cloud.environment, **environ, "RECONCILER_STATE": url}
            environ["ALIBABA_CLOUD_ECS_METADATA_DISABLED"] = "true"
            # Fresh, as a pipeline's runner is.
            (self._folder / ".reconciler/seen.json").unlink(missing_ok=True)
            run = taken([ours.PROGRAM, "-C", str(self._folder), *words], environ)
            cost = Cost(run.wall, run.processor, passed(), self._shelf.objects())
        self._results.stores.setdefault((self._store, step), {})[seconds] = cost
        if run.code != code:
            self._results.wrong.append(f"{self._store}, {step}: exit code {run.code}, {run.printed[-300:]!r}")

    @contextmanager
    def _line(self, seconds: float) -> Iterator[tuple[int, object]]:
        if not self._shelf.upstream:
            yield 0, Passed
            return
        with distant(self._shelf.upstream, seconds) as line:
            yield line.port, line.passed


@contextmanager
def _bench(store: str, numbers: int, spaces: int, workload: str, results: Results) -> Iterator[At]:
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        cloud = stack.enter_context(serving(scratch))
        shelf = stack.enter_context(SHELVES[store](scratch))
        folder = scratch / "project"
        workspaces.make(folder, numbers, spaces, "created")
        if workload != "created":
            workspaces.leave(folder, shared_out(recorded(numbers), spaces), "loopback", waiting=1)
        yield Bench(store, shelf, folder, cloud, results), folder, cloud


def _reading(store: str, numbers: int, spaces: int, results: Results) -> None:
    """Everything is ready but the last number, which waits for its code."""
    with _bench(store, numbers, spaces, "unchanged", results) as (bench, folder, cloud):
        last = recorded(numbers)[-1]
        row = {"number": last.number, "space": f"cams-s{spaces - 1:04}", "name": last.display_name}
        row |= {"status": "PENDING", "verified": False, "code": True}
        cloud.tell("recorded", numbers=[row], contacts=[], purchases=[], sent=[])
        pulled = taken([ours.PROGRAM, "-C", str(folder), "state", "pull"], ours.environ())
        (folder / "pulled.json").write_text(pulled.printed)
        if store == "sqlite":  # it is where the others come from
            (folder / ".reconciler/state.db").unlink()
        space = f"s{spaces - 1:04}"
        bench.run(PUSH.format(numbers), 0.0, ["state", "push", "pulled.json"], 0)
        for seconds in FAR if store not in ("sqlite", "dir") else FAR[:1]:
            bench.run("plan", seconds, ["plan"], 0)
            bench.run("plan --space, nothing to do", seconds, ["plan", "--space", "s0000"], 0)
            bench.run("plan --space, a change", seconds, ["plan", "--space", space], 0)
            bench.run("pending", seconds, ["pending"], 0)
            bench.run("pending --space", seconds, ["pending", "--space", space], 0)
            bench.run("state show", seconds, ["state", "show", f"{space}/phone_number/{last.name}"], 0)
            bench.run("verify", seconds, ["verify", f"{space}/phone_number/{last.name}", "--no-input"], 3)


def _applied(store: str, numbers: int, results: Results) -> None:
    """Up to the codes, at ten calls a second."""
    with _bench(store, numbers, 1, "created", results) as (bench, _, _):
        bench.run(APPLY.format(numbers), 0.0, ["apply", "--auto-approve", "--no-input"], 3)
