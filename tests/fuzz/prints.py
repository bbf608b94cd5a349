"""Hostile texts in every field of what is printed, through every renderer.

No raw control character, no line that data began, one event a line, valid JSON, no whole number where masking is
promised.
"""

from __future__ import annotations

import contextlib
import dataclasses
import io
import json
from collections.abc import Callable, Iterator
from functools import partial
from random import Random
from typing import Any

from msgspec.structs import replace

from reconciler.cli.progress import Progress
from reconciler.cli.terminal import complain, say
from reconciler.core.answer import NotSent, Unknown, judged
from reconciler.core.explain import explain
from reconciler.core.outcome import EXITS, Challenge, LastRefusal, Outcome
from reconciler.core.plan.change import Change, Plan, Removal, SpacePlan
from reconciler.errors import ERRORS, Place, Problem
from reconciler.kinds import KINDS
from reconciler.kinds.table import Kind
from reconciler.operations import OPERATIONS
from reconciler.render.documents import events
from reconciler.render.documents.plan_json import plan_json
from reconciler.render.text import problems as texts
from reconciler.render.text.outcome import AWAITED, command, outcome_text, waits_for
from reconciler.render.text.plan import plan_text
from reconciler.runs.event_stream import Stream
from reconciler.store.lease import this_process
from tests.fuzz.batches import batches
from tests.fuzz.clean import dirty, no_events, whole
from tests.fuzz.hostile import NUMBER, spots, text
from tests.fuzz.material import ENDPOINT, NOW, Fed, Material, resealed
from tests.fuzz.written import commands

__all__ = ["Worker", "cases"]

Shown = Iterator[str]
# Whatever stands here was checked where it was read, or is ours: it is no free text.
ADDRESS, OWN = "acme/phone_number/support", "+8613812345678"
_CHECKED = ("type", "id", "address", "kind", "phase", "effect", "operation", "result", "door", "at", "cloud_time")

cases = batches


def attempt(real: Material, random: Random) -> Iterator[str]:
    kind = random.random()
    if kind < 0.03:
        yield from journal(real, random)
    else:
        yield from random.choice(RENDERED)(random)


class Worker(Fed):
    attempt = staticmethod(attempt)


def journal(real: Material, random: Random) -> Shown:
    """Another one's journal: who, host, reasons, facts, parameters, answers. Names and times have their forms."""
    at = random.randrange(len(real.lines))
    entry = json.loads(real.lines[at])
    free = [(there, key) for there, key in spots(entry) if isinstance(there[key], str) and key not in _CHECKED]
    for there, key in random.sample(free, min(len(free), 2)):
        there[key] = text(random)
    yield from commands(real, resealed(real.lines, at, entry))


def plan(random: Random) -> Shown:
    made = Plan(ENDPOINT, (space(random), space(random)), (problem(random),) if random.random() < 0.5 else ())
    shown = plan_text(made, NOW)
    yield from dirty(shown)
    yield from whole(shown, (OWN,))
    yield from no_events("\n".join(events.planned(made, NOW)))
    yield from whole("\n".join(events.planned(made, NOW)), (OWN,))
    json.loads(plan_json(made, NOW))


def space(random: Random) -> SpacePlan:
    changes = tuple(change(random) for _ in range(random.randrange(3)))
    return SpacePlan("acme", text(random), text(random), text(random), changes, 1, 2, NOW)


def change(random: Random) -> Change:
    about = partial(text, random)
    contact = random.random() < 0.4
    key = "tom" if contact else OWN
    kind = KINDS["contact" if contact else random.choice(("register", "migrate", "prevalidated"))]
    facts: dict[str, Any] = {name: about() for name in ("display_name", "email", "title", "method", "locale")}
    facts |= {"number": key, "name": key, "phone": OWN, "message_types": [about(), about()]}
    return Change(
        "acme/contact/tom" if contact else ADDRESS,
        kind.name,
        key,
        random.choice(("create", "update", "replace", "delete", "forget", "move")),
        about(),
        facts,
        facts,
        differences=(("title", about(), about()), ("phone", OWN, None), ("message_types", None, [about()])),
        previous=random.choice(("", "acme/contact/amy")),
        phase=random.choice(("", *kind.steps)),
        requested_at=random.choice(("", NOW)),
        removal=random.choice((None, removal(random, kind, key))),
    )


def removal(random: Random, kind: Kind, key: str) -> Removal:
    door = random.choice(("", *kind.ways_out.values()))
    return Removal(text(random), ADDRESS, kind.name, key, 1, text(random), door, text(random))


def problem(random: Random) -> Problem:
    place = random.choice((None, Place(text(random), 1, 1)))
    found = random.choice((None, text(random)))
    code = random.choice(sorted(ERRORS))
    return Problem(code, text(random), place, found, random.choice(("", text(random))), random.choice((None, ADDRESS)))


def problems(random: Random) -> Shown:
    found = (problem(random), answered(random))
    shown = [texts.problems(found), texts.problems(found, "refused")]
    shown += [events.diagnostic(each, NOW) for each in found]
    yield from dirty("\n".join(shown))
    yield from no_events("\n".join(shown[2:]))
    hidden = [dataclasses.replace(each, place=None) for each in found]  # a file's name is no number
    yield from whole("\n".join([texts.problems(hidden), *(events.diagnostic(each, NOW) for each in hidden)]))
    yield from dirty(json.dumps([events.diagnosis(each) for each in found]))


def answered(random: Random) -> Problem:
    """What the cloud says of itself: any text, as its message and, past the reader, as its code."""
    operation = random.choice(sorted(OPERATIONS))
    status = random.choice((200, 400, 401, 403, 409, 503))
    code = random.choice((text(random), "NoPermission", "InvalidParameter.Whatever"))
    said = judged(OPERATIONS[operation], code, text(random), status, text(random))
    return explain(operation, random.choice((said, NotSent(text(random)), Unknown(text(random)))))


def outcome(random: Random) -> Outcome:
    results = ["done", *(result for result, _ in EXITS)]
    found = random.choice((None, problem(random), answered(random)))
    later, left = random.choice(("", NOW)), random.choice(("", text(random)))
    said: Any = random.choice(results)
    waits = random.choice((None, challenge(random))) if said != "done" else None
    return Outcome(ADDRESS, random.choice(("create", "update", "delete")), said, found, waits, later, left)


def challenge(random: Random) -> Challenge:
    kind: Any = random.choice(("code", "confirmation", "time", "refusal"))
    whom = random.choice((OWN, f"+{text(random)}", "tom@example.com"))
    doubt, parked = random.random() < 0.5, random.random() < 0.3
    said = LastRefusal(
        "GetChatappVerifyCode", text(random), 400, text(random), NOW, 2, random.random() < 0.5, text(random)
    )
    refusal, at = random.choice((None, said)), random.choice(("", NOW))
    reason: Any = random.choice(sorted(AWAITED)) if kind == "time" else ""
    operation, channel = random.choice(sorted(OPERATIONS)), text(random)
    return Challenge(ADDRESS, whom, kind, operation, at, 1, 1, doubt, parked, channel, reason, refusal)


def outcomes(random: Random) -> Shown:
    found = [replace(outcome(random), address=f"{ADDRESS}{place}") for place in range(random.randint(1, 3))]
    shown = outcome_text(found, NOW)
    yield from dirty(shown)
    yield from no_events("\n".join(events.applied(found, NOW)))
    yield from whole(shown + "\n".join(events.applied(found, NOW)), (OWN,))
    waits = challenge(random)
    yield from dirty(
        f"{waits_for(waits, NOW)}\n{command(waits)}\n{json.dumps(events.challenge_row(waits, whole=True))}"
    )


def told(random: Random) -> Shown:
    """What is said while an apply is under way."""
    said = (random.choice(("start", "called", "throttled", "failed", "paused")), ADDRESS, text(random))
    plain, streamed = io.StringIO(), io.StringIO()
    plainly = Progress(Plan(ENDPOINT), 10, Stream(None, complain))
    with contextlib.redirect_stderr(plain), plainly.shown():
        plainly.tell(*said)
    as_events = Progress(Plan(ENDPOINT), 10, Stream(say, complain))
    with contextlib.redirect_stdout(streamed), as_events.shown():
        as_events.tell(*said)
    yield from dirty(plain.getvalue())
    yield from whole(plain.getvalue())
    if streamed.getvalue():
        yield from no_events(streamed.getvalue().removesuffix("\n"))


def holder(random: Random) -> Shown:
    """Who and host are whatever the environment says, bytes that are no text included."""
    said = [text(random).replace("\0", "").encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape")] * 2
    me = this_process(dict(zip(("RECONCILER_WHO", "RECONCILER_HOST"), said, strict=True)))
    json.dumps([me.who, me.host], ensure_ascii=False).encode()
    yield from dirty(texts.problem(Problem("locked", f"acme is held by {me.who}@{me.host}")))


RENDERED: tuple[Callable[[Random], Shown], ...] = (plan, problems, outcomes, told, holder)
assert NUMBER not in (ADDRESS, OWN)
