"""What a person sees, from the first plan to the last code, at terminals of 60, 80 and 200 columns: the whole text.

Over the sandbox, with a real terminal. `UPDATE=1 pytest` writes the files again, to be reviewed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.stage.cloud import Cloud
from tests.stage.project import DESK, SALES, SUPPORT, Project, finished, registered

GOLDEN = Path(__file__).parent / "screens"
SKIP = "skip for now"
FINAL = "Type irreversible: "
DESK_ALONE = f"space: acme\nspace_id: cams-e2e\nphone_numbers:\n{registered('desk', DESK)}    on_remove: deregister\n"
WITHOUT_DESK = f"""space: acme
space_id: cams-e2e
phone_numbers:
{registered("support", SUPPORT)}  sales: {{number: "{SALES}", onboarding: migrate, locale: id}}
contacts:
  tom: {{email: tom@example.com, title: CEO, message_types: [FaultMessage]}}
"""
MISTAKES = WITHOUT_DESK.replace("onboarding: migrate", "onboardin: migrate").replace(DESK, SALES).replace("CEO", "CTO")
# Differs from run to run -> what is kept; of the same length where a line could be folded at another place.
VARYING = (
    (r"\x1b\[\?25l.*?\x1b\[1A\x1b\[2K", ""),  # the live line
    (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "2026-11-20 10:31:00"),
    (r"(?<![\d:])\d\d:\d\d \+00:00", "10:31 +00:00"),
    (r"127\.0\.0\.1:\d+", "127.0.0.1:PORT"),
    (r"(Digest: +)[0-9a-f]{64}", r"\1…"),
    (r"\(run [a-z]{12}\)", "(run cpiickcckpjg)"),
)


@pytest.mark.parametrize("columns", [60, 80, 200])
def test_the_whole_screen(project: Project, cloud: Cloud, columns: int) -> None:
    """What is shown is what was reviewed, to the character: tables fit, lines break at words, narrow tables stack."""
    shown = "".join(_story(project, cloud, columns))
    path = GOLDEN / f"{columns}.txt"
    if os.environ.get("UPDATE"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(shown, encoding="utf-8")
    assert shown == path.read_text("utf-8")


def _story(project: Project, cloud: Cloud, columns: int) -> Iterator[str]:
    cloud.tell("numbers", number=SALES, state="elsewhere")
    project.write("spaces/acme.yaml", DESK_ALONE)
    yield _seen(project, columns, "plan", "--out", "plan.out")
    yield _seen(project, columns, "apply", "plan.out", answers=[(SKIP, "")])
    yield _seen(project, columns, "pending")
    codes = [(SKIP, "12"), (SKIP, "000-000"), (SKIP, cloud.code(DESK))]
    yield _seen(project, columns, "verify", "acme/phone_number/desk", answers=codes)
    yield _seen(project, columns, "log")
    project.write("spaces/acme.yaml", WITHOUT_DESK)
    yield _seen(project, columns, "plan", "--full")
    approved = [("Type yes: ", "yes"), (FINAL, "irreversible")]
    yield _seen(project, columns, "apply", answers=[*approved, (SKIP, ""), (SKIP, "")])
    yield _seen(project, columns, "plan")
    yield _seen(project, columns, "pending")
    cloud.tell("console", number=DESK, do="rename", name="Acme Help")
    yield _seen(project, columns, "check")
    project.write("spaces/acme.yaml", MISTAKES)
    yield _seen(project, columns, "validate")


def _seen(project: Project, columns: int, *words: str, answers: Sequence[tuple[str, str]] = ()) -> str:
    """answers: prompts, and what is typed."""
    person = project.terminal(*words, columns=columns, NO_COLOR="1", TZ="UTC")
    for prompt, typed in answers:
        person.expect_exact(prompt)
        person.sendline(typed)
    code = finished(person)
    text = person.logfile_read.getvalue().replace("\r\n", "\n")
    for pattern, instead in VARYING:
        text = re.sub(pattern, instead, text, flags=re.DOTALL)
    return f"$ reconciler {' '.join(words)}\n{text}[{code}]\n\n"


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [
        ({}, True),
        ({"NO_COLOR": "1"}, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ({"TERM": "dumb"}, False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, True),
        ({"CI": "true"}, False),
    ],
)
def test_colours_are_for_who_wants_them(project: Project, environment: dict[str, str], coloured: bool) -> None:
    """NO_COLOR before FORCE_COLOR before TERM=dumb and CI; what cannot be undone, people and errors are painted."""
    project.write("spaces/acme.yaml", WITHOUT_DESK)
    plan = project.terminal("plan", **environment)
    finished(plan)
    shown = plan.logfile_read.getvalue()
    assert ("\x1b[" in shown) == coloured
    painted = re.findall(r"\x1b\[([0-9;]+)m(?:\x1b\[1m)?(People|Irreversible)", shown)
    assert painted == ([("33", "People"), ("31", "Irreversible")] if coloured else [])
    project.write("spaces/acme.yaml", MISTAKES)
    wrong = project.terminal("validate", **environment)
    finished(wrong)
    assert ("\x1b[31m\x1b[1merror[" in wrong.logfile_read.getvalue()) == coloured


@pytest.mark.parametrize(("environment", "shown"), [({}, "138 0000 1111"), ({"CI": "1"}, "****1111")])
def test_a_number_is_shown_in_full_only_to_who_wrote_it(
    project: Project, environment: dict[str, str], shown: str
) -> None:
    """At one's own terminal; never in a pipeline's log, and never in a pipe."""
    project.write("spaces/acme.yaml", DESK_ALONE.replace(f'"{DESK}"', "138 0000 1111"))
    person = project.terminal("validate", **environment)
    finished(person)
    assert f"  found: {shown}\r\n" in person.logfile_read.getvalue()
    assert "  found: ****1111\n" in project.run("validate").err
