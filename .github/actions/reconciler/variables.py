"""The variables that a command gets: the step's own, without those that are empty, and the input's lines.

GitHub gives the empty string for a secret that is not set, which the backends' libraries would take for a value. An
empty RECONCILER_STATE, also of an environment, or RECONCILER_EXPECT stays and is refused: nothing may replace a state
that is missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

PREFIXES = ("ALIBABA_CLOUD_", "AWS_", "OSS_", "PG", "TF_HTTP_", "RECONCILER_")
KEPT_EMPTY = ("RECONCILER_STATE", "RECONCILER_EXPECT")
_LINE = re.compile(r"([A-Z][A-Z0-9_]*)=(.*)")


class WrongLine(Exception):
    """Says which line of the input cannot be used, and why."""


def set_by(environ: Mapping[str, str]) -> dict[str, str]:
    """Raises WrongLine."""
    given = {name: value for name, value in environ.items() if value or name.startswith(KEPT_EMPTY) or not _ours(name)}
    return {**given, **dict(_lines(environ.get("ACTION_VARIABLES", "")))}


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(map(str.strip, text.splitlines()), 1):
        if line and not line.startswith("#"):
            found = _LINE.fullmatch(line)
            if not found:
                raise WrongLine(f"variables, line {number}: write NAME=value.")
            if not _ours(found[1]):
                raise WrongLine(f"variables, line {number}: {found[1]} begins with none of {', '.join(PREFIXES)}.")
            yield found[1], found[2]


def _ours(name: str) -> bool:
    return name.startswith(PREFIXES)
