"""The tests of the tests: five bugs are put in and must be caught. All of them: `python -m tests.mutants`."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.mutants.bugs import FIXED, seeded
from tests.mutants.random_bugs import drawn
from tests.mutants.symbols import instead
from tests.mutants.trial import ROOT, Copy


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    return Copy(tmp_path_factory.mktemp("mutants"))


def test_five_bugs_are_caught(copy: Copy) -> None:
    """Each by the tests named for it; afterwards the copy is as it was."""
    sound = {bug.file: (copy.folder / bug.file).read_bytes() for bug in seeded()}
    trials = [copy.trial(bug) for bug in seeded() if bug.name in FIXED]
    assert [(str(caught.bug), caught.why) for caught in trials if not caught.by] == []
    assert len(trials) == len(FIXED)
    assert {bug.file: (copy.folder / bug.file).read_bytes() for bug in seeded()} == sound


def test_what_is_no_bug_survives(copy: Copy) -> None:
    """A change that breaks nothing is told as such: a trial can fail."""
    by = next(bug.by for bug in seeded() if bug.name == "output not escaped")
    harmless = copy.trial(instead("escape", "text.isprintable()", "(text.isprintable())").bug("no bug", by))
    assert (harmless.by, harmless.why) == ("", "")


def test_what_does_not_fit_is_told() -> None:
    """A symbol, or a place in it, that is not there or not there once."""
    for symbol, find, told in (
        ("Nobody.here", "text", "Nobody.here is defined 0 times"),
        ("_name", "text", "_name is defined [2-9] times"),
        ("escape", "no_such(text)", "its place is found 0 times in escape"),
        ("escape", "char", "its place is found 3 times in escape"),
    ):
        with pytest.raises(LookupError, match=f"^a bug: {told}$"):
            instead(symbol, find, "0").bug("a bug", ())


def test_the_table_fits_the_code() -> None:
    """At least thirty bugs, each of which changes what can still be read, and whose tests are there."""
    assert len(seeded()) >= 30
    sound = {bug.file: ast.unparse(ast.parse((ROOT / bug.file).read_text("utf-8"))) for bug in seeded()}
    assert [bug.name for bug in seeded() if bug.text == sound[bug.file]] == []
    for bug in seeded():  # a copy that cannot even be read would be caught by anything
        compile(bug.text, bug.name, "exec")
    files = {Path(test.partition("::")[0]) for bug in seeded() for test in bug.by}
    assert [file for file in files if not (ROOT / file).is_file()] == []


def test_a_seed_draws_the_same_changes() -> None:
    """Each can be read by Python, is not what was there, and is drawn again by the same seed."""
    bugs = drawn(300, 1)
    assert bugs == drawn(300, 1)
    assert len({bug.text for bug in bugs}) == len(bugs) == 300
    for bug in bugs:
        compile(bug.text, bug.name, "exec")
    assert [bug for bug in bugs if bug.text == (ROOT / bug.file).read_text("utf-8")] == []
