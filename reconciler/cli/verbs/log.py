"""`reconciler log`: the journal as an audit log: who did what, when, and what the cloud answered."""

from __future__ import annotations

import heapq
import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial, reduce
from operator import itemgetter
from typing import Any

import click

from reconciler.cli import options
from reconciler.cli.terminal import here, say
from reconciler.core.journal.state import State, parse
from reconciler.render import mask
from reconciler.render.escape import escape
from reconciler.render.times import second
from reconciler.runs.workspace import Workspace

Entry = Mapping[str, Any]
_VALUES = ("facts", "learned", "params")
EPILOG = """\b
Examples:
  reconciler log
  reconciler log --space acme --json | jq 'select(.type == "intent")'
"""


@click.command("log", epilog=EPILOG)
@options.spaces
@options.as_json
@options.workspace
def command(workspace: Workspace, only: Sequence[str], as_json: bool) -> int:
    """Print who did what, when, and the answers: all spaces, in order of time.

    --json prints the journal's own entries, numbers masked.
    """
    lines = as_entries if as_json else partial(told, now=here())
    for line in in_order(lines(read(workspace, space), space) for space in workspace.chosen(only)):
        say(line, paint=not as_json)
    return 0


def in_order(spaces: Iterable[Iterable[tuple[Entry, str]]]) -> Iterator[str]:
    """The lines of several spaces as one story."""
    return (line for _, line in heapq.merge(*map(_by_time, spaces), key=itemgetter(0)))


def _by_time(lines: Iterable[tuple[Entry, str]]) -> Iterator[tuple[str, str]]:
    """A space's own order is kept, also where a clock went back."""
    at = ""
    for entry, line in lines:
        at = max(at, str(entry["at"]))
        yield at, line


def read(workspace: Workspace, space: State) -> list[dict[str, Any]]:
    """The remaining entries, oldest first; pruned ones are gone."""
    return [parse(line, space.space_id) for line in workspace.backend.history(space.space_id)]


def as_entries(entries: Sequence[Entry], space: State) -> Iterator[tuple[Entry, str]]:
    """Only a record's own entries can hold its numbers, and where those were pruned what is recorded now."""
    numbers: defaultdict[str, set[str]] = defaultdict(set)
    for record in space.records.values():
        known = (record.key, record.facts.get("phone") or "")
        numbers[record.id].update(number for number in known if number.startswith("+"))
    for entry in entries:
        own = numbers[entry.get("id", "")]
        about = entry.get("record", entry)  # one that was carried along brings its whole record
        key = about.get("key") or entry.get("id", "").partition("/")[2]
        named = (key, about.get("facts", {}).get("phone") or "")
        own.update(number for number in named if number.startswith("+"))
        yield entry, json.dumps(masked(entry, own), ensure_ascii=True)


def masked(value: Any, numbers: Collection[str]) -> Any:
    """With numbers masked, and of addresses that are declared or sent only the host."""
    if isinstance(value, str):
        return mask.text(reduce(mask.within, numbers, value))
    if isinstance(value, list):
        return [masked(each, numbers) for each in value]
    if isinstance(value, dict):
        return {name: _named(name, each, numbers) for name, each in value.items()}
    return value


def _named(name: str, value: Any, numbers: Collection[str]) -> Any:
    if name in _VALUES and value:
        value = {each: _cut(given) for each, given in value.items()}
    return mask.code(value) if name == "code" and isinstance(value, str) else masked(value, numbers)


def _cut(value: Any) -> Any:
    return mask.url(value) if isinstance(value, str) and value.startswith("http") else value


def told(entries: Sequence[Entry], space: State, now: str) -> Iterator[tuple[Entry, str]]:
    """Each entry but signs of life, and its line."""
    who, addresses = "", {record.id: record.address for record in space.records.values()}
    addresses |= {entry["id"]: entry["address"] for entry in reversed(entries) if "address" in entry}
    for entry in entries:
        if entry["type"] == "run_opened":
            who = f"{entry['holder']['who']}@{entry['holder']['host']}"
        if "address" in entry:
            addresses[entry["id"]] = entry["address"]
        what = _WHAT[entry["type"]](entry) if entry["type"] in _WHAT else entry["type"]
        id = entry.get("id", "")
        where = f"{space.name}/{addresses.get(id) or mask.text(id)}" if id else space.name
        if what:
            yield entry, escape(f"{second(entry['at'], now)}  {who}  {where} {what}")


def _intent(entry: Mapping[str, Any]) -> str:
    shown = {name: mask.text(_cut(value)) for name, value in _flat(entry["params"]) if name != "CustSpaceId"}
    return f"calls {entry['operation']} " + " ".join(f"{name}={value}" for name, value in shown.items())


def _flat(params: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    return ((name, ",".join(value) if isinstance(value, list) else str(value)) for name, value in params.items())


def _outcome(entry: Mapping[str, Any]) -> str:
    status = f"{entry['status']} " if entry.get("status") else ""
    code = f" ({status}{mask.code(entry['code'])})" if status or entry.get("code") not in (None, "OK") else ""
    phase = f" -> {entry['phase']}" if entry["result"] == "ok" else ""
    return f"{entry['operation']}: {entry['result'].replace('_', ' ')}{code}{phase}"


def _run_opened(entry: Mapping[str, Any]) -> str:
    taken = f", taken over from run {entry['taken_from']}" if entry["taken_from"] else ""
    return f"{entry['holder']['verb']} begins (run {entry['holder']['id']}){taken}"


def _run_closed(entry: Mapping[str, Any]) -> str:
    results = ", ".join(f"{number} {result.replace('_', ' ')}" for result, number in entry["results"].items())
    return f"run ends: {results or 'nothing'}"


def _forgotten(entry: Mapping[str, Any]) -> str:
    return f"forgotten: {entry['why']}" + (f"; left: {entry['left']}" if entry["left"] else "")


_WHAT: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "opened": lambda entry: f"journal created for {entry['endpoint']}",
    "run_opened": _run_opened,
    "run_closed": _run_closed,
    "alive": lambda entry: "",
    "declared": lambda entry: f"declared ({entry['phase']})",
    "entered": lambda entry: f"{entry['door']} begins: {entry['why']}",
    "intent": _intent,
    "outcome": _outcome,
    "settled": lambda entry: f"{entry['operation']} not needed: {entry['why']} -> {entry['phase']}",
    "carried": lambda entry: "moved here from another space",
    "forgotten": _forgotten,
    "moved": lambda entry: f"moved to {entry['to']}; this journal is closed",
}
