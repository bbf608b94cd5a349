"""Everything that can be reached of all blocks, and every race, of each block and of the whole small world."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from reconciler.core.model import Resource
from tests.exhaustive.race import races
from tests.exhaustive.reach import reached
from tests.exhaustive.small import AMY, BOB, MIGRATE, REGISTER, TOM

Case = tuple[str, tuple[Resource, ...], int]
WHOLE = (REGISTER, MIGRATE, TOM)


def cases(size: int) -> Iterator[Case]:
    """size: 1 for all but the largest, 2 for all."""
    blocks = (*WHOLE, AMY, BOB)[: 3 + size]
    yield from (("reach", (block,), 0) for block in blocks)
    yield from (("races", (block,), 0) for block in blocks)
    yield from (("races", WHOLE, first) for first in range(1, 80 if size > 1 else 2))


class Worker:
    def __call__(self, case: Case) -> tuple[Counter[str], list[str]]:
        what, blocks, first = case
        if what == "races":
            found = list(races(*blocks, only=first))
            return Counter(races=len(found)), [f"{a} {b}: {race.wrong}" for a, b, race in found if race.wrong]
        reach = reached(blocks[0])
        helpless = [f"no way out of {key}" for key in reach.helpless()]
        return Counter(situations=len(reach.situations), runs=reach.plays), reach.wrong + helpless
