"""What a lifecycle table is made of: data and pure functions. Nothing here calls the cloud, writes, asks or waits.

Theory of operation. A resource's record is in exactly one phase of its kind, and each phase has at most one step that
leaves it. A step is one operation of the cloud, with the reads before it, what it needs from a person, and the phase
that each answer leads to. Creating, updating, deleting and resuming use the same table; they differ only in the phase
at which they begin. An interrupted run therefore resumes like any other: the record alone tells what comes next, by its
phase, facts, open intents and refusals.

    declared ── AddChatappPhoneNumber ──> added ── GetChatappVerifyCode ──> code_requested ── … ──> registered
        └── exists in the cloud, --adopt ─────^                                └── needs a code from a person

A function turns an answer into a word (`ok`, `found`, `waiting`, …). `leads` maps the word to the next phase, `stops`
maps it to an error. After a read, the empty word decides nothing: the next read follows, or the call. After a call, it
means that the result is unknown. If the result of a call is unknown, the operation's effect class (operations.py) says
whether it may be repeated, and the reads in `lost` find out what it did.

Invariants, checked by tests/kinds/laws.py: every phase can be left or is an end; every word leads to a phase of the
table or to an error; a step sends a message if and only if its operation notifies somebody.

core/lifecycle/decide.py walks the table during a run, core/plan/route.py reads it for plans. The pictures in
docs/lifecycles.md and the RAM policy are generated from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from reconciler.kinds.types import TYPES, ResourceType, TypeName
from reconciler.operations import OPERATIONS, Operation

Facts = Mapping[str, Any]
Data = Mapping[str, Any]
Params = dict[str, Any]
Row = dict[str, Any]
Awaited = Literal["", "account", "name", "service", "deletion", "signup", "settings", "members"]
Verdict = Literal[
    "", "as_recorded", "changed", "gone", "in_another_space", "verified_elsewhere", "running_out", "unknown"
]
"""What a reading says of a record. A failed read and an unlisted status are `unknown`."""

START, GONE = "declared", "gone"
# Facts learned from answers, or written when a resource changes its space or is restored. Others are declared in the
# YAML, except `was`, which a record has only during its removal.
LEARNED = frozenset(
    {"contact_id", "to_ask", "asked_phone", "asked_email", "open", "readdressed", "to_bind", "to_unbind"}
)
LEARNED |= {"channel", "phone_number_id", "before_review", "moved_from", "moves", "put_back", "to_set", "to_check"}
LEARNED |= {"instead_of"}


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


# Compared by identity, as functions are. Without a repr, which nobody reads, a class is made in half the time.
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Look:
    """A read that may make a step unnecessary, forbid it, or find out what a call with an unknown result did.

    operation: its name in operations.py.
    request: facts -> the request's parameters.
    says: facts, the answer's data -> a word of the step's `leads` or `stops`; "" if it decides nothing.
    learn: facts, the answer's data -> facts to record.
    shared: one answer serves all resources of the space during a run, except where a newer one than a call is needed.
    after: a read to make first. Its data are added to this answer, under its operation's name.
    shows: facts, the answer's data -> the finding, for people.
    needed: facts -> false if there is nothing to read.
    tells: facts, the answer's data -> facts for the request of the call that follows; they are not recorded.
    holds: facts, the answer's data -> of what is imported, attributes as the cloud has them, and what else is assumed.
    also: further reads of what is imported and where it is to be; only their `holds` is used.
    """

    operation: str
    request: Callable[[Facts], Params]
    says: Callable[[Facts, Data], str]
    learn: Callable[[Facts, Data], Facts] = nothing_learned
    shared: bool = False
    after: Look | None = None
    shows: Callable[[Facts, Data], str] = nothing_shown
    needed: Callable[[Facts], bool] = always
    tells: Callable[[Facts, Data], Facts] = nothing_learned
    holds: Callable[[Facts, Data], Facts] | None = None
    also: tuple[Look, ...] = ()

    @property
    def reads(self) -> tuple[Look, ...]:
        """All reads to make for it, in order."""
        return (self.after, self) if self.after else (self,)


class Finding(NamedTuple):
    """What the cloud reports of one aspect of a resource, compared with the record.

    aspect: for people and documents, such as `status`.
    verdict: `as_recorded`, or how it differs; "" if nothing is recorded of it.
    found: as the cloud writes it.
    recorded: what is recorded, if that differs.
    facts: those with which the record would agree, where they differ.
    phase: with which it would agree; "" if the phase does not differ.
    """

    aspect: str
    verdict: Verdict
    found: str
    recorded: str = ""
    facts: Facts = MappingProxyType({})
    phase: str = ""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Observation:
    """A read that compares a record with the cloud, outside of a run. The first one finds out whether it is there.

    look: the read. Its `says` and `learn` are not used.
    reads: facts, the answer's data -> the readings.
    phases: where it is made.
    """

    look: Look
    reads: Callable[[Facts, Data], Iterable[Finding]]
    phases: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Step:
    """The way out of a phase: one operation, what it needs from a person, where its answers lead.

    operation: its name in operations.py.
    request: facts -> the request's parameters.
    leads: word -> phase; "ok" is the normal way forward.
    stops: word -> error code. A word that is also in `leads` stops only runs without --adopt.
    ask: what the step needs: a code, a confirmation, or only time; "" for nothing.
    needed: facts -> false if this step does not apply to the resource.
    before: reads to make first.
    lost: reads that find out what a call with an unknown result did.
    says: facts, the answer's data -> a word of `leads` or `stops`; "" if the answer decides nothing. After a call, the
        fact `sent` has its parameters.
    learn: facts, the answer's data -> facts to record.
    sends: facts -> channel and recipient of the message; both "" if none is sent.
    already: codes of refusals that mean the result is already there.
    unless: for people, when the call is skipped.
    stuck: reads that find out why a refused or waiting step makes no progress.
    back: word -> the phase that the resource is really in, by the reads of `stuck`: an earlier one, or "gone".
    awaits: facts -> what is awaited, if the step needs only time; `signup` is what a person does in a browser.
    late: error code that says what is awaited, where a read leaves the record in this phase; "" for none.
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
    late: str = ""

    @property
    def api(self) -> Operation:
        """The operation's row in operations.py."""
        return OPERATIONS[self.operation]

    @property
    def looks(self) -> tuple[Look, ...]:
        """All reads of the step."""
        return self.before + self.lost + self.stuck


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Kind:
    """A lifecycle: a table of phases, and what plans need to know about it.

    name: as in `KINDS`; for numbers, the value of `onboarding` in the YAML.
    type: the resource type.
    ready: the phase in which the resource is as declared.
    steps: phase -> the step that leaves it.
    left: phase -> what remains to be done by hand if a record in it is forgotten.
    ways_out: phase -> the phase to put the record in, so that the next step removes the resource from the cloud. From
        a phase that is missing here, no operation removes it.
    resend: phase -> the phases whose steps send its message again; the first that still can is taken.
    changed: the phase at which an update starts; "" if no operation can update it.
    anew: recorded facts with the phase, declared facts -> learned facts that the update resets, with their new values.
    fixed: attributes that cannot be changed without replacing the resource.
    updated: attributes that an update changes.
    forgettable: of those, attributes that may be removed from the YAML: they stay as they are in the cloud.
    served: phases before `ready` in which a number is in service; nothing but its settings is still to come.
    trailing: attributes of `updated` that only the last steps apply; without a value they are undone.
    suffix: the phases of these steps, in order.
    detached: way out -> the one that removes it but not what it is bound to.
    in_space: whether the ready number belongs to the space.
    review: the phase that waits for a review by the cloud. The fact `before_review` is the phase to continue at.
    turns: another onboarding -> phase -> where a record continues in that table; from other phases it is replaced.
    needs: facts without which no call can be made.
    shown: attributes that a plan shows of a new resource, in order.
    first: what a person must do before the code is of use, because no operation can; "" for nothing.
    bought: the code came with the purchase of the number; no message is sent.
    world: space id, phase, facts, door -> what the sandbox must contain for a rehearsal to start in this phase: table
        of sandbox/seeding.py -> its row.
    observed: what `check` reads; without any, no operation reads the resource.
    ready_means: what is known of a ready resource that no operation reads, for people; "" for others.
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
    forgettable: frozenset[str] = frozenset()
    served: frozenset[str] = frozenset()
    trailing: frozenset[str] = frozenset()
    suffix: tuple[str, ...] = ()
    detached: Mapping[str, str] = field(default_factory=dict)
    in_space: bool = True
    review: str = ""
    turns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    needs: frozenset[str] = frozenset()
    shown: tuple[str, ...] = ()
    first: str = ""
    bought: bool = False
    world: Callable[[str, str, Facts, str], Mapping[str, Row]] = nothing_held
    observed: tuple[Observation, ...] = ()
    ready_means: str = ""

    def reached(self, phase: str, facts: Facts) -> str:
        """The phase reached, not counting a review: then it is the phase before the review."""
        return (phase == self.review and facts.get("before_review")) or phase

    def arrived(self, phase: str) -> bool:
        """Whether a resource in this phase is where it is declared: ready, or only its settings are still to come."""
        return phase == self.ready or phase in self.served

    def onward(self, phase: str, facts: Facts) -> str:
        """The first phase from this one on whose step applies."""
        while phase in self.steps and not self.steps[phase].needed(facts):
            phase = self.steps[phase].leads["ok"]
        return phase

    @property
    def row(self) -> ResourceType:
        """The row of its resource type."""
        return TYPES[self.type]

    @property
    def ends(self) -> tuple[str, ...]:
        """The phases without a step."""
        return (self.ready, GONE)
