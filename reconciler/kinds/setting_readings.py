"""What `check` reads of a number's settings: only those that are declared, and callbacks from the listing that is read
anyway. Addresses are shown as what sends or fetches them would need them; who prints them masks their paths."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from reconciler.kinds import wire
from reconciler.kinds.looks import CONNECTED, number_row
from reconciler.kinds.number_settings import READINGS, READY, declared, unlike
from reconciler.kinds.table import Data, Facts, Finding, Look, Observation

_CALLBACKS = "callbacks"


def _read(group: str) -> Callable[[Facts, Data], Iterator[Finding]]:
    def reads(facts: Facts, answer: Data) -> Iterator[Finding]:
        if group == _CALLBACKS and number_row(facts, answer) is None:
            return  # reported as gone, or as unknown
        said = declared(facts, group)
        found = unlike(facts, group, READINGS[group][1](facts, answer))
        for name, value in found.items():
            facts_found = {} if value is None else {name: value}
            yield Finding(name.replace("_", " "), "changed", _shown(value), _shown(said[name]), facts_found)
        if said and not found:
            yield Finding(group, "as_recorded", "as declared")

    return reads


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    texts = value if isinstance(value, list | tuple) else [value]
    return ", ".join(str(each) for each in texts if each) or "none"


def _look(group: str, operation: str) -> Look:
    return Look(
        operation, wire.number_in_space, lambda facts, answer: "", needed=lambda facts: bool(declared(facts, group))
    )


_LOOKS: Mapping[str, Look] = {
    group: CONNECTED if group == _CALLBACKS else _look(group, operation) for group, (operation, _) in READINGS.items()
}
SETTING_READINGS = tuple(Observation(look, _read(group), frozenset({READY})) for group, look in _LOOKS.items())
