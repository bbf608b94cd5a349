"""What every program under measure is given: the same rows, with the same fields, in the same number of files."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

WORKLOADS = ("unchanged", "changed", "created")
CHANGED = 100
"""One row of so many is changed."""


class Row(NamedTuple):
    """One number. Names of the fields as in a space file, but `name`, which is its key there."""

    name: str
    number: str
    onboarding: str
    display_name: str
    on_remove: str


def recorded(numbers: int) -> list[Row]:
    """What was applied before. Valid numbers, each once."""
    return [_row(number) for number in range(numbers)]


def declared(numbers: int, workload: str) -> list[Row]:
    """What the files say now. Of each two that are changed, one has another `on_remove`, one another number."""
    rows = recorded(numbers)
    if workload == "changed":
        for place in range(0, numbers, CHANGED):
            rows[place] = _changed(rows[place], place)
    return rows


def shared_out(rows: Sequence[Row], files: int) -> list[Sequence[Row]]:
    """In as many parts as there are files, none of them empty."""
    parts = min(files, len(rows))
    cuts = [len(rows) * part // parts for part in range(parts + 1)]
    return [rows[start:end] for start, end in pairwise(cuts)]


def _row(number: int) -> Row:
    return Row(f"n{number:07}", f"+86138{number:08}", "register", f"Shop {number:07}", "forget")


def _changed(row: Row, place: int) -> Row:
    if place // CHANGED % 2:
        return row._replace(number=row.number.replace("+86138", "+86139"))
    return row._replace(on_remove="deregister")
