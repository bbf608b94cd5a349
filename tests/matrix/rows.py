"""One row for each place and edit: what is planned, what is called until all is done, and where it ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reconciler.core.model import Project
from reconciler.core.outcome import Outcome
from reconciler.core.plan.basis import Scope
from reconciler.core.plan.change import Change, Plan, Removal
from reconciler.errors import ConfigError
from reconciler.kinds import KINDS
from tests.matrix.edits import Case
from tests.matrix.play import ROUNDS, World, how_far
from tests.matrix.starts import NAMES, NUMBERS, recorded

_SHORT = {number: number[-4:] for number in NUMBERS.values()}


def world(case: Case) -> World:
    wanted = [each for space in case.after.spaces for each in space.resources]
    bought = [each.key for each in (*(block for _, block in case.before), *wanted) if KINDS[each.kind].bought]
    return World(recorded(*case.before), bought)


def row(case: Case) -> tuple[str, World]:
    """The row's text, and the world at the end."""
    played = world(case)
    try:
        made = played.planned(case.after, case.scope)
    except ConfigError as error:
        return "error: " + ", ".join(sorted({each.code for each in error.problems})), played
    told = planned(made)
    if made.refusals:
        return f"{told} | refused: {', '.join(sorted({each.code for each in made.refusals}))}", played
    ended = carried_out(played, made, case) if made.all_changes else ""
    calls = " ".join(played.trail) or "nothing"
    hand = "".join(f"; by hand: {address}" for address in played.left)
    return f"{told} | {calls} | {ends(played)}{hand}{ended}", played


def carried_out(played: World, made: Plan, case: Case) -> str:
    """Apply and answer, again and again; what went wrong, if anything did."""
    project, scope = case.after, case.scope if case.scope and case.scope.destroy else None
    outcomes = played.applied(made)
    for _ in range(ROUNDS):
        adopt = _is_there(outcomes)
        if not played.answered(outcomes) and not adopt and not _goes_on(played, project, made, scope):
            break
        made = played.planned(project, scope)
        if not made.all_changes:
            break
        if adopt:
            played.trail.append("[--adopt]")
        outcomes = played.applied(made, adopt)
    stuck = [f"{each.result} {each.problem.code}" for each in outcomes if each.result != "done" and each.problem]
    return f"; STUCK: {', '.join(stuck)}" if stuck else ""


def _is_there(outcomes: Sequence[Outcome]) -> bool:
    """Whether something is only taken over with consent."""
    return any(each.problem and each.problem.code == "already-there" for each in outcomes)


def _goes_on(played: World, project: Project, made: Plan, scope: Scope | None) -> bool:
    """Whether the next apply does something else."""
    try:
        return played.planned(project, scope).digest != made.digest
    except ConfigError:
        return False


def planned(made: Plan) -> str:
    """All changes, in short."""
    every = [
        f"{_does(change)} {NAMES[space.space_id]}/{change.local.partition('/')[2]}{_more(change)}"
        for space in made.spaces
        for change in space.changes
    ]
    every += [f"left out: {problem.code}" for problem in made.left_out]
    return ", ".join(every) or "no changes"


def _does(change: Change) -> str:
    if change.is_kept:
        return "keep"
    return "resume" if change.phase and change.action == "create" else change.action


def _more(change: Change) -> str:
    told = f" {_SHORT.get(change.key, change.key)}".rstrip()
    told += f" was {_plain(change.previous)}" if change.previous else ""
    told += " waits" if change.waits else ""
    return told + (_leaving(change, change.removal) if change.removal else "")


def _plain(address: str) -> str:
    space, _, name = address.split("/")
    return f"{space}/{name}"


def _leaving(change: Change, removal: Removal) -> str:
    how = removal.door or "forgotten"
    whom = "" if removal.id == change.id else f" {_SHORT.get(removal.key, removal.key)}"
    when = " last" if removal.after else ""
    return f" ({'refused: ' if removal.refused else ''}{whom.strip() or 'it'} {how}{when})"


def ends(played: World) -> str:
    """Where each record is."""
    return ", ".join(_records(played)) or "nothing recorded"


def _records(played: World) -> Iterator[str]:
    for id, state in played.state().items():
        for record in sorted(state.records.values(), key=lambda each: (each.address, each.key)):
            yield f"{NAMES[id]}/{how_far(record)}"
