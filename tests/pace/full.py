"""The pace at its full size: one, two and five clients, shared and not, and with every write or way fifty ms late."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.pace import distant
from tests.pace.clients import SLOW, paced
from tests.stage.places import places

Case = tuple[str, int, int, str]
LIMIT = 10
# Of the ten calls a second: where there is one run, where several share them, and where each keeps its own pace.
USED, SHARED, ALONE = 0.97, 0.95, 0.5
SHARING = ("sqlite", "postgres")
PLACES = {**places(), "distant": distant.place}


def cases(size: int) -> Iterator[Case]:
    """(backend, clients, numbers of each, failpoint). Each number costs one call of the busiest operation."""
    yield from (("sqlite", 1, size, ""), ("sqlite", 1, size, SLOW), ("distant", 1, size, ""))
    yield from ((name, clients, size // clients, "") for name in (*SHARING, "dir") for clients in (2, 5))


class Worker:
    def __call__(self, case: Case) -> tuple[Counter[str], list[str]]:
        backend, clients, numbers, failpoint = case
        with tempfile.TemporaryDirectory(prefix="pace-") as folder, PLACES[backend](Path(folder)) as where:
            pace = paced(Path(folder), where, clients, numbers, failpoint)
        least = (USED if clients == 1 else SHARED if backend in SHARING else ALONE) * LIMIT
        found = f"{pace.calls} calls at {pace.rate:.2f}/s, {pace.refused} refused, {pace.most} at most"
        wrong = (
            [found]
            if pace.most > LIMIT
            or pace.rate < least
            or (least > ALONE * LIMIT and pace.refused)
            or pace.calls != clients * numbers
            else []
        )
        name = f"{backend} {clients}{' slow' if failpoint else ''}"
        return Counter({f"{name}: calls/100 s": round(pace.rate * 100), f"{name}: refused": pace.refused}), wrong
