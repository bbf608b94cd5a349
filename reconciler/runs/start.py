"""What every command gets: where to work, and where to report anything besides its result."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

Say = Callable[[str], None]


class Start(NamedTuple):
    """What every command gets.

    root: the project's folder.
    notify: shows a line to people, besides the result.
    alert: the same, safe in a signal handler.
    closing: what to close when the command ends.
    network_allowed: SQLite on a network file system is accepted.
    debug: takes a line for each request to the cloud; None if not requested.
    """

    root: Path
    notify: Say
    alert: Say
    closing: ExitStack
    network_allowed: bool = False
    debug: Say | None = None
