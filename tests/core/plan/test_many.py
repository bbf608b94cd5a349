"""The laws of a plan of many changes: it is the same as of few, and each change more costs little."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from types import FrameType
from typing import Any

from reconciler.core.journal.state import canonical, digest
from reconciler.core.model import Project, Resource, Space
from reconciler.core.plan import space_digest as config
from reconciler.core.plan.change import Plan
from reconciler.core.plan.make import plan
from reconciler.render.formats import FORMATS, Setting, parts
from tests.core.worlds import ENDPOINT

SETTING = Setting("2026-11-20T10:31:00.000Z")


def desired(size: int) -> Space:
    resources = (_number(f"n{place:05}", f"+86138{place:08}", f"Shop {place}") for place in range(size))
    return Space("acme", "cams-acme", "spaces/acme.yaml", tuple(resources))


def _number(name: str, number: str, display_name: str) -> Resource:
    facts = {"number": number, "display_name": display_name, "method": "sms", "locale": "en_US"}
    return Resource("acme", "phone_number", name, "register", number, facts)


def planned(space: Space) -> Plan:
    return plan(Project("", (space,)), {}, ENDPOINT, SETTING.now)


def calls(work: Callable[[], object]) -> int:
    """How many functions are called, in Python and in C: the same on a busy machine."""
    seen = 0

    def count(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal seen
        seen += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return seen


def test_a_digest_of_many_desired_is_over_them_all() -> None:
    """However they are ordered in the file, and however many: it is that of one JSON text after the other."""
    space = replace(desired(600), removed={"z": "forget", "a": "forget"})
    rows: list[Any] = [["acme", "cams-acme", {"a": "forget", "z": "forget"}, ""]]
    rows += (["phone_number", r.name, r.kind, r.key, r.attributes, r.on_remove] for r in space.resources)
    for resources in (space.resources, space.resources[::-1]):
        assert config.space_digest(replace(space, resources=resources)) == digest("".join(map(canonical, rows)))


def test_the_parts_of_a_text_are_the_text() -> None:
    """A long one comes in parts of whole lines, none of them long; every other form comes at once."""
    made = planned(desired(600))
    for form, render in FORMATS.items():
        assert "\n".join(parts(form, made, SETTING)) == render(made, SETTING)
    assert max(map(len, parts("text", made, SETTING))) < len(FORMATS["text"](made, SETTING)) / 2


def test_a_number_more_costs_little() -> None:
    """From the desired number to its digest and its text, in functions called for each."""
    few, many = desired(300), desired(1_300)

    def all_of_it(space: Space) -> None:
        made = planned(space)
        assert made.digest
        assert sum(map(len, parts("text", made, SETTING)))

    all_of_it(few)  # what is kept for all is there
    assert (calls(lambda: all_of_it(many)) - calls(lambda: all_of_it(few))) / 1_000 < 200
