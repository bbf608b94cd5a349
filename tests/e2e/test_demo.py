"""`reconciler demo`: what a newcomer sees first."""

from __future__ import annotations

from tests.stage.project import Project, finished


def test_the_demo_plays_everybody_without_a_terminal(project: Project) -> None:
    """All kinds become ready, the last plan is empty, every call was planned, and nothing is left behind."""
    done = project.run("demo")
    assert done.code == 0
    assert done.out.count(": ready.") == 5
    assert "No changes. Your infrastructure matches the configuration." in done.out
    assert "NOT PLANNED" not in done.out
    assert done.out.endswith("Rules broken: none. Every planned call was made once; nobody got a second message.\n")
    assert list(project.scratch.iterdir()) == []


def test_at_a_terminal_a_person_types_and_may_be_wrong(project: Project) -> None:
    """A wrong code and one left for later do the demo no harm; Ctrl-C ends it with 130."""
    person = project.terminal("demo")
    person.expect("reads: ([0-9]{3}-[0-9]{3})")
    code = person.match.group(1)
    person.expect("skip for now")
    person.sendline("999999" if code != "999-999" else "000000")
    person.expect("skip for now")
    person.sendline(code)
    person.expect("support: ready")
    person.expect("skip for now")
    person.sendline("")
    person.expect("skip for now")
    person.sendline("000000")
    person.expect("skip for now")
    person.sendintr()
    assert finished(person) == 130


def test_the_demo_minds_its_own_business(project: Project) -> None:
    """Neither the user's settings nor credentials nor the folder it is started in reach it."""
    done = project.run("demo", RECONCILER_STATE="sqlite:elsewhere.db", ALIBABA_CLOUD_ACCESS_KEY_SECRET="mine")
    assert done.code == 0
    assert not (project.root / "elsewhere.db").exists()
