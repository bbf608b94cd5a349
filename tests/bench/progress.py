"""Lines that say what is being done and about how long the rest takes."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field

from reconciler.render.times import span


@dataclass
class Progress:
    """whole: what all parts are thought to take, in seconds of some machine; this one's are learned on the way."""

    whole: float
    done: float = 0.0
    began: float = field(default_factory=time.monotonic)

    def begin(self, what: str) -> None:
        print(f"  {what}{self._left()}", file=sys.stderr, flush=True)

    def end(self, thought: float) -> None:
        self.done += thought

    def _left(self) -> str:
        if not self.done:
            return ""
        slower = (time.monotonic() - self.began) / self.done
        return f"; about {span(max(self.whole - self.done, 0.0) * slower)} left"
