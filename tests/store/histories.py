"""Recorded histories of concurrent appends and reads, and whether they could have happened one at a time.

A journal's length tells every state it ever had apart, so a history is linearizable exactly if each answer fits some
length that the journal had between the question and the answer, in the one order that the lengths give.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from reconciler.errors import LostPlace
from reconciler.store.backend import Backend
from tests.stage.together import together

SPACE = "cams-shared"


@dataclass(frozen=True)
class Told:
    """asked, answered: seconds. before: the length an append built upon. after: the length it made, or a read saw;

    -1 for an append that was refused.
    """

    what: str
    asked: float
    answered: float
    before: int
    after: int


def concurrent(open_one: Callable[[], Backend], writers: int, turns: int, seed: int) -> list[Told]:
    """What writers and readers were told, each with a backend of its own, all at once."""
    told: list[Told] = []
    ready = threading.Barrier(writers)

    def work(number: int) -> None:
        draw, backend, known = random.Random(f"{seed} {number}"), open_one(), 0
        ready.wait()
        for turn in range(turns):
            each = _read(backend) if draw.random() < 0.4 else _append(backend, draw, known, f"{number}-{turn}")
            told.append(each)
            known = each.after if each.after >= 0 else draw.choice((known, known + 1))

    together(partial(work, number) for number in range(writers))
    return told


def _read(backend: Backend) -> Told:
    asked = time.monotonic()
    length = len(backend.read(SPACE)[1])
    return Told("read", asked, time.monotonic(), length, length)


def _append(backend: Backend, draw: random.Random, known: int, name: str) -> Told:
    entries = [f'{{"{name}": {number}}}' for number in range(draw.randint(1, 3))]
    asked = time.monotonic()
    try:
        backend.append(SPACE, known, entries)
        after = known + len(entries)
    except LostPlace:
        after = -1
    return Told("append", asked, time.monotonic(), known, after)


def wrong(told: Sequence[Told]) -> list[str]:
    """Why these answers could not have been given one at a time; nothing if they could."""
    done = sorted((each for each in told if each.what == "append" and each.after >= 0), key=lambda each: each.after)
    return [*_chain(done), *_refusals(told, done), *_reads(told, done)]


def _chain(done: Sequence[Told]) -> Iterator[str]:
    for first, second in pairwise([Told("", 0, 0, 0, 0), *done]):
        if second.before != first.after:
            yield f"{second} follows {first}"
        if second.answered < first.asked:
            yield f"{second} was answered before {first} was asked for"


def _refusals(told: Sequence[Told], done: Sequence[Told]) -> Iterator[str]:
    """A refusal is wrong where the journal certainly had that very length all the while."""
    made = {0: float("-inf")} | {each.after: each.answered for each in done}
    left = {each.before: each.asked for each in done}
    refused = [each for each in told if each.after < 0]
    for each in refused:
        since, until = made.get(each.before, float("inf")), left.get(each.before, float("inf"))
        if since < each.asked and each.answered < until:
            yield f"{each} was refused, and nothing else was at its place"


def _reads(told: Sequence[Told], done: Sequence[Told]) -> Iterator[str]:
    begun = {0: float("-inf")} | {each.after: each.asked for each in done}
    over = {each.before: each.answered for each in done}
    reads = sorted((each for each in told if each.what == "read"), key=lambda each: each.asked)
    for each in reads:
        if begun.get(each.after, float("inf")) > each.answered:
            yield f"{each} saw what nobody had written"
        if over.get(each.after, float("inf")) < each.asked:
            yield f"{each} saw what was no more"
    for first in reads:
        for second in reads:
            if first.answered < second.asked and second.after < first.after:
                yield f"{second} saw less than {first}, which was over"
