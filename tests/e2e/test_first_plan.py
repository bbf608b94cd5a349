"""From an empty folder to the first plan of one's own numbers, at a terminal, with four typical mistakes."""

from __future__ import annotations

import re
import time

from tests.stage.project import ROOT, Project, finished

SALES = """  sales:
    number: "+6281234567890"
    onboard: migrate
    method: call
"""
CONCEPTS = ("space", "CustSpaceId", "onboarding", "plan")
_HINT = re.compile(r"hint: (.*)")


def read(project: Project, *words: str, answers: tuple[str, ...] = (), code: int = 0) -> list[str]:
    """The hints that a person sees, who answers what she is asked."""
    person = project.terminal(*words, columns=200, NO_COLOR="1", CI=None)
    for answer in answers:
        person.expect(": $")
        person.sendline(answer)
    assert finished(person) == code
    return [found.strip() for found in _HINT.findall(person.logfile_read.getvalue())]


def test_the_first_plan(project: Project) -> None:
    """Each mistake is mended by its own hint: no other is needed, and no page is read."""
    for path in project.root.iterdir():
        path.unlink()
    began, file = time.monotonic(), project.root / "spaces/acme.yaml"

    def edit(old: str, new: str) -> None:
        file.write_text(file.read_text().replace(old, new))

    (hint,) = read(project, "plan", code=1)
    assert "Run `reconciler init`" in hint
    (hint,) = read(project, "init", answers=("acme", "cams-kei8s9d0", "13800001234", "Acme Support"), code=1)
    assert hint == "Begin with + and the country code."
    edit("13800001234", "+8613800001234")
    file.write_text(file.read_text() + SALES)
    assert read(project, "validate", code=1) == ["Did you mean `onboarding`?", "One of: sms, voice."]
    edit("onboard:", "onboarding:")
    edit("method: call", "method: voice")
    assert read(project, "plan") == []
    assert time.monotonic() - began < 30

    shown = project.run("plan").out
    assert "Plan: 2 to add, 0 to change, 0 to destroy." in shown
    readme = (ROOT / "README.md").read_text("utf-8")
    assert "4 commands" in readme
    assert all(f"*{concept}*" in readme for concept in CONCEPTS)
