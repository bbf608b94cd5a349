"""What a shell offers: addresses, spaces and runs, of the files and the state at hand, and never an error."""

from __future__ import annotations

import pytest

from tests.stage.project import Project


def offered(project: Project, *words: str, shell: str = "bash") -> list[str]:
    """What may follow these words, the last of which was begun."""
    done = project.run(
        _RECONCILER_COMPLETE=f"{shell}_complete",
        COMP_WORDS=" ".join(("reconciler", *words)),
        COMP_CWORD=words[-1] if shell == "fish" else str(len(words)),
    )
    assert (done.code, done.err) == (0, "")
    if shell == "zsh":  # type, value and help, a line each
        return done.out.split("\n")[1::3]
    return [line.partition(",")[2].partition("\t")[0] for line in done.out.splitlines() if line]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_addresses_and_spaces_are_offered(project: Project, shell: str) -> None:
    """Those that begin so."""
    project.declare("support", "sales")
    project.declare_elsewhere("desk")
    both = ["acme/phone_number/sales", "acme/phone_number/support"]
    assert offered(project, "verify", "acme/", shell=shell) == both
    assert offered(project, "state", "show", "acme/phone_number/su", shell=shell) == both[1:]
    assert offered(project, "plan", "--space", "", shell=shell) == ["acme", "other"]


def test_what_is_recorded_and_declared_no_more_is_offered(project: Project) -> None:
    """And the run that holds a space, to be closed."""
    project.declare("support")
    project.run("apply", "--auto-approve", "--no-input")
    project.declare("sales")
    assert offered(project, "state", "rm", "acme/") == ["acme/phone_number/sales", "acme/phone_number/support"]
    assert offered(project, "force-unlock", "") == []


@pytest.mark.parametrize("text", ["space: [", "", "a: 1\n"])
def test_a_broken_file_offers_nothing(project: Project, text: str) -> None:
    """No message comes into somebody's line of typing."""
    project.write("spaces/acme.yaml", text)
    assert offered(project, "verify", "a") == []
