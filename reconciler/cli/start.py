"""What stands before the verb on the command line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Start:
    """root: the project's folder. network_allowed: SQLite may be trusted on a network file system."""

    root: Path
    network_allowed: bool = False
