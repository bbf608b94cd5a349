"""What a lifecycle table is made of. Data and pure functions only: nothing here calls, asks, writes or waits.

Theory of operation. A record is in one phase of its kind. A kind maps each phase to the one step that leaves it: one
operation of the cloud, the reads that come before it, what it asks of a person, and where each answer leads. Creating,
updating, deleting and resuming are only different doors into the same table, so that whatever was interrupted resumes
alike: nothing but the phase says what is next.

    declared ── AddChatappPhoneNumber ──> added ── GetChatappVerifyCode ──> code_requested ── … ──> registered
        └── found there already ───────────^                                   └── waits for a person

An answer is turned into a word (`ok`, `found`, `waiting`, …) by a function of the step or of a look, and `leads` turns
the word into the next phase. A word that `stops` names is an error instead; no word at all settles nothing. What to do
about an answer that never came follows from the operation's effect class (operations.py) and from `lost`, the reads
that tell what the call did. decide.py walks this table; the plan's route, the documentation's pictures, the laws of
tests/core/laws.py and the least permissions are read from it as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from reconciler.kinds.types import TYPES, ResourceType, TypeName
from reconciler.operations import OPERATIONS, Operation

Facts = Mapping[str, Any]
Data = Mapping[str, Any]
Params = dict[str, Any]
Row = dict[str, Any]
Awaited = Literal["", "account", "name", "service", "deletion"]

START, GONE = "declared", "gone"
# Facts that calls and moves teach; all others are declared.
LEARNED = frozenset(
    {
        "contact_id",
        "to_ask",
        "asked_phone",
        "asked_email",
        "open",
        "readdressed",
        "channel",
        "phone_number_id",
        "before_review",
        "moved_from",
        "moves",
        "put_back",
    }
)


def nothing_learned(facts: Facts, data: Data) -> Facts:
    return {}


def nothing_shown(facts: Facts, data: Data) -> str:
    return ""


def nothing_awaited(facts: Facts) -> Awaited:
    return ""


def nothing_held(space_id: str, phase: str, facts: Facts, door: str) -> Mapping[str, Row]:
    return {}


def always(facts: Facts) -> bool:
    return True


def ok(facts: Facts, data: Data) -> str:
    return "ok"


def still_waiting(facts: Facts, data: Data) -> str:
    return "waiting"


def no_message(facts: Facts) -> tuple[str, str]:
    return "", ""


# Compared by identity, as functions are.
@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """A read that may make a step needless, or forbid it, or tell what an unanswered call did.

    says: facts and the answer's data -> a word of the step's leads or stops, or "" when it settles nothing.
    shared: one answer serves every resource of the space for a whole run, but for what has to be newer than a call.
    after: a read without which this one is not believed; its data stand beside this one's under its operation's name.
    shows: what people are told that was found. needed: false where there is nothing to be seen.
    """

    operation: str
    request: Callable[[Facts], Params]
    says: Callable[[Facts, Data], str]
    learn: Callable[[Facts, Data], Facts] = nothing_learned
    shared: bool = False
    after: Look | None = None
    shows: Callable[[Facts, Data], str] = nothing_shown
    needed: Callable[[Facts], bool] = always

    @property
    def reads(self) -> tuple[Look, ...]:
        """All that is read for it, in order."""
        return (self.after, self) if self.after else (self,)


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """What leaves a phase: one operation, what it asks of a human, what its answers lead to.

    leads: word -> phase; "ok" is the way forward. stops: word -> error code; a word that leads on as well stops only
    those who do not say --adopt. needed: false where the resource
    has nothing this step could do. before: reads made first. lost: reads that settle an unanswered call.
    sends: facts -> (channel, whom), for a step that notifies. already: refusals that mean it is so already.
    unless: for people, when the call is not made after all. stuck: reads that tell why a step that was refused, or
    that waits, gets no further; back: word -> the earlier phase that the thing is really in. awaits: facts -> what
    the cloud takes its time for, where it asks for nothing but time.
    """

    operation: str
    request: Callable[[Facts], Params]
    leads: Mapping[str, str]
    stops: Mapping[str, str] = field(default_factory=dict)
    ask: Literal["", "code", "confirmation", "time"] = ""
    needed: Callable[[Facts], bool] = always
    before: tuple[Look, ...] = ()
    lost: tuple[Look, ...] = ()
    says: Callable[[Facts, Data], str] = ok
    learn: Callable[[Facts, Data], Facts] = nothing_learned
    sends: Callable[[Facts], tuple[str, str]] = no_message
    already: frozenset[str] = frozenset()
    unless: str = ""
    stuck: tuple[Look, ...] = ()
    back: Mapping[str, str] = field(default_factory=dict)
    awaits: Callable[[Facts], Awaited] = nothing_awaited

    @property
    def api(self) -> Operation:
        return OPERATIONS[self.operation]

    @property
    def looks(self) -> tuple[Look, ...]:
        return self.before + self.lost + self.stuck


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """A resource type: a table of phases.

    changed: the door for an update, "" where no operation changes anything; anew: facts before and after it ->
    what has to be learned again. fixed: attributes that only a new resource could have otherwise; updated:
    those an update changes. ways_out: phase -> the door through which an operation removes it. resend: phase ->
    the phases whose steps send its message again, the first that still can. left: phase -> what stays behind,
    by hand, when a record in it is forgotten. in_space: ready means that the number lives in the space.
    review: the phase that waits until the cloud has looked at something; the fact `before_review` is where it goes on.
    needs: facts without which nothing can be done. shown: attributes that a plan shows of a new one, in order.
    bought: whoever has the purchase code types it, and no phone is called. world: what a cloud holds where this is in
    a phase, for a rehearsal: space id, phase, facts, door -> rows by the tables of reconciler/sandbox/seeding.py.
    """

    name: str
    type: TypeName
    ready: str
    steps: Mapping[str, Step]
    left: Mapping[str, str]
    ways_out: Mapping[str, str] = field(default_factory=dict)
    resend: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    changed: str = ""
    anew: Callable[[Facts, Facts], Facts] = nothing_learned
    fixed: frozenset[str] = frozenset()
    updated: frozenset[str] = frozenset()
    in_space: bool = True
    review: str = ""
    needs: frozenset[str] = frozenset()
    shown: tuple[str, ...] = ()
    bought: bool = False
    world: Callable[[str, str, Facts, str], Mapping[str, Row]] = nothing_held

    def reached(self, phase: str, facts: Facts) -> str:
        """How far it has come: a review is waited for where it is."""
        return (phase == self.review and facts.get("before_review")) or phase

    @property
    def row(self) -> ResourceType:
        return TYPES[self.type]

    @property
    def ends(self) -> tuple[str, ...]:
        return (self.ready, GONE)
