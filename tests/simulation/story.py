"""A world's life from its seed: steps drawn beforehand, so that any of them can be left out to find what matters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from tests.simulation.closing import close
from tests.simulation.steps import STEPS, meanwhile
from tests.simulation.world import simulated

LENGTH = 40
Script = Sequence[tuple[str, int]]
"""(step, seed of whatever the step draws)"""


@dataclass
class Told:
    figures: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def script(seed: int) -> Script:
    """Of three worlds one is contrary."""
    draw = Random(seed)
    names, weights = list(STEPS), [weight for weight, _ in STEPS.values()]
    first = [("edit_files", draw.getrandbits(32)) for _ in range(draw.randint(2, 8))]
    first += [("contrary", draw.getrandbits(32))] if seed % 3 == 2 else []
    rest = draw.choices(names, weights, k=LENGTH - len(first))
    return [*first, *((name, draw.getrandbits(32)) for name in rest)]


def play(steps: Script, **broken: object) -> Told:
    """broken: see World. It ends at the first breach, or with everything as declared."""
    with simulated(0, meanwhile=meanwhile, **broken) as world:
        for number, (name, seed) in enumerate(steps):
            world.random.seed(seed)
            STEPS[name][1](world)
            if world.breaches():
                return Told(Counter(steps=number + 1), [f"after {name}: {what}" for what in world.breaches()])
        world.random.seed(0)
        close(world)
        figures = Counter(steps=len(steps), runs=world.runs, kills=world.kills)
        figures["messages"] = len(world.cloud.region.world.messages)
        return Told(figures, [f"in the end: {what}" for what in world.breaches()])


def shrunk(steps: Script, **broken: object) -> Script:
    """As few steps as still break a promise."""
    least, place = list(steps), 0
    while place < len(least):
        fewer = least[:place] + least[place + 1 :]
        if play(fewer, **broken).wrong:
            least = fewer
        else:
            place += 1
    return least
