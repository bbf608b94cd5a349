"""What every value of the core has in common, over all of their types."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

from msgspec import NODEFAULT, UNSET, Struct
from msgspec.structs import fields

import reconciler.core
import reconciler.executor
import reconciler.kinds
from reconciler.core.model import Guards, Limits
from reconciler.core.rehearsal.scenario import CloudChanges

# State is changed while it is folded, Hands while a run goes on.
CHANGED = {"State", "Hands"}
# In memory only, so no file and no other program ever writes one of them.
IN_MEMORY = {
    *("Ok", "Error", "NotSent", "Unknown", "Whole", "Challenge", "Outcome", "Plan", "PlannedCall"),
    *("Mismatch", "Verdict"),
}
# Of these there are many in a file, so what is as by default is left out.
SHORT = {
    *("State", "Record", "Intent", "Refusal", "LastRefusal", "SavedPlan", "SpacePlan", "Basis", "Scope", "Change"),
    *("Removal", "Unchanged", "Notice", "Foreseen", "CheckedAspect"),
}
DEFAULTS: dict[str, dict[str, Any]] = {
    "Guards": {"max_messages": 20, "max_delete_percent": 30},
    "Limits": {"calls_per_second": 10, "contact_messages_per_day": 100, "throttled_means_not_sent": True},
    "Project": {"state": "sqlite:.reconciler/state.db", "guards": Guards(), "limits": Limits()},
    "Record": {"on_remove": "refuse", "door": "create"},
    "Resource": {"on_remove": "refuse"},
    "Change": {"on_remove": "refuse"},
    "Seen": {"door": "create"},
    "Error": {"status": 400},
    "Fault": {"times": 1},
    "ScenarioStep": {"apply": True, "cloud": CloudChanges()},
    "Kind": {"in_space": True},
}


def types() -> Iterator[Any]:
    for package in (reconciler.core, reconciler.kinds, reconciler.executor):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(found.name)
            yield from (
                each for each in vars(module).values() if isinstance(each, type) and each.__module__ == module.__name__
            )


STRUCTS: dict[str, Any] = {each.__name__: each for each in types() if isinstance(each, type(Struct))}
CLASSES: dict[str, Any] = {each.__name__: each for each in types() if dataclasses.is_dataclass(each)}
TUPLES: dict[str, Any] = {each.__name__: each for each in types() if hasattr(each, "_field_defaults")}


def test_a_value_does_not_change() -> None:
    """Whoever was given one may keep it; the state alone grows, by the entries that are folded."""
    loose = {name for name, each in STRUCTS.items() if not each.__struct_config__.frozen}
    assert loose | {name for name, each in CLASSES.items() if not each.__dataclass_params__.frozen} == CHANGED


def test_what_a_file_says_beyond_its_fields_is_refused() -> None:
    """A newer program may mean something by it; facts alone have names that this program does not know."""
    open = {name for name, each in STRUCTS.items() if not each.__struct_config__.forbid_unknown_fields}
    assert open == {*IN_MEMORY, "KnownFacts", "_Head"} & STRUCTS.keys()


def test_what_is_many_times_in_a_file_is_short() -> None:
    """Fields as by default are left out of these, and of no others: their files are read by people and scripts."""
    assert {name for name, each in STRUCTS.items() if each.__struct_config__.omit_defaults} == SHORT & STRUCTS.keys()


def test_what_is_not_said_is_nothing() -> None:
    """A field that may be left out is empty, zero or no by default, in any value; these are all that are not."""
    said = {name: dict(_said(each)) for name, each in {**STRUCTS, **CLASSES, **TUPLES}.items()}
    assert {name: defaults for name, defaults in said.items() if defaults} == {
        name: DEFAULTS[name] for name in DEFAULTS if name in said
    }


def _said(type_: Any) -> Iterator[tuple[str, Any]]:
    """Each default that is neither empty nor a function."""
    for name, default in _defaults(type_):
        if default and not callable(default) and type(default).__module__ != "reconciler.executor.drive":
            yield name, default


def _defaults(type_: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(type_, type(Struct)):
        for each in fields(type_):
            yield each.name, None if each.default in (NODEFAULT, UNSET) else each.default
    elif dataclasses.is_dataclass(type_):
        for field in dataclasses.fields(type_):
            yield field.name, None if field.default is dataclasses.MISSING else field.default
    else:
        yield from type_._field_defaults.items()
