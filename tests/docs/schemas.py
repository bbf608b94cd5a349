"""The JSON Schemas of what is written and read by one definition: made from the types, so that they cannot age."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from reconciler.config.schema import load_schema
from reconciler.config.templates.schemas import filled_schema, template_schema
from reconciler.core import fields
from reconciler.core.codec import KnownFacts
from reconciler.core.journal.entries import Line
from reconciler.core.rehearsal.report import Report
from reconciler.core.review.published_state import PublishedState
from reconciler.core.review.saved import SavedPlan
from reconciler.render.documents.plan_document import PlanDocument

# Name of the schema -> its title, and the type that it is of.
TYPES: dict[str, tuple[str, Any]] = {
    "plan": ("A plan, as `reconciler show --json` prints it", PlanDocument),
    "saved-plan": ("A saved plan, as `gunzip` opens it", SavedPlan),
    "journal": ("A journal entry, as it is kept, and `reconciler state pull` prints it", Line),
    "published-state": ("What `reconciler state snapshot` writes, without its first two names", PublishedState),
    "rehearsal": ("What `reconciler rehearse --json` prints, without its format and exit code", Report),
}


# Those that are made from a space's.
OF_A_SPACE: dict[str, Callable[[Any], Any]] = {"template": template_schema, "filled": filled_schema}


def of_a_space(name: str) -> Iterator[str]:
    yield from json.dumps(OF_A_SPACE[name](load_schema("space")), indent=1, ensure_ascii=True).splitlines()


def schema(name: str) -> Iterator[str]:
    title, type_ = TYPES[name]
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:reconciler:schema:{name}"}
    found = msgspec.json.schema(type_, schema_hook=_facts)
    yield from json.dumps({**head, **found, "title": title}, indent=1, ensure_ascii=True).splitlines()


def _facts(type_: Any) -> dict[str, Any]:
    """Facts of known names have their form; the rest are values."""
    assert type_ is fields.Facts
    (_, more) = msgspec.json.schema_components([KnownFacts], ref_template="#/$defs/{name}")
    values = msgspec.json.schema(fields.Values)["additionalProperties"]
    return {"type": "object", "properties": more["KnownFacts"]["properties"], "additionalProperties": values}
