"""Hostile plans and outcomes as comments: two renderers and an HTML parser find what the template has, and no more.

No element, attribute or comment besides; outside of code nothing but words; no line that data began; the same elements
as with harmless words instead; no whole number; no more bytes than a comment may have.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from random import Random

from reconciler.render.markdown.comments import COMMENT, apply_comment, pending_comment, plan_comment
from tests.fuzz.batches import Batch, batches, tried
from tests.fuzz.clean import dirty, whole
from tests.fuzz.hostile import NUMBER
from tests.render.markdown import hostile
from tests.render.markdown.rendered import parsed, skeleton, wrong

__all__ = ["Worker", "cases"]

KEY = "plan"
cases = batches


class Worker:
    def __call__(self, batch: Batch) -> tuple[Counter[str], list[str]]:
        return tried(attempt, batch)


def attempt(random: Random) -> Iterator[str]:
    seed = random.random()
    text = document(Random(seed), hostile.hostile(random))
    yield from wrong(text)
    yield from dirty(text)
    yield from whole(text, (hostile.OWN, NUMBER))
    twin = document(Random(seed), hostile.harmless())
    if list(map(skeleton, parsed(text))) != list(map(skeleton, parsed(twin))):
        yield "other elements than with harmless words"
    if len(text.encode()) > COMMENT:
        yield f"{len(text.encode())} bytes"


def document(random: Random, text: hostile.Said) -> str:
    """One whose shape comes from `random` alone, and whose words come from `text`."""
    kind = random.choice(("plan", "plan", "plan", "apply", "pending"))
    if kind == "plan":
        plan, untrusted = hostile.plan(random, text), random.random() < 0.5
        notes, rehearsal = hostile.notes(random, text), hostile.rehearsal(random, text)
        return plan_comment(plan, KEY, untrusted=untrusted, notes=notes, rehearsal=rehearsal)
    if kind == "apply":
        outcomes = [hostile.outcome(random, text) for _ in range(random.randrange(4))]
        return apply_comment(outcomes, KEY, notes=hostile.notes(random, text))
    waiting = [hostile.challenge(random, text) for _ in range(random.randrange(4))]
    return pending_comment(waiting, KEY)
