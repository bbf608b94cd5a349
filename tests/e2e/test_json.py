"""What tools read: the event stream, validate, plans and journals against their schemas, the state."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.stage.cloud import Cloud
from tests.stage.plans import unpacked
from tests.stage.project import SUPPORT, Project

SCHEMAS = Path(__file__).parents[2] / "schemas"
APPLY = ("apply", "--auto-approve", "--no-input", "--json")
ADDRESS = "acme/phone_number/support"
PLANNING = ("version", "planned_change", "resource_drift", "change_summary", "diagnostic")
APPLYING = ("apply_start", "apply_progress", "apply_complete", "apply_errored")
OURS = ("challenge_open", "challenge_answered", "paused", "throttled")
EVENT: dict[str, type] = {"@level": str, "@message": str, "@module": str, "@timestamp": str, "type": str}
CHALLENGE: dict[str, type] = {
    "address": str,
    "number": str,
    "challenge": str,
    "operation": str,
    "requested_at": str,
    "attempts": int,
    "messages_sent": int,
    "in_doubt": bool,
    "parked": bool,
    "channel": str,
    "reason": str,
}
RESOURCE: dict[str, type] = {"addr": str, "resource": str, "resource_type": str, "resource_name": str}
COUNTS: dict[str, type] = {"add": int, "change": int, "import": int, "remove": int, "operation": str}


def shape(value: dict[str, Any]) -> dict[str, type]:
    return {name: type(each) for name, each in value.items()}


def stream(text: str) -> list[dict[str, Any]]:
    """Every line an object with the keys that every event has, and of a documented type."""
    events: list[dict[str, Any]] = [json.loads(line) for line in text.splitlines()]
    for event in events:
        assert EVENT.items() <= shape(event).items()
        assert event["type"] in (*PLANNING, *APPLYING, *OURS)
        assert event["@level"] in ("info", "warn", "error")
    return events


def of(events: list[dict[str, Any]], type: str, name: str) -> list[dict[str, Any]]:
    return [event[name] for event in events if event["type"] == type]


def test_the_stream_of_a_plan(project: Project) -> None:
    """Version first, a line for each change, the summary with true counts last."""
    project.declare("support", "sales")
    events = stream(project.run("plan", "--json").out)
    assert [event["type"] for event in events] == ["version", "planned_change", "planned_change", "change_summary"]
    changes = of(events, "planned_change", "change")
    assert [change["action"] for change in changes] == ["create", "create"]
    assert all(shape(change["resource"]) == RESOURCE for change in changes)
    (counts,) = of(events, "change_summary", "changes")
    assert counts == {"add": 2, "change": 0, "import": 0, "remove": 0, "operation": "plan"}


def test_the_stream_of_an_apply_that_pauses_and_fails(project: Project, cloud: Cloud) -> None:
    """Challenges as `pending` shows them, numbers masked; what failed, with its diagnostic; nothing but JSON."""
    project.declare("support", "sales")
    cloud.fault("GetChatappVerifyCode", "error:InvalidParameter.Locale")
    done = project.run(*APPLY)
    events = stream(done.out)
    assert done.code == 1
    (challenge,) = of(events, "challenge_open", "challenge")
    assert shape(challenge) == CHALLENGE
    assert "****" in challenge["number"]
    (hook,) = of(events, "apply_errored", "hook")
    assert (shape(hook["resource"]), hook["action"], hook["result"]) == (RESOURCE, "create", "failed")
    (diagnostic,) = of(events, "diagnostic", "diagnostic")
    assert (diagnostic["severity"], diagnostic["code"], diagnostic["address"]) == (
        "error",
        "parameter-refused",
        hook["resource"]["addr"],
    )
    assert isinstance(diagnostic["summary"], str)
    assert isinstance(diagnostic["detail"], str)


def test_the_summary_of_the_stream_counts_what_was_done(project: Project, cloud: Cloud) -> None:
    """A number that became ready in this run is added; one that waits is not."""
    project.declare("support", "sales")
    cloud.tell("numbers", number=SUPPORT, state="verified", space="cams-e2e")
    done = project.run(*APPLY, "--adopt")
    events = stream(done.out)
    assert done.code == 3
    summary = of(events, "change_summary", "changes")[-1]
    assert shape(summary) == COUNTS
    assert summary == {"add": 1, "change": 0, "import": 0, "remove": 0, "operation": "apply"}
    assert [hook["resource"]["addr"] for hook in of(events, "apply_complete", "hook")] == [ADDRESS]


def test_the_stream_of_a_saved_plan_begins_with_the_version(project: Project) -> None:
    """Whoever reads a stream learns first who wrote it; the plan itself was told when it was made."""
    project.declare("support")
    assert project.run("plan", "--out", "plan.out").code == 0
    events = stream(project.run("apply", "plan.out", "--json").out)
    assert [event["type"] for event in events] == [
        "version",
        "apply_start",
        "apply_progress",
        "apply_progress",
        "challenge_open",
        "change_summary",
    ]


def test_validate_json_of_good_and_bad(project: Project) -> None:
    """All problems at once, each with its range; valid and the counts agree with them."""
    project.declare("support")
    good = project.run("validate", "--json")
    assert (good.code, json.loads(good.out)) == (
        0,
        {"format_version": "1.0", "valid": True, "error_count": 0, "warning_count": 0, "diagnostics": []},
    )
    project.write("spaces/acme.yaml", "space: acme\nspace_id: a\nphone_numbers:\n  x: {number: 123, colour: red}\n")
    bad = project.run("validate", "--json")
    body = json.loads(bad.out)
    rows = body.pop("diagnostics")
    assert (bad.code, body) == (
        1,
        {"format_version": "1.0", "valid": False, "error_count": len(rows), "warning_count": 0},
    )
    assert {row["severity"] for row in rows} == {"error"}
    assert {row["range"]["filename"] for row in rows} == {"spaces/acme.yaml"}
    assert all(row["range"]["start"]["line"] == 4 for row in rows)
    assert len(rows) >= 2


def test_a_saved_plan_fits_its_schema_and_shows_itself(project: Project, cloud: Cloud) -> None:
    """plan --out, show --json, and show without it, with numbers masked, are one and the same plan."""
    project.declare("support", "sales")
    rest = "{email: tom@example.com, title: CEO, message_types: [FaultMessage]}"
    project.write("spaces/other.yaml", f"space: other\nspace_id: cams-other\ncontacts:\n  tom: {rest}\n")
    told = project.run("plan", "--out", "plan.out").out
    Draft202012Validator(schema("saved-plan")).validate(unpacked(project.root / "plan.out"))
    Draft202012Validator(schema("plan")).validate(json.loads(project.run("show", "--json", "plan.out").out))
    assert project.run("show", "plan.out").out == told


def test_the_journal_fits_its_schema_and_chains(project: Project, cloud: Cloud) -> None:
    """Every entry of the whole job is as the schema says, and numbered without a gap."""
    project.declare("support")
    assert project.run(*APPLY).code == 3
    assert project.run("verify", ADDRESS, given=cloud.wrong(SUPPORT)).code == 1
    assert project.run("verify", ADDRESS, given=cloud.code(SUPPORT)).code == 0
    (space,) = json.loads(project.run("state", "pull").out)["spaces"]
    entries = [json.loads(line) for line in space["entries"]]
    validator = Draft202012Validator(schema("journal"))
    assert [error.message for entry in entries for error in validator.iter_errors(entry)] == []
    assert [entry["serial"] for entry in entries] == list(range(1, len(entries) + 1))
    assert [entry["result"] for entry in entries if entry["type"] == "outcome"] == ["ok", "ok", "code_refused", "ok"]
    assert all("VerifyCode" not in entry.get("params", {}) for entry in entries)


@pytest.mark.parametrize("spoil", [lambda plan: plan.pop("reconciler"), lambda plan: plan.update(complete="yes")])
def test_the_plan_schema_refuses_what_is_no_plan(project: Project, spoil: Callable[[dict[str, Any]], Any]) -> None:
    """The schema can tell: what it accepts above is not just anything."""
    project.declare("support")
    assert project.run("plan", "--out", "plan.out").code == 0
    plan = json.loads(project.run("show", "--json", "plan.out").out)
    spoil(plan)
    assert not Draft202012Validator(schema("plan")).is_valid(plan)


def test_state_and_log_show_what_is_recorded_and_mask(project: Project, cloud: Cloud) -> None:
    """list and show mask; --whole and pull are whole; log tells who did what with which answer."""
    project.declare("support")
    assert project.run("apply", "--auto-approve", "--no-input").code == 3
    assert project.run("state", "list").out.split() == [ADDRESS, "code_requested"]
    shown, whole = project.run("state", "show", ADDRESS).out, project.run("state", "show", "--whole", ADDRESS).out
    assert [line for line in shown.splitlines() if line.startswith("number")] == ["number            +86 138****1234"]
    assert whole.replace(SUPPORT, "+86 138****1234") == shown
    (space,) = json.loads(project.run("state", "pull").out)["spaces"]
    record = space["records"][f"phone_number/{SUPPORT}"]
    assert (record["facts"]["number"], record["phase"], space["endpoint"]) == (SUPPORT, "code_requested", "loopback")
    told = [line.split("  ", 1)[1] for line in project.run("log").out.splitlines()]
    assert told[-3:] == [
        f"ann@tower  {ADDRESS} calls GetChatappVerifyCode Locale=en_US Method=sms PhoneNumber=****1234",
        f"ann@tower  {ADDRESS} GetChatappVerifyCode: ok -> code_requested",
        "ann@tower  acme run ends: 1 paused",
    ]


def schema(name: str) -> dict[str, Any]:
    text: dict[str, Any] = json.loads((SCHEMAS / f"{name}.schema.json").read_text())
    return text
