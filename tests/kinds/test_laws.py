"""The laws over all lifecycle tables, and that each of them can be broken."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reconciler.core.codec import KnownFacts
from reconciler.core.review.staleness import ATTRIBUTES
from reconciler.kinds import KINDS
from reconciler.kinds.looks import STATUS, SYNC
from reconciler.kinds.registered import REGISTERED
from reconciler.kinds.table import LEARNED, Kind, nothing_awaited, ok
from tests.kinds import laws
from tests.kinds.laws import LAWS, Law


def broken(phase: str, **changes: Any) -> Kind:
    """The table of a registered number with one step changed."""
    return replace(REGISTERED, steps={**REGISTERED.steps, phase: replace(REGISTERED.steps[phase], **changes)})


ALONE = replace(STATUS, after=replace(SYNC, shared=False))

BROKEN: dict[Law, Kind] = {
    laws.every_target_exists: broken("added", leads={"ok": "code_wanted"}),
    laws.no_phase_is_an_orphan: replace(REGISTERED, steps={**REGISTERED.steps, "stray": REGISTERED.steps["verified"]}),
    laws.the_end_is_reachable: broken("verified", leads={"ok": "verified"}),
    laws.every_phase_can_be_left_for_good: replace(REGISTERED, left={}),
    laws.no_cycle_without_a_wait: broken("verified", leads={"ok": "registered", "connected": "added"}),
    laws.every_operation_exists: broken("verified", operation="RegisterSomehow"),
    laws.requests_fit_their_operation: broken("verified", request=lambda facts: {"PhoneNumber": "8613800001234"}),
    laws.messages_move_the_phase: broken("added", leads={"ok": "added"}),
    laws.messages_say_to_whom: broken("added", sends=lambda facts: ("", "")),
    laws.codes_are_asked_for: broken("code_requested", ask="confirmation"),
    laws.no_code_is_sent_needlessly: broken("added", before=(STATUS,)),
    laws.what_waits_for_time_ends_by_a_read: broken("reviewing", says=ok),
    laws.a_review_is_waited_for: broken("code_requested", leads={"ok": "registered"}),
    laws.lost_answers_can_be_settled: broken("declared", lost=()),
    laws.a_code_is_looked_for: broken("code_requested", lost=()),
    laws.creations_are_looked_for: broken("declared", before=()),
    laws.nothing_is_done_on_an_unclear_status: broken("added", before=()),
    laws.what_waits_for_time_says_for_what: broken("reviewing", awaits=nothing_awaited),
    laws.what_is_read_in_common_is_read_as_often_as_needed: broken("code_requested", lost=(ALONE,)),
    laws.what_is_about_the_space_is_read_once_for_all: broken("code_requested", lost=(replace(STATUS, shared=True),)),
    laws.what_a_sync_renews_is_read_after_it: broken("code_requested", lost=(replace(STATUS, after=None),)),
    laws.what_is_needed_is_enough: replace(REGISTERED, needs=frozenset({"number"})),
    laws.every_stop_is_explained: broken("declared", stops={"no_account": "no-such-error"}),
    laws.every_phase_has_a_route: broken("added", leads={"verified": "verified"}),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_every_table_keeps_every_law(law: Law, kind: str) -> None:
    """What the law says holds of every kind."""
    assert list(law(KINDS[kind])) == []


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_every_law_can_be_broken(law: Law) -> None:
    """A table that breaks the law is found out, so that silence means something."""
    assert list(law(BROKEN[law])) != []


def test_kinds_are_filed_under_their_names() -> None:
    """A record's kind is the key of its table."""
    assert {name: kind.name for name, kind in KINDS.items()} == {name: name for name in KINDS}


def test_a_fact_is_declared_or_learned() -> None:
    """Whatever a record may hold and no file declares is learned, so that it outlives a change that is put back."""
    assert set(KnownFacts.__struct_fields__) - set(ATTRIBUTES) - {"was"} == LEARNED
