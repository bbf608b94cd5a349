"""Bad days of a state server: a lock that a killed run left, an older document put back, a page in place of a state."""

from __future__ import annotations

import json
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from tests.stage.cloud import Cloud
from tests.stage.failing import Failing
from tests.stage.project import APPLY, NUMBERS, Project
from tests.stage.servers.terraform import World, environment, serving

SPACE = "/state/cams-e2e"


@contextmanager
def server(project: Project, gitlab: bool) -> Iterator[tuple[World, str]]:
    """The project's state is there. Yields what it keeps, and the space's address."""
    with serving(gitlab) as (world, url):
        project.environment |= {"RECONCILER_STATE": "http:", **environment(url, gitlab)}
        yield world, f"{url}/cams-e2e"


def test_a_killed_runs_lock_is_released_by_the_command_that_is_told(
    failing: Failing, project: Project, cloud: Cloud
) -> None:
    """A wrong id is refused and releases nothing; the right one releases that lock, and the work goes on."""
    project.declare(*NUMBERS)
    for gitlab in (False, True):
        with server(project, gitlab) as (world, at):
            assert failing(*APPLY, at="terraform.locked 4 kill", RECONCILER_LEASE_TERM="0.5").code == -signal.SIGKILL
            lock = world.locks[SPACE]
            refused = failing(*APPLY, "--lock-wait", "5s", RECONCILER_LEASE_TERM="0.5")
            assert refused.code == 1
            assert refused.err == (
                f"error[state-locked] {at} is locked by ann@tower since {lock['Created']} "
                f"(reconciler append, lock {lock['ID']})\n"
                f"  hint: Wait for it to end. If it will never return, release this one lock: "
                f"reconciler force-unlock {lock['ID']}\n"
            )
            wrong = failing("force-unlock", "0" * 32)
            assert (wrong.code, "error[wrong-run]" in wrong.out + wrong.err) == (4, True)
            assert world.locks == {SPACE: lock}
            released = failing("force-unlock", lock["ID"])
            assert (released.code, released.out, released.err) == (0, f"cams-e2e: lock {lock['ID']} released.\n", "")
            assert world.locks == {}
            assert failing(*APPLY, "--lock-wait", "5s").code == 3
        assert [len(cloud.messages(number)) for number in NUMBERS.values()] == [1, 1, 1]
        cloud.begin()
        cloud.hurry()
        shutil.rmtree(project.root / ".reconciler")


def test_an_older_document_put_back_has_a_way_on(failing: Failing, project: Project, cloud: Cloud) -> None:
    """Where each revision is kept once: said so, not taken for damage; and gone on from once a person accepts it."""
    project.declare("support", "sales")
    with server(project, gitlab=True) as (world, at):
        assert failing(*APPLY).code == 3
        older = world.documents[SPACE]
        number = NUMBERS["support"]
        assert failing("verify", "acme/phone_number/support", stdin=cloud.code(number)).code == 0
        newest = max(world.serials[SPACE])
        world.documents[SPACE] = older
        shutil.rmtree(project.root / ".reconciler")
        refused = failing(*APPLY)
        assert refused.code == 1
        revision = json.loads(older)["serial"]
        assert refused.err == (
            f"error[state-put-back] {at}: revision {revision + 1} was there before, and is refused now, although the "
            f"newest is {revision}: an older document was put back\n"
            "  hint: If that was on purpose, run `reconciler state accept`: this space then continues from the "
            "older one.\n"
        )
        assert world.documents[SPACE] == older
        assert failing("state", "accept").code == 0
        assert failing(*APPLY).code == 3
        assert max(world.serials[SPACE]) > newest
    assert [len(cloud.messages(number)) for number in (NUMBERS["support"], NUMBERS["sales"])] == [1, 1]


def test_a_page_is_called_a_page(failing: Failing, project: Project) -> None:
    """What a proxy or a sign-in answers with 200 is no damage, and nobody is sent to a backup."""
    project.declare("support")
    with server(project, gitlab=False) as (world, url):
        world.fail("GET", 200, b"<!DOCTYPE html><html><body>Sign in</body></html>")
        refused = failing("plan")
    assert refused.code == 1
    assert refused.err == (
        f"error[state-page] {url.rpartition('/')[0]}/_filling answers with a page for people: "
        "to sign in, or of a proxy\n"
        "  hint: Check the address, and the user and password: in the URL, or TF_HTTP_USERNAME and TF_HTTP_PASSWORD. "
        "Nothing was changed.\n"
    )
