"""Every field of every persisted value is checked where it is read, and what is wrong is called by its name.

Each value is given as a document in which every field that its types know stands at least once. Whatever one field is
replaced with, taken away, or joined by, the value is refused; a field that may be absent is then as by default.
"""

from __future__ import annotations

import copy
import importlib
import json
import pkgutil
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec
import msgspec.inspect
import pytest

from reconciler import core
from reconciler.core import codec, fields
from reconciler.core.journal.entries import Line
from reconciler.core.journal.state import State
from reconciler.core.rehearsal.report import Report
from reconciler.core.review.published_state import PublishedState
from reconciler.core.review.saved import SavedPlan
from reconciler.runs.files.outcomes import Event

AT, HEX = "2026-11-20T10:31:00.000Z", "ab" * 32
NUMBER = "+8613800001234"
ID, LOCAL, ADDRESS = f"phone_number/{NUMBER}", "phone_number/support", "acme/phone_number/support"
CALL = "GetChatappVerifyCode"
FACTS = {
    "number": NUMBER,
    "phone": NUMBER,
    "method": "sms",
    "locale": "en_US",
    "display_name": "Acme",
    "name": "tom",
    "email": "tom@example.com",
    "title": "CEO",
    "message_types": ["FaultMessage"],
    "members": ["rd-3Ghk92", "1234567890123456"],
    "to_bind": ["rd-3Ghk92"],
    "to_unbind": ["fd-Zk1p4s"],
    "to_ask": ["phone"],
    "open": "email",
    "contact_id": "c-1",
    "asked_phone": NUMBER,
    "asked_email": "tom@example.com",
    "readdressed": ["email"],
    "before_review": "added",
    "put_back": "x",
    "phone_number_id": "p-1",
    "moved_from": "cams-1",
    "moves": 1,
    "instead_of": "phone_number/+8613800009999",
    "was": "added",
    "channel": "sms",
    "messages_url": "https://hooks.example.com",
    "status_url": "https://hooks.example.com",
    "queue": True,
    "about": "x",
    "description": "x",
    "address": "x",
    "websites": ["https://example.com"],
    "vertical": "RETAIL",
    "picture": "https://example.com",
    "cart": True,
    "catalog": False,
    "to_set": ["profile"],
    "to_check": ["profile"],
    "url": "https://hooks.example.com",
    "space_id": "cams-acme",
    "of_a_later_kind": "x",
}
INTENT = {
    "at": AT,
    "cloud_time": AT,
    "tries": 1,
    "phase": "added",
    "facts": FACTS,
    "requested_at": AT,
    "messages_sent": 1,
    "attempts": 1,
    "metered": [AT],
    "message": 4,
    "seen": "absent",
}
REFUSAL = {"code": "X", "status": 400, "message": "m", "at": AT, "often": 1, "meaning": "wrong_code", "times": [AT]}
RECORD = {
    "id": ID,
    "address": LOCAL,
    "kind": "register",
    "key": NUMBER,
    "phase": "code_requested",
    "facts": FACTS,
    "on_remove": "forget",
    "ends": True,
    "intents": {CALL: INTENT},
    "requested_at": AT,
    "messages_sent": 1,
    "attempts": 1,
    "metered": [AT],
    "door": "update",
    "version": 4,
    "base": 2,
    "plan": HEX,
    "changed_at": AT,
    "changed_by": "amy@tower",
    "message": 4,
    "refusals": {CALL: REFUSAL},
}
RUN = {
    "id": "r",
    "verb": "apply",
    "who": "amy",
    "host": "tower",
    "pid": 1,
    "boot": "b",
    "started": "s",
    "term": 60.0,
    "opened_at": AT,
    "plan": HEX,
    "account": "1234567890123456",
    "settings": {"max_messages": 20, "allowed_countries": ["86"], "callback_hosts": ["hooks.example.com"]},
}
ENTRY = {"serial": 4, "previous": HEX, "at": AT, "run": "r"}
ABOUT = {**ENTRY, "id": ID}
STEP = {**ABOUT, "operation": CALL, "phase": "code_requested", "learned": FACTS}
ENTRIES: dict[str, dict[str, Any]] = {
    "opened": {**ENTRY, "format": 1, "space_id": "cams-1", "name": "acme", "lineage": "l", "endpoint": "loopback"},
    "run_opened": {**ENTRY, "name": "acme", "holder": RUN, "taken_from": ""},
    "alive": ENTRY,
    "run_closed": {**ENTRY, "results": {"done": 1}},
    "moved": {**ENTRY, "to": "sqlite:there.db"},
    "declared": {**ABOUT, **{name: RECORD[name] for name in ("address", "kind", "key", "phase", "door", "facts")}}
    | {"on_remove": "refuse", "ends": True},
    "carried": {**ABOUT, "address": LOCAL, "on_remove": "refuse", "ends": True, "record": RECORD},
    "entered": {**ABOUT, "phase": "retired", "door": "delete", "learned": FACTS, "why": "w"},
    "intent": {**STEP, "effect": "N", "params": {"Method": "SMS"}, "metered": True, "daily": "d", "cloud_time": AT}
    | {"seen": "absent"},
    "outcome": {**STEP, "result": "ok", "final": True, "code": "OK", "request_id": "q", "status": 200, "message": "m"}
    | {"meaning": "exists", "capped": "d", "cloud_time": AT},
    "settled": {**STEP, "why": "w", "final": False},
    "forgotten": {**ABOUT, "why": "w", "left": "l", "aside": True},
}
STATE = {
    "space_id": "cams-1",
    "name": "acme",
    "lineage": "l",
    "endpoint": "loopback",
    "serial": 9,
    "hash": HEX,
    "changed_at": AT,
    "records": {ID: RECORD},
    "run": RUN,
    "messages": [[AT, "d"]],
    "capped": {"d": AT},
    "moved_to": "",
    "forgotten": {ID: 3},
    "aside": {ID: RECORD},
    "gone": {ID: LOCAL},
    "ended_at": {ID: AT},
    "account": "1234567890123456",
    "settings": {"at": AT},
    "format": 3,
}
LAST = {"operation": CALL, "code": "X", "status": 400, "message": "m", "at": AT, "often": 1, "documented": True}
REMOVAL = {"id": ID, "address": ADDRESS, "kind": "register", "key": NUMBER, "version": 1, "reason": "r"}
CHANGE = {
    "address": ADDRESS,
    "kind": "register",
    "key": NUMBER,
    "action": "replace",
    "reason": "r",
    "before": FACTS,
    "after": FACTS,
    "on_remove": "forget",
    "differences": [["title", "CEO", None]],
    "previous": ADDRESS,
    "phase": "code_requested",
    "requested_at": AT,
    "in_doubt": True,
    "parked": True,
    "refusal": {**LAST, "advice": "a"},
    "door": "registered",
    "learned": FACTS,
    "version": 1,
    "removal": {**REMOVAL, "door": "retired", "left": "l", "after": ["cams-1", ID], "refused": True},
    "carried": ["cams-1", ID],
}
NOTICE = {"code": "bug", "summary": "s", "hint": "h", "address": ADDRESS}
NOTICES = [{**NOTICE, "place": {"file": "f", "line": 1, "column": 1}}]
PLAN = {
    "type": "plan",
    "format": 2,
    "version": "1",
    "digest": HEX,
    "endpoint": "loopback",
    "spaces": [{"name": "acme", "space_id": "cams-1", "lineage": "l", "config": HEX, "changes": [CHANGE]}],
    "basis": {"revision": "ab" * 20, "taken_at": AT, "unsure": [ADDRESS], "undeclared": 1, "behind": True},
    "since": {"since": "main", "spaces": 2, "waiting": 1},
    "settings": {
        "max_messages": 1,
        "max_delete_percent": 1,
        "allowed_countries": ["86"],
        "callback_hosts": ["hooks.example.com"],
        "calls_per_second": 10,
        "contact_messages_per_day": 1,
        "code_messages_per_day": 1,
        "throttled_means_not_sent": True,
    },
    "sent": {"d": 1},
    "account": "1234567890123456",
    "contacts_account": "6543210987654321",
    "environment": "staging",
    "scope": {"targets": ["acme"], "excludes": ["acme"], "replaces": [ADDRESS], "destroy": True},
    **dict.fromkeys(("refusals", "warnings", "left_out"), NOTICES),
}
PLAN["spaces"][0] |= {"unchanged": 1, "recorded": 1, "changed_at": AT, "serial": 1, "hash": HEX}  # type: ignore[index]
SEEN = {
    "address": ADDRESS,
    "kind": "register",
    "phase": "added",
    "as_declared": True,
    "door": "update",
    "requested_at": AT,
    "parked": True,
    "unanswered": [CALL],
    "to_ask": ["phone"],
}
PUBLISHED = {"revision": "ab" * 20, "endpoint": "loopback", "taken_at": AT, "elsewhere": 1} | {
    "environment": "staging",
    "account": "1234567890123456",
    "spaces": [
        {
            "name": "acme",
            "lineage": "l",
            "serial": 1,
            "changed_at": AT,
            "undeclared": 1,
            "resources": [SEEN],
            "hash": HEX,
        }
    ],
}
WHOM = "+86 138****1234"
REPORT = {
    "digest": HEX,
    "from_plan": True,
    "calls": {CALL: 1},
    "messages": {"sms": 1},
    "expected_messages": {"sms": 1},
    **dict.fromkeys(("seconds", "expected_seconds", "waited"), 1.5),
    "guards": [{"code": "bug", "what": "w"}],
    "refusals": [{"operation": CALL, "whom": WHOM, "code": "X"}],
    "pauses": [{"address": ADDRESS, "whom": WHOM, "waits_for": "code", "channel": "sms", "parked": True}],
    "unfinished": [{"address": ADDRESS, "result": "failed", "code": "bug", "what": "w"}],
    "broken": ["x"],
    "differences": ["x"],
    **dict.fromkeys(("changes", "done"), 1),
    "world": "w",
}
CHALLENGE = {
    "address": ADDRESS,
    "number": WHOM,
    "challenge": "code",
    "operation": CALL,
    "requested_at": AT,
    "attempts": 1,
    "messages_sent": 1,
    "in_doubt": True,
    "parked": True,
    "channel": "sms",
    "reason": "name",
    "open": "x",
    "refusal": {**LAST, "advice": "a"},
}
EVENT = {
    "type": "challenge_open",
    "command": "apply",
    "plan": {"add": 1, "change": 1, "remove": 1},
    "changes": {"add": 1, "change": 1, "remove": 1, "operation": "apply"},
    "diagnostic": {
        "severity": "error",
        "summary": "s",
        "code": "c",
        "detail": "d",
        "address": "a",
        "range": {"filename": "f", "start": {"line": 1, "column": 1}},
    },
    "challenge": CHALLENGE,
    "hook": {"resource": {"addr": ADDRESS}, "action": "create", "result": "failed", "left": "l"},
    "result": "failed",
    "resume_at": AT,
    "tips": {"acme": {"lineage": "ab", "serial": 3, "hash": HEX}},
}
VALUES: dict[str, tuple[Any, dict[str, Any]]] = {
    **{f"entry {name}": (Line, {"type": name, **entry}) for name, entry in ENTRIES.items()},
    "checkpoint": (State, STATE),
    "saved plan": (SavedPlan, PLAN),
    "published state": (PublishedState, PUBLISHED),
    "rehearsal": (Report, REPORT),
    "outcome stream": (Event, EVENT),
}
# What goes by any name, and what other programs write beside what is read back.
OPEN = {"settings", "params", "results", "sent", "capped"}
BESIDE = {Event: "events have more than is read back"}
ODD: Any = {"x": {"y": None}}


class Spot(NamedTuple):
    """A field in a document: the mapping that it stands in, its name, and the whole path."""

    inside: dict[str, Any]
    name: str
    path: str


def spots(value: Any, path: str = "") -> Iterator[Spot]:
    if isinstance(value, dict):
        for name, each in list(value.items()):
            yield Spot(value, name, f"{path}.{name}")
            yield from spots(each, f"{path}.{name}")
    elif isinstance(value, list):
        for place, each in enumerate(value):
            yield from spots(each, f"{path}[{place}]")


def refusal(type_: Any, document: Any) -> str:
    """What the value is refused with, "" where it is read."""
    try:
        codec.decoder(type_).decode(json.dumps(document))
    except ValueError as error:
        return str(error) or "refused"
    return ""


@pytest.mark.parametrize("value", VALUES)
def test_the_document_is_read(value: str) -> None:
    """As it is, so that what is refused below is refused for what was done to it."""
    assert refusal(*VALUES[value]) == ""


@pytest.mark.parametrize("value", VALUES)
def test_no_field_holds_what_is_of_another_form(value: str) -> None:
    """Another type, and for numbers and texts of a form one that is out of it; the refusal names the place."""
    type_, sound = VALUES[value]
    document = copy.deepcopy(sound)
    wrong = []
    for inside, name, path in spots(document):
        before = inside[name]
        others = [ODD, 1.5, *([-1] if type(before) is int else []), *(["\n"] if type(before) is str else [])]
        for other in others:
            inside[name] = other
            if type_ in BESIDE and other is ODD and type(before) is dict:
                continue  # of it nothing is read that is not there
            if not (told := refusal(type_, document)) and _has_form(before, other, path):
                wrong.append((path, other))
            elif told and not any(each in told for each in (name, "[...]", _parent(path))):
                wrong.append((path, told))
        inside[name] = before
    assert wrong == []


def _parent(path: str) -> str:
    """The name of what a field stands in, without a place in a list."""
    return path.rpartition(".")[0].rpartition(".")[2].partition("[")[0] or path


# Texts that may be anything, as people, clouds and file systems write them.
FREE = frozenset(
    """
    space_id lineage endpoint run taken_from to why left code request_id message reason summary hint file version since
    hash moved_to name plan changed_by id verb who host boot started config advice what world detail address number
    open display_name email contact_id asked_phone asked_email put_back phone_number_id moved_from of_a_later_kind
    messages_url status_url about description websites picture url title vertical
    previous operation Method type filename
    """.split()  # noqa: SIM905 - a list of words
)


def _has_form(before: Any, other: Any, path: str) -> bool:
    """Whether this other value had to be refused: not a text in place of a text that may be any."""
    if type(before) is float and other == 1.5:
        return False
    return not (type(before) is str and other == "\n" and (path == ".settings.at" or path.rpartition(".")[2] in FREE))


@pytest.mark.parametrize("value", VALUES)
def test_what_is_missing_is_refused_or_as_by_default(value: str) -> None:
    """A field without a default is asked for by its name."""
    type_, sound = VALUES[value]
    document = copy.deepcopy(sound)
    known = {field.name: field for struct in structs(type_) for field in msgspec.structs.fields(struct)}
    always = {name for name in known if all(_required(each, name) for each in structs(type_))}
    for inside, name, path in spots(document):
        if "of_a_later_kind" in inside or _parent(path) in OPEN:
            continue
        before = inside.pop(name)
        told = refusal(type_, document)
        assert told == "" or f"`{name}`" in told
        assert told or name not in always, path
        inside[name] = before


def _required(struct: Any, name: str) -> bool:
    """Whether a type asks for this field, if it knows it."""
    return all(field.required for field in msgspec.structs.fields(struct) if field.name == name)


@pytest.mark.parametrize("value", [name for name, (type_, _) in VALUES.items() if type_ not in BESIDE])
def test_what_nobody_knows_is_refused_by_its_name(value: str) -> None:
    """A field beside those that are known may say what must not be overlooked."""
    type_, sound = VALUES[value]
    document = copy.deepcopy(sound)
    holders = [(spot.inside, spot.path.rpartition(".")[0].rpartition(".")[2]) for spot in spots(document)]
    for inside, holder in {id(each[0]): each for each in holders}.values():
        if "of_a_later_kind" in inside or holder in {
            *OPEN,
            "records",
            "aside",
            "intents",
            "refusals",
            "gone",
            "ended_at",
            "forgotten",
            "tips",
        }:
            continue
        if holder in ("calls", "messages", "expected_messages"):
            continue
        inside["dreamt"] = 1
        assert "`dreamt`" in refusal(type_, document), holder
        del inside["dreamt"]


IN_MEMORY = {"Error", "NotSent", "Ok", "Unknown", "Challenge", "Outcome", "Plan", "PlannedCall", "Mismatch", "Verdict"}
# Facts of another name may be those of a later kind.
IN_MEMORY |= {"KnownFacts", "Whole"}
WITHOUT_DEFAULTS = {"Basis", "Change", "Intent", "LastRefusal", "Record", "Refusal", "Removal", "SavedPlan", "Scope"}
WITHOUT_DEFAULTS |= {"SpacePlan", "State", "Unchanged", "CheckedAspect", "Foreseen", "Notice"}


def test_the_form_of_every_value_of_the_core() -> None:
    """Whoever holds a value may keep it: all are frozen, and only a state is folded, by its own module. What can be
    read from a file has no other fields. What is covered by a digest, or grows, is written without its defaults."""
    for module in pkgutil.walk_packages(core.__path__, f"{core.__name__}."):
        importlib.import_module(module.name)
    found = {each.__name__: each.__struct_config__ for each in subclasses(msgspec.Struct)}
    assert {name for name, form in found.items() if not form.frozen} == {"State"}
    assert {name for name, form in found.items() if not form.forbid_unknown_fields} == IN_MEMORY
    assert {name for name, form in found.items() if form.omit_defaults} == WITHOUT_DEFAULTS


def subclasses(of: Any) -> Iterator[Any]:
    """Of the core, but for what a module reads by itself to tell what it is given."""
    for each in of.__subclasses__():
        yield from subclasses(each)
        if each.__module__.startswith(f"{core.__name__}.") and not each.__name__.startswith("_"):
            yield each


@pytest.mark.parametrize("value", ["entries", *(name for name in VALUES if not name.startswith("entry"))])
def test_the_documents_have_every_field_there_is(value: str) -> None:
    """A field that is added to a type has to be added here, and so is tried."""
    documents = [
        sound for name, (_, sound) in VALUES.items() if name == value or (value == "entries" and "entry" in name)
    ]
    type_ = Line if value == "entries" else VALUES[value][0]
    there = {spot.name for document in documents for spot in spots(document)}
    known = {field for struct in structs(type_) for field in struct.__struct_fields__}
    assert known - there == set()
    if value in ("entries", "checkpoint", "saved plan"):
        assert set(codec.KnownFacts.__struct_fields__) - there == set()


def structs(type_: Any) -> set[Any]:
    """All the types that a value is made of."""
    found: set[Any] = set()

    def walk(info: Any) -> None:
        if isinstance(info, msgspec.inspect.StructType):
            if info.cls in found:
                return
            found.add(info.cls)
            for field in info.fields:
                walk(field.type)
        for name in ("types", "item_types"):
            for each in getattr(info, name, ()):
                walk(each)
        for name in ("item_type", "key_type", "value_type"):
            if hasattr(info, name):
                walk(getattr(info, name))

    walk(msgspec.inspect.type_info(type_))
    return found


def test_facts_of_known_names_have_their_form() -> None:
    """Each known fact is checked by its name, one of a later kind as any value."""
    for name in FACTS:
        assert not codec.fits({**FACTS, name: ODD}, fields.Facts), name
    assert codec.fits({**FACTS, "another": ["x"]}, fields.Facts)
    assert not codec.fits({**FACTS, "no word": "x"}, fields.Facts)
