"""Each command loads what it uses. Counted by name, not timed: an import that comes back is seen on any machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.stage.project import COMMAND, QUICKSTART

# Packages that cost, and modules of the standard library that few commands use.
HEAVY = frozenset(
    (
        *("alibabacloud_credentials", "alibabacloud_oss_v2", "deepdiff", "httpx", "jsonschema", "obstore"),
        "phonenumbers",
        *("psycopg", "pyrage", "rich", "starlette", "tenacity", "yaml", "click.shell_completion", "click.testing"),
        *("asyncio", "concurrent.futures", "email", "http.client", "logging", "sqlite3", "ssl", "subprocess"),
        *("tempfile", "traceback", "urllib.request"),
    )
)
# Subpackages of ours whose loading says that more was loaded than is used.
OURS = frozenset({"cloud", "config", "core", "executor", "forge", "kinds", "render", "revisions", "sandbox", "store"})
READS = {"config", "core", "kinds", "render", "store"}
PLANS = READS | {"cloud"}  # which cloud it is, without a client of it

# Command -> (what of HEAVY it may load, what of ours).
MAY: dict[tuple[str, ...], tuple[set[str], set[str]]] = {
    ("--help",): (set(), set()),
    ("--version",): (set(), set()),
    ("version",): (set(), set()),
    ("plan", "--help"): (set(), READS),
    ("validate",): (set(), READS),
    ("plan",): ({"sqlite3"}, PLANS),
    ("plan", "--json"): ({"sqlite3"}, PLANS),
    ("plan", "--out", "plan.out"): ({"sqlite3", "tempfile"}, PLANS),
    ("show", "plan.out"): (set(), READS - {"config"}),
    ("pending",): ({"sqlite3"}, READS),
    ("state", "list"): ({"sqlite3"}, READS),
}
# Modules of core for what a plan never does.
IDLE = {
    "reconciler.core.review.published_state",
    "reconciler.core.review.assumed_state",
    "reconciler.core.lifecycle.decide",
    "reconciler.core.rehearsal.report",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example, with a saved plan."""
    root = tmp_path_factory.mktemp("imports") / "project"
    shutil.copytree(QUICKSTART, root)
    subprocess.run([COMMAND, "-C", root, "plan", "--out", "plan.out"], check=True, capture_output=True, timeout=60)
    return root


def imported(folder: Path, *arguments: str) -> set[str]:
    """Names of all modules that a command imports."""
    command = (sys.executable, "-X", "importtime", COMMAND, "-C", str(folder), *arguments)
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder.parent)}
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60, env=environment)
    return set(re.findall(r"\| +([\w.]+)$", done.stderr, re.MULTILINE))


@pytest.mark.parametrize("arguments", MAY, ids=" ".join)
def test_a_command_loads_no_more_than_it_uses(folder: Path, arguments: tuple[str, ...]) -> None:
    """Of what costs to load, and of our own parts, only what the table allows it."""
    heavy, ours = MAY[arguments]
    found = imported(folder, *arguments)
    assert found & HEAVY <= heavy
    assert {name.split(".")[1] for name in found if name.startswith("reconciler.")} & OURS <= ours


def test_the_library_for_numbers_is_loaded_for_what_is_no_mobile_number(folder: Path, tmp_path: Path) -> None:
    """Of a plan of mobile numbers nothing needs it; one landline does."""
    root = tmp_path / "project"
    shutil.copytree(folder, root)
    space = root / "spaces/acme.yaml"
    space.write_text(
        re.sub(r'number: "\+[0-9]+"', 'number: "+493012345678"', space.read_text("utf-8"), count=1), "utf-8"
    )
    assert "phonenumbers" not in imported(folder, "validate")
    assert "phonenumbers" in imported(root, "validate")


def test_the_yaml_library_is_loaded_for_what_is_not_plain(folder: Path, tmp_path: Path) -> None:
    """The example's files are plain, all of them. One list in lines, and what reads all of YAML is there."""
    shutil.copytree(folder, tmp_path / "project")
    space = tmp_path / "project/spaces/globex.yaml"
    plain = "message_types: [FaultMessage, SecurityMessage]"
    assert space.read_text().count(plain) == 1
    space.write_text(space.read_text().replace(plain, "message_types:\n      - FaultMessage\n      - SecurityMessage"))
    assert {"yaml", "reconciler.config.text.reader"} <= imported(tmp_path / "project", "plan")


def test_a_plan_loads_nothing_of_what_it_never_does(folder: Path) -> None:
    """Snapshots, rehearsals and the executor's decisions are other commands' affairs."""
    assert imported(folder, "plan") & IDLE == set()


def test_applying_nothing_calls_nobody(folder: Path) -> None:
    """Without anything to do, apply loads no HTTP, and asks for no credentials."""
    (folder / "spaces/acme.yaml").write_text("space: acme\nspace_id: cams-1\n")
    (folder / "spaces/globex.yaml").unlink(missing_ok=True)
    assert imported(folder, "apply", "--auto-approve") & {"httpx", "ssl", "alibabacloud_credentials"} == set()


def test_the_watch_notices(folder: Path) -> None:
    """plan is seen to import what it uses."""
    assert {"sqlite3", "reconciler.config"} <= imported(folder, "plan")
