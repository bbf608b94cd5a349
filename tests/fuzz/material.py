"""One small real project, with all that is ever read back: journal, snapshot, plan, kept outcomes, memory."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from reconciler.config.project import load_project
from reconciler.core.journal.snapshot import dump_state, fold
from reconciler.core.journal.state import State, digest
from reconciler.core.model import Project
from reconciler.core.plan.make import plan
from reconciler.core.review import saved
from reconciler.rehearsal.past import Past
from reconciler.store import open_backend
from reconciler.store.safety import emergency, last_seen
from reconciler.store.safety.emergency import Emergency, Kept
from reconciler.store.safety.last_seen import Witness
from tests.fuzz.batches import Batch, tried
from tests.stage.leased import ENDPOINT
from tests.stage.recorded import record

__all__ = ["ENDPOINT", "NOW", "Fed", "Material", "material", "resealed"]

NOW = "2026-11-20T10:31:00.000Z"
SPACE, STATE = "cams-acme", "state.db"
# Changed, resumed, parked, in doubt, displaced, removed: most of what a plan can say.
FILE = """\
space: acme
space_id: cams-acme
phone_numbers:
  support: {number: "+8613800001234", onboarding: register, display_name: Acme}
  sales: {number: "+8613800001235", onboarding: migrate}
  desk: {number: "+8613800001236", onboarding: prevalidated}
  new: {number: "+8613800001237", onboarding: register, display_name: Acme, method: voice}
contacts:
  tom: {email: tom@example.com, title: CEO, message_types: [FaultMessage], phone: "+8613911111234"}
  amy: {email: amy@example.com, title: Other, message_types: [FaultMessage, ServiceMessage]}
"""
PASTS = {
    "acme/phone_number/support": Past("code_requested", tried=3),
    "acme/phone_number/sales": Past("initiated", unanswered=1),
    "acme/phone_number/desk": Past("declared"),
    "acme/contact/tom": Past("links_sent"),
    "acme/contact/amy": Past("confirmed"),
}
CHANGED = FILE.replace("title: Other", "title: CEO").replace("sales:", "trade:").replace("desk:", "front:")


@dataclass(frozen=True)
class Material:
    """root: the project's folder, its state in state.db. Texts are as they were written."""

    root: Path
    project: Project
    lines: Sequence[str]
    snapshot: str
    plan: str
    kept: str
    seen: str

    @property
    def state(self) -> State:
        return fold(SPACE, self.lines)

    @contextmanager
    def journal(self, lines: Sequence[str], snapshot: str | None = None) -> Iterator[None]:
        """The state's file with these lines in it instead, and gone afterwards, so that no page of it is kept."""
        path = self.root / STATE
        with closing(open_backend(f"sqlite:{STATE}", self.root)) as backend:
            backend.append(SPACE, 0, lines)
            if snapshot is not None:
                backend.snapshot(SPACE, 0, snapshot)
        try:
            yield
        finally:
            for name in (STATE, f"{STATE}-wal", f"{STATE}-shm"):
                path.with_name(name).unlink(missing_ok=True)


class Fed:
    """A suite's worker whose attempts get the material."""

    attempt: Callable[[Material, Random], Iterator[str]]

    def __init__(self, folder: Path | None = None) -> None:
        self.material = material(folder or Path(tempfile.mkdtemp(prefix="fuzz-")))

    def __call__(self, batch: Batch) -> tuple[Counter[str], list[str]]:
        return tried(partial(self.attempt, self.material), batch)


def material(root: Path) -> Material:
    (root / "spaces").mkdir()
    (root / "reconciler.yaml").write_text(f"state: sqlite:{STATE}\nguards: {{max_delete_percent: 100}}\n")
    (root / "spaces/acme.yaml").write_text(FILE)
    with closing(open_backend(f"sqlite:{STATE}", root)) as backend:
        record(backend, Emergency(root / emergency.NAME), load_project(root).spaces[0], PASTS)
        lines = backend.history(SPACE)
    for file in root.glob(f"{STATE}*"):
        file.unlink()
    (root / "spaces/acme.yaml").write_text(CHANGED)
    state, project = fold(SPACE, lines), load_project(root)
    made = plan(project, {SPACE: state}, ENDPOINT, NOW)
    return Material(
        root, project, lines, dump_state(state), saved.dump_plan(made).decode(), _kept(root), _seen(root, state)
    )


def _kept(root: Path) -> str:
    emergency = Emergency(root / "kept")
    for result in ("ok", "unknown"):
        entry = {"type": "outcome", "operation": "GetMigrationVerifyCode", "result": result, "phase": "code_requested"}
        entry |= {"learned": {}, "final": False}
        emergency.keep(Kept(SPACE, "phone_number/sales", "GetMigrationVerifyCode", NOW, entry))
    return emergency.path.read_text("utf-8")


def _seen(root: Path, state: State) -> str:
    path = root / last_seen.NAME
    Witness(path, f"sqlite:{root / STATE}").note({SPACE: state})
    seen = path.read_text("utf-8")
    path.unlink()
    return seen


def resealed(lines: Sequence[str], at: int, entry: Any) -> list[str]:
    """The journal with another entry there, and every hash after it right again, as a forger would have it."""
    found: list[str] = []
    for serial, line in enumerate(lines, 1):
        said = entry if serial == at + 1 else json.loads(line)
        if isinstance(said, dict):
            said = {**said, "serial": serial, "previous": digest(found[-1]) if found else ""}
        found.append(json.dumps(said))
    return found
