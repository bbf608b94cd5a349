"""The laws of the fold: a journal can be cut anywhere, and only as it was written can it be read."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.core.journal import State, dump, fold, seal
from reconciler.errors import StateError

SPACE = "cams-acme"
IDS = ("phone_number/+8613800001234", "phone_number/+8613800005678")
Entry = dict[str, Any]
unhurried = settings(deadline=None)  # the machine may be busy with other tests

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


@unhurried
@given(journals(), st.data())
def test_a_journal_folds_wherever_it_is_cut(lines: list[str], data: st.DataObject) -> None:
    """What a killed writer left is a state, and a snapshot of it with the rest after it is the whole."""
    cut = data.draw(st.integers(0, len(lines)))
    head = fold(SPACE, lines[:cut])
    assert head.serial == cut
    assert dump(fold(SPACE, lines[cut:], dump(head))) == dump(fold(SPACE, lines))


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
    [
        (_without, "state-gap"),
        (_swapped, "state-gap"),
        (_edited, "state-edited"),
        (_cut_short, "state-unreadable"),
    ],
)
@unhurried
@given(lines=journals(), data=st.data())
def test_a_harmed_journal_is_refused_by_name(
    harm: Callable[[list[str], int], list[str]], code: str, lines: list[str], data: st.DataObject
) -> None:
    """Whichever entry before the last is missing, moved, edited or cut: nothing is read from such a journal."""
    at = data.draw(st.integers(0, len(lines) - 2))
    with pytest.raises(StateError) as refused:
        fold(SPACE, harm(lines, at))
    assert [problem.code for problem in refused.value.problems] == [code]


@unhurried
@given(journals(), st.sampled_from(("state-newer", "state-unreadable")))
def test_what_a_newer_program_wrote_is_not_guessed_at(lines: list[str], code: str) -> None:
    """An entry of an unknown type, or one that lacks what its type needs, is refused by name."""
    entry = {"type": "dreamt" if code == "state-newer" else "settled", "id": IDS[0], "at": "2026-11-20T12:00:00.000Z"}
    state = fold(SPACE, lines)
    with pytest.raises(StateError) as refused:
        state.advance(seal(state, entry))
    assert [problem.code for problem in refused.value.problems] == [code]
