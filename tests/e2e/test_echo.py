"""A cloud that says a code again: in every field and whatever spelling, it is kept and shown nowhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.stage.cloud import Cloud
from tests.stage.project import APPLY, SUPPORT, Project

SPEND, ADDRESS = "ChatappVerifyAndRegister", "acme/phone_number/support"
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
SPELLINGS: dict[str, Callable[[str], Any]] = {
    "plain": lambda code: code,
    "a number": int,
    "grouped": lambda code: f"{code[:3]}-{code[3:]}",
    "spaced": lambda code: " ".join(code),
    "full width": lambda code: code.translate(WIDE),
    "in a word": lambda code: f"VerifyCode.{code}.Invalid",
    "cut": lambda code: f"{'x' * 197}{code}",
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_what_is_echoed_is_not_recorded(project: Project, cloud: Cloud, spelling: str) -> None:
    """It is in no entry, no output and no file (the canary reads those); nor is half of it, where a text is cut."""
    project.declare("support")
    assert project.run(*APPLY).code == 3
    code = cloud.code(SUPPORT).replace("-", "")
    echo = dict.fromkeys(("Code", "RequestId", "Message"), SPELLINGS[spelling](code))
    cloud.fault(SPEND, f"says:400:{json.dumps(echo)}")
    said = project.run("verify", ADDRESS, given=code)
    assert (said.code, said.err) == (0, "")
    recorded = [json.loads(line) for line in project.run("log", "--json").out.splitlines()]
    (outcome,) = [entry for entry in recorded if entry["type"] == "outcome" and entry["operation"] == SPEND]
    assert outcome["result"] == "unknown"
    shown = json.dumps([said.out, said.err, recorded, project.run("state", "show", ADDRESS).out], ensure_ascii=False)
    assert [part for part in (code, code.translate(WIDE), f"x{code[:3]}") if part in shown] == []
