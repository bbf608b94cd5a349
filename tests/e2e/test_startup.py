"""Start-up has a budget, measured against the bare interpreter, in pairs."""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

import pytest

from .project import COMMAND, QUICKSTART

HEAVY = frozenset({"yaml", "jsonschema", "httpx", "deepdiff", "rich", "phonenumbers"})
# A pipeline's machine is shared; people's machines are what the budget is for.
GENEROUS = 2 if os.environ.get("CI") else 1
PAIRS = 5
# Other tests run beside this one: a measure that they disturbed is taken again.
MEASURES = 3


def seconds(command: Sequence[str]) -> float:
    started = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=20)
    return time.monotonic() - started


def over_the_interpreter(command: Sequence[str]) -> float:
    """Seconds that a command takes more than `python -c pass`: the median of alternating pairs."""
    bare = (sys.executable, "-c", "pass")
    return statistics.median(seconds(command) - seconds(bare) for _ in range(PAIRS))


@pytest.mark.parametrize(
    ("arguments", "budget"),
    [(("--help",), 0.150), (("--version",), 0.150), (("-C", str(QUICKSTART), "validate"), 0.400)],
    ids=["help", "version", "validate"],
)
def test_start_up_stays_within_its_budget(arguments: tuple[str, ...], budget: float) -> None:
    """150 ms for --help and --version, 400 ms to validate the example."""
    measures = (over_the_interpreter((COMMAND, *arguments)) for _ in range(MEASURES))
    assert any(measure < budget * GENEROUS for measure in measures)


def imported(*arguments: str) -> set[str]:
    """Top-level packages that a command imports."""
    command = (sys.executable, "-X", "importtime", COMMAND, *arguments)
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=20)
    return {name.split(".")[0] for name in re.findall(r"\| +([\w.]+)$", done.stderr, re.MULTILINE)}


@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_help_imports_nothing_heavy(argument: str) -> None:
    """None of what only verbs use: YAML, schemas, HTTP, differences, terminals, phone numbers."""
    assert imported(argument) & HEAVY == set()


def test_the_import_watch_notices() -> None:
    """validate is seen to import what it uses."""
    assert {"yaml", "jsonschema"} <= imported("-C", str(QUICKSTART), "validate") & HEAVY
