"""Applies a plan: changes run concurrently, the old record of a move last.

Of a replacement the new one comes first, where both can stand side by side; otherwise the old one leaves first.

It decides nothing: plan() decides what each change is, decide() how each resource continues. Anybody can run the same
plan again: it does what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace as replace_turn
from typing import Any

from msgspec import to_builtins
from msgspec.structs import replace

from reconciler.core.journal.record import Record
from reconciler.core.journal.state import canonical
from reconciler.core.lifecycle.moves import Turn
from reconciler.core.outcome import Outcome, Result
from reconciler.core.plan.change import Change, Plan, Removal
from reconciler.core.plan.match import in_use, serves
from reconciler.core.plan.route import update_starts
from reconciler.errors import Problem, ReconcilerError
from reconciler.executor.drive import Hands, Recorder, drive
from reconciler.kinds import KINDS
from reconciler.kinds.table import LEARNED, START
from reconciler.kinds.types import TYPES

WORKERS = 32
Placed = tuple[str, Change]
"""A change with its space's id."""
Walk = Callable[[Callable[[Placed], Outcome], Sequence[Placed]], Iterable[Outcome]]
COUNTS: dict[str, tuple[str, ...]] = {
    "create": ("added",),
    "update": ("changed",),
    "replace": ("added",),
    "move": (),
    "import": ("imported",),
}


def side_by_side(work: Callable[[Placed], Outcome], changes: Sequence[Placed]) -> list[Outcome]:
    """Runs the changes in a pool of threads; outcomes in the given order."""
    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(work, changes))


def apply(plan: Plan, journals: Mapping[str, Recorder], hands: Hands, walk: Walk = side_by_side) -> list[Outcome]:
    """Applies all changes; if one fails, independent ones continue. Returns outcomes in the plan's order.

    journals: by space id, each with an open run. walk: runs independent changes in any order, and returns outcomes in
        the given order.
    """
    changes = [(space.space_id, change) for space in plan.spaces for change in space.changes]
    first = [pair for pair in changes if not _runs_last(pair[1])]
    last = [pair for pair in changes if _runs_last(pair[1])]
    found: dict[int, Outcome] = {}
    for batch in (first, last):
        outcomes = walk(lambda pair: _caught(pair[1], journals, pair[0], hands), batch)
        found.update({id(pair[1]): outcome for pair, outcome in zip(batch, outcomes, strict=True)})
    return [found[id(change)] for _, change in changes]


def _runs_last(change: Change) -> bool:
    return bool(change.removal and change.removal.after) and not change.new_first


def _caught(change: Change, journals: Mapping[str, Recorder], space_id: str, hands: Hands) -> Outcome:
    if hands.stop.is_set():
        return Outcome(change.address, change.action, "not_started")
    hands.tell("start", change.address, change.action)
    try:
        outcome = _change(change, journals, space_id, hands)
    except ReconcilerError as error:
        hands.stop.set()  # the journal cannot be written, so nothing else may be called
        result: Result = "unknown" if _has_open_call(change, journals[space_id]) else "failed"
        outcome = Outcome(change.address, change.action, result, error.problems[0])
    except Exception as bug:  # noqa: BLE001 - reported after all outcomes
        hands.stop.set()
        hands.bugs.append(bug)
        outcome = Outcome(
            change.address, change.action, "unknown", Problem("bug", f"{type(bug).__name__} while at work")
        )
    hands.tell(outcome.result, change.address, outcome.problem.what if outcome.problem else "")
    return outcome


def _has_open_call(change: Change, journal: Recorder) -> bool:
    """Whether a call was made without a recorded outcome. A call whose intent could not be written was not made."""
    ids = (change.id, change.removal.id) if change.removal else (change.id,)
    return any(record.intents for record in map(journal.record, ids) if record)


def _change(change: Change, journals: Mapping[str, Recorder], space_id: str, hands: Hands) -> Outcome:
    journal = journals[space_id]
    if change.action == "import":
        return _imported(change, journals, journal, hands)
    if change.removal is None:
        return _carried_out(change, journals, journal, hands)
    if change.new_first:
        return _new_first(change, change.removal, journals, journal, hands)
    out = _remove(change, change.removal, journals, journal, hands)
    if out.result != "done" or change.action in ("delete", "forget"):
        return out
    outcome = _carried_out(change, journals, journal, hands, hands.shared.tick())
    kept = change.id == change.removal.id and change.id in journal.state.aside
    return replace(outcome, counts=out.counts + outcome.counts, left="" if kept else out.left)


def _new_first(
    change: Change, removal: Removal, journals: Mapping[str, Recorder], journal: Recorder, hands: Hands
) -> Outcome:
    """Until the new one has arrived, the old one stays as it is: nobody is without both."""
    outcome, old = _carried_out(change, journals, journal, hands), journal.record(removal.id)
    if old is None or not _has_arrived(journal.record(change.id), removal, old):
        return outcome
    out = _remove(change, removal, journals, journal, hands)
    shown = out if outcome.result == "done" else outcome
    return replace(shown, counts=outcome.counts + out.counts, left=out.left)


def _imported(change: Change, journals: Mapping[str, Recorder], journal: Recorder, hands: Hands) -> Outcome:
    """Reads how far it is in the cloud, and records that. What comes after is for the next plan."""
    before = journal.record(change.id)
    if before and before.phase != START:
        return Outcome(change.address, change.action, "done")
    _declare(change, journals, journal)
    turn = replace_turn(_turn(change, journal, hands), adopt=True, importing=True)
    outcome = drive(change.id, turn, journal, hands, frozenset())
    record = journal.record(change.id)
    assert record is not None
    if record.phase != START:
        stopped = outcome.result in ("failed", "unknown", "not_started")
        return outcome if stopped else Outcome(change.address, change.action, "done", counts=COUNTS["import"])
    journal.append(
        {"type": "forgotten", "id": change.id, "left": "", "why": "it could not be imported", "aside": False}
    )
    if outcome.challenge is None and outcome.problem and outcome.problem.code != "outside-plan":
        return outcome
    absent = Problem(
        "import-absent", "the cloud does not list it, and an import creates nothing", address=change.address
    )
    return Outcome(change.address, change.action, "failed", absent)


def _carried_out(
    change: Change, journals: Mapping[str, Recorder], journal: Recorder, hands: Hands, removed_at: int = 0
) -> Outcome:
    """removed_at: when what it replaces was removed in this run: what is shown of it from before is outdated."""
    finished = _finished_before(change, journal.record(change.id))
    _declare(change, journals, journal)
    turn = replace_turn(_turn(change, journal, hands), removed_at=removed_at)
    outcome = drive(change.id, turn, journal, hands, _allowed(change))
    done = outcome.result == "done" and not finished
    return replace(outcome, counts=COUNTS[change.action]) if done else outcome


def _finished_before(change: Change, record: Record | None) -> bool:
    """Whether an earlier run of this plan, or a verify in between, finished this change already."""
    if record is None or record.phase != KINDS[record.kind].ready:
        return False
    return record.version != change.version or (bool(change.phase) and not change.door)


def _turn(change: Change, journal: Recorder, hands: Hands) -> Turn:
    space, at = journal.state.space_id, hands.now()
    return Turn(space, change.address, change.action, at, adopt=hands.adopt, allow_metered=hands.allow_metered)


def _allowed(change: Change) -> frozenset[str]:
    return frozenset(call.operation for call in change.all_calls)


def _remove(
    change: Change, removal: Removal, journals: Mapping[str, Recorder], journal: Recorder, hands: Hands
) -> Outcome:
    """Idempotent: if an earlier run of this plan removed the record, there is none, or a newer one made since."""
    record = journal.record(removal.id)
    if record is None or (record.version != removal.version and record.door != "delete"):
        return Outcome(change.address, change.action, "done")
    if removal.after and not _has_arrived(journals[removal.after[0]].record(removal.after[1]), removal, record):
        problem = Problem("waits-for-move" if removal.moves else "waits-for-replacement", removal.reason)
        return Outcome(change.address, change.action, "not_started", problem, left=removal.left)
    if removal.door:
        if record.door != "delete":
            journal.append(_entered(removal, record))
        outcome = drive(removal.id, _turn(change, journal, hands), journal, hands, _allowed(change))
        if outcome.result != "done":
            return outcome
    entry = {"type": "forgotten", "id": removal.id, "left": removal.left, "why": removal.reason}
    again = change.action == "forget" and record.facts.get("put_back") == how_far(record)
    # A contact that moves takes its record along. What a number began here is found again if it comes back.
    carried = removal.moves and TYPES[record.type].directory_wide
    aside = not (removal.door or carried or again) and _is_halfway(record)
    journal.append({**entry, "aside": aside})
    counts = ("destroyed",) if removal.door else ()
    return Outcome(change.address, change.action, "done", left=removal.left, counts=counts)


def _entered(removal: Removal, record: Record) -> dict[str, Any]:
    entry = {"type": "entered", "id": removal.id, "phase": removal.door, "door": "delete"}
    return {**entry, "learned": {"was": record.phase}, "why": removal.reason}


def _is_halfway(record: Record) -> bool:
    """Begun and not finished: if it is declared again, it continues from its phase."""
    kind = KINDS[record.kind]
    begun = record.intents or kind.reached(record.phase, record.facts) != START
    return bool(begun) and record.phase not in kind.ends and record.door != "delete"


def how_far(record: Record) -> str:
    """The progress of a record, to compare. A restored record that is forgotten again without progress is not set aside
    a second time: somebody wants to start over."""
    return f"{record.phase} {record.messages_sent} {record.attempts}"


def _has_arrived(record: Record | None, removal: Removal, old: Record) -> bool:
    """A contact that moves has arrived once its record is there. Anything else has arrived once it is ready; if the old
    one was not in service, once it is begun."""
    if record is None or (removal.moves and TYPES[record.type].directory_wide):
        return record is not None
    kind = KINDS[record.kind]
    begun = kind.reached(record.phase, record.facts) != START
    served = KINDS[old.kind].in_space and serves(old) if removal.moves else in_use(old)
    return kind.arrived(record.phase) or (begun and not served)


def _declare(change: Change, journals: Mapping[str, Recorder], journal: Recorder) -> None:
    """Records the declaration once: a record that this plan has already changed is left as it is."""
    record = journal.record(change.id)
    if record is not None and record.version != change.version:
        return
    if change.carried:
        source = journals[change.carried[0]]
        found = source.state.aside.get(change.carried[1]) if source is journal else source.record(change.carried[1])
        put_back = {"put_back": how_far(found)} if found and source is journal else {}
        journal.append(_carried(change, found, put_back))
        return
    phase = change.door or (_back_to(change, record) if record else START)
    door, facts = _door(change, record), _facts(change, record)
    entry: dict[str, Any] = {"address": change.local, "kind": change.kind, "phase": phase, "door": door, "facts": facts}
    entry |= {"on_remove": change.on_remove, "ends": TYPES[change.type].ends(change.on_remove)}
    if record is None or any(canonical(getattr(record, name)) != canonical(entry[name]) for name in entry):
        journal.append({"type": "declared", "id": change.id, "key": change.key, **entry})


def _back_to(change: Change, record: Record) -> str:
    """The record's phase, unless a changed value needs an earlier one: it may have come further since the plan."""
    kind = KINDS[record.kind]
    changed = kind.updated.intersection(name for name, *_ in change.differences)
    return (update_starts(kind, record.phase, changed) if changed else "") or record.phase


def _facts(change: Change, record: Record | None) -> dict[str, Any]:
    """Declared facts from the plan, learned facts from the current record.

    Between the plan and the lease, somebody may have typed a code, or an outcome may have been recovered.
    """
    said = dict(change.after or {})
    if record is None:
        return {**said, **change.learned}
    kind = KINDS[change.kind]
    declared = {name: value for name, value in said.items() if name not in LEARNED}
    taught = {name: value for name, value in record.facts.items() if name in LEARNED}
    known, starts = {**record.facts, "phase": record.phase}, (kind.changed, *kind.suffix[:1])
    learned = kind.anew(known, declared) if change.door and change.door in starts else change.learned
    return {**declared, **taught, **learned}


def _door(change: Change, record: Record | None) -> str:
    """A declared resource is no longer being removed, even if its removal was begun."""
    if change.action == "update" and change.door:
        return "update"
    return "create" if record is None or record.door == "delete" else record.door


def _carried(change: Change, source: Record | None, put_back: Mapping[str, str]) -> dict[str, Any]:
    assert source is not None
    record = to_builtins(replace(source, facts={**source.facts, **(change.after or {}), **change.learned, **put_back}))
    entry = {"type": "carried", "id": change.id, "address": change.local, "on_remove": change.on_remove}
    return {**entry, "ends": TYPES[change.type].ends(change.on_remove), "record": record}
