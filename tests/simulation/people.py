"""People: they ask for another message by word, follow links, and in the end answer everything rightly."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial

from reconciler.core.journal.record import Record
from reconciler.core.outcome import Outcome
from reconciler.kinds import KINDS
from reconciler.kinds.table import START
from tests.simulation.files import BOUGHT, SIGNED_UP, SIGNED_UP_IN, SPACES
from tests.simulation.process import Process
from tests.simulation.world import World


def ask_again(world: World, space_id: str, record: Record, process: Process) -> bool:
    """By word of a person one more message may go out to this number, or to this contact."""
    targets = [str(record.facts[name]) for name in ("number", "phone", "email") if record.facts.get(name)]
    with _allowed(world, record.id, targets):
        return world.go(lambda process: process.verify(space_id, record.id, resend=True), process)


@contextmanager
def _allowed(world: World, id: str, targets: list[str]) -> Iterator[None]:
    watch, before = world.cloud.region.world.watch, _sent(world)
    for target in targets:
        watch.allow(target, 1)
    world.promises.asked.append(id)
    yield
    world.promises.asked.remove(id)
    for target in targets:
        if _sent(world).count(target) == before.count(target):
            watch.allow(target, -1)


def _sent(world: World) -> list[str]:
    return [message.to for message in world.cloud.region.world.messages]


def follow(world: World, target: str) -> None:
    """The person at a target follows the newest link, if one has come."""
    if any(target in contact.linked for contact in world.cloud.world.contacts.values()):
        world.cloud.tell("confirm", to=target)


def sign_up(world: World) -> None:
    """In a browser, or only verified there once more if the space has the number."""
    with suppress(ValueError):
        world.cloud.tell("signups", number=SIGNED_UP, space=SPACES[SIGNED_UP_IN])
        return
    world.cloud.tell("console", number=SIGNED_UP, do="verify")


def answer(world: World, space_id: str, record: Record) -> None:
    """The right answer; another message only where none has come, or too many codes were tried."""
    if KINDS[record.kind].steps[record.phase].ask == "code":
        _type(world, space_id, record)
    elif record.phase == START and record.key == SIGNED_UP:
        sign_up(world)
    elif record.phase in KINDS[record.kind].resend:
        _follow(world, space_id, record)


def _type(world: World, space_id: str, record: Record) -> None:
    """The code that came, or a new one where that is none any more."""
    number = str(record.facts["number"])
    if _typed(world, space_id, record) or number == BOUGHT:
        return
    ask_again(world, space_id, record, world.process())
    _typed(world, space_id, record)


def _typed(world: World, space_id: str, record: Record) -> bool:
    typed, outcomes = world.codes(str(record.facts["number"]))[-1:], list[Outcome | None]()
    world.promises.codes |= set(typed)
    verify = partial(Process.verify, space_id=space_id, id=record.id, codes=typed)
    world.go(lambda process: outcomes.append(verify(process)), world.process())
    return any(outcome and outcome.result == "done" for outcome in outcomes)


def _follow(world: World, space_id: str, record: Record) -> None:
    for name in ("phone", "email"):
        target = str(record.facts.get(name) or "")
        linked = any(target in contact.linked for contact in world.cloud.world.contacts.values())
        if target and not linked:
            ask_again(world, space_id, record, world.process())
        if target:
            follow(world, target)
    world.go(lambda process: process.verify(space_id, record.id), world.process())
