"""Every failing system call: each error, n = 1, 2, 3 …, once and for good, on an empty state and a kept one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tests.badday.syscalls import Case, bad_day, missing
from tests.stage.failing import Stage

ERRORS = ("ENOSPC", "EIO", "EROFS", "EDQUOT", "EFBIG", "EPERM")


def cases(size: int) -> Iterator[Case]:
    """size: the largest n; a run meets no failure from about 50 on."""
    return (
        Case(error, nth, for_good, kept)
        for nth in range(1, size + 1)
        for error in ERRORS
        for for_good in (False, True)
        for kept in (False, True)
    )


class Worker:
    def __init__(self) -> None:
        self._stage = Stage()

    def __call__(self, case: Case) -> tuple[Counter[str], list[str]]:
        if missing():
            return Counter({f"skipped, as {missing()}": 1}), []
        try:
            with bad_day(self._stage.cloud, self._stage.forks) as day:
                hit, wrong = day(case)
        except AssertionError as error:
            return Counter({"runs": 1}), [str(error)]
        return Counter({"runs": 1, "failures met": int(hit)}), wrong
