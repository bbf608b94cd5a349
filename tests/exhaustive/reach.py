"""Every situation that can be reached: breadth first over what runs leave behind, each run in every possible way.

A run is played again and again; each time it comes to a point where things may go several ways, another way is
taken, until none is left. Where a run comes to what it came to before, by other ways, it is given up.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from reconciler.core.model import Resource
from reconciler.kinds import KINDS
from tests.exhaustive.run import SOUND, Broken, Played
from tests.exhaustive.small import Situation, Wish, wishes

Key = tuple[Any, ...]


@dataclass
class Reached:
    """situations: one for each key. ways: from where to where a well cloud and a person may lead, also within runs."""

    situations: dict[Key, Situation] = field(default_factory=dict)
    ways: dict[Any, set[Any]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    plays: int = 0

    def able(self, ends: set[Key]) -> set[Any]:
        """From where some way leads to one of these ends."""
        back: dict[Any, set[Any]] = {}
        for here, there in ((here, there) for here, all_there in self.ways.items() for there in all_there):
            back.setdefault(there, set()).add(here)
        able, ahead = set(ends), list(ends)
        while ahead:
            more = back.get(ahead.pop(), set()) - able
            able |= more
            ahead += more
        return able

    def helpless(self) -> set[Key]:
        """From where it cannot be made ready any more, or cannot be got rid of, even when all is well again."""
        return set(self.situations) - (self.able(self.ready()) & self.able(self.gone()))

    def ready(self) -> set[Key]:
        return {key for key in self.situations if len(key) > 1 and key[0][1] == KINDS[key[0][0]].ready}

    def gone(self) -> set[Key]:
        """Where nothing is recorded of it any more."""
        return {key for key in self.situations if len(key) == 1}


def reached(block: Resource, broken: Broken = SOUND) -> Reached:
    begin = Situation()
    found = Reached({begin.key(): begin})
    ahead, been = deque(found.situations), set[Any]()
    while ahead and not found.wrong:
        key = ahead.popleft()
        for wish in wishes(block, key[0][1] if len(key) > 1 else ""):
            for played in _ways(found.situations[key], wish, been, broken):
                found.plays += 1
                found.wrong += [f"{wish.verb} from {key}: {what}" for what in played.promises.wrong]
                for here, there in played.trail:
                    found.ways.setdefault(here, set()).add(there)
                if not played.cut and played.at not in found.situations:
                    found.situations[played.at] = played.situation.compacted()
                    ahead.append(played.at)
    return found


def _ways(begin: Situation, wish: Wish, been: set[Any], broken: Broken) -> Iterator[Played]:
    ahead: list[tuple[int, ...]] = [()]
    while ahead:
        chosen = ahead.pop()
        played = Played(begin.copied(), wish, chosen, been, broken).play()
        for place in range(len(chosen), len(played.widths)):
            ahead += [(*played.taken[:place], other) for other in range(1, played.widths[place])]
        yield played
