"""What every command gets: where to work, and where to report anything besides its result."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

Say = Callable[[str], None]


class Start(NamedTuple):
    """root: the project's folder. notify: says a line to a person, beside the result. alert: the same, from within a
    signal's handler. closing: what is closed when the command ends. network_allowed: SQLite may be trusted on a network
    file system. debug: takes a line for each request to the cloud, None where nobody asked for that."""

    root: Path
    notify: Say
    alert: Say
    closing: ExitStack
    network_allowed: bool = False
    debug: Say | None = None
