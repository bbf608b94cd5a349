"""Turns the settings of a number, and the members of a contact, into keys of their blocks.

A value that the cloud shows and a file may hold is written. Any other is listed, with what a file takes: written, it
would make the whole project invalid. What no read shows is a question.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from reconciler.config.schema import judge, load_schema
from reconciler.config.text import source
from reconciler.config.text.unfilled import unfilled
from reconciler.errors import ConfigError
from reconciler.kinds import wire
from reconciler.kinds.number_settings import READINGS, SETTINGS
from reconciler.kinds.table import Facts

Readings = Mapping[str, Mapping[str, Any] | str]
"""Group -> the answer's data, or why it could not be read."""
LONGEST = 60  # characters of a value in a comment
MARK = "mark of a template, such as `{{` or `${`"
OF_PICTURE = "It has a picture. The cloud shows a copy only: from which address is it, for `profile: {picture: …}`?"
OF_QUEUE = "The cloud shows the name of a queue, and not whether it is on: is it?"


class FoundSettings(NamedTuple):
    """What a block gains.

    keys: group -> its settings, and the `display_name`; of a contact, `members`.
    left: what a file cannot hold, each with the reason.
    questions: what cannot be read.
    """

    keys: Mapping[str, Any]
    left: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()

    @property
    def comment(self) -> str:
        """All of it that is for people, one a line."""
        return "\n".join([*(f"Not written: {each}" for each in self.left), *self.questions])


def settings_found(
    number: str, shown_name: str, row: Mapping[str, Any], read: Readings, filling: bool = False
) -> FoundSettings:
    """number: in E.164. shown_name: its display name. row: of the listing, which has the callbacks. read: the other
    groups, where they were read. filling: whether the file fills a template, so that a `$` in it can be escaped."""
    given: Readings = {"callbacks": {"PhoneNumbers": [row]}, **read}
    misfit = _misfit("phone_number", "display_name", shown_name, filling) if shown_name else ""
    keys: dict[str, Any] = {"display_name": shown_name} if shown_name and not misfit else {}
    left, questions = [f"display_name: {misfit}"] if misfit else [], list[str]()
    for group, answer in given.items():
        if isinstance(answer, str):
            left.append(f"{group}: {answer}")
            questions.append(f"Its {group} could not be read: what is set there?")
            continue
        shown = READINGS[group][1]({"number": number}, answer)
        values = _values(group, shown)
        misfits = {key: why for key, value in values.items() if (why := _misfit(group, key, value, filling))}
        wrong = [*(f"{group}.{key}: {why}" for key, why in misfits.items()), *_incomplete(group, values)]
        left += wrong
        sound = {key: value for key, value in values.items() if key not in misfits}
        if sound and not (wrong and group != "profile"):
            keys[group] = sound
        questions += _questions(group, shown)
    return FoundSettings(keys, tuple(left), tuple(questions))


def members_found(row: Mapping[str, Any]) -> FoundSettings:
    """row: of the directory."""
    found = row.get("Members")
    members = sorted(map(str, found)) if isinstance(found, list) else []
    if not members:
        return FoundSettings({})
    if fits("contact", "members", members):
        return FoundSettings({"members": members})
    most = _properties("contact")["members"]["maxItems"]
    why = f"a file takes at most {most}" if len(members) > most else "a file takes ids of other forms"
    return FoundSettings({}, (f"members: {', '.join(members)}; {why}",))


def _values(group: str, shown: Facts) -> dict[str, Any]:
    """Key -> value of what is set. Callbacks that go nowhere are none, a cart and a catalog that are off may never have
    been set, and no address says where a picture is from."""
    said = {each.key: shown.get(each.fact) for each in SETTINGS if each.group == group and each.key != "picture"}
    set_ = {key: value for key, value in said.items() if value not in (None, "", [])}
    return set_ if any(set_.values()) else {}


def _misfit(definition: str, key: str, value: Any, filling: bool) -> str:
    """Why a file cannot hold a value; "" if it can."""
    text = json.dumps(value)  # with all that is not ASCII escaped
    try:
        source.decode(text.encode(), "")
    except ConfigError:
        return "it looks like a credential, which is not shown; a file takes none"
    if not fits(definition, key, value):
        return f"{_worded(value)}; a file takes: {_allowed(_properties(definition)[key])}"
    return f"{_worded(value)}; a file takes no {MARK}" if any(unfilled(text, "", placeholders=filling)) else ""


def _incomplete(group: str, values: Mapping[str, Any]) -> Iterator[str]:
    """Of a group whose keys belong together, those that are missing."""
    needed = load_schema("space")["definitions"][group].get("required", ())
    missing = [key for key in needed if key not in values]
    if values and missing:
        there = ", ".join(f"{key} {_worded(value)}" for key, value in values.items() if value is not False)
        yield f"{group}: {there}; a file takes it with {' and '.join(missing)} only"


def _questions(group: str, shown: Facts) -> Iterator[str]:
    if shown.get("picture"):
        yield OF_PICTURE
    if group == "callbacks" and shown["queue"]:
        yield OF_QUEUE


_SOUND: Mapping[str, Mapping[str, Any]] = {
    "phone_number": {"number": "+8613800001234", "onboarding": "embedded"},
    "callbacks": {"messages": "https://example.com", "status": "https://example.com"},
    "profile": {},
    "commerce": {"cart": True, "catalog": True},
    "contact": {"email": "tom@example.com", "title": "CEO", "message_types": ["FaultMessage"]},
}


def fits(definition: str, key: str, value: Any) -> bool:
    """Whether a file can hold this value. definition: of the schema, such as `contact`."""
    return judge("space", definition).accepts({**_SOUND[definition], key: value})


def _properties(definition: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = load_schema("space")["definitions"][definition]["properties"]
    return found


def _allowed(schema: Mapping[str, Any]) -> str:
    """For people."""
    if "enum" in schema:
        return "one of those that its schema lists"
    said = [schema.get("patternErrorMessage") or schema["description"], schema.get("items", {}).get("description", "")]
    return " ".join(filter(None, said)).rstrip(".")


def _worded(value: Any) -> str:
    """On one line. Of an address only its host: what follows may be a key to it, and so may a user's name."""
    if isinstance(value, list):
        return ", ".join(map(_worded, value))
    if isinstance(value, bool):
        return "on" if value else "off"
    scheme, found, _ = value.partition("://")
    short = value if len(value) <= LONGEST else f"{value[:LONGEST]}…"
    text = f"{scheme[:LONGEST]}://{wire.host(value) or '…'}/…" if found else json.dumps(short, ensure_ascii=False)
    return "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in text)
