"""The forms as commands print them: plan, show, apply and validate, run as pipelines run them."""

from __future__ import annotations

import json
import os
import re
import threading
from pathlib import Path

import pytest

from tests.stage.cloud import Cloud
from tests.stage.project import APPLY, Project

BAD = 'space: acme\nspace_id: a\nphone_numbers:\n  x: {number: "123", colour: red}\n'


def timeless(text: str) -> str:
    return re.sub(r'"(@?timestamp)": ?"[^"]*"', r'"\1": "…"', text)


def test_a_saved_plan_is_shown_in_every_form(project: Project) -> None:
    """`show` prints what `plan` printed, refusals included; --json and --compat are two of the forms."""
    project.declare("support", "sales")
    project.write("reconciler.yaml", "guards: {max_messages: 1}\n")
    told = {form: project.run("plan", "--out", "plan.out", "--format", form).out for form in ("json", "github", "text")}
    told["events"], told["terraform"] = project.run("plan", "--json").out, project.run("plan", "--compat=terraform").out
    for form, text in told.items():
        assert timeless(project.run("show", "plan.out", "--format", form).out) == timeless(text)
    issues = json.loads(project.run("show", "plan.out", "--format", "code-quality").out)
    assert [issue["check_name"] for issue in issues] == ["too-many-messages"]
    assert json.loads(project.run("show", "plan.out", "--format", "gitlab-report").out)["create"] == 2


def test_no_colour_enters_a_document(project: Project) -> None:
    """FORCE_COLOR paints text, never what a tool reads."""
    project.declare("support")
    assert "\x1b[" in project.run("plan", FORCE_COLOR="1").out
    assert "\x1b[" not in project.run("plan", "--format", "github", FORCE_COLOR="1").out


def test_problems_are_annotated_where_they_are(project: Project) -> None:
    """Below the repository's root, which the pipeline names; the exit code is that of the text."""
    project.write("spaces/acme.yaml", BAD)
    done = project.run("validate", "--format", "github", GITHUB_WORKSPACE=str(project.root.parent))
    lines = done.out.splitlines()
    assert (done.code, done.err) == (1, "")
    assert all(line.startswith("::error file=project/spaces/acme.yaml,line=4,col=") for line in lines)
    issues = json.loads(project.run("validate", "--format", "code-quality").out)
    assert {issue["location"]["path"] for issue in issues} == {"spaces/acme.yaml"}
    assert len(issues) == len(lines) > 1


def test_valid_files_have_nothing_to_annotate(project: Project) -> None:
    """An empty list for the one, a line of ours for the other."""
    project.declare("support")
    assert project.run("validate", "--format", "code-quality").out == "[]\n"
    assert project.run("validate", "--format", "github").out == "Valid: 1 space, 1 resource.\n"


def test_text_in_a_job_of_github_is_no_command(project: Project) -> None:
    """`##[` begins a command anywhere in a line there; spelled otherwise it is none, and JSON reads the same."""
    block = '  x: {number: "+8613800001234", onboarding: register, display_name: "a ##[add-mask]b"}'
    project.write("spaces/acme.yaml", f"space: acme\nspace_id: cams-e2e\nphone_numbers:\n{block}\n")
    for form in ("text", "terraform", "json"):
        text = project.run("plan", "--format", form, GITHUB_ACTIONS="true").out
        assert "##[" not in text
        assert "add-mask" in text
    (change,) = json.loads(text)["resource_changes"]
    assert change["change"]["after"]["display_name"] == "a ##[add-mask]b"


def types(text: str) -> list[str]:
    return [json.loads(line)["type"] for line in text.splitlines()]


def test_the_stream_goes_into_a_file_beside_the_text(project: Project, cloud: Cloud) -> None:
    """What is printed is what would be printed without it; the file holds what --json would print."""
    project.declare("support")
    plain, streamed = project.run("plan"), project.run("plan", "--json-into", "events.jsonl")
    file = project.root / "events.jsonl"
    assert (streamed.out, streamed.code) == (plain.out, 0)
    assert timeless(file.read_text()) == timeless(project.run("plan", "--json").out)
    done = project.run(*APPLY, "--json-into", "events.jsonl")
    assert done.code == 3
    assert done.out.rstrip().endswith("1 paused, 0 failed, 0 unknown, 0 not started.")
    assert types(file.read_text())[:3] == ["version", "planned_change", "change_summary"]
    assert types(file.read_text())[-2:] == ["challenge_open", "change_summary"]
    assert "apply_progress" in types(file.read_text())
    assert file.stat().st_mode & 0o077 == 0, "for its owner's eyes"


def test_what_goes_wrong_is_in_the_file(project: Project) -> None:
    """A refusal is told there, too."""
    project.declare("support", "sales")
    project.write("reconciler.yaml", "guards: {max_messages: 1}\n")
    assert project.run(*APPLY, "--json-into", "events.jsonl").code == 6
    assert types((project.root / "events.jsonl").read_text())[-1] == "diagnostic"


@pytest.mark.parametrize("into", ["/dev/full", "no/such/folder/events", "spaces", "plan.out"])
def test_a_file_that_cannot_be_written_is_an_error_before_anything_happens(
    into: str, project: Project, cloud: Cloud
) -> None:
    """Also where it is the plan itself, which stays as it is. Nothing is called."""
    project.declare("support")
    assert project.run("plan", "--out", "plan.out").code == 0
    before = (project.root / "plan.out").read_bytes()
    done = project.run("apply", "plan.out", "--no-input", "--json-into", into)
    assert (done.code, done.out) == (64, "")
    assert done.err.startswith("error[cannot-write] ")
    assert (project.root / "plan.out").read_bytes() == before
    assert cloud.calls() == []


def test_a_file_that_fails_midway_stops_nothing(project: Project, cloud: Cloud) -> None:
    """Whoever reads it goes away: that is said once, and the run ends as it would have."""
    project.declare("support", "sales")
    pipe = project.root / "pipe"
    os.mkfifo(pipe)
    reader = threading.Thread(target=_first_line, args=(pipe,))
    reader.start()
    done = project.run(*APPLY, "--json-into", "pipe")
    reader.join()
    assert done.code == 3
    assert done.err.count("warning[stream-cut]") == 1
    assert len(cloud.messages()) == 2


def _first_line(pipe: Path) -> None:
    with pipe.open(encoding="utf-8") as stream:
        assert json.loads(stream.readline())["type"] == "version"


def test_an_apply_in_terraforms_wording(project: Project, cloud: Cloud) -> None:
    """A refusal and a failure are errors at the start of a line; what paused is said; what ended is complete."""
    project.declare("support", "sales")
    project.write("reconciler.yaml", "guards: {max_messages: 1}\n")
    refused = project.run(*APPLY, "--compat", "terraform")
    assert (refused.code, refused.err.partition(" up to ")[0]) == (6, "Error:")
    (project.root / "reconciler.yaml").unlink()
    cloud.fault("GetChatappVerifyCode", "error:InvalidParameter.Locale")
    failed = project.run(*APPLY, "--compat", "terraform")
    assert failed.code == 1
    assert len(re.findall(r"(?m)^Error: ", failed.out)) == 1
    paused = project.run(*APPLY, "--compat", "terraform")
    assert (paused.code, len(re.findall(r"(?m)^Error: |^Apply complete!", paused.out))) == (3, 0)
    assert re.search(r"(?m)^Apply paused: ", paused.out)
