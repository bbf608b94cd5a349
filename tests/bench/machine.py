"""What a figure depends on, on one line: the machine, how busy it was, and which version each program is of."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from datetime import UTC, datetime

from tests.bench.measuring import taken
from tests.bench.plans import Contender


def described(contenders: Iterable[Contender]) -> str:
    programs = [f"Python {platform.python_version()}", *map(_version, contenders)]
    when, busy = datetime.now(UTC).date(), os.getloadavg()[0]
    where = f"{os.cpu_count()} processors, {platform.system()} on {platform.machine()}"
    return f"On {when}: {where}, load {busy:.1f} at the beginning; {', '.join(programs)}."


def _version(contender: Contender) -> str:
    """The last word of what it says first."""
    printed = taken([contender.path, "--version"], contender.program.environ()).printed
    first, _, _ = printed.partition("\n")
    return f"{contender.name} {first.rpartition(' ')[2]}"
