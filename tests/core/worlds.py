"""Projects and recorded states for hypothesis: small pools of names and numbers, so that they meet in many ways."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from hypothesis import strategies as st
from msgspec.structs import replace

from reconciler.core.journal.record import Intent, Record
from reconciler.core.journal.state import State
from reconciler.core.model import OnRemove, Project, Resource, Space
from reconciler.core.plan.match import identity, local
from reconciler.kinds import KINDS

LONG_AGO = "2026-11-01T08:00:00.000Z"
ENDPOINT = "loopback"
SPACES = ("acme", "globex")
NUMBERS = ("+8613800001234", "+8613800005678", "+6281234567890")
PEOPLE = ("tom", "amy")
KEYS = ("support", "sales", "tom")

States = Mapping[str, State]


class World(NamedTuple):
    project: Project
    states: States


def space_id(name: str) -> str:
    return f"cams-{name}"


def _attributes(type: str, key: str, display_name: str, title: str) -> dict[str, Any]:
    if type == "phone_number":
        return {"number": key, "display_name": display_name, "method": "sms", "locale": "en_US"}
    types = ("FaultMessage", "ServiceMessage")
    return {"name": key, "email": f"{key}@example.com", "title": title, "message_types": types}


@st.composite
def resources(draw: st.DrawFn, space: str, key: str) -> Resource:
    kind: str = draw(st.sampled_from(("register", "migrate", "prevalidated"))) if key in NUMBERS else "contact"
    type = KINDS[kind].type
    attributes = _attributes(type, key, draw(st.sampled_from(("Acme", "Acme Help"))), draw(st.sampled_from("XY")))
    words: tuple[OnRemove, ...] = ("refuse", "forget", "deregister" if type == "phone_number" else "delete")
    name = draw(st.sampled_from(KEYS))
    return Resource(space, type, name, kind, key, attributes, draw(st.sampled_from(words)))


@st.composite
def shelves(draw: st.DrawFn) -> dict[str, tuple[Resource, ...]]:
    """Resources by space; each number or contact in one of them, each address once."""
    found: dict[str, list[Resource]] = {name: [] for name in SPACES}
    for key in draw(st.sets(st.sampled_from(NUMBERS + PEOPLE))):
        resource = draw(resources(draw(st.sampled_from(SPACES)), key))
        shelf = found[resource.space]
        if resource.address not in {other.address for other in shelf}:
            shelf.append(resource)
    return {name: tuple(shelf) for name, shelf in found.items()}


def record(resource: Resource, phase: str, serial: int, doubtful: bool = False) -> Record:
    facts = {**resource.attributes, **({"contact_id": "c-1"} if resource.type == "contact" else {})}
    made = Record(identity(resource), local(resource), resource.kind, resource.key, phase, facts)
    kind = KINDS[resource.kind]
    doors = {**dict.fromkeys(("retired", "dismissed", "deleting"), "delete"), "changed": "update"}
    made = replace(
        made,
        ends=kind.row.ends(resource.on_remove),
        on_remove=resource.on_remove,
        door=doors.get(phase, "create"),
        version=serial,
    )
    if not doubtful or phase in kind.ends:
        return made
    intent = Intent(LONG_AGO, LONG_AGO, 1, phase, facts, "", 0, 0)
    return replace(made, intents={kind.steps[phase].operation: intent})


@st.composite
def states(draw: st.DrawFn) -> States:
    found = {}
    for name, shelf in draw(shelves()).items():
        records = {}
        for serial, resource in enumerate(shelf, 3):
            kind = KINDS[resource.kind]
            phase = draw(st.sampled_from((*kind.steps, kind.ready)))
            records[identity(resource)] = record(resource, phase, serial, draw(st.booleans()))
        if records:
            found[space_id(name)] = state(name, records)
    return found


def state(name: str, records: dict[str, Record]) -> State:
    return State(space_id(name), name, f"line-{name}", ENDPOINT, 9, changed_at=LONG_AGO, records=records)


def project(found: Mapping[str, tuple[Resource, ...]]) -> Project:
    return Project("/nowhere", tuple(Space(n, space_id(n), f"spaces/{n}.yaml", shelf) for n, shelf in found.items()))


worlds = st.builds(World, shelves().map(project), states())
