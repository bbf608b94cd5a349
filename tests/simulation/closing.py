"""The end of every world: the cloud is well again, people answer, and then all must be as declared (I15, I16)."""

from __future__ import annotations

from reconciler.core.journal.record import Record
from reconciler.core.model import Limits
from reconciler.core.outcome import Outcome
from reconciler.errors import ConfigError
from reconciler.kinds import KINDS
from reconciler.kinds.number_settings import SETTINGS
from reconciler.sandbox.settings import Settings
from reconciler.sandbox.world import Number
from tests.simulation import mending, people, steps
from tests.simulation.files import SPACES
from tests.simulation.process import TERM, Process
from tests.simulation.world import World

ROUNDS = 14
DAYS = 4 * 86_400


def close(world: World) -> None:
    _heal(world)
    for _ in range(ROUNDS):
        world.cloud.clock.seconds += DAYS  # what is metered or capped may be tried again
        if _round(world):
            _check(world)
            return
    world.promises.breach(f"I15 I16: it never converged: {world.told}")


def _heal(world: World) -> None:
    world.cloud.rate, world.cloud.denied, world.skew, world.trusting = 0, set(), 0.0, True
    world.limits = Limits(calls_per_second=0, contact_messages_per_day=0)
    cloud = world.cloud.world
    cloud.settings = Settings(calls_per_second=0, watched_calls_per_second=0, contact_messages_per_day=0)
    for space in SPACES.values():
        world.cloud.tell("spaces", space=space, account="approved")
    for space, number in reversed(world.lost_numbers):
        cloud.space(space).numbers.setdefault(number.number, number)
    names = {contact.fields["Name"] for contact in cloud.contacts.values()}
    for contact in reversed(world.lost_contacts):
        if contact.fields["Name"] not in names:
            names.add(contact.fields["Name"])
            cloud.contacts[contact.id] = contact


def _round(world: World) -> bool:
    """Whether there was nothing left to do."""
    steps.recover(world)
    outcomes: list[Outcome] = []
    process = world.process()
    world.told = []
    if not world.go(lambda process: outcomes.extend(_applied(world, process)), process):
        world.told = [f"refused: {world.refusals[-3:]}"]
        return False
    for each in outcomes:
        if each.problem and each.problem.code == "already-there-differs":
            mending.clear_away(world, each.address)
        if each.problem and each.problem.code == "waits-for-move" and each.left:
            mending.take_out(world, each.address)
        if each.problem and each.problem.code == "setting-not-shown":
            mending.declare_another(world, each.address)
        if each.problem and each.problem.code == "not-verified":
            people.sign_up(world)
        if each.problem and each.problem.code in ("gone-elsewhere", "parameter-refused", "put-back-unread"):
            mending.start_over(world, each.address)
    world.told = [f"{each.address} {each.result} {each.problem}" for each in outcomes if each.result != "done"]
    for space_id, record in world.waiting():
        people.answer(world, space_id, record)
    return not outcomes


def _applied(world: World, process: Process) -> list[Outcome]:
    mending.clean(world)
    try:
        plan = process.plan()
        refusals = (*plan.refusals, *plan.left_out)
    except ConfigError as error:
        refusals = error.problems
    for problem in refusals:
        mending.mend(world, problem)
    if left_out := process.plan().left_out:
        raise ConfigError.of(left_out)
    return process.apply(adopt=True, wait=3 * TERM)


def _check(world: World) -> None:
    """What is recorded as ready is so in the cloud, and one more run calls nothing."""
    process = world.process()
    before = len(world.cloud.region.ledger.calls)
    world.go(lambda process: process.apply(), process)
    if len(world.cloud.region.ledger.calls) != before:
        world.promises.breach("I16: something was called although nothing was left to do")
    for space_id, state in world.states().items():
        for record in state.records.values():
            if not _true(world, space_id, record):
                world.promises.breach(f"I20: {record.address} is recorded as {record.phase} and is not so")
    world.promises.readable(world.store)


def _true(world: World, space_id: str, record: Record) -> bool:
    cloud = world.cloud.world
    if record.type == "contact":
        contact = cloud.contacts.get(record.facts["contact_id"])
        bound = contact is not None and contact.members.issuperset(record.facts.get("members", ()))
        return contact is not None and not contact.waiting and (bound or world.restored)
    if not KINDS[record.kind].in_space:
        return True
    number = cloud.space(space_id).numbers.get(record.key)
    # What was removed after a backup that was restored is on record again: that is told when it is accepted.
    return number is not None and ((number.status == "CONNECTED" and _set(number, record)) or world.restored)


def _set(number: Number, record: Record) -> bool:
    """Every setting that a read can tell."""
    said = {each.field: record.facts.get(each.fact) for each in SETTINGS if each.fact != "queue"}
    return all(value is None or number.settings.get(field) == value for field, value in said.items())
