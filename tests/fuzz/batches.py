"""What every fuzz suite is made of: numbered attempts, each telling what is wrong. The number is the seed.

An attempt never depends on another one, so any of them can be told again alone.
"""

from __future__ import annotations

import resource
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from random import Random

EACH = 200
Batch = tuple[int, int]
Attempt = Callable[[Random], Iterable[str]]


def batches(size: int) -> Iterator[Batch]:
    """(first seed, one after the last)"""
    return ((start, min(start + EACH, size)) for start in range(0, size, EACH))


def tried(attempt: Attempt, batch: Batch) -> tuple[Counter[str], list[str]]:
    wrong = [f"seed {seed}: {what}" for seed in range(*batch) for what in told(attempt, Random(seed))]
    return Counter({"attempts": batch[1] - batch[0]}), wrong


def told(attempt: Attempt, random: Random) -> list[str]:
    """Whatever is raised and not expected is wrong, and no reason to stop."""
    wrong: list[str] = []
    try:
        wrong.extend(attempt(random))
    except Exception as error:  # noqa: BLE001 - that none escapes is the law
        wrong.append(f"{type(error).__name__}: {error}"[:300])
    return wrong


def bounded(mebibytes: int) -> None:
    """From now on this process fails where it would need more memory than that."""
    resource.setrlimit(resource.RLIMIT_AS, (mebibytes << 20, mebibytes << 20))
