"""`reconciler issue` after `reconciler check --json`, as processes, as a schedule runs them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from tests.check.lived import lived
from tests.stage.cloud import Cloud
from tests.stage.project import SUPPORT, Done, Project
from tests.stage.servers.forge import WHO, Forge, serving

NAME = "@octocat <b>x</b>\n/close fixes #12 +8613800009999"
TEXT = """<!-- reconciler:drift -->
### Not as recorded in the cloud: 1 of 4 resources

`TIME` UTC

**Not as recorded:**

- `acme/phone_number/support` changed outside: CONNECTED, \
name `@octocat <b>x</b>\\n/close` fixes `#12 +86 138****9999` \
(recorded Acme Support), name review APPROVED, quality GREEN, limit `TIER_250`

- **To settle it:** see what accepting each finding would record, and record it; then declare it so, or let `plan` and \
`apply` change it back.

  ```sh
  reconciler plan --refresh-only
  reconciler apply --refresh-only
  ```"""
OVER = """<!-- reconciler:drift -->
### Nothing differs from what is recorded any more

`TIME` UTC"""
UNKNOWN = "1 resource unknown: no issue is opened or closed for that\n"
EMPTY = "nothing recorded was compared: no issue is opened or closed for that\n"
PART = "only a part of what is recorded was compared: no issue is opened or closed for that\n"
TIME = re.compile("(?<=^`)[0-9-]{10} [0-9:]{5}", re.MULTILINE)


@pytest.fixture
def forge() -> Iterator[Forge]:
    with serving() as forge:
        yield forge


def scheduled(project: Project, forge: Forge, *words: str) -> Done:
    project.write("check.json", project.run("check", "--json").out)
    return issue(project, forge, *words)


def issue(project: Project, forge: Forge, *words: str) -> Done:
    done = project.run("issue", "github", "check.json", *words, **forge.environment)
    assert not [token for token in WHO if token in done.out + done.err]
    return done


def test_drift_opens_an_issue_that_its_end_closes(project: Project, cloud: Cloud, forge: Forge) -> None:
    """Quiet while nothing differs; what the cloud says is words and code, never markup, a mention or a command; what
    is unknown neither opens nor closes it, and fails the job; the same issue from run to run."""
    lived(project, cloud)
    done = scheduled(project, forge)
    assert (done.code, done.out, done.err) == (0, "No issue on acme/phones: nothing to tell.\n", "")
    cloud.tell("console", number=SUPPORT, do="rename", name=NAME)
    assert scheduled(project, forge).out == "Opened issue 1 on acme/phones.\n"
    assert scheduled(project, forge).out == "Unchanged issue 1 on acme/phones.\n"
    ((number, state, text),) = forge.told()
    assert (number, state, TIME.sub("TIME", text)) == (1, "open", TEXT)
    cloud.tell("console", number=SUPPORT, do="rename", name="Acme Support")
    cloud.tell("console", number=SUPPORT, do="show", row={"Status": "PAUSED"})
    done = scheduled(project, forge)
    assert (done.code, done.out, done.err) == (1, "Updated issue 1 on acme/phones.\n", UNKNOWN)
    assert forge.told()[0][1] == "open"
    cloud.tell("console", number=SUPPORT, do="show", row={"Status": "CONNECTED"})
    assert scheduled(project, forge).out == "Closed issue 1 on acme/phones.\n"
    ((number, state, text),) = forge.told()
    assert (number, state, TIME.sub("TIME", text)) == (1, "closed", OVER)
    assert cloud.messages() == []


def test_each_environment_has_its_issue(project: Project, forge: Forge) -> None:
    """By its marker, its title and its commands; a key of another project's is another issue."""
    found = {"address": "acme/phone_number/support", "kind": "register", "phase": "registered", "verdict": "gone"}
    aspect = {"name": "status", "verdict": "gone", "found": "not listed"}
    resource = {**found, "aspects": [aspect], "values": {}, "found_at": ""}
    report = {"format": 1, "exit_code": 2, "at": "2026-11-20T10:31:00.000Z", "calls": 1, "spaces": 1}
    project.write("check.json", json.dumps({**report, "resources": [resource], "unmanaged": []}))
    for words in (("--environment", "live"), ("--key", "other"), ("--environment", "live")):
        assert issue(project, forge, *words).code == 0
    assert [row["title"] for row in forge.issues] == [
        "The cloud is not as recorded (live)",
        "The cloud is not as recorded",
    ]
    live, other = (text for _, _, text in forge.told())
    assert live.startswith("<!-- reconciler:drift-live -->\n") and other.startswith("<!-- reconciler:other -->\n")
    assert "\n  reconciler apply --refresh-only --environment=live\n" in live


def test_what_compares_nothing_closes_no_issue(project: Project, cloud: Cloud, forge: Forge) -> None:
    """A state that has nothing, such as a mistaken one; and a part of the project, unless the issue is that part's by
    its key."""
    lived(project, cloud)
    cloud.tell("console", number=SUPPORT, do="rename", name=NAME)
    assert [scheduled(project, forge, *key).code for key in ((), ("--key", "globex"))] == [0, 0]
    cloud.tell("console", number=SUPPORT, do="rename", name="Acme Support")
    for words, why in ((("--state", "dir:empty"), EMPTY), (("--space", "globex"), PART)):
        project.write("check.json", project.run("check", "--json", *words).out)
        done = issue(project, forge)
        assert (done.code, done.err, forge.told()[0][1]) == (1, why, "open")
    assert issue(project, forge, "--key", "globex").out == "Closed issue 2 on acme/phones.\n"
    assert scheduled(project, forge).out == "Closed issue 1 on acme/phones.\n"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 2}', "[" * 100_000])
def test_what_check_did_not_print_is_refused(project: Project, forge: Forge, text: str) -> None:
    """Nothing is read from it, and nothing is called."""
    project.write("check.json", text)
    done = issue(project, forge)
    assert (done.code, done.err.split()[0], forge.heard) == (64, "error[check-unreadable]", [])
