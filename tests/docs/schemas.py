"""The JSON Schemas of what is written and read by one definition: made from the types, so that they cannot age."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from inspect import cleandoc
from typing import Any

import msgspec

from reconciler.config.schema import load_schema
from reconciler.config.templates.schemas import filled_schema, template_schema
from reconciler.core import fields
from reconciler.core.codec import KnownFacts
from reconciler.core.journal.entries import About, JournalEntry, Line
from reconciler.core.rehearsal.report import Report
from reconciler.core.review.checked import CheckReport
from reconciler.core.review.published_state import PublishedState
from reconciler.core.review.saved import SavedPlan
from reconciler.render.documents.plan_document import PlanDocument

# Name of the schema -> its title, and the type that it is of.
TYPES: dict[str, tuple[str, Any]] = {
    "plan": ("A plan, as `reconciler show --json` prints it", PlanDocument),
    "saved-plan": ("A saved plan, as `gunzip` opens it", SavedPlan),
    "journal": ("A journal entry, as it is kept, and `reconciler state pull` prints it", Line),
    "published-state": ("What `reconciler state snapshot` writes, without its first two names", PublishedState),
    "check": ("What `reconciler check --json` prints, without its format and exit code", CheckReport),
    "rehearsal": ("What `reconciler rehearse --json` prints, without its format and exit code", Report),
}


# Those that are made from a space's.
OF_A_SPACE: dict[str, Callable[[Any], Any]] = {"template": template_schema, "filled": filled_schema}


def of_a_space(name: str) -> Iterator[str]:
    yield from json.dumps(OF_A_SPACE[name](load_schema("space")), indent=1, ensure_ascii=True).splitlines()


def schema(name: str) -> Iterator[str]:
    title, type_ = TYPES[name]
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:reconciler:schema:{name}"}
    found = _described(msgspec.json.schema(type_, schema_hook=_facts))
    yield from json.dumps({**head, **found, "title": title}, indent=1, ensure_ascii=True).splitlines()


def _facts(type_: Any) -> dict[str, Any]:
    """Facts of known names have their form; the rest are values."""
    assert type_ is fields.Facts
    (_, more) = msgspec.json.schema_components([KnownFacts], ref_template="#/$defs/{name}")
    values = msgspec.json.schema(fields.Values)["additionalProperties"]
    known = _described(more["KnownFacts"])["properties"]
    return {"type": "object", "properties": known, "additionalProperties": values}


def _described(found: Any) -> Any:
    """With each line `name: …` of a type's docstring as the description of that property."""
    if isinstance(found, list):
        return [_described(each) for each in found]
    if not isinstance(found, dict):
        return found
    found = {name: _described(each) for name, each in found.items()}
    if "description" not in found or "properties" not in found:
        return found
    general, lines = _split(found["description"])
    texts = {**INHERITED, **lines}
    properties = {name: _said(each, texts.get(name, "")) for name, each in found["properties"].items()}
    return {**found, "description": general, "properties": properties}


def _said(found: Mapping[str, Any], text: str) -> Mapping[str, Any]:
    return {"description": text[0].upper() + text[1:], **found} if text else found


def _split(doc: str) -> tuple[str, dict[str, str]]:
    """A docstring without its lines about fields, and those by their names."""
    lines = re.findall(r"^([a-z_]+): (.*(?:\n    .*)*)", doc, re.MULTILINE)
    general = re.sub(r"^[a-z_]+: .*(?:\n    .*)*\n?", "", doc, flags=re.MULTILINE)
    return " ".join(general.split()), {name: " ".join(text.split()) for name, text in lines}


INHERITED = {
    name: text for type_ in (JournalEntry, About) for name, text in _split(cleandoc(type_.__doc__ or ""))[1].items()
}
"""Fields of all entries: the docstring of an entry has only its own."""
