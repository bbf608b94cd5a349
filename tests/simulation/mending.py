"""What people do by hand when nothing else helps, as the program's own hints say: in the console, and in the files."""

from __future__ import annotations

from reconciler.core.journal.record import Record
from reconciler.errors import Problem
from reconciler.kinds import KINDS
from reconciler.kinds.number_settings import NAMES
from reconciler.kinds.table import START
from reconciler.kinds.wire import dashed
from reconciler.sandbox.world import Contact
from tests.simulation.files import RETITLED, SETTINGS, SIGNED_UP, SPACES
from tests.simulation.process import TERM
from tests.simulation.world import World


def clean(world: World) -> None:
    """Somebody removes by hand, in the console, what the program said is left: what no journal knows of."""
    cloud, states = world.cloud.world, world.states()
    begun = [
        (state.space_id, record)
        for state in states.values()
        for record in state.records.values()
        if record.phase != START or record.intents or record.key == SIGNED_UP
    ]
    for space in cloud.spaces.values():
        for number in list(space.numbers.values()):
            if not any((id, record.key) == (space.id, number.number) for id, record in begun):
                del space.numbers[number.number]
    for contact in list(cloud.contacts.values()):
        records = [record for _, record in begun if record.key == contact.fields["Name"]]
        if records:
            _put_back(contact, max(records, key=lambda record: int(record.facts.get("moves", 0))))
        else:
            del cloud.contacts[contact.id]


def _put_back(contact: Contact, record: Record) -> None:
    """What others changed, and a change that an earlier life began and that still waits for its confirmation."""
    if contact.fields["Title"] == RETITLED:
        contact.fields["Title"] = record.facts["title"]
    mine = {record.facts["email"], dashed(record.facts["phone"]) if record.facts.get("phone") else ""}
    contact.waiting = {field: target for field, target in contact.waiting.items() if target in mine}


def start_over(world: World, address: str) -> None:
    """As the hint says: somebody removed it in the cloud, so its record is forgotten, and it is declared anew."""
    before = world.files.copied()
    block = next(block for block in before.blocks.values() if block.address == address)
    world.files.take(block)
    for name, record in _records(world):
        if record.key == block.key:
            world.files.removed[name][record.address.partition("/")[2]] = "forget"
    world.go(lambda process: process.apply(wait=3 * TERM), world.process())
    world.files = before


def clear_away(world: World, address: str) -> None:
    """As the hint says: what stands there with other values is removed from the cloud."""
    block = next(block for block in world.files.blocks.values() if block.address == address)
    cloud = world.cloud.world
    cloud.contacts = {id: contact for id, contact in cloud.contacts.items() if contact.fields["Name"] != block.key}
    cloud.space(SPACES[block.space]).numbers.pop(block.key, None)
    world.cloud.region.world.watch.forget(block.key)


def declare_another(world: World, address: str) -> None:
    """A cloud that kept a setting otherwise is told another value; a time later, the first one again."""
    block = next(block for block in world.files.blocks.values() if block.address == address)
    others = {name: value for name, value in block.attributes.items() if name not in NAMES}
    said = world.random.choice((SETTINGS[0][1] | SETTINGS[2][1], SETTINGS[0][2] | SETTINGS[1][1] | SETTINGS[2][2]))
    world.files.put(block._replace(attributes={**others, **said}))


def take_out(world: World, address: str) -> None:
    """As is told of an old record whose number has to come in elsewhere: it is removed where it was, in the console."""
    declared = {block.key: block.space for block in world.files.blocks.values()}
    for name, record in _records(world):
        if f"{name}/{record.address}" == address and declared.get(record.key) != name:
            world.cloud.world.space(SPACES[name]).numbers.pop(record.key, None)


def mend(world: World, problem: Problem) -> None:
    """As the hint says: the recorded value is put back, what to do with the rest is said."""
    if problem.code == "no-way-back":
        block = next(block for block in world.files.blocks.values() if block.address == problem.address)
        record = next(record for _, record in _records(world) if record.id == f"{block.type}/{block.key}")
        fixed = KINDS[record.kind].fixed | KINDS[record.kind].updated
        said = {name: value for name, value in record.facts.items() if name in fixed}
        world.files.put(block._replace(attributes={**block.attributes, **said}))
    if problem.code == "no-migration-back":
        world.files.take(next(block for block in world.files.blocks.values() if block.address == problem.address))
    if problem.code in ("move-first", "removal-first"):
        _first(world, problem)
    if problem.code == "removal-refused":
        name, _, local = str(problem.address).partition("/")
        world.files.removed[name][local.partition("/")[2]] = "forget"
    if problem.code == "removed-unknown":
        world.files.removed[problem.what.split()[-1]].pop(str(problem.found), None)


def _records(world: World) -> list[tuple[str, Record]]:
    return [(state.name, record) for state in world.states().values() for record in state.records.values()]


def _first(world: World, problem: Problem) -> None:
    """The block stands where it is moved to already, or nowhere until it is removed. Where it ends is all the same."""
    name, local = problem.what.split()[0].rstrip(":").split("/", 1)
    key = next(record.key for where, record in _records(world) if (where, record.address) == (name, local))
    block = next(block for block in world.files.blocks.values() if block.key == key)
    world.files.take(block)
    if problem.code == "move-first":
        world.files.put(block._replace(space=name, name=local.partition("/")[2]))
