"""Reads the cloud for `check`: each listing once, whatever it serves, spaces side by side. It appends nothing."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from reconciler.core.answer import Answer, Ok
from reconciler.core.explain import explain
from reconciler.core.journal.state import State, canonical
from reconciler.core.plan.forecast import least
from reconciler.core.review.checked import CheckReport, UnmanagedResource, UnreadListing, examine, facts_now, observed
from reconciler.errors import Problem, StateError
from reconciler.executor.apply import WORKERS
from reconciler.executor.drive import SharedReads
from reconciler.kinds.table import Facts, Look
from reconciler.kinds.types import TYPES
from reconciler.kinds.unmanaged import UNMANAGED
from reconciler.operations import OPERATIONS, Product
from reconciler.runs.circuit_breaker import circuit_breaker
from reconciler.runs.find_record import Found
from reconciler.runs.session import Reader, reading
from reconciler.runs.workspace import Workspace, now
from reconciler.store.side_by_side import side_by_side

Watching = Callable[[int, int, float], None]
"""Progress: reads made, reads to make, and the least seconds that the others take at the allowed rate."""
Asked = tuple[Look, Facts]


def check_records(
    workspace: Workspace, chosen: Sequence[Found], watch: Watching, listed: Sequence[State] = ()
) -> CheckReport:
    """Compares records with the cloud. Raises StateError if a space is another cloud's or account's.

    watch: is shown the progress. listed: spaces in which it also looks for what is not recorded.
    """
    at, states = now(), list({each.state.space_id: each.state for each in chosen}.values())
    _check_endpoint(workspace, states)
    asked = list(_asked(chosen, at))
    asked += [(each.look, {"space_id": state.space_id}) for state in listed for each in UNMANAGED.values()]
    with reading(workspace, states, _products(asked)) as read:
        made = Readings(read, workspace.settings.limits.calls_per_second, watch)
        made.ahead(asked)
        results = [examine(*each, made.look, at) for each in chosen]
        if missing := [place for place, each in enumerate(results) if each.verdict == "gone"]:
            spaces = other_spaces(workspace)
            made.ahead(_asked((Found(state, chosen[place].record) for place in missing for state in spaces), at))
            for place in missing:
                results[place] = examine(*chosen[place], made.look, at, spaces)
        unmanaged, unread = _unmanaged(workspace, listed, made)
    resources = tuple(sorted(results, key=lambda each: each.address))
    return CheckReport(at, made.calls, len(states), resources, unmanaged, unread)


def _unmanaged(
    workspace: Workspace, states: Iterable[State], made: Readings
) -> tuple[tuple[UnmanagedResource, ...], tuple[UnreadListing, ...]]:
    """What the listings have and no space has recorded, each once; and the listings that could not be read."""
    known = [record for state in workspace.recorded.values() for record in state.records.values()]
    keys = {type_: [record.key for record in known if record.type == type_] for type_ in UNMANAGED}
    found: dict[tuple[str, str], UnmanagedResource] = {}
    unread: dict[tuple[str, str], UnreadListing] = {}
    for state in states:
        for type_, each in UNMANAGED.items():
            data = made.look(each.look, {"space_id": state.space_id})
            space = "" if TYPES[type_].directory_wide else state.name
            if isinstance(data, Problem):
                unread[space, type_] = UnreadListing(space, TYPES[type_].name, data.what)
                continue
            for row in each.rows(data, keys[type_]):
                found.setdefault((type_, row.key), UnmanagedResource(space, TYPES[type_].name, row.key, row.found))
    rows = sorted(found.values(), key=lambda each: (each.space, each.type, each.key))
    return tuple(rows), tuple(unread[each] for each in sorted(unread))


def _check_endpoint(workspace: Workspace, states: Iterable[State]) -> None:
    for state in states:
        if state.endpoint != workspace.identity:
            what = f"{state.name}: recorded against {state.endpoint}, and this is {workspace.identity}"
            raise StateError(Problem("other-endpoint", what))


def _asked(chosen: Iterable[Found], at: str) -> Iterator[Asked]:
    """The reads that comparing these records needs."""
    for state, record in chosen:
        facts = facts_now(state, record, at)
        yield from ((each.look, facts) for each in observed(record))


def _products(asked: Iterable[Asked]) -> list[Product]:
    return sorted({OPERATIONS[each.operation].product for look, _ in asked for each in look.reads})


def spaces_to_list(workspace: Workspace, only: Sequence[str]) -> list[State]:
    """Where to look for what is not recorded: these spaces, or all, also one that has nothing recorded yet."""
    return [state for state in other_spaces(workspace) if not only or state.name in only]


def other_spaces(workspace: Workspace) -> list[State]:
    """All spaces of this cloud that are recorded or declared: one of them may have what is gone from another."""
    mine = ("", workspace.settings.account)
    states = [state for state in workspace.recorded.values() if state.account in mine]
    recorded = [state for state in states if state.endpoint == workspace.identity]
    known = {state.space_id for state in recorded}
    declared = (State(id, name) for name, id in workspace.space_ids.items() if id not in known)
    return sorted([*recorded, *declared], key=lambda state: state.name)


class Readings:
    """The answers of the cloud: each read is made once, for several threads too.

    calls: how many reads were made.
    """

    def __init__(self, read: Reader, calls_per_second: int, watch: Watching) -> None:
        self._shared, self._watch, self._pace = SharedReads(), watch, calls_per_second
        # Contacts can have credentials of their own, so what stops the reads of one product does not stop the others.
        self._read = {product: _stopping(read) for product in {row.product for row in OPERATIONS.values()}}
        self._left: dict[str, str] = {}
        self._lock = threading.Lock()
        self.calls = 0

    def ahead(self, asked: Iterable[Asked]) -> None:
        """Makes these reads side by side, unless they were made."""
        looks: dict[tuple[str, ...], Asked] = {}
        for look, facts in asked:
            looks.setdefault(tuple(_key(each, facts) for each in look.reads), (look, facts))
        self._left |= {_key(each, facts): each.operation for look, facts in looks.values() for each in look.reads}
        for _ in side_by_side(lambda each: self.look(*each), list(looks.values()), WORKERS):
            pass

    def look(self, look: Look, facts: Facts) -> Mapping[str, Any] | Problem:
        """The data of a look, with those of the read before it, or why one of them could not be read."""
        found: dict[str, Any] = {}
        for each in look.reads:
            answer = self.answer(each.operation, each.request(facts))
            if not isinstance(answer, Ok):
                return explain(each.operation, answer)
            found |= answer.data if each is look else {each.operation: answer.data}
        return found

    def answer(self, operation: str, params: Mapping[str, Any]) -> Answer:
        """The answer of one read."""
        key = f"{operation} {canonical(params)}"
        return self._shared.get(key, 0, lambda: self._made(key, operation, params))[0]

    def _made(self, key: str, operation: str, params: Mapping[str, Any]) -> Answer:
        answer = self._read[OPERATIONS[operation].product](operation, params)
        with self._lock:
            self.calls += 1
            self._left.pop(key, None)
            self._watch(self.calls, self.calls + len(self._left), least(Counter(self._left.values()), self._pace))
        return answer


def _key(look: Look, facts: Facts) -> str:
    return f"{look.operation} {canonical(look.request(facts))}"


def _stopping(read: Reader) -> Reader:
    """Not every listing is tried if the first ones show that none can be read."""
    call = circuit_breaker(lambda operation, params, first: read(operation, params))
    return lambda operation, params: call(operation, params, None)
