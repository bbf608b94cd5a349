"""What is read from a good project: values, defaults, places, and what the digest covers."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from reconciler.config.project import load_project
from reconciler.core.model import Guards, Limits, Space
from reconciler.core.plan.space_digest import space_digest
from reconciler.errors import Place
from tests.config.telling import GOOD, write

QUICKSTART = Path(__file__).parents[2] / "examples/quickstart"
Told = Callable[[dict[str, str | bytes]], str]


def space_of(root: Path, text: str) -> Space:
    (space,) = load_project(write(root, {"spaces/a.yaml": text})).spaces
    return space


def test_quickstart_is_read_whole() -> None:
    """Every value of the example reaches the model, and defaults stand where a block is silent."""
    project = load_project(QUICKSTART)
    acme, globex = project.spaces
    support, sales, tom = acme.resources
    hotline, ming = globex.resources
    assert (acme.name, acme.space_id, acme.file) == ("acme", "cams-kei8s9d0", "spaces/acme.yaml")
    assert (support.address, support.kind, support.key, support.on_remove) == (
        "acme/phone_number/support",
        "register",
        "+8613800001234",
        "refuse",
    )
    assert support.attributes == {
        "number": "+8613800001234",
        "display_name": "Acme Support",
        "method": "sms",
        "locale": "en_US",
    }
    assert sales.attributes == {"number": "+6281234567890", "method": "sms", "locale": "id"}
    assert (sales.kind, sales.on_remove) == ("migrate", "deregister")
    assert tom.attributes == {
        "name": "tom",
        "email": "tom@example.com",
        "phone": "+8613911111234",
        "title": "TechnicalDirector",
        "message_types": ("FaultMessage", "ServiceMessage"),
        "members": ("1234567890123456",),
    }
    assert (tom.kind, tom.key, tom.on_remove) == ("contact", "tom", "delete")
    assert hotline.attributes == {"number": "+6581234567", "method": "sms", "locale": "en_US"}
    assert (ming.address, ming.key) == ("globex/contact/王小明", "王小明")
    assert project.state == "sqlite:.reconciler/state.db"
    assert project.guards == Guards(10, 30, ("62", "65", "86"))
    assert project.limits == Limits(10, 100, 0, True)


def test_each_value_knows_its_place() -> None:
    """A value's place is where it was written, which for a default is the file's `defaults`."""
    support = load_project(QUICKSTART).spaces[0].resources[0]
    file = "spaces/acme.yaml"
    assert support.place == Place(file, 7, 3)
    assert support.places == {
        "": Place(file, 7, 3),
        "number": Place(file, 8, 13),
        "onboarding": Place(file, 9, 17),
        "display_name": Place(file, 10, 19),
        "method": Place(file, 4, 20),
        "locale": Place(file, 4, 33),
    }


def test_values_are_plain() -> None:
    """No text that knows its place leaks into the model, where it would outlive the file's tree."""
    for space in load_project(QUICKSTART).spaces:
        for resource in space.resources:
            texts = [resource.name, resource.key, resource.kind, resource.on_remove, resource.space]
            texts += [value for value in resource.attributes.values() if not isinstance(value, tuple)]
            texts += [*resource.attributes.get("message_types", ()), *resource.attributes, *resource.places]
            assert {type(text) for text in texts} == {str}


def test_unquoted_values_are_their_source_text(tmp_path: Path) -> None:
    """An unquoted number keeps its plus, and names that YAML takes for truth or numbers stay names."""
    text = "space: no\nspace_id: 0123456701\nphone_numbers: {12: {number: +8613800138000, onboarding: migrate}}\n"
    space = space_of(tmp_path, text)
    assert (space.name, space.space_id) == ("no", "0123456701")
    assert [(each.name, each.key) for each in space.resources] == [("12", "+8613800138000")]


def test_settings_are_read(told: Told, tmp_path: Path) -> None:
    """Every setting of reconciler.yaml reaches the model."""
    settings = (
        "state: sqlite:.state\nspaces: [spaces/*.yaml]\n"
        "guards: {max_messages: 7, max_delete_percent: 0, allowed_countries: [86]}\n"
        "limits: {calls_per_second: 0, contact_messages_per_day: 1, code_messages_per_day: 2,"
        " throttled_means_not_sent: false}\n"
    )
    assert told({"reconciler.yaml": settings, "spaces/a.yaml": GOOD}) == ""
    project = load_project(tmp_path)
    assert project.state == "sqlite:.state"
    assert project.guards == Guards(7, 0, ("86",))
    assert project.limits == Limits(0, 1, 2, False)


def test_removed_and_names_are_read(tmp_path: Path) -> None:
    """`removed` keeps what to do by name; `name:` overrides a contact's key but not its address."""
    person = "contacts: {boss.1: {name: Ana, email: a@example.com, title: CEO, message_types: [FaultMessage]}}\n"
    space = space_of(tmp_path, f"space: a\nspace_id: b\n{person}removed: {{old-line: deregister, 王小明: delete}}\n")
    assert space.removed == {"old-line": "deregister", "王小明": "delete"}
    assert [(each.address, each.key) for each in space.resources] == [("a/contact/boss.1", "Ana")]


def test_a_space_may_be_without_resources(tmp_path: Path) -> None:
    """The last number of a space can be removed; only an empty file is refused."""
    assert space_of(tmp_path, "space: a\nspace_id: b\nphone_numbers: {}\n").resources == ()


def test_the_digest_covers_what_is_desired_and_nothing_else(tmp_path: Path) -> None:
    """Order, quotes, comments and file names do not change it; any other value does."""
    number = '  {}: {{onboarding: migrate, number: "{}"}}\n'
    head, one, two = (
        "space: a\nspace_id: b\n",
        number.format("x", "+8613800138000"),
        number.format("y", "+8613800138001"),
    )
    first = space_of(tmp_path, head + "phone_numbers:\n" + one + two)
    second = space_of(tmp_path, "# why\n" + head + "phone_numbers:\n" + two.replace('"', "'") + "\n" + one)
    assert space_digest(first) == space_digest(replace(second, file="b.yaml"))
    assert len(space_digest(first)) == 64
    x = first.resources[0]
    changed = [
        replace(first, name="c"),
        replace(first, space_id="c"),
        replace(first, removed={"z": "forget"}),
        replace(first, resources=(x,)),
        *(
            replace(first, resources=(each, first.resources[1]))
            for each in (
                x._replace(name="z"),
                x._replace(kind="prevalidated"),
                x._replace(on_remove="forget"),
                x._replace(attributes={**x.attributes, "locale": "id"}),
            )
        ),
    ]
    assert len({space_digest(space) for space in (first, *changed)}) == len(changed) + 1


def test_a_number_stays_small(tmp_path: Path) -> None:
    """Files are trees only while they are read: of a thousand numbers, none keeps 1.5 KiB, and none takes 2.5 KiB at
    the highest."""
    number = '  n{0}:\n    number: "+86138000{0:05}"\n    onboarding: register\n    display_name: Acme {0}\n'
    text = "space: a\nspace_id: b\nphone_numbers:\n" + "".join(map(number.format, range(1_000)))
    load_project(write(tmp_path, {"spaces/a.yaml": text}))  # once before, for what any reading prepares
    tracemalloc.start()
    try:
        project = load_project(tmp_path)
        kept, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(project.spaces[0].resources) == 1_000
    assert kept < 1_000 * 1_536
    assert most < 1_000 * 2_560
