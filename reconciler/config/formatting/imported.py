"""Turns rows of an account into blocks of a space file. What the schema cannot express is listed, never dropped."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import chain, count
from typing import Any, NamedTuple

from reconciler.config.formatting.extend import Blocks
from reconciler.config.formatting.imported_settings import Readings, fits, members_found, settings_found
from reconciler.config.schema import judge
from reconciler.config.spaces.numbers import e164
from reconciler.core.model import Project
from reconciler.kinds import wire
from reconciler.kinds.spelling import phone
from reconciler.kinds.statuses import LEFT, SERVICE

OF_NUMBERS = (
    "If a block is removed, the plan is refused, unless it says `on_remove`: forget or deregister. Is that right?"
)
OF_CONTACTS = "The directory of contacts is the account's: are these people this customer's?"

Reading = Callable[[Sequence[str]], Mapping[str, Readings]]
"""Numbers in service, in E.164 -> their settings, as far as the listing does not show them."""


class DeclaredElsewhere(NamedTuple):
    """Of each thing, the environment that declares it.

    spaces: by CustSpaceId.
    numbers: by the number, in one spelling.
    contacts: by name; those of the same directory only.
    """

    spaces: Mapping[str, str] = {}
    numbers: Mapping[str, str] = {}
    contacts: Mapping[str, str] = {}

    def of_number(self, number: str) -> str:
        """The environment that declares a number; "" if none does."""
        return self.numbers.get(phone(number), "")

    def of_contact(self, name: str) -> str:
        """The environment that declares a contact; "" if none does."""
        return next((each for known, each in self.contacts.items() if wire.same_text(name, known)), "")


NOTHING = DeclaredElsewhere()


class Proposal(NamedTuple):
    """What a space file is to gain.

    blocks: numbers and contacts, each under a key of its own.
    left: a line for each thing that cannot be expressed, raw: with whole numbers.
    """

    blocks: Blocks
    left: tuple[str, ...]


def number_blocks(
    name: str,
    rows: Iterable[Mapping[str, Any]],
    project: Project,
    taken: Collection[str],
    read: Reading,
    elsewhere: DeclaredElsewhere = NOTHING,
    filling: bool = False,
) -> Proposal:
    """name: the space's, which keys need not repeat. project: what it declares is left out. taken: keys of the file.
    elsewhere: what other environments declare; it is listed. filling: whether the file fills a template."""
    written, left = _written(name, rows, project, elsewhere)
    served = [form for form, row in written.items() if SERVICE[wire.text(row, "Status")] == "in"]
    settings = read(served) if served else {}
    blocks, keys, questions = dict[str, Any](), set(taken), dict[str, str]()
    for form, row in written.items():
        shown, status = _shown(row), wire.text(row, "Status")
        key = _key(shown, name, keys)
        keys.add(key)
        found = settings_found(form, shown, row, settings.get(form, {}), filling)
        blocks[key] = {"number": form, "onboarding": "embedded", **found.keys}
        left += [f"{name}: number {form} ({shown}): {each}" for each in found.left]
        wanted = [] if form in settings else [f"Listed as {status}: is it still wanted?"]
        questions[key] = "\n".join(filter(None, (*wanted, found.comment)))
    asked = {key: each for key, each in questions.items() if each} | ({"": OF_NUMBERS} if blocks else {})
    return Proposal(Blocks(blocks, {}, {"phone_numbers": asked}), tuple(left))


def _written(
    name: str, rows: Iterable[Mapping[str, Any]], project: Project, elsewhere: DeclaredElsewhere
) -> tuple[dict[str, Mapping[str, Any]], list[str]]:
    """(number in E.164 -> its row, of what is to be written; a line for each number that is not)."""
    known = {phone(each.key) for space in project.spaces for each in space.resources if each.type == "phone_number"}
    written, left = dict[str, Mapping[str, Any]](), list[str]()
    for row in sorted(rows, key=lambda row: (wire.text(row, "VerifiedName"), wire.text(row, "PhoneNumber"))):
        listed = f"+{wire.text(row, 'PhoneNumber').lstrip('+')}"
        form, problem = e164(listed)
        if not problem and phone(form) in known:
            continue
        other = "" if problem else elsewhere.of_number(form)
        if why := problem.what if problem else _other(other) or _not_there(wire.text(row, "Status")):
            left.append(f"{name}: number {listed} ({_shown(row)}): {why}")
        else:
            written[form] = row
    return written, left


def _other(environment: str) -> str:
    return f"environment {environment} declares it" if environment else ""


def _shown(row: Mapping[str, Any]) -> str:
    return wire.text(row, "VerifiedName").strip()


def _not_there(status: str) -> str:
    """Why a number with this status is not written; "" if it is."""
    if status in LEFT:
        return f"it has left the space ({status})"
    service = SERVICE.get(status, "")
    if service in ("", "migrating"):
        return f"its status does not say whether it is in service ({status or 'none'})"
    return ""


def contact_blocks(
    rows: Iterable[Mapping[str, Any]],
    project: Project,
    taken: Collection[str],
    elsewhere: DeclaredElsewhere = NOTHING,
) -> Proposal:
    """The same of contacts, whose key is their name."""
    known = [each.key for space in project.spaces for each in space.resources if each.type == "contact"]
    blocks, left, questions = dict[str, Any](), list[str](), dict[str, str]()
    for row in sorted(rows, key=lambda row: wire.text(row, "Name")):
        name = wire.text(row, "Name")
        if any(wire.same_text(name, each) for each in known):
            continue
        block = _contact(row)
        if why := _other(elsewhere.of_contact(name)) or _misfit(name, block, {*taken, *blocks}):
            left.append(f"contact {name}: {why}")
        else:
            found = members_found(row)
            blocks[name] = {**block, **found.keys}
            left += [f"contact {name}: {each}" for each in found.left]
            questions |= {name: found.comment} if found.left else {}
    questions |= {"": OF_CONTACTS} if blocks else {}
    return Proposal(Blocks({}, blocks, {"contacts": questions}), tuple(left))


def _contact(row: Mapping[str, Any]) -> dict[str, Any]:
    phone_number, types = wire.text(row, "PhoneNumber"), row.get("MessageTypes")
    said = {"phone": f"+{re.sub('[^0-9]', '', phone_number)}"} if phone_number else {}
    listed = [each for each in types if isinstance(each, str)] if isinstance(types, list) else []
    return {"email": wire.text(row, "EmailAddress"), **said, "title": wire.text(row, "Title"), "message_types": listed}


def _misfit(name: str, block: dict[str, Any], taken: Collection[str]) -> str:
    """Why a file cannot hold this contact; "" if it can."""
    if name in taken:
        return "its name is a key of the file already"
    if not judge("space", "contact").fits("name", name):
        return "a contact's name has 2 to 12 Latin letters or Chinese characters"
    wrong = [key for key, value in block.items() if not fits("contact", key, value)]
    return f"{' and '.join(wrong)} cannot be written as the directory has it" if wrong else ""


def _key(shown: str, space: str, taken: Collection[str]) -> str:
    """A key proposed from a display name; never a part of the number."""
    slug = _slug(shown)
    short = slug.removeprefix(f"{_slug(space)}-") or slug
    return _free(short if short not in ("", _slug(space)) else slug or "line", taken)


def _slug(text: str) -> str:
    return re.sub("[^a-z0-9]+", "-", text.casefold()).strip("-")[:50].strip("-")


def space_name(title: str, space_id: str, taken: Collection[str]) -> str:
    """A name for a space that no file declares, from what the console shows."""
    return _free(_slug(title) or _slug(space_id) or "space", taken)


def _free(name: str, taken: Collection[str]) -> str:
    """The name, followed by a number if it is taken."""
    return next(each for each in chain([name], (f"{name}-{n}" for n in count(2))) if each not in taken)
