"""Every error a user can meet: its code, what it means, how to fix it.

ReconcilerError             exit 1   carries one or more Problems, all of them shown
├── ConfigError             exit 1   the YAML, its files, its values
├── StateError              exit 1   the journal cannot be read, trusted or written
│   └── LostPlace           exit 1   another run wrote first; nothing more is called
├── CloudError              exit 1   credentials, network, an answer that cannot be used
├── Locked                  exit 4   another run holds the space
├── Stale                   exit 5   the saved plan no longer fits
├── Refused                 exit 6   a guard refused the plan
└── UsageError              exit 64  the command line

A problem is a value: it can be collected, sorted, rendered. Raising is for the edge of a command.
Nothing here ever holds a code, a secret or an unmasked number.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple, Self

from reconciler.errors.cloud import CLOUD
from reconciler.errors.configuration import CONFIGURATION
from reconciler.errors.entry import Entry
from reconciler.errors.planning import PLANNING
from reconciler.errors.runs import RUNS
from reconciler.errors.state import STATE


class Place(NamedTuple):
    """A place in a file. Lines and columns count from 1.

    file: relative to the project.
    line: from 1.
    column: from 1.
    also: for a template, the second place in words, such as `filled in at templates/shop.yaml:7:13`.
    """

    file: str
    line: int = 1
    column: int = 1
    also: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    code: a key of ERRORS.
    what: this case, in one line.
    place: in the configuration.
    found: the offending text, raw; renderers escape, cut and mask it.
    hint: how to fix it; "" for the code's own hint.
    address: of the resource it is about.
    """

    code: str
    what: str
    place: Place | None = None
    found: str | None = None
    hint: str = ""
    address: str | None = None

    @property
    def mend(self) -> str:
        """How to fix it, with the address in place of ADDRESS, so that a command can be copied."""
        hint = self.hint or ERRORS[self.code].hint
        return hint.replace("ADDRESS", self.address) if self.address else hint

    def at(self, place: Place | None) -> Problem:
        """The same at another place."""
        return replace(self, place=place)


class ReconcilerError(Exception):
    exit_code = 1

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.what for problem in problems))
        self.problems = problems
        self.warnings: tuple[Problem, ...] = ()

    @classmethod
    def of(cls, problems: Iterable[Problem]) -> Self:
        return cls(*problems)

    def with_warnings(self, warnings: tuple[Problem, ...]) -> Self:
        self.warnings = warnings
        return self


class ConfigError(ReconcilerError):
    pass


class StateError(ReconcilerError):
    pass


class LostPlace(StateError):
    pass


class CloudError(ReconcilerError):
    pass


class Locked(ReconcilerError):
    exit_code = 4


class Stale(ReconcilerError):
    exit_code = 5


class Refused(ReconcilerError):
    exit_code = 6


class UsageError(ReconcilerError):
    exit_code = 64


# Grouped by subject. Codes are never renamed, because people search for them.
ERRORS: dict[str, Entry] = {**CONFIGURATION, **PLANNING, **STATE, **RUNS, **CLOUD}
