"""A saved plan as its file holds it: compressed JSON."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any


def unpacked(path: Path) -> Any:
    return json.loads(gzip.decompress(path.read_bytes()))


def pack(path: Path, document: Any) -> None:
    path.write_bytes(gzip.compress(json.dumps(document).encode()))
