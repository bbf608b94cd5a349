"""Three kills in one story, each anywhere, so that recovery is killed as well."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.crash.full import Case, Worker
from tests.crash.matrix import cell, places_of

__all__ = ["Worker", "cases"]


def cases(size: int) -> Iterator[Case]:
    return (("sqlite", seed, tuple(deep(seed))) for seed in range(size))


def deep(seed: int) -> Iterator[tuple[str, int]]:
    draw = random.Random(seed)
    return (cell(draw.choice(sorted(places_of("sqlite"))), draw.randrange(1000)) for _ in range(3))
