"""A bucket whose versioning was switched on later: nothing is written there any more, and all can be moved out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.stage.cloud import Cloud
from tests.stage.failing import Failing
from tests.stage.project import APPLY
from tests.stage.servers import oss
from tests.state.scene import SUPPORT, TARGET, Scene, told

MIGRATE = ("state", "migrate", "--to", TARGET)
NEW = ("--state", TARGET)
OLD = "oss://bucket/team"
WHY = f"{OLD}: versioning is Enabled, with which OSS ignores x-oss-forbid-overwrite"


@pytest.fixture
def bucket(failing: Failing) -> Iterator[oss.Bucket]:
    bucket = oss.Bucket()
    with oss.serving(bucket) as url:
        failing.project.environment |= {**oss.KEYS, "OSS_ENDPOINT": url, "RECONCILER_STATE": OLD}
        yield bucket


@pytest.fixture
def scene(failing: Failing, bucket: oss.Bucket) -> Scene:
    """Recorded while versioning was off."""
    scene = Scene(failing)
    scene.begin()
    bucket.versioning = "Enabled"
    return scene


def test_it_is_moved_by_reading_alone(scene: Scene, bucket: oss.Bucket, cloud: Cloud) -> None:
    """Not an object is touched there; the result says that the place is not closed, and the work goes on elsewhere."""
    before, objects = scene.records(), dict(bucket.objects)
    assert scene.run(*APPLY).err.startswith(f"error[state-not-safe] {WHY}\n")
    code, out, err = scene.said(*MIGRATE)
    assert (code, err) == (0, "")
    assert out.splitlines()[1:] == [
        "acme: entry 8 is there, and all before it reads as it does here.",
        "globex: entry 8 is there, and all before it reads as it does here.",
        f"This place was only read, and is not closed, as writing is not safe there: {WHY}.",
        "See that nobody continues from it: change RECONCILER_STATE wherever it is set, then take its objects away.",
        f"From now on name the other one, with --state or RECONCILER_STATE: {TARGET}",
    ]
    assert (scene.records(*NEW), bucket.objects) == (before, objects)
    assert scene.run("verify", SUPPORT, *NEW, stdin=cloud.code("+8613800001234")).code == 0
    assert len(cloud.messages()) == 2


def test_it_can_be_killed_and_repeated(scene: Scene) -> None:
    """As any move; and repeated once more it changes nothing."""
    before = scene.records()
    assert scene.run(*MIGRATE, at="transfer.copied 1 kill").code == -9
    assert scene.run("pending", *NEW).code == 1
    assert scene.run(*MIGRATE).code == 0
    assert scene.run(*MIGRATE).code == 0
    assert scene.records(*NEW) == before


def test_a_run_at_work_is_waited_for(scene: Scene, bucket: oss.Bucket) -> None:
    """One that found the bucket safe before still writes there."""
    bucket.versioning = ""
    held = scene.run(
        "apply", "--auto-approve", "--no-input", at="append.after:run_opened 1 kill", RECONCILER_HOST="far"
    )
    assert held.code == -9
    bucket.versioning = "Enabled"
    done = scene.run(*MIGRATE)
    assert (done.code, told(done.err).partition(" since ")[0]) == (4, "error[locked] acme is held by ann@far")
