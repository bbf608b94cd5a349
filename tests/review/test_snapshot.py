"""A stranger's branch is planned in a job without secrets, against a snapshot that a trusted job published."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reconciler.errors import StateError
from reconciler.runs.planning import stand_in
from tests.review.scene import Scene, timeless
from tests.stage.plans import pack, unpacked
from tests.stage.project import SALES, SUPPORT, registered

NOTE = """\
Note:         Compared with a snapshot of recorded state, taken just now at revision COMMIT.
              It has the phase of each resource; the values before are those of revision COMMIT.
              This plan can be read, not applied.
"""
CHANGED = """\
reconciler will perform the following actions:

  # acme/phone_number/sales will be created
  + phone number +86 138****1235
      onboarding    register
      display_name  Acme sales
      method        sms
      locale        en_US
      because       it is new in the YAML
      calls         1. AddChatappPhoneNumber
                    2. GetChatappVerifyCode                   1 sms to +86 138****1235, none if verified already
                    3. ChatappVerifyAndRegister               after the code is typed, not if verified already
                    or ChatappPhoneNumberRegister             if verified without being registered

  # globex/contact/tom will be created
  > resumes: link requested HH:MM UTC, waiting for it
  + contact tom
      email         tom@example.com
      title         CEO
      message_types FaultMessage
      because       it was begun and is not finished
      calls         1. GetMessageContact                      after it is confirmed out of band

Plan: 2 to add, 0 to change, 0 to destroy.

Messages:     at most 1 (1 sms)
Skipped:      globex/contact/tom: one was sent HH:MM UTC; --resend asks for another
People:       someone with phone +86 138****1235 must read out a code (acme/phone_number/sales)
              tom follows the links sent (globex/contact/tom)
Takes:        under a second, plus waiting for people
Settings:     max_messages 20, max_delete_percent 30, allowed_countries any
Spaces:       acme (cams-e2e)
              globex (cams-globex)
"""


def test_a_branch_that_changes_nothing_has_no_changes(live: Scene) -> None:
    """Everything is ready: without state, secrets or network the plan says `No changes.`, and what it rests on."""
    live.cloud.tell("confirm", to="tom@example.com")
    assert live.run("apply", "--auto-approve").code == 0
    snapshot = live.published()
    live.cloned()
    done = live.stranger("plan", "--state", str(snapshot), "--detailed-exitcode")
    assert done.code == 0, done.err
    assert timeless(done.out) == "No changes. Your infrastructure matches the configuration.\n" + NOTE
    assert not (live.clone / ".reconciler").exists()


def test_a_branch_is_planned_with_all_that_waits(scene: Scene) -> None:
    """What it adds is added; what waits for a person waits here, too; what is ready is not mentioned."""
    snapshot = scene.published()
    scene.cloned()
    with (scene.clone / "spaces/acme.yaml").open("a") as file:
        file.write(registered("sales", SALES))
    done = scene.stranger("plan", "--state", str(snapshot), "--detailed-exitcode")
    assert (done.code, timeless(done.out)) == (2, CHANGED + NOTE)


def test_the_notes_stand_in_every_form(scene: Scene) -> None:
    """JSON, the stream and annotations say the same sentences as the text."""
    snapshot = scene.published()
    scene.cloned()
    said = ("plan", "--state", str(snapshot), "--format")
    told = json.loads(scene.stranger(*said, "json").out)
    assert [timeless(note) for note in told["reconciler"]["notes"]] == [
        line.removeprefix("Note:").strip() for line in NOTE.splitlines()
    ]
    assert (told["applyable"], told["reconciler"]["basis"]["unsure"]) == (False, [])
    stream = [json.loads(line) for line in scene.stranger(*said, "events").out.splitlines()]
    warned = [event["diagnostic"]["summary"] for event in stream if event["type"] == "diagnostic"]
    assert warned == told["reconciler"]["notes"]
    assert stream[-1]["digest"] == told["reconciler"]["digest"]


def test_what_is_not_as_declared_is_called_unknown(scene: Scene) -> None:
    """The base branch was changed and not applied: of those addresses the snapshot does not say what is recorded."""
    scene.edit("spaces/globex.yaml", "title: CEO", "title: TechnicalDirector")
    scene.edit("spaces/acme.yaml", SUPPORT, SALES)
    scene.commit()
    snapshot = scene.published()
    scene.cloned()
    out = timeless(scene.stranger("plan", "--state", str(snapshot)).out)
    unsure = "Not known: what is recorded at acme/phone_number/support, globex/contact/tom,"
    assert f"{unsure} as it is not what revision COMMIT declares.\n" in out
    assert "Not shown: 1 record of what revision COMMIT does not declare.\n" in out


def test_a_branch_that_lacks_the_revision_says_so(scene: Scene) -> None:
    """What came after the branch was begun looks taken back; the plan says that it is not the branch's doing."""
    scene.cloned()
    scene.project.declare("support", "sales")
    scene.commit()
    snapshot = scene.published()
    scene.git("fetch", "--quiet", "origin", at=scene.clone)
    out = timeless(scene.stranger("plan", "--state", str(snapshot)).out)
    assert "This branch lacks revision COMMIT: what that revision added is shown as if it were removed.\n" in out


def test_a_snapshot_names_only_what_the_revision_declares(scene: Scene) -> None:
    """Of an address that only recorded state knows there is a count; no number, e-mail address or id is anywhere."""
    (scene.root / "spaces/globex.yaml").unlink()
    scene.edit("spaces/acme.yaml", "support", "helpdesk")
    revision = scene.commit()
    done = scene.run("state", "snapshot")
    document = json.loads(done.out)
    assert (done.code, document["revision"], document["elsewhere"]) == (0, revision, 1)
    [acme] = document["spaces"]
    assert [row["address"] for row in acme["resources"]] == ["acme/phone_number/helpdesk"]
    assert (acme["undeclared"], acme["resources"][0]["phase"]) == (0, "registered")
    held = ("support", "tom", "globex", "cams-e2e", SUPPORT[1:], SUPPORT[3:], "@", "ann", "tower")
    assert [word for word in held if word in done.out] == []


def test_a_snapshot_is_of_a_revision_and_not_of_what_lies_around(scene: Scene) -> None:
    """What was edited and not committed has no part in it."""
    scene.project.declare("support", "sales")
    assert "sales" not in scene.run("state", "snapshot").out


@pytest.mark.parametrize(
    ("text", "what"),
    [
        pytest.param("hello", "is not JSON, or was cut", id="not-json"),
        pytest.param("[]", "holds no snapshot of state", id="no-snapshot"),
        pytest.param('{"format": 2, "spaces": []}', "holds no snapshot of state", id="pulled"),
        pytest.param("[" * 100_000, "is not JSON, or was cut", id="deep"),
        pytest.param("", "is not JSON, or was cut", id="empty"),
    ],
)
def test_a_wrong_file_is_said_to_be_one(tmp_path: Path, text: str, what: str) -> None:
    """Whatever --state names, it is a snapshot or an error that says why it is none."""
    (tmp_path / "other.json").write_text(text)
    with pytest.raises(StateError) as refused:
        stand_in.read(tmp_path / "other.json")
    [problem] = refused.value.problems
    assert (problem.code, problem.what) == ("snapshot-unreadable", f"{tmp_path / 'other.json'} {what}")


def test_a_file_that_is_not_there_and_a_place_that_is_none(repository: Scene) -> None:
    """A name that ends in .json is a snapshot's; anything else is a place for state, and known by its scheme."""
    codes = [repository.run("plan", "--state", name).err.partition("]")[0] for name in ("no.json", "nothing")]
    assert codes == ["error[snapshot-unreadable", "error[state-url-unknown"]


def test_nothing_is_applied_to_a_snapshot(scene: Scene) -> None:
    """Neither the plan that was made with it, by file or digest, nor anything with it for state: exit 5, by name."""
    snapshot = scene.published()
    assert scene.run("plan", "--state", str(snapshot), "--out", "plan.out").code == 0
    digest = unpacked(scene.root / "plan.out")["digest"]
    calls = len(scene.cloud.calls())
    ways: list[tuple[str, ...]] = [
        ("apply", "plan.out"),
        ("apply", "--auto-approve", "--state", str(snapshot)),
        ("apply", "--digest", digest, "--state", str(snapshot)),
    ]
    done = [scene.run(*way) for way in ways]
    assert [(each.code, each.out, each.err.partition("]")[0]) for each in done] == [
        (5, "", "error[plan-not-recorded")
    ] * len(ways)
    assert scene.run("apply", "--digest", digest).code == 5
    assert len(scene.cloud.calls()) == calls


def test_a_plan_stripped_of_its_basis_is_no_plan(scene: Scene) -> None:
    """The digest covers what it was made from."""
    assert scene.run("plan", "--state", str(scene.published()), "--out", "plan.out").code == 0
    path: Path = scene.root / "plan.out"
    document = unpacked(path)
    del document["basis"]
    pack(path, document)
    assert scene.run("apply", "plan.out").err.startswith("error[plan-edited]")
