"""Two copies of one journal: what each of them must have, and what brings one up to the other."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from reconciler.core.journal.complete import PRUNED, Whole, begins, handed_over, missing, whole
from reconciler.core.journal.export import exported, serial
from reconciler.core.journal.export import opened as read
from reconciler.core.journal.snapshot import dump_state, fold
from reconciler.core.journal.state import State, canonical, digest
from reconciler.errors import StateError
from tests.core.entries import OTHER, SPACE, declared, forgotten, intent, opened, outcome, run, sealed, told

ENTRIES = [opened(), run(), declared(), intent(), outcome(), declared(OTHER), {"type": "run_closed", "results": {}}]
LINES = sealed(ENTRIES)
LAST = len(LINES)
OTHERS = sealed([*ENTRIES[:5], forgotten(), ENTRIES[6]])
FOREIGN = sealed([opened("l2"), *ENTRIES[1:]])


def checkpoint(serial: int, lines: Sequence[str] = LINES) -> str:
    return dump_state(fold(SPACE, lines[:serial]))


@pytest.mark.parametrize("pruned", range(LAST))
@pytest.mark.parametrize("at", range(1, LAST + 1))
def test_a_journal_is_the_same_however_much_of_it_is_pruned(pruned: int, at: int) -> None:
    """Where its checkpoint tells all that is gone; with placeholders it is the same, and they are counted."""
    if pruned > at:
        return
    for padding in (0, pruned):
        found = whole(SPACE, [PRUNED] * padding + LINES[pruned:], checkpoint(at))
        assert (found.first, found.last, found.told, found.padding) == (pruned + 1, LAST, at, padding)
        assert found.lines == tuple(LINES[pruned:])
        assert dump_state(found.state) == checkpoint(LAST)


def test_a_journal_may_have_no_checkpoint() -> None:
    """Nor any entry; a copy that is still without its checkpoint tells nothing yet."""
    assert dump_state(whole(SPACE, LINES, None).state) == checkpoint(LAST)
    empty = whole(SPACE, [], None)
    assert (empty.first, empty.last, empty.state) == (1, 0, State(SPACE))
    bare = whole(SPACE, [PRUNED] * 3, None)
    assert (bare.first, bare.last, bare.padding, bare.state) == (4, 3, 3, State(SPACE))
    begun = whole(SPACE, [PRUNED] * 3 + LINES[3:], None)
    assert (begun.first, begun.last, begun.padding, begun.state) == (4, LAST, 3, State(SPACE))
    told_all = whole(SPACE, [PRUNED] * LAST, checkpoint(LAST))
    assert (told_all.first, told_all.last, dump_state(told_all.state)) == (LAST + 1, LAST, checkpoint(LAST))


def forged(serial: int) -> str:
    """A checkpoint whose newest entry is right, and which tells something else."""
    state = fold(SPACE, LINES[:serial])
    state.name = "globex"
    return dump_state(state)


def numbered(line: str, serial: object) -> str:
    return canonical({**json.loads(line), "serial": serial})


@pytest.mark.parametrize(
    ("lines", "snapshot", "code", "what"),
    [
        (LINES[1:], None, "state-gap", "entry 1 is missing"),
        (LINES[4:], checkpoint(3), "state-gap", "entry 4 is missing"),
        (LINES[:4], checkpoint(5), "state-gap", "entry 6 is missing"),
        ([], checkpoint(1), "state-gap", "entry 2 is missing"),
        ([*LINES[:3], *LINES[4:]], None, "state-gap", "entry 4 of those that are left is not the next one"),
        *(
            ([numbered(LINES[0], serial)], None, "state-gap", "entry 1 of those that are left is not the next one")
            for serial in ("1", True, None)
        ),
        ([*LINES[:5], *OTHERS[5:6], LINES[6]], None, "state-edited", "the entry before 7 is not what was written"),
        (LINES, checkpoint(LAST, OTHERS), "state-edited", "the snapshot was not made of these entries"),
        (LINES[6:], checkpoint(LAST, OTHERS), "state-edited", "the snapshot was not made of these entries"),
        (LINES, forged(4), "state-edited", "the snapshot tells something else than the entries before it"),
        (LINES, forged(LAST), "state-edited", "the snapshot tells something else than the entries before it"),
    ],
)  # fmt: skip
def test_what_was_changed_or_taken_out_is_found(lines: list[str], snapshot: str | None, code: str, what: str) -> None:
    """By the number of the entry that is not there, or not as it was."""
    with pytest.raises(StateError) as refused:
        whole(SPACE, lines, snapshot)
    (problem,) = refused.value.problems
    assert (problem.code, problem.what) == (code, f"{SPACE}: {what}")


def test_what_is_pruned_can_be_told_by_its_checkpoint_alone() -> None:
    """Nothing is left to hold it to."""
    assert whole(SPACE, LINES[4:], forged(4)).state.name == "globex"


def test_a_record_of_a_newer_program_is_named() -> None:
    """With what is not known of it."""
    lines = sealed([*ENTRIES[:2], declared(phase="dreamt")])
    with pytest.raises(StateError) as refused:
        whole(SPACE, lines[2:], dump_state(told(*ENTRIES[:2], declared(phase="dreamt"))))
    (problem,) = refused.value.problems
    assert (problem.code, problem.found) == ("state-newer", "phase dreamt")


def cut(lines: list[str], first: int, last: int) -> Whole:
    """The entries from `first` to `last` with a checkpoint of what was before, if there was anything."""
    return whole(SPACE, lines[first - 1 : last], checkpoint(first - 1, lines) if first > 1 else None)


FULL, PRUNED_AT_4 = cut(LINES, 1, LAST), cut(LINES, 5, LAST)


@pytest.mark.parametrize(
    ("have", "added"),
    [
        (whole(SPACE, [], None), LAST),
        *((cut(LINES, 1, last), LAST - last) for last in range(1, LAST + 1)),
        *((cut(LINES, first, 6), 1) for first in range(1, 7)),
    ],
)
def test_what_is_missing_is_what_comes_after(have: Whole, added: int) -> None:
    """Also where one of the two was pruned; and together they are the whole."""
    for want in (FULL, PRUNED_AT_4) if have.last >= 4 else (FULL,):
        assert begins(have, want)
        assert begins(want, have) == (have.last == LAST)
        assert missing(have, want) == tuple(LINES[LAST - added :])


@pytest.mark.parametrize("first", range(1, LAST + 1))
def test_an_empty_place_lacks_all_there_is(first: int) -> None:
    """However little that is."""
    want = cut(LINES, first, LAST)
    assert missing(whole(SPACE, [], None), want) == want.lines == tuple(LINES[first - 1 :])


def test_a_copy_begins_empty_or_with_placeholders() -> None:
    """As many as were pruned: with fewer it is a copy of something else."""
    empty = [whole(SPACE, [PRUNED] * padding, None) for padding in (0, 3, 4, 5)]
    assert [begins(each, PRUNED_AT_4) for each in empty] == [True, False, True, False]
    assert [missing(each, PRUNED_AT_4) for each in (empty[0], empty[2])] == [PRUNED_AT_4.lines] * 2


BEYOND = "what is to be copied was pruned beyond it"


@pytest.mark.parametrize(
    ("have", "want", "code", "there", "copied"),
    [
        (FULL, cut(LINES, 1, 5), "state-older", "what is to be copied ends with entry 5", "entry 7 is recorded there"),
        (cut(LINES, 1, 3), PRUNED_AT_4, "state-differs", "entry 3 is recorded there", BEYOND),
        (cut(OTHERS, 1, 6), cut(LINES, 7, 7), "state-differs", "entry 6 is recorded there", BEYOND),
        (
            *(cut(OTHERS, 1, 7), FULL, "state-differs"),
            *("entry 7 is recorded there", "what is to be copied has another one"),
        ),
        (
            *(cut(FOREIGN, 1, 6), FULL, "state-differs"),
            *("journal l2 is recorded there, with 6 entries", "what is to be copied is l1, with 7"),
        ),
    ],
)
def test_what_cannot_be_brought_up_is_refused_by_name(
    have: Whole, want: Whole, code: str, there: str, copied: str
) -> None:
    """What is older, what went another way, and what is another journal are three things."""
    with pytest.raises(StateError) as refused:
        missing(have, want)
    (problem,) = refused.value.problems
    assert (problem.code, problem.what) == (code, f"acme: {there}, and {copied}")


def test_a_journal_that_was_moved_is_handed_over_as_it_was_before() -> None:
    """Without the entry that says where it went."""
    lines = sealed([*ENTRIES[:6], {"type": "moved", "to": "sqlite:elsewhere.db"}])
    gone = whole(SPACE, lines, checkpoint(4))
    assert gone.state.moved_to
    assert handed_over(gone) == whole(SPACE, LINES[:6], checkpoint(4))


def test_journals_are_one_document_and_back() -> None:
    """With the number of all entries that there ever were."""
    wholes = [FULL, PRUNED_AT_4]
    document = exported(wholes)
    assert (document["serial"], serial(wholes)) == (2 * LAST, 2 * LAST)
    assert read(json.dumps(document), "backup.json") == wholes


def _resealed(spaces: object) -> str:
    return json.dumps({**exported([FULL]), "spaces": spaces, "digest": digest(canonical(spaces))})


def _row(**harm: object) -> str:
    return _resealed([{"space_id": SPACE, "entries": [], "snapshot": None, **harm}])


NONE = "f is no document of `state pull`"
HARMS: dict[str, tuple[str, str]] = {
    "another version's": (json.dumps({**exported([FULL]), "format": 1}), "f: it was pulled by another version"),
    "edited": (json.dumps({**exported([FULL]), "spaces": []}), "f: it is not as it was pulled, but cut or edited"),
    "without an entry": (_row(entries=LINES[1:]), f"f: {SPACE}: entry 1 is missing"),
    "no JSON": ("{", NONE),
    "a list": ("[]", NONE),
    "nothing": ("{}", NONE),
    "of no spaces": (_resealed(None), NONE),
    "of no entries": (_row(entries=None), NONE),
    "of another checkpoint": (_row(snapshot=["x"]), NONE),
    "too deep": ("[" * 200_000, NONE),
}


@pytest.mark.parametrize("harm", HARMS)
def test_what_was_not_pulled_is_not_pushed(harm: str) -> None:
    """The file is named, and what is wrong with it."""
    text, what = HARMS[harm]
    with pytest.raises(StateError) as refused:
        read(text, "f")
    (problem,) = refused.value.problems
    assert problem.code == "pull-unreadable" and problem.what.removesuffix(" of this program") == what
