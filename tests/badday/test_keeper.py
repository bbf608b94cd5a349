"""The count that runs share cannot be written: what was answered, and what was never sent, is known all the same."""

from __future__ import annotations

import contextlib
import sqlite3

from tests.stage.cloud import Cloud
from tests.stage.failing import Failing
from tests.stage.project import APPLY, Project

SEND = "GetChatappVerifyCode"


def sql(failing: Failing, statement: str) -> None:
    with contextlib.closing(sqlite3.connect(failing.state)) as db:
        db.execute(statement)
        db.commit()


def test_a_refusal_is_recorded_whether_or_not_it_can_be_counted(
    failing: Failing, project: Project, cloud: Cloud
) -> None:
    """The cap that the cloud named is on record although the shared count failed: nobody is asked about a message."""
    project.declare("support")
    cloud.tell("settings", code_messages_per_day=1)
    assert failing(*APPLY).code == 3
    project.declare("support", "sales")
    sql(
        failing,
        "CREATE TRIGGER broken BEFORE INSERT ON days WHEN new.closed <> '' BEGIN SELECT RAISE(ABORT, 'no'); END",
    )
    assert "The day's messages are used up" in failing(*APPLY).out
    sql(failing, "DROP TRIGGER broken")
    assert "may have been sent" not in failing(*APPLY).out
    assert [call["result"] for call in cloud.calls(SEND)] == ["OK", "SendValidateCodeExceedsLimitForAccount"]


def test_a_message_that_could_not_be_begun_is_not_counted(failing: Failing, project: Project, cloud: Cloud) -> None:
    """No intent, no call, no message: the day still holds it once the journal can be written again."""
    project.write("reconciler.yaml", "limits: {calls_per_second: 0, code_messages_per_day: 2}\n")
    project.declare("support")
    assert failing(*APPLY).code == 3
    project.declare("support", "sales")
    intent = f"json_extract(new.body, '$.type') = 'intent' AND json_extract(new.body, '$.operation') = '{SEND}'"
    sql(failing, f"CREATE TRIGGER broken BEFORE INSERT ON entries WHEN {intent} BEGIN SELECT RAISE(ABORT, 'no'); END")
    assert failing(*APPLY).code == 1
    assert len(cloud.calls(SEND)) == 1
    sql(failing, "DROP TRIGGER broken")
    assert failing(*APPLY).code == 3
    assert len(cloud.messages()) == 2
