"""What can happen in a world, one function each. Each draws whatever it needs from the world's own randomness."""

from __future__ import annotations

from collections.abc import Callable

from reconciler.core.journal.record import Record
from reconciler.core.outcome import Outcome
from reconciler.core.plan.change import Plan
from reconciler.kinds import KINDS
from reconciler.sandbox.contrary import draw
from tests.simulation import people
from tests.simulation.files import BOUGHT, NUMBERS, RETITLED, SIGNED_UP, SPACES, Files, edited, set_up
from tests.simulation.process import TERM, Process
from tests.simulation.world import World

NEVER_MERGED = ("removal-refused", "no-such-way-out")
TOLERATED = 2


def apply(world: World) -> None:
    wait = world.random.choice((0.0, 3 * TERM))
    adopt = world.random.randrange(4) == 0
    saved = world.saved if world.random.randrange(3) == 0 else None
    world.go(lambda process: _checked(world, process.apply(saved, adopt, wait)), world.process(world.fate()))


def save_plan(world: World) -> None:
    def save(process: Process) -> None:
        world.saved = process.plan()

    world.go(save, world.process())


def verify(world: World) -> None:
    """A person answers, with the right code or a wrong, superseded, foreign or missing one, or a followed link."""
    waiting = world.waiting()
    if not waiting:
        return
    space_id, record = world.random.choice(waiting)
    if record.type == "contact":
        _confirm(world, record)
    typed = _typed(world, record)
    world.promises.codes |= set(typed)
    world.go(lambda process: process.verify(space_id, record.id, reversed(typed)), world.process(world.fate()))


def resend(world: World) -> None:
    waiting = [(space_id, record) for space_id, record in world.waiting() if KINDS[record.kind].resend]
    if waiting:
        space_id, record = world.random.choice(waiting)
        people.ask_again(world, space_id, record, world.process(world.fate()))


def edit_files(world: World) -> None:
    _merge(world, edited(world.random, world.files))


def edit_settings(world: World) -> None:
    """What a number does in service, whose messages a contact receives, and a number that comes from a browser."""
    lost = any(number.number == SIGNED_UP for _, number in world.lost_numbers)
    if world.random.randrange(4) == 0 and not lost:
        people.sign_up(world)
    _merge(world, set_up(world.random, world.files))


def _merge(world: World, files: Files) -> None:
    """A pull request whose plan is refused is not merged."""
    before, plans = world.files, list[Plan]()
    world.files = files
    planned = world.go(lambda process: plans.append(process.plan()), world.process(where="review"))
    if not planned or plans[0].left_out or any(problem.code in NEVER_MERGED for problem in plans[0].refusals):
        world.files = before


def edit_cloud(world: World) -> None:
    """Somebody works in the console, or beside this program."""
    rows = [(space, number) for space in world.cloud.world.spaces.values() for number in space.numbers.values()]
    contacts = list(world.cloud.world.contacts.values())
    what = world.random.choice(("verify", "register", "delete", "retitle", "remove"))
    if what in ("verify", "register", "delete") and rows:
        space, number = world.random.choice(rows)
        if what == "delete":
            world.lost_numbers.append((space.id, space.numbers.pop(number.number)))
            world.cloud.world.watch.forget(number.number)
        number.verified_at = world.cloud.clock()
        number.status = "CONNECTED" if what == "register" and number.status == "PENDING" else number.status
    elif what in ("retitle", "remove") and contacts:
        contact = world.random.choice(contacts)
        if what == "retitle":
            contact.fields["Title"] = RETITLED
        else:
            world.lost_contacts.append(world.cloud.world.contacts.pop(contact.id))
            world.cloud.world.watch.forget(contact.fields["Name"])


def weather(world: World) -> None:
    """The cloud's and the network's moods, and what the account may do."""
    cloud, draw = world.cloud, world.random
    cloud.rate = draw.choice((0, 0, 10, 30, 60))
    operations = ("GetChatappVerifyCode", "ChatappVerifyAndRegister", "AddMessageContact", "QueryChatappBindWaba")
    cloud.denied = set(draw.sample(operations, draw.choice((0, 0, 1, 2))))
    cap = draw.choice((0, 0, 1, 3))
    acts = draw.randrange(3) == 0
    world.trusting = not acts and draw.randrange(2) == 0
    cloud.tell("settings", limit_control_acts=acts, contact_messages_per_day=cap, code_messages_per_day=cap)
    cloud.tell("settings", registers_after_verifying=draw.randrange(4) > 0, deletions_fail=draw.randrange(4) == 0)
    world.limits = world.limits._replace(
        throttled_means_not_sent=world.trusting, code_messages_per_day=draw.choice((0, 2))
    )
    for name in SPACES.values():
        cloud.tell("spaces", space=name, account=draw.choice(("approved", "approved", "approved", "none")))
    kept = draw.choice(("kept", "kept", "kept", "ignored", "truncated", "altered"))
    cloud.tell("settings", settings_kept=kept, settings_left_out=draw.choice(("kept", "cleared")))
    cloud.tell("settings", binding=draw.choice(("whole", "part")))


def contrary(world: World) -> None:
    """The cloud is from now on as unkind as no document excludes, in every way that one seed draws."""
    drawn = draw(world.random.getrandbits(16)).settings
    world.trusting = world.trusting and not drawn.limit_control_acts
    world.limits = world.limits._replace(throttled_means_not_sent=world.trusting)
    world.cloud.world.settings = drawn.changed({"calls_per_second": 0, "watched_calls_per_second": 0})


def time_passes(world: World) -> None:
    world.cloud.clock.seconds += world.random.choice((10, 700, 7_200, 90_000, 15 * 86_400))


def clock_jumps(world: World) -> None:
    """On whichever machine runs next."""
    world.skew = world.random.choice((0.0, 0.0, -7_200.0, 7_200.0, 400.0, -90_000.0))


def back_up(world: World) -> None:
    world.backup = world.store.copied()


def restore(world: World) -> None:
    """The state is as it was. Whoever has seen more of it is refused, until somebody says that it was on purpose."""
    if world.backup is None or world.random.randrange(3):
        return
    world.restore(world.backup.copied())
    for where in ("here", "there", "review"):
        process = world.process(where=where)
        world.go(lambda process: process.plan(), process)
        world.go(lambda process: process.accept(), process)


def recover(world: World) -> None:
    for where in ("here", "there"):
        process = world.process(where=where)
        if process.emergency.path.exists():
            world.go(lambda process: process.recover(), process)


def meanwhile(world: World) -> None:
    """While a process sleeps: whoever waits long enough takes its place, works, and is perhaps killed over it."""
    world.random.choice((apply, verify, verify, resend))(world)


def _checked(world: World, outcomes: list[Outcome]) -> None:
    """I20: done is said only of what is recorded at its end, and of nothing of which a call is unanswered."""
    records = {f"{s.name}/{r.address}": r for s in world.states().values() for r in s.records.values()}
    for outcome in outcomes:
        record = records.get(outcome.address)
        stays = outcome.action not in ("delete", "forget")
        if stays and outcome.result == "done" and record and record.phase != KINDS[record.kind].ready:
            world.promises.breach(f"I20: {outcome.address} is called done and is {record.phase}")


def _confirm(world: World, record: Record) -> None:
    for name in ("phone", "email"):
        if world.random.randrange(2) and record.facts.get(name):
            people.follow(world, str(record.facts[name]))


def _typed(world: World, record: Record) -> list[str]:
    mine = world.codes(str(record.facts.get("number", "")))
    foreign = [code for number in NUMBERS if number != BOUGHT for code in world.codes(number)]
    good = mine[-1:] * 5
    wrong = ["000000", *mine[:-1], *foreign] if record.key != BOUGHT or world.mistyped < TOLERATED else []
    typed = [world.random.choice(good + wrong)] if good + wrong else []
    world.mistyped += record.key == BOUGHT and typed != mine[-1:]
    return typed if world.random.randrange(6) else []


STEPS: dict[str, tuple[int, Callable[[World], None]]] = {
    "apply": (28, apply),
    "verify": (20, verify),
    "resend": (5, resend),
    "edit_files": (16, edit_files),
    "edit_settings": (8, edit_settings),
    "edit_cloud": (3, edit_cloud),
    "weather": (8, weather),
    "time_passes": (5, time_passes),
    "clock_jumps": (3, clock_jumps),
    "save_plan": (4, save_plan),
    "back_up": (2, back_up),
    "restore": (2, restore),
    "recover": (4, recover),
    "contrary": (0, contrary),
}
