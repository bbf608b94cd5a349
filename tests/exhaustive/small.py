"""The small world: one resource, the few things that can be wanted of it, and what makes two situations the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.core.journal.record import Intent, Record
from reconciler.core.journal.snapshot import dump_state, fold
from reconciler.core.journal.state import State
from reconciler.core.journal.tries import CODES_PER_MESSAGE, METERED_TRIES
from reconciler.core.model import Guards, Limits, OnRemove, Project, Resource, Space
from reconciler.executor.apply import how_far
from reconciler.kinds import KINDS
from reconciler.kinds.table import START
from reconciler.operations import OPERATIONS, Effect
from tests.stage.memory import Handle, Store

SPACE = "cams-acme"
LIMITS = Limits(calls_per_second=0, contact_messages_per_day=0)


def number(kind: Any, number: str) -> Resource:
    facts = {"number": number, "method": "sms", "locale": "en_US"}
    named = {**facts, "display_name": "Acme"} if kind == "register" else facts
    return Resource("acme", "phone_number", kind, kind, number, named)


REGISTER, MIGRATE = number("register", "+8613800001234"), number("migrate", "+8613800005678")


def contact(name: str, **facts: str) -> Resource:
    said = {"name": name, "title": "CEO", "message_types": ("FaultMessage",), **facts}
    return Resource("acme", "contact", name, "contact", name, said)


TOM = contact("tom", email="tom@example.com", phone="+8613911111234")
AMY, AMY_MOVED = contact("amy", email="amy@example.com"), contact("amy", email="amy@example.org")
BOB = contact("bob", email="bob@example.com", phone="+8613911115678")
BOB_MOVED = contact("bob", email="bob@example.org", phone="+8613911115678")
MOVED = {"amy": AMY_MOVED, "bob": BOB_MOVED}


@dataclass(frozen=True)
class Wish:
    """What one run is about. blocks: what the file declares. verb: apply, verify, or resend."""

    verb: str
    blocks: tuple[Resource, ...] = ()
    removed: Mapping[str, OnRemove] = field(default_factory=dict)
    adopt: bool = False
    code: str = ""

    def brief(self) -> tuple[Any, ...]:
        """Tells wishes apart, in few words."""
        emails = [str(block.attributes.get("email")) for block in self.blocks]
        return self.verb, emails, [*self.removed.values()], self.adopt, self.code

    def project(self) -> Project:
        space = Space("acme", SPACE, "spaces/acme.yaml", self.blocks, self.removed)
        return Project("/nowhere", (space,), guards=Guards(50, 100), limits=LIMITS)


CODE = "123456"
ANSWERS = (Wish("verify", code=CODE), Wish("resend"))


def wishes(block: Resource, phase: str) -> tuple[Wish, ...]:
    """Declare it, with consent to take over or to more metered tries where that says anything; remove it either way;

    answer; ask for another message. phase: as recorded, "" for nothing.
    """
    undo: OnRemove = "delete" if block.type == "contact" else "deregister"
    gone = tuple(Wish("apply", (), {block.name: word}, True) for word in ("forget", undo))
    other = (Wish("apply", (MOVED[block.name],)),) if block.name in MOVED else ()
    adopting = (Wish("apply", (block,), adopt=True),) if phase in ("", START, "verified", "retired") else ()
    return (Wish("apply", (block,)), *adopting, *other, *gone, *ANSWERS)


@dataclass
class Situation:
    """A journal, and what is true of the world. due: messages that may still go to a target, unasked."""

    store: Store = field(default_factory=Store)
    due: dict[str, int] = field(default_factory=dict)

    def copied(self) -> Situation:
        return Situation(self.store.copied(), dict(self.due))

    def compacted(self) -> Situation:
        """With a snapshot, so that reading it is quick."""
        state = self.state()
        if state.serial:
            self.store.snapshots[SPACE] = state.serial, dump_state(state)
        return self

    def state(self) -> State:
        snapshot, lines = Handle(self.store).read(SPACE)
        return fold(SPACE, lines, snapshot)

    def key(self) -> tuple[Any, ...]:
        state = self.state()
        aside = tuple(seen(record) for record in state.aside.values())
        return (*(seen(record) for record in state.records.values()), (tuple(sorted(self.due.items())), aside))


# Which link is `open` only words a text; nothing that comes next depends on it.
REMEMBERED = ("email", "to_ask", "asked_email", "readdressed", "was", "before_review")


def seen(record: Record) -> tuple[Any, ...]:
    """All of a record that what comes next can depend on. Counts are told apart up to where nothing more changes."""
    kind = KINDS[record.kind]
    facts = {name: record.facts[name] for name in REMEMBERED if name in record.facts}
    # How far it was when it was put back has counts that grow; nothing depends on more than whether it is so still.
    facts["put_back"] = record.facts.get("put_back") == how_far(record)
    tried = min(record.attempts, CODES_PER_MESSAGE) if record.phase in kind.resend else 0
    asked = tuple((name, _tries(name, each), each.phase, each.seen) for name, each in sorted(record.intents.items()))
    return record.kind, record.phase, record.door, repr(facts), tried, min(len(record.metered), METERED_TRIES), asked


def _tries(operation: str, intent: Intent) -> int:
    """Whether an earlier try stays open besides the last; of a message in doubt nothing depends on how often."""
    return min(intent.tries, 1 if OPERATIONS[operation].effect is Effect.NOTIFY else 2)
