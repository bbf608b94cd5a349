"""What stands before the verb on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Start(NamedTuple):
    """root: the project's folder. network_allowed: SQLite may be trusted on a network file system."""

    root: Path
    network_allowed: bool = False
