"""A project whose records are as far as a test wants them, and a sandbox in which they are true."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

from reconciler.config.project import load_project
from reconciler.core.model import Resource
from reconciler.core.plan.change import Plan
from reconciler.core.plan.match import identity, local
from reconciler.kinds import KINDS
from reconciler.rehearsal.seed import seed
from reconciler.store import open_backend
from reconciler.store.journal import Journal
from reconciler.store.safety import transfer
from reconciler.store.safety.emergency import Emergency
from tests.stage.cloud import Cloud
from tests.stage.leased import ENDPOINT
from tests.stage.project import SALES, SUPPORT, Project
from tests.stage.recorded import AMY, Past, record

STATE = "sqlite:.reconciler/state.db"
HOTLINE = "+6581234567"
READY = {
    "acme/phone_number/support": "registered",
    "acme/phone_number/sales": "registered",
    "acme/contact/tom": "confirmed",
    "globex/phone_number/hotline": "identified",
}
FILES = {
    "acme": f"""space: acme
space_id: cams-e2e
phone_numbers:
  support: {{number: "{SUPPORT}", onboarding: register, display_name: Acme Support}}
  sales: {{number: "{SALES}", onboarding: migrate, locale: id}}
contacts:
  tom: {{email: tom@example.com, phone: "+8613911111234", title: CEO, message_types: [FaultMessage]}}
""",
    "globex": f"""space: globex
space_id: cams-globex
phone_numbers:
  hotline: {{number: "{HOTLINE}", onboarding: prevalidated}}
""",
}


def ago(days: float) -> str:
    """A minute, as `Past.at` has it."""
    return f"{datetime.now(UTC) - timedelta(days=days):%Y-%m-%dT%H:%M}"


def lived_long(project: Project, cloud: Cloud, files: Mapping[str, str]) -> None:
    """Everything that these files declare is ready: one append a space, for where there are many."""
    project.write("reconciler.yaml", f"state: {STATE}\nlimits: {{calls_per_second: 0}}\n")
    cloud.hurry()
    for name, text in files.items():
        project.write(f"spaces/{name}.yaml", text)
    with closing(open_backend(STATE, project.root, environ={})) as backend:
        for space in load_project(project.root).spaces:
            journal = Journal(
                backend, space.space_id, lambda: f"{ago(30)}:00.000Z", Emergency(project.root / "no.jsonl")
            )
            journal.open_run(AMY.run("apply", f"{ago(30)}:00.000Z", 60.0), space.name, ENDPOINT)
            journal.append(*(_declared(each) for each in space.resources))
            journal.close_run({})
        world = seed(transfer.states(backend), Plan(ENDPOINT))
    numbers = world.pop("numbers")
    for at in range(0, len(numbers), 500):
        cloud.tell("recorded", **world, numbers=numbers[at : at + 500])


def _declared(resource: Resource) -> dict[str, Any]:
    entry = {"type": "declared", "id": identity(resource), "address": local(resource), "kind": resource.kind}
    more = {"key": resource.key, "phase": KINDS[resource.kind].ready, "door": "create", "on_remove": resource.on_remove}
    return {**entry, **more, "facts": dict(resource.attributes)}


def _past(phase: str | Past, days: float) -> Past:
    return phase if isinstance(phase, Past) else Past(phase, ago(days))


def lived(
    project: Project,
    cloud: Cloud,
    phases: Mapping[str, str | Past] = READY,
    days: float = 30,
    files: Mapping[str, str] = FILES,
) -> None:
    """phases: by address. days: since each record got there."""
    project.write("reconciler.yaml", f"state: {STATE}\nlimits: {{calls_per_second: 0}}\n")
    cloud.hurry()
    for name, text in files.items():
        project.write(f"spaces/{name}.yaml", text)
    with closing(open_backend(STATE, project.root, environ={})) as backend:
        emergency = Emergency(project.root / "emergency.jsonl")
        for space in load_project(project.root).spaces:
            pasts = {each.address: _past(phases[each.address], days) for each in space.resources}
            record(backend, emergency, space, pasts)
        world = seed(transfer.states(backend), Plan(ENDPOINT))
    cloud.tell("recorded", **world)
