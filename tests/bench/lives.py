"""What is recorded of one number from first to last: the entries of the story that registers it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

from reconciler.core.model import Resource, Space
from reconciler.rehearsal.past import Past
from reconciler.store import open_backend
from reconciler.store.safety.emergency import NAME, Emergency
from tests.bench.rows import Row
from tests.stage.recorded import record

MODEL = Row("n-model", "+8613899999999", "register", "Model", "forget")
_ADDED = ("serial", "previous", "at", "run")
"""By the journal itself, to each entry."""


def life(space: str, row: Row, at: str) -> list[Mapping[str, Any]]:
    """The entries to append, in order. space: its name. at: the cloud's time."""
    names = {"cams-model": f"cams-{space}", MODEL.name: row.name, MODEL.display_name: row.display_name, "WHEN": at}
    text = _model()
    for old, new in {**names, _national(MODEL): _national(row)}.items():
        text = text.replace(old, new)
    lived: list[Mapping[str, Any]] = json.loads(text)
    return lived


def _national(row: Row) -> str:
    return row.number.removeprefix("+86")


@cache
def _model() -> str:
    facts = {"number": MODEL.number, "display_name": MODEL.display_name, "method": "sms", "locale": "en_US"}
    resource = Resource("model", "phone_number", MODEL.name, "register", MODEL.number, facts, "forget")
    with tempfile.TemporaryDirectory() as scratch, closing(open_backend("sqlite:model.db", Path(scratch))) as backend:
        space = Space("model", "cams-model", "", (resource,))
        record(backend, Emergency(Path(scratch) / NAME), space, {resource.address: Past("registered")})
        lines = [json.loads(line) for line in backend.history(space.space_id)]
    entries = [{name: line[name] for name in line if name not in _ADDED} for line in lines if "id" in line]
    told = ("intent", "outcome")
    return json.dumps([{**each, "cloud_time": "WHEN"} if each["type"] in told else each for each in entries])
