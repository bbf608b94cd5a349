"""A kind that nobody thought of: one file, one line in the literal of kinds, its word and attribute in the schema."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.imports import ROOT
from tests.stage.cloud import Cloud

# Lent by a partner: put into the space, called, verified; who lends it is remembered, and no review is waited for.
LENT = '''
"""A number lent by a partner."""

from reconciler.kinds import wire
from reconciler.kinds.looks import ACCOUNT, FOUND, NO_ACCOUNT, SERVING, STATUS, UNCLEAR, DIFFERS
from reconciler.kinds.registered import DEREGISTER, _add
from reconciler.kinds.rehearsal_rows import CONNECTED, Standing, numbers
from reconciler.kinds.table import Kind, Step

LENT = Kind(
    name="lent",
    type="phone_number",
    ready="in_use",
    steps={
        "declared": Step(
            "AddChatappPhoneNumber", _add, {"ok": "placed", "found": "placed"}, NO_ACCOUNT | DIFFERS | UNCLEAR,
            before=(ACCOUNT, FOUND), lost=(FOUND,),
        ),
        "placed": Step(
            "GetChatappVerifyCode", wire.code_request, {"ok": "called"}, NO_ACCOUNT | UNCLEAR,
            before=(ACCOUNT, SERVING, STATUS), sends=wire.code_message,
        ),
        "called": Step(
            "ChatappVerifyAndRegister", wire.number_in_space, {"ok": "in_use"}, UNCLEAR,
            ask="code", before=(SERVING, STATUS), lost=(STATUS,),
        ),
        "handed_back": DEREGISTER,
    },
    resend={"called": ("placed",)},
    ways_out={"in_use": "handed_back", "handed_back": "handed_back"},
    left={"placed": "the number stays in the space"},
    needs=wire.CALLED | {"display_name", "lender"},
    shown=("display_name", "lender"),
    world=numbers(
        {
            "placed": Standing("PENDING"),
            "called": Standing("PENDING", code=True),
            **dict.fromkeys(("in_use", "handed_back"), CONNECTED),
        }
    ),
)
'''
YAML = """space: acme
space_id: cams-acme
phone_numbers:
  desk: { number: "+8613800001234", onboarding: lent, display_name: Acme, lender: Globex }
"""


def changed(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert text.count(old) == 1, (path, old)
    path.write_text(text.replace(old, new), encoding="utf-8")


class Program:
    """A copy of the package with the kind in it, run in a project of its own."""

    def __init__(self, folder: Path, cloud: Cloud) -> None:
        self.home, self.root = folder / "program", folder / "project"
        for part in ("reconciler", "schemas"):
            shutil.copytree(ROOT / part, self.home / part, ignore=shutil.ignore_patterns("__pycache__"))
        (self.home / "reconciler/kinds/lent.py").write_text(LENT, encoding="utf-8")
        literal = self.home / "reconciler/kinds/__init__.py"
        changed(literal, "KINDS: dict[str, Kind] = {\n", 'KINDS: dict[str, Kind] = {\n    "lent": LENT,\n')
        changed(
            literal,
            "from reconciler.kinds.table",
            "from reconciler.kinds.lent import LENT\nfrom reconciler.kinds.table",
        )
        schema = self.home / "schemas/space.schema.json"
        changed(schema, '["register", "migrate", "embedded", ', '["register", "migrate", "lent", "embedded", ')
        attribute = '"lender": { "description": "Who lends it.", "type": "string", "pattern": "^[A-Za-z]+$" },\n'
        changed(schema, '        "range": {\n', f'        {attribute}        "range": {{\n')
        (self.root / "spaces").mkdir(parents=True)
        (self.root / "spaces/acme.yaml").write_text(YAML, encoding="utf-8")
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(self.home)}
        self.environment |= {**cloud.environment, "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true"}

    def run(self, code: int, *arguments: str, typed: str = "") -> str:
        done = subprocess.run(
            [sys.executable, "-m", "reconciler", *arguments],
            cwd=self.root,
            env=self.environment,
            input=typed,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout


@pytest.fixture
def program(tmp_path: Path, cloud: Cloud) -> Program:
    return Program(tmp_path, cloud)


def test_a_new_kind_goes_from_yaml_to_ready(program: Program, cloud: Cloud) -> None:
    """Validated, planned, commented, rehearsed, applied, verified, recorded, removed: no other file knows of it."""
    assert program.run(0, "validate") == "Valid: 1 space, 1 resource.\n"
    shown = program.run(0, "plan", "--full", "--out", "plan.out")
    assert re.findall(r"^ {6}(onboarding|display_name|lender) +(.*)$", shown, re.MULTILINE) == [
        ("onboarding", "lent"),
        ("display_name", "Acme"),
        ("lender", "Globex"),
    ]
    assert re.findall(r"(\d)\. (\w+)", shown) == [
        ("1", "AddChatappPhoneNumber"),
        ("2", "GetChatappVerifyCode"),
        ("3", "ChatappVerifyAndRegister"),
    ]
    comment = program.run(0, "plan", "--format", "markdown")
    assert "`acme/phone_number/desk`" in comment
    assert "lender" in comment
    rehearsed = json.loads(program.run(0, "rehearse", "plan.out", "--json"))
    assert (rehearsed["done"], rehearsed["messages"], rehearsed["broken"]) == (1, {"sms": 1}, [])
    assert "in_use" not in program.run(3, "apply", "plan.out", "--no-input")
    assert "code" in program.run(0, "pending")
    code = cloud.code("+8613800001234")
    assert program.run(0, "verify", "acme/phone_number/desk", typed=code) == "acme/phone_number/desk: ready.\n"
    assert program.run(0, "state", "list").split()[:2] == ["acme/phone_number/desk", "in_use"]
    assert "No changes." in program.run(0, "plan")
    assert cloud.changes() == ["AddChatappPhoneNumber", "GetChatappVerifyCode", "ChatappVerifyAndRegister"]
    (program.root / "spaces/acme.yaml").write_text("space: acme\nspace_id: cams-acme\nremoved: { desk: deregister }\n")
    program.run(0, "apply", "--auto-approve", "--allow-deletes", "100")
    assert cloud.changes()[-1] == "ChatappPhoneNumberDeregister"
    assert cloud.violations() == []


def test_what_the_schema_says_of_it_is_kept(program: Program) -> None:
    """Its attribute is judged like any other's, with its place."""
    file = program.root / "spaces/acme.yaml"
    file.write_text(YAML.replace("lender: Globex", 'lender: "1"'), encoding="utf-8")
    document = json.loads(program.run(1, "validate", "--json"))
    assert [each["code"] for each in document["diagnostics"]] == ["bad-value"]
