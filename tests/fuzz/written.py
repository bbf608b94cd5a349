"""Plans, journals, snapshots, kept outcomes and memories that somebody harmed, read back.

They are refused by name, or they are what was written. Where a forger made every hash right again, what is read has
the right form, and whatever is done with it ends in a documented way.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import json
from collections.abc import Callable, Iterator, Sequence
from random import Random

from reconciler.cli.main import run_command
from reconciler.core import codec
from reconciler.core.journal.snapshot import dump_state, fold
from reconciler.core.plan.change import Plan
from reconciler.core.plan.guards import refusals
from reconciler.core.review.saved import SavedPlan
from reconciler.core.review.staleness import staleness
from reconciler.errors import ERRORS, ReconcilerError, Stale, StateError, UsageError
from reconciler.render.documents import events
from reconciler.render.documents.plan_json import plan_json
from reconciler.render.text.plan import plan_text
from reconciler.runs.files import plan as plan_file
from reconciler.store.safety import emergency
from reconciler.store.safety.emergency import Emergency
from reconciler.store.safety.last_seen import Witness
from tests.fuzz.batches import batches
from tests.fuzz.clean import dirty, no_events
from tests.fuzz.hostile import harmed, torn
from tests.fuzz.material import ENDPOINT, NOW, SPACE, Fed, Material, resealed

__all__ = ["READERS", "Worker", "cases"]

# Verb and options -> the exit codes with which it may end, whatever is recorded.
COMMANDS: dict[tuple[str, ...], tuple[int, ...]] = {
    ("log",): (0, 1),
    ("log", "--json"): (0, 1),
    ("pending",): (0, 1),
    ("pending", "--json"): (0, 1),
    ("state", "list"): (0, 1),
    ("state", "pull"): (0, 1),
    ("state", "show", "acme/contact/tom"): (0, 1, 64),
    ("plan", "--endpoint", "http://127.0.0.1:1"): (0, 1),
    ("plan", "--json", "--endpoint", "http://127.0.0.1:1"): (0, 1),
}
Harm = Callable[[Random, Material], Iterator[str]]

cases = batches


def attempt(real: Material, random: Random) -> Iterator[str]:
    yield from random.choice(HARMS)(random, real)


class Worker(Fed):
    attempt = staticmethod(attempt)


def harmed_text(random: Random, text: str) -> str:
    """As text or as JSON, which may be more than a form can tell from the real one."""
    return torn(random, text) if random.random() < 0.4 else json.dumps(harmed(random, json.loads(text)))


def refused(error: ReconcilerError, kinds: tuple[type[ReconcilerError], ...]) -> Iterator[str]:
    if not isinstance(error, kinds) or not error.problems:
        yield f"refused as {type(error).__name__}"
    yield from (f"no such code: {each.code}" for each in error.problems if each.code not in ERRORS or not each.mend)


def read_plan(real: Material, text: str, forged: bool = False) -> Iterator[str]:
    path = real.root / "plan.out"
    path.write_bytes(gzip.compress(text.encode("utf-8", "surrogatepass"), 1))
    try:
        plan = plan_file.read(path)
    except ReconcilerError as error:
        yield from refused(error, (Stale, UsageError))
        return
    if not forged and plan.digest != json.loads(real.plan)["digest"]:
        yield "an edited plan was taken for the real one"
    yield from _used(real, plan)


def _used(real: Material, plan: Plan) -> Iterator[str]:
    yield from dirty(plan_text(plan, NOW))
    yield from no_events("\n".join(events.planned(plan, NOW)))
    json.loads(plan_json(plan, NOW))
    states = {SPACE: real.state}
    list(staleness(plan, states, {space.space_id: space for space in real.project.spaces}, ENDPOINT))
    if len(plan.spaces) == len(real.project.spaces):
        list(refusals(plan, real.project.spaces, real.project.guards, states, NOW))


def read_journal(real: Material, lines: Sequence[str], at: int, forged: bool = False) -> Iterator[str]:
    """at: which entry is not what it was. What no other one follows can only be told from outside."""
    try:
        state = fold(SPACE, lines)
    except StateError as error:
        yield from refused(error, (StateError,))
        return
    if not forged and at < len(lines) - 1 and dump_state(state) != dump_state(real.state):
        yield f"entry {at + 1} was edited, and read"
    yield from commands(real, lines)


def commands(real: Material, lines: Sequence[str]) -> Iterator[str]:
    with real.journal(lines):
        for words, codes in COMMANDS.items():
            out, err = io.StringIO(), io.StringIO()
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                code = run_command(["-C", str(real.root), *words])
            if code not in codes:
                yield f"{' '.join(words)}: exit {code}, {err.getvalue()[:300]}"
            yield from (f"{' '.join(words)}: {what}" for what in dirty(out.getvalue() + err.getvalue()))


def read_snapshot(real: Material, text: str) -> Iterator[str]:
    try:
        state = fold(SPACE, [], text)
    except StateError as error:
        yield from refused(error, (StateError,))
        return
    if dump_state(state) != real.snapshot:
        yield "an edited snapshot was taken for the real one"


def read_kept(real: Material, text: str) -> Iterator[str]:
    path = real.root / "kept-harmed"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        kept = Emergency(path).waiting()
    except StateError as error:
        yield from refused(error, (StateError,))
        return
    real_ones = [emergency.read(line) for line in real.kept.splitlines()]
    if any(each not in real_ones for each in kept) or (text and not kept):
        yield "an edited outcome was taken for the real one, or for none"


def read_printed(real: Material, word: str) -> Iterator[str]:
    try:
        kept = emergency.from_printed(word)
    except StateError as error:
        yield from refused(error, (StateError,))
        return
    if kept != emergency.read(real.kept.splitlines()[0]):
        yield "an edited word was taken for the printed one"


def read_seen(real: Material, text: str) -> Iterator[str]:
    path = real.root / "seen-harmed.json"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    witness = Witness(path, next(iter(json.loads(real.seen))))
    try:
        witness.check({SPACE: real.state})
    except StateError as error:
        yield from refused(error, (StateError,))
    else:
        if not isinstance(json.loads(text), dict):
            yield "a memory that is none was taken for an empty one"
    witness.note({SPACE: real.state})


# What is read, and its real text; truncated at every byte each is refused or what was written.
READERS: dict[str, tuple[Callable[[Material], str], Callable[[Material, str], Iterator[str]]]] = {
    "plan": (lambda real: real.plan, read_plan),
    "snapshot": (lambda real: real.snapshot, read_snapshot),
    "kept outcome": (lambda real: real.kept, read_kept),
    "printed outcome": (lambda real: emergency.printed(emergency.read(real.kept.splitlines()[0])), read_printed),
    "memory": (lambda real: real.seen, read_seen),
}


def _plan_harmed(random: Random, real: Material) -> Iterator[str]:
    yield from read_plan(real, harmed_text(random, real.plan))


def _plan_forged(random: Random, real: Material) -> Iterator[str]:
    """With the digest made right again, where what it would be can be known."""
    document = harmed(random, json.loads(real.plan), random.randint(1, 3))
    with contextlib.suppress(LookupError, TypeError, AttributeError, ValueError):
        document["digest"] = codec.convert(document, SavedPlan).plan.digest
    yield from read_plan(real, json.dumps(document), forged=True)


def _journal_harmed(random: Random, real: Material) -> Iterator[str]:
    at = random.choice((random.randrange(len(real.lines)), len(real.lines) - 1))
    lines = [*real.lines[:at], harmed_text(random, real.lines[at]), *real.lines[at + 1 :]]
    yield from read_journal(real, lines, at)


def _journal_forged(random: Random, real: Material) -> Iterator[str]:
    at = random.randrange(len(real.lines))
    entry = harmed(random, json.loads(real.lines[at]), random.randint(1, 2))
    yield from read_journal(real, resealed(real.lines, at, entry), at, forged=True)


def _other_harmed(random: Random, real: Material) -> Iterator[str]:
    text, read = READERS[random.choice(("snapshot", "kept outcome", "printed outcome", "memory"))]
    raw = text(real)
    whole = raw.startswith("{") and raw.count("\n") == 0
    yield from read(real, harmed_text(random, raw) if whole else torn(random, raw))


HARMS: tuple[Harm, ...] = (_plan_harmed, _plan_forged, _journal_harmed, _journal_forged, _other_harmed)
