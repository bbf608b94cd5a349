"""Which settings count for a plan, and what a person is told of those that changed."""

from __future__ import annotations

from typing import Any

from reconciler.core.journal.state import State
from reconciler.core.model import Guards, Limits, Project
from reconciler.core.plan.settings import Base, guards, in_force, other_settings, settings_changed, settings_line
from reconciler.errors import Problem

REVISION = "0123456789abcdef0123456789abcdef01234567"
STRICT, LAX = Guards(5, 30, ("86",)), Guards(50, 10, ("86", "62"))


def project(guards: Guards = STRICT, limits: Limits | None = None, **further: str) -> Project:
    return Project("", (), guards=guards, limits=limits or Limits(), further=further)


def told(found: Any) -> list[str]:
    problems: list[Problem] = [*found]
    assert {each.code for each in problems} <= {"settings-changed"}
    return [each.what for each in problems]


def test_a_request_cannot_relax_its_own_guards() -> None:
    """The stricter of both count; after the merge, the project's own."""
    assert guards(project(LAX), Base(REVISION, project(STRICT))) == Guards(5, 10, ("86",))
    assert guards(project(LAX), None) == LAX


def test_settings_are_values_of_json() -> None:
    """Guards and limits by name; a list is a list, all else as it is."""
    assert in_force(project(STRICT, Limits(throttled_means_not_sent=False))) == {
        "max_messages": 5,
        "max_delete_percent": 30,
        "allowed_countries": ["86"],
        "callback_hosts": [],
        "calls_per_second": 10,
        "contact_messages_per_day": 100,
        "code_messages_per_day": 0,
        "throttled_means_not_sent": False,
    }


def test_what_a_branch_changes_is_told() -> None:
    """Each with its former value, and whether that counts here: of a guard the stricter one does, of a limit the new
    one."""
    here = project(Guards(50, 10), Limits(20, throttled_means_not_sent=False), account="1", site="intl")
    base = Base(REVISION, project(Guards(5, 30, ("86", "62")), account="2"))
    assert told(settings_changed(here, base, [State("cams-1", settings={"max_messages": 7})])) == [
        "max_messages 50 is new in this branch: it is 5 at revision 0123456789ab, which counts here",
        "max_delete_percent 10 is new in this branch: it is 30 at revision 0123456789ab",
        "allowed_countries any is new in this branch: it is 86 62 at revision 0123456789ab, which counts here",
        "calls_per_second 20 is new in this branch: it is 10 at revision 0123456789ab",
        "throttled_means_not_sent false is new in this branch: it is true at revision 0123456789ab",
        "account 1 is new in this branch: it is 2 at revision 0123456789ab",
    ]
    assert told(settings_changed(here, Base(REVISION, here), [])) == []


def test_what_changed_since_the_last_apply_is_told() -> None:
    """Of the last one in any space; a setting that this program does not have, or that was none then, is passed
    over."""
    older, newer = ({"at": f"2026-11-20T1{hour}:00:00.000Z"} for hour in (1, 2))
    states = [
        State("cams-2", "globex", settings={**newer, "max_messages": 7, "of_a_later_program": 1}),
        State("cams-1", "acme", settings={**older, "max_messages": 9}),
        State("cams-3", "initech"),
    ]
    assert told(settings_changed(project(), None, states)) == [
        "max_messages is 5, and was 7 when globex was applied last"
    ]
    at_once = [State(f"cams-{name}", name, settings={**newer, "max_messages": 7}) for name in ("b", "c", "a")]
    assert told(settings_changed(project(), None, at_once)) == ["max_messages is 5, and was 7 when c was applied last"]
    assert told(settings_changed(project(), None, [])) == []


def test_a_plan_is_applied_under_its_own_settings() -> None:
    """Each that is another one is a reason not to."""
    planned = {**in_force(project()), "max_messages": 6, "callback_hosts": ["a.example", "b.example"]}
    assert [(each.code, each.what) for each in other_settings(planned, project())] == [
        ("plan-other-config", "max_messages was 6 when the plan was made, and is 5"),
        ("plan-other-config", "callback_hosts was a.example b.example when the plan was made, and is any"),
    ]
    assert [*other_settings(in_force(project()), project())] == []


def test_a_line_has_the_guards_and_what_is_unusual() -> None:
    """The guards at any value; other settings only if they are set."""
    assert settings_line(in_force(Project("", ()))) == ("max_messages 20, max_delete_percent 30, allowed_countries any")
    unusual = in_force(project(limits=Limits(code_messages_per_day=9, throttled_means_not_sent=False)))
    assert settings_line(unusual) == (
        "max_messages 5, max_delete_percent 30, allowed_countries 86, code_messages_per_day 9, "
        "throttled_means_not_sent false"
    )
