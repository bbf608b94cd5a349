"""A saved plan: applied without a further yes, taken up after a pause, refused once it no longer fits."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable

import pytest

from tests.stage.cloud import Cloud
from tests.stage.project import SALES, SUPPORT, Project

APPLY = ("apply", "plan.out", "--no-input")


@pytest.fixture
def planned(project: Project) -> Project:
    project.declare("support", "sales")
    assert project.run("plan", "--out", "plan.out").code == 0
    return project


def refused(project: Project, code: str) -> str:
    """Applying the plan is refused as stale, for this reason, and nothing is recorded by it."""
    recorded = project.run("log").out
    done = project.run(*APPLY)
    assert (done.code, done.out) == (5, "")
    assert done.err.startswith(f"error[{code}] ")
    assert project.run("log").out == recorded
    return done.err


def test_the_same_plan_goes_on_after_a_pause_until_nothing_is_left(planned: Project, cloud: Cloud) -> None:
    """apply PLANFILE pauses (3), codes are typed elsewhere, apply PLANFILE does what is left, and then has done it."""
    assert planned.run(*APPLY).code == 3
    for name, number in (("support", SUPPORT), ("sales", SALES)):
        address = f"acme/phone_number/{name}"
        assert planned.run("verify", address, given=cloud.code(number), RECONCILER_HOST="laptop").code == 0
    calls = len(cloud.calls())
    done = planned.run(*APPLY)
    assert (done.code, done.out) == (0, "Apply complete! Resources: 0 added, 0 changed, 0 destroyed.\n")
    assert (len(cloud.calls()), len(cloud.messages())) == (calls, 2)


def test_a_plan_does_no_more_than_it_shows(planned: Project, cloud: Cloud) -> None:
    """A number declared after the plan was saved makes it stale; none of it is called."""
    planned.declare("support", "sales", "desk")
    err = refused(planned, "plan-other-config")
    assert "acme: the configuration changed since the plan was made" in err
    assert cloud.calls() == []


def test_a_plan_is_stale_when_its_record_was_changed(project: Project) -> None:
    """Another plan's apply touched a number meanwhile: the message says which, when and by whom."""
    project.declare("support")
    project.declare_elsewhere("sales")
    assert project.run("plan", "--out", "plan.out").code == 0
    assert project.run("apply", "--space", "acme", "--auto-approve", "--no-input", RECONCILER_WHO="bob").code == 3
    err = refused(project, "plan-stale")
    what = r"acme/phone_number/support was changed 20[0-9T:.-]+Z by bob@tower since the plan was made"
    assert re.search(what, err), err


def edited(text: str) -> str:
    return text.replace("Acme support", "Evil support")


def other_endpoint(text: str) -> str:
    data = json.loads(text)
    data["endpoint"] = "cams.ap-southeast-1.aliyuncs.com"
    return json.dumps(data)


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        pytest.param(edited, "plan-edited", id="edited"),
        pytest.param(other_endpoint, "plan-edited", id="endpoint-edited"),
        pytest.param(lambda text: text[: len(text) // 2], "plan-unreadable", id="cut"),
        pytest.param(lambda text: "hello", "plan-unreadable", id="not-json"),
        pytest.param(lambda text: "", "plan-unreadable", id="empty"),
        pytest.param(lambda text: "[]", "plan-unreadable", id="no-plan"),
        pytest.param(lambda text: '{"type": "plan", "format": 2}', "plan-unreadable", id="hollow"),
        pytest.param(lambda text: text.replace('"type":"plan",', ""), "plan-unreadable", id="of no type"),
        pytest.param(lambda text: text.replace('"format":2,', ""), "plan-unreadable", id="of no format"),
        pytest.param(lambda text: text.replace('"format":2', '"format":1'), "plan-unreadable", id="older"),
        pytest.param(
            lambda text: text.replace('"version":"', '"version":"9.'), "plan-other-version", id="another version"
        ),
        pytest.param(lambda text: "[" * 100_000, "plan-unreadable", id="deep"),
        pytest.param(lambda text: text.replace('"format":2', '"format":3'), "plan-newer", id="newer"),
    ],
)
def test_a_spoilt_plan_is_refused_by_name(
    planned: Project, cloud: Cloud, spoil: Callable[[str], str], code: str
) -> None:
    """Edited, cut, no JSON, no plan, from a newer program: exit 5, and nothing of it is used."""
    path = planned.root / "plan.out"
    path.write_bytes(gzip.compress(spoil(gzip.decompress(path.read_bytes()).decode()).encode()))
    refused(planned, code)
    assert cloud.calls() == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: raw[: len(raw) // 2],
        lambda raw: raw + b"x",
        lambda raw: b"",
        lambda raw: b"hello",
        gzip.decompress,
        lambda raw: gzip.compress(b" " * (300 << 20)),
    ],
    ids=["cut", "more behind", "empty", "another file", "unpacked", "a bomb"],
)
def test_what_is_no_plan_file_is_refused_by_name(planned: Project, spoil: Callable[[bytes], bytes]) -> None:
    """Whatever stands in its place, however much a few bytes of it would make."""
    path = planned.root / "plan.out"
    path.write_bytes(spoil(path.read_bytes()))
    refused(planned, "plan-unreadable")


def test_a_plan_for_the_real_cloud_does_not_fit_the_sandbox(project: Project, cloud: Cloud) -> None:
    """A plan remembers its endpoint; applied to another it is stale."""
    project.declare("support")
    assert project.run("plan", "--out", "plan.out", RECONCILER_ENDPOINT=None).code == 0
    err = refused(project, "plan-other-endpoint")
    assert "the plan is for cams.ap-southeast-1.aliyuncs.com, and this is loopback" in err
    assert cloud.calls() == []


def test_a_code_typed_for_another_number_does_not_spoil_a_plan(planned: Project, cloud: Cloud) -> None:
    """Of a plan made after the pause, one number's verify leaves it fresh; it then does the rest."""
    assert planned.run(*APPLY).code == 3
    assert planned.run("plan", "--out", "plan.out").code == 0
    assert planned.run("verify", "acme/phone_number/support", given=cloud.code(SUPPORT)).code == 0
    done = planned.run(*APPLY)
    assert done.code == 3
    assert done.last == "Apply paused: 0 added, 0 changed, 0 destroyed, 1 paused, 0 failed, 0 unknown, 0 not started."


def test_a_missing_plan_is_wrong_usage(project: Project) -> None:
    """A file that is not there, or is no file, was a typo: 64, never 5."""
    project.declare("support")
    assert [project.run("apply", name).code for name in ("no.json", ".")] == [64, 64]


def test_a_saved_plan_is_for_its_owner_only(planned: Project) -> None:
    """It holds whole numbers, so nobody else may read it."""
    assert (planned.root / "plan.out").stat().st_mode & 0o777 == 0o600
