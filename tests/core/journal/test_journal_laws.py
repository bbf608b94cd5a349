"""The laws of the fold: a journal can be cut anywhere, and only as it was written can it be read."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from reconciler.core.journal.record import Record
from reconciler.core.journal.snapshot import dump_state, fold, load_state, state_row
from reconciler.core.journal.state import State, canonical, digest, seal
from reconciler.core.times import DAY, stamp
from reconciler.errors import StateError

SPACE = "cams-acme"
IDS = ("phone_number/+8613800001234", "phone_number/+8613800005678")
Entry = dict[str, Any]

_holder = {"id": "r1", "verb": "apply", "who": "amy", "host": "desk", "pid": 1, "boot": "", "started": "", "term": 60.0}
_OPENED: Entry = {
    "type": "opened",
    "format": 1,
    "space_id": SPACE,
    "name": "acme",
    "lineage": "l1",
    "endpoint": "loopback",
}
_RUN: Entry = {
    "type": "run_opened",
    "name": "acme",
    "holder": {**_holder, "opened_at": "2026-11-20T09:00:00.000Z"},
    "taken_from": "",
}
_FACTS = {"display_name": "Acme", "method": "sms", "locale": "en"}


def _declared(id: str) -> Entry:
    type, _, key = id.partition("/")
    about = {"id": id, "address": f"{type}/support", "kind": "register", "key": key, "on_remove": "refuse"}
    return {"type": "declared", **about, "phase": "declared", "door": "create", "facts": {"number": key, **_FACTS}}


def _about(type: str, **more: st.SearchStrategy[Any]) -> st.SearchStrategy[Entry]:
    return st.fixed_dictionaries({"type": st.just(type), "id": st.sampled_from(IDS), **more})


_phase = st.sampled_from(("added", "code_requested", "registered"))
_operation = st.sampled_from(("AddChatappPhoneNumber", "GetChatappVerifyCode", "ChatappVerifyAndRegister"))
_learned = st.dictionaries(st.sampled_from(("contact_id", "phone_number_id")), st.text(max_size=3), max_size=2)
_call = {"operation": _operation, "phase": _phase, "learned": _learned}
_results = st.sampled_from(("ok", "refused", "not_sent", "code_refused", "unknown"))
_time = st.just("2026-11-20T09:00:00.000Z")
_daily = st.sampled_from(("", "code_messages_per_day"))

entries = st.one_of(
    _about(
        "intent",
        **_call,
        params=st.just({}),
        effect=st.sampled_from("KNCI"),
        metered=st.booleans(),
        daily=_daily,
        cloud_time=_time,
    ),
    _about("outcome", **_call, result=_results, final=st.booleans()),
    _about("settled", **_call, final=st.booleans(), why=st.just("seen")),
    _about("entered", phase=_phase, door=st.just("delete"), learned=_learned, why=st.just("asked for")),
    st.just({"type": "alive"}),
)


@st.composite
def journals(draw: st.DrawFn) -> list[str]:
    """Lines as an open run writes them, with a time that goes on."""
    said = [
        _OPENED,
        _RUN,
        *map(_declared, IDS),
        *draw(st.lists(entries, max_size=12)),
        {"type": "run_closed", "results": {}},
    ]
    state, lines = State(SPACE), []
    for minute, entry in enumerate(said):
        at = f"2026-11-20T{9 + minute // 60:02}:{minute % 60:02}:00.000Z"
        lines.append(seal(state, {**entry, "at": at, "run": "r1"}))
        state.chain(lines[-1])
    return lines


@given(journals(), st.data())
def test_a_journal_folds_wherever_it_is_cut(lines: list[str], data: st.DataObject) -> None:
    """What a killed writer left is a state, and a snapshot of it with the rest after it is the whole."""
    cut = data.draw(st.integers(0, len(lines)))
    head = fold(SPACE, lines[:cut])
    assert head.serial == cut
    assert dump_state(fold(SPACE, lines[cut:], dump_state(head))) == dump_state(fold(SPACE, lines))


def _without(lines: list[str], at: int) -> list[str]:
    return [*lines[:at], *lines[at + 1 :]]


def _swapped(lines: list[str], at: int) -> list[str]:
    return [*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]]


def _edited(lines: list[str], at: int) -> list[str]:
    return [*lines[:at], json.dumps({**json.loads(lines[at]), "run": "r2"}), *lines[at + 1 :]]


def _cut_short(lines: list[str], at: int) -> list[str]:
    return [*lines[:at], lines[at][:-1], *lines[at + 1 :]]


@pytest.mark.parametrize(
    ("harm", "code"),
    [(_without, "state-gap"), (_swapped, "state-gap"), (_edited, "state-edited"), (_cut_short, "state-unreadable")],
)
@given(lines=journals(), data=st.data())
def test_a_harmed_journal_is_refused_by_name(
    harm: Callable[[list[str], int], list[str]], code: str, lines: list[str], data: st.DataObject
) -> None:
    """Whichever entry before the last is missing, moved, edited or cut: nothing is read from such a journal."""
    at = data.draw(st.integers(0, len(lines) - 2))
    with pytest.raises(StateError) as refused:
        fold(SPACE, harm(lines, at))
    assert [problem.code for problem in refused.value.problems] == [code]


@given(journals(), st.sampled_from(("state-newer", "state-unreadable")))
def test_what_a_newer_program_wrote_is_not_guessed_at(lines: list[str], code: str) -> None:
    """An entry of an unknown type, or one that lacks what its type needs, is refused by name."""
    entry = {"type": "dreamt" if code == "state-newer" else "settled", "id": IDS[0], "at": "2026-11-20T12:00:00.000Z"}
    state = fold(SPACE, lines)
    with pytest.raises(StateError) as refused:
        state.advance(seal(state, entry))
    assert [problem.code for problem in refused.value.problems] == [code]


@given(journals())
def test_an_entry_that_says_more_is_a_newer_programs(lines: list[str]) -> None:
    """Which field is unknown is said: to go on without it could mean to repeat what it tells of."""
    state = fold(SPACE, lines)
    with pytest.raises(StateError) as refused:
        state.advance(seal(state, {"type": "alive", "at": "2026-11-20T12:00:00.000Z", "dreamt": 1}))
    (problem,) = refused.value.problems
    assert (problem.code, "`dreamt`" in str(problem.found)) == ("state-newer", True)


def _sealed(row: Any) -> str:
    """A snapshot of whatever this is, whole by its digest."""
    body = canonical(row)
    return f'{{"digest":"{digest(body)}","state":{body}}}'


@given(journals())
def test_a_snapshot_is_the_state_as_json(lines: list[str]) -> None:
    """Every value that is not as it is by default stands in it, and comes back as it was."""
    state = fold(SPACE, lines)
    written = json.loads(dump_state(state))["state"]
    assert {**state_row(State(SPACE)), **written, "records": {}} == {**state_row(state), "format": 3, "records": {}}
    assert written["records"].keys() == state.records.keys()
    assert load_state(dump_state(state), SPACE) == state


def _format_2(state: State) -> dict[str, Any]:
    """As the program before this one wrote it: each record as a list, with the names of all fields once."""
    row = {name: value for name, value in state_row(state).items() if value or name not in SELDOM}
    records = [[*row["records"][id].values()] for id in sorted(state.records)]
    return {**row, "format": 2, "fields": Record.__struct_fields__, "records": records}


# What the format before left out where it held nothing.
SELDOM = ("moved_to", "forgotten", "aside", "gone", "ended_at", "settings")


@given(journals())
def test_a_snapshot_of_the_format_before_is_read(lines: list[str]) -> None:
    """It comes back as the state that it was written of."""
    state = fold(SPACE, lines)
    assert load_state(_sealed(_format_2(state)), SPACE) == state


def test_a_snapshot_says_its_format() -> None:
    """One that does not is none."""
    row = json.loads(dump_state(State(SPACE)))["state"]
    assert load_state(_sealed(row), SPACE) == State(SPACE)
    del row["format"]
    with pytest.raises(StateError) as refused:
        load_state(_sealed(row), SPACE)
    assert [problem.code for problem in refused.value.problems] == ["state-unreadable"]


@pytest.mark.parametrize(("format", "code"), [(4, "state-newer"), (1, "state-unreadable"), (0, "state-unreadable")])
def test_a_snapshot_of_another_format_is_refused_by_name(format: int, code: str) -> None:
    """Whatever it may hold."""
    with pytest.raises(StateError) as refused:
        load_state(_sealed({"format": format, "holds": "what nobody knows"}), SPACE)
    assert [problem.code for problem in refused.value.problems] == [code]


def _first(id: str) -> str:
    return seal(State(SPACE), {**_declared(id), "at": "2026-11-20T09:00:00.000Z", "run": "r1"})


@pytest.mark.parametrize("later", ["version", "base", "plan", "door", "on_remove", "attempts", "requested_at"])
@pytest.mark.parametrize("form", [2, 3])
def test_a_snapshot_of_before_a_field_came_is_read(later: str, form: int) -> None:
    """What an earlier program did not know is as if nothing had been said of it."""
    state = fold(SPACE, [_first(IDS[0])])
    row = state_row(state)
    record = row["records"][IDS[0]]
    del record[later]
    if form == 2:
        row |= {"fields": [*record], "records": [[*record.values()]]}
    (old,) = load_state(_sealed({**row, "format": form}), SPACE).records.values()
    assert old == replace(state.records[IDS[0]], **{later: _default(later)})


def _default(field: str) -> Any:
    return getattr(Record("", "", "", "", "", {}), field)


_HARMS: tuple[Callable[[dict[str, Any]], object], ...] = (
    lambda row: row.update(dreamt=1),
    lambda row: row.update(facts=[*row]),
    lambda row: row.update(facts=None),
    lambda row: row.update(intents=dict(row)),
    lambda row: row.update(intents=[]),
    lambda row: row.update(phase=3),
    lambda row: row.update(metered=None),
    lambda row: row.pop("phase"),
    lambda row: row.pop("facts"),
)


def _with_names(row: dict[str, Any]) -> dict[str, Any]:
    return {"fields": [*row], "records": [[*row.values()]]}


def _without(row: dict[str, Any]) -> dict[str, Any]:
    """Whatever was done to the row, its fields are said to be all there are."""
    return {"fields": Record.__struct_fields__, "records": [[*row.values()]]}


_FORMS: tuple[tuple[int, Callable[[dict[str, Any]], dict[str, Any]]], ...] = (
    (3, lambda row: {"records": {IDS[0]: row}}),
    (2, _with_names),
    (2, _without),
    (2, lambda row: {"fields": [*row], "records": [row]}),
    (2, lambda row: {"fields": 3, "records": [[*row.values()]]}),
    (2, lambda row: {"fields": Record.__struct_fields__, "records": {IDS[0]: [*row.values()]}}),
)


@pytest.mark.parametrize("harm", _HARMS)
@pytest.mark.parametrize(("form", "stands"), _FORMS)
def test_a_record_of_another_shape_is_refused_by_name(
    harm: Callable[[dict[str, Any]], object], form: int, stands: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    """A field too many, one too few, or another thing in its place: nothing is guessed, whatever the digest says."""
    row = state_row(fold(SPACE, [_first(IDS[0])]))
    harm(row["records"][IDS[0]])
    with pytest.raises(StateError) as refused:
        load_state(_sealed({**row, "format": form, **stands(row["records"][IDS[0]])}), SPACE)
    assert [problem.code for problem in refused.value.problems] == ["state-unreadable"]


_START = datetime.fromisoformat("2026-11-20T09:00:00.000Z")
_moments = st.integers(0, 60 * 60).map(lambda minute: stamp(_START + timedelta(minutes=minute)))


def _message(at: str) -> Entry:
    operation, phase = "GetChatappVerifyCode", "code_requested"
    said = {"type": "intent", "id": IDS[0], "operation": operation, "phase": phase, "params": {}, "learned": {}}
    return {**said, "effect": "N", "metered": False, "daily": "code_messages_per_day", "cloud_time": at, "at": at}


def _not_sent(at: str) -> Entry:
    said = {"type": "outcome", "id": IDS[0], "operation": "GetChatappVerifyCode", "result": "not_sent"}
    return {**said, "cloud_time": at, "at": at}


def _told(entries: list[Entry], state: State | None = None) -> State:
    state = state or fold(SPACE, [_first(IDS[0])])
    for entry in entries:
        state.advance(seal(state, entry))
    return state


@given(st.lists(_moments, max_size=12))
def test_a_message_counts_for_a_day_of_the_clouds_time(sent: list[str]) -> None:
    """Each message ends the day of those 24 hours before it, in whatever order the cloud's times come."""
    counted: list[str] = []
    for at in sent:
        day_ago = stamp(datetime.fromisoformat(at) - DAY)
        counted = [*(each for each in counted if each > day_ago), at]
    assert [at for at, _ in _told([_message(at) for at in sent]).messages] == sorted(counted)


@given(st.lists(_moments, min_size=1, max_size=6))
def test_a_message_that_was_not_sent_counts_no_more(sent: list[str]) -> None:
    """The one that its intent tells of; all others stay."""
    state = _told([_message(at) for at in sent])
    counted = [at for at, _ in state.messages]
    not_sent = _not_sent(sent[-1])
    counted.remove(sent[-1])
    assert [at for at, _ in _told([not_sent], state).messages] == counted


def test_an_answer_that_comes_a_day_late_takes_no_other_message_out() -> None:
    """What is counted no more is not counted out: the message of another number stays."""
    early, late = stamp(_START), stamp(_START + timedelta(hours=25))
    state = _told([_message(early), {**_declared(IDS[1]), "at": late}, {**_message(late), "id": IDS[1]}])
    not_sent = _not_sent(late)
    assert [at for at, _ in _told([not_sent], state).messages] == [late]


def test_a_line_has_one_form() -> None:
    """Keys in order, no blanks, text as people write it; a number that JSON has not is no entry."""
    assert canonical({"b": "王 é", "a": [1, None]}) == '{"a":[1,null],"b":"王 é"}'
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical(float("nan"))
