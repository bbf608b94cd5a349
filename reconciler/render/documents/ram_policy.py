"""The least permissions of a verb as an Alibaba Cloud RAM policy, derived from the tables of operations and lifecycles.

plan makes no calls; with --preflight it makes the reads that apply makes before its calls. check makes the reads that
compare records with the cloud, import those from which space files are written. verify continues after a person's
answer, and sends messages only with --resend. apply may make every call of a lifecycle, except those that take a code
if nobody types one. destroy may make those that remove something. All other calls with an effect are denied by name, so
that no other policy of the role can allow them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import Any

from reconciler.kinds import KINDS
from reconciler.kinds.looks import BUSINESS
from reconciler.kinds.number_settings import READINGS
from reconciler.kinds.table import START, Kind, Step
from reconciler.operations import OPERATIONS, RAM_NAMES, Effect

IMPORTED_BY = frozenset({"ListInstance", "ListMessageContacts", "ChatappSyncPhoneNumber"})
IMPORTED_BY |= {operation for operation, _ in READINGS.values()}
"""The reads from which space files are written."""
PREFLIGHT = frozenset({BUSINESS})
"""What a preflight reads beside what apply reads."""
POLICY_VERBS = ("plan", "check", "import", "apply", "verify", "destroy")


def policy(verb: str, resend: bool = False, no_input: bool = False, preflight: bool = False) -> dict[str, Any]:
    """verb: one of POLICY_VERBS. resend: with verify, also the sending of one more message. no_input: with apply.
    preflight: with plan."""
    called = calls(verb, resend, no_input, preflight)
    others = {name for name, row in OPERATIONS.items() if row.effect is not Effect.READ} - called
    statements = (
        _statement("Allow", (name for name in called if OPERATIONS[name].effect is Effect.READ)),
        _statement("Allow", (name for name in called if OPERATIONS[name].effect is not Effect.READ)),
        _statement("Deny", (name for name in others if OPERATIONS[name].effect is Effect.NOTIFY)),
        _statement("Deny", (name for name in others if OPERATIONS[name].effect is not Effect.NOTIFY)),
    )
    return {"Version": "1", "Statement": [statement for statement in statements if statement["Action"]]}


def calls(verb: str, resend: bool = False, no_input: bool = False, preflight: bool = False) -> frozenset[str]:
    """The operations that a verb may call."""
    if verb == "import":
        return IMPORTED_BY
    if preflight:
        return PREFLIGHT | {name for name in calls("apply") if OPERATIONS[name].effect is Effect.READ}
    steps = [step for kind in KINDS.values() for step in _STEPS[verb](kind)]
    if resend:
        steps += [kind.steps[phase] for kind in KINDS.values() for phases in kind.resend.values() for phase in phases]
    made = {step.operation for step in steps if not (no_input and step.ask == "code")}
    looks = [look for step in steps for look in step.looks]
    looks += [each.look for kind in KINDS.values() for each in kind.observed] if verb == "check" else []
    return frozenset(made | {each.operation for look in looks for each in look.reads})


def _answering(kind: Kind) -> Iterator[Step]:
    """What waits for somebody, and all that follows from there."""
    # A review that is over leads back to these; what they call is another plan's.
    anew = {START, *(phase for phases in kind.resend.values() for phase in phases)}
    return _onward(kind, {phase for phase, step in kind.steps.items() if step.ask}, anew)


def _onward(kind: Kind, ahead: set[str], anew: AbstractSet[str]) -> Iterator[Step]:
    """The steps from these phases on. anew: phases that are not entered again."""
    seen: set[str] = set()
    while ahead:
        phase = ahead.pop()
        if phase not in seen and phase not in kind.ends:
            seen.add(phase)
            ahead |= set(kind.steps[phase].leads.values()) - anew
    return (kind.steps[phase] for phase in sorted(seen))


def _removing(kind: Kind) -> Iterator[Step]:
    """What removes a resource from the cloud, and all that follows."""
    return _onward(kind, {*kind.ways_out.values(), *kind.detached.values()}, frozenset())


_STEPS: dict[str, Callable[[Kind], Iterable[Step]]] = {
    "plan": lambda kind: (),
    "check": lambda kind: (),
    "apply": lambda kind: kind.steps.values(),
    "verify": _answering,
    "destroy": _removing,
}


def _statement(effect: str, names: Iterable[str]) -> dict[str, Any]:
    return {"Effect": effect, "Action": sorted(map(action, names)), "Resource": "*"}


def action(name: str) -> str:
    return f"{RAM_NAMES[OPERATIONS[name].product]}:{name}"
