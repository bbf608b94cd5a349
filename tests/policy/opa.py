"""Asks Rego, as `conftest` does: every file of a folder is one package."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from regopy import Interpreter


def asked(files: Iterable[Path], rule: str, document: Mapping[str, Any]) -> Any:
    """What `data.main.RULE` is of the files together, None where it is undefined."""
    rego = Interpreter()
    for file in files:
        rego.add_module(file.name, file.read_text("utf-8"))
    rego.set_input(document)
    answer = json.loads(str(rego.query(f"data.main.{rule}")))
    return answer["expressions"][0] if "expressions" in answer else None
