"""The tests of the tests: five bugs are put in and must be caught. All of them: `python -m tests.mutants`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.mutants.bugs import BUGS, FIXED
from tests.mutants.random_bugs import drawn
from tests.mutants.trial import ROOT, Copy


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    return Copy(tmp_path_factory.mktemp("mutants"))


def test_five_bugs_are_caught(copy: Copy) -> None:
    """Each by the tests named for it; afterwards the copy is as it was."""
    sound = {bug.file: (copy.folder / bug.file).read_bytes() for bug in BUGS}
    trials = [copy.trial(bug) for bug in BUGS if bug.name in FIXED]
    assert [(str(caught.bug), caught.why) for caught in trials if not caught.by] == []
    assert len(trials) == len(FIXED)
    assert {bug.file: (copy.folder / bug.file).read_bytes() for bug in BUGS} == sound


def test_what_is_no_bug_survives(copy: Copy) -> None:
    """A change that breaks nothing is told as such, and so is a text that is not there: a trial can fail."""
    bug = next(bug for bug in BUGS if bug.name == "output not escaped")
    harmless = copy.trial(replace(bug, put=bug.find))
    assert (harmless.by, harmless.why) == ("", "")
    lost = copy.trial(replace(bug, find="no such text"))
    assert (lost.by, lost.why) == ("", "its text stands 0 times in reconciler/render/escape.py")


def test_the_table_fits_the_code() -> None:
    """At least thirty bugs, each with a name of its own, whose text stands exactly once and whose tests are there."""
    assert len({bug.name for bug in BUGS}) == len(BUGS) >= 30
    assert [bug.name for bug in BUGS if (ROOT / bug.file).read_text("utf-8").count(bug.find) != 1] == []
    assert [bug.name for bug in BUGS if bug.put == bug.find] == []
    for bug in BUGS:  # a copy that cannot even be read would be caught by anything
        compile((ROOT / bug.file).read_text("utf-8").replace(bug.find, bug.put), bug.name, "exec")
    files = {Path(test.partition("::")[0]) for bug in BUGS for test in bug.by}
    assert [file for file in files if not (ROOT / file).is_file()] == []


def test_a_seed_draws_the_same_changes() -> None:
    """Each can be read by Python, is not what was there, and is drawn again by the same seed."""
    bugs = drawn(300, 1)
    assert bugs == drawn(300, 1)
    assert len({bug.put for bug in bugs}) == len(bugs) == 300
    for bug in bugs:
        compile(bug.put, bug.name, "exec")
    assert [bug for bug in bugs if bug.put == bug.find] == []
