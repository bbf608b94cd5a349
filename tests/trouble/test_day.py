"""A second of trouble with the store, as every commit shows it; `python -m tests.full trouble` shows all lengths."""

from __future__ import annotations

import pytest

from tests.heavy import heavy
from tests.stage.cloud import Cloud
from tests.stage.failing import Failing
from tests.trouble.day import Case, cases, wrong
from tests.trouble.rows import ROWS, troubled

SECOND = cases((1.0,))


def _light() -> list[Case]:
    """Of each backend each trouble once, each with another request."""
    found: list[Case] = []
    for backend, row in ROWS.items():
        for place, trouble in enumerate(row.troubles):
            some = [case for case in SECOND if (case.backend, case.trouble) == (backend, trouble)]
            found.append(some[place % len(some)])
    return found


LIGHT = _light()


@pytest.mark.parametrize("case", [case if case in LIGHT else heavy(case) for case in SECOND], ids=str)
def test_a_second_of_trouble_leaves_nothing_in_doubt(case: Case, failing: Failing, cloud: Cloud) -> None:
    """The apply ends as if there had been none, each message is sent once, and nobody is asked what became of it."""
    with troubled(case.backend, failing.project.scratch) as (where, line):
        assert wrong(case, where, line, failing, cloud) == []
