"""`init`: from an empty folder to a project that is valid, formatted, and known to editors."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from tests.stage.project import ROOT, Project

SAID = ("init", "--space", "acme", "--space-id", "cams-acme", "--number", "+8613800001234", "--display-name", "Acme")
ENVIRONMENTS = (
    *("init", "--space", "acme", "--environments", "trial,live", "--space-id", "cams-1", "--space-id", "cams-2"),
    *("--account", "1234567890123456", "--account", "6543210987654321", "--no-input"),
)
WROTE = """\
Wrote reconciler.yaml
Wrote spaces/acme.yaml
Wrote schemas/space.schema.json
Wrote schemas/template.schema.json
Wrote schemas/filled.schema.json
Wrote schemas/project.schema.json
Wrote schemas/scenario.schema.json

Next:
  reconciler validate
  reconciler plan --out plan.out
  reconciler apply plan.out
"""
SPACE = """\
# yaml-language-server: $schema=../schemas/space.schema.json
space: acme
space_id: cams-acme
phone_numbers:
  support:
    number: "+8613800001234"
    onboarding: register
    display_name: Acme
"""
SETTINGS = """\
# yaml-language-server: $schema=./schemas/project.schema.json
guards:
  max_messages: 20
environments:
  trial:
    spaces: environments/trial/*.yaml
    account: "1234567890123456"
  live:
    spaces: environments/live/*.yaml
    account: "6543210987654321"
"""


@pytest.fixture
def empty(project: Project) -> Project:
    for path in (*project.root.glob("spaces/*"), *project.root.glob("*.yaml")):
        path.unlink()
    return project


def written(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def test_a_project_begins(empty: Project) -> None:
    """What options give is asked of nobody; the files are valid and formatted, and the next commands work."""
    done = empty.run(*SAID)
    assert (done.code, done.out, done.err) == (0, WROTE, "")
    assert (empty.root / "spaces/acme.yaml").read_text() == SPACE
    assert (empty.root / ".gitignore").read_text() == ".reconciler/\n"
    assert empty.run("validate").out == "Valid: 1 space, 1 resource.\n"
    assert (empty.run("fmt", "--check").code, empty.run("fmt", "--check").out) == (0, "")
    assert empty.run("plan", "--out", "plan.out").code == 0


def test_a_project_begins_with_environments(empty: Project) -> None:
    """Each has a folder, an account, and a space of its own."""
    assert empty.run(*ENVIRONMENTS).code == 0
    assert (empty.root / "reconciler.yaml").read_text() == SETTINGS
    assert {"environments/trial/acme.yaml", "environments/live/acme.yaml"} <= written(empty.root)
    assert empty.run("validate").code == 0
    assert empty.run("fmt", "--check").code == 0


def test_nothing_is_written_over(empty: Project) -> None:
    """Each file that exists is named, and none is written; a .gitignore gets one line more, once."""
    empty.write("schemas/space.schema.json", "{}")
    empty.write(".gitignore", "*.log")
    before = written(empty.root)
    done = empty.run(*SAID)
    assert (done.code, done.out) == (64, "")
    assert done.err.startswith("error[file-exists] this file is already there\n  found: schemas/space.schema.json\n")
    assert written(empty.root) == before
    (empty.root / "schemas/space.schema.json").unlink()
    assert empty.run(*SAID).code == 0
    assert (empty.root / ".gitignore").read_text() == "*.log\n.reconciler/\n"


def test_a_name_is_no_path(empty: Project) -> None:
    """What could lead out of the folder is refused before anything is written."""
    before = written(empty.root)
    for name in ("../acme", "a/b", ""):
        assert empty.run("init", "--space", name, "--space-id", "x", "--no-input").code == 64
    assert empty.run(*ENVIRONMENTS[:3], "--environments", "../up", *ENVIRONMENTS[5:]).code == 64
    assert written(empty.root) == before


def test_without_a_terminal_what_lacks_is_named(empty: Project) -> None:
    """And nothing is written."""
    before = written(empty.root)
    done = empty.run("init", "--space", "acme")
    assert (done.code, done.out) == (64, "")
    assert done.err.endswith("Error: There is no terminal to ask at: give --space-id.\n")
    assert written(empty.root) == before


EXAMPLE = "0123456789abcdef0123456789abcdef01234567"
SOURCE = "https://git.acme.example/tools/reconciler"
COMMIT = "89abcdef0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("forge", "names"),
    [
        ("github", [f".github/workflows/{name}.yml" for name in ("apply", "comment", "drift", "nudge", "plan")]),
        ("gitlab", [".gitlab-ci.yml"]),
    ],
)
def test_pipelines_are_those_of_the_examples(empty: Project, forge: str, names: list[str]) -> None:
    """Word for word, but for where the program comes from, which has to be a repository and a commit."""
    words = (*SAID, "--pipeline", forge)
    for source in ("", "number-reconciler", f"{SOURCE}@main", f"{SOURCE}@{COMMIT[:12]}"):
        done = empty.run(*words, "--source", source)
        assert (done.code, "error[unknown-source]" in done.err, written(empty.root)) == (64, True, set())
    assert empty.run(*words, "--source", f"{SOURCE}.git@{COMMIT}").code == 0
    assert {name for name in written(empty.root) if name.startswith((".github", ".gitlab"))} == set(names)
    for name in names:
        text, example = (empty.root / name).read_text(), (ROOT / "examples" / forge / name).read_text()
        assert (
            text.replace(COMMIT, EXAMPLE)
            .replace("tools/reconciler", "example/reconciler")
            .replace("git.acme.example", "git.example.com")
            == example
        )


THREE = (
    *("init", "--space", "acme", "--environments", "trial,staging,production", "--no-input"),
    *(word for at in (1, 2, 3) for word in ("--space-id", f"cams-{at}", "--account", f"100000000000000{at}")),
)


@pytest.mark.parametrize("forge", ["github", "gitlab"])
def test_pipelines_of_environments(empty: Project, forge: str) -> None:
    """With the example's own environments they are the example's; with others, each has what those have."""
    words = ("--pipeline", forge, "--source", f"https://git.example.com/example/reconciler@{EXAMPLE}")
    assert empty.run(*THREE, *words).code == 0
    names = [name for name in written(empty.root) if name.startswith((".github", ".gitlab-ci"))]
    assert len(names) == (5 if forge == "github" else 1)
    texts = {name: (ROOT / "examples/environments" / name).read_text() for name in names}
    # Each account is the one before it, counted up: so the third block is the second one, renamed.
    assert {name: (empty.root / name).read_text() for name in names} == texts
    for path in [path for path in empty.root.rglob("*") if path.is_file()]:
        path.unlink()
    assert empty.run(*ENVIRONMENTS[:4], "trial,live-eu", *ENVIRONMENTS[5:], *words).code == 0
    text = "".join((empty.root / name).read_text() for name in names)
    assert not re.search("staging|production|1000000000000", text, re.IGNORECASE)
    assert ("STATE_READ_LIVE_EU" in text) == (forge == "github")
    assert all(yaml.safe_load((empty.root / name).read_text()) for name in names)
    if forge == "github":
        jobs = yaml.safe_load((empty.root / ".github/workflows/apply.yml").read_text())["jobs"]
        assert [(name, job.get("needs")) for name, job in jobs.items()] == [("trial", None), ("live-eu", "trial")]
        assert "1234567890123456" in str(jobs["trial"]) and "6543210987654321" in str(jobs["live-eu"])


@pytest.mark.parametrize("name", ["spaces", "schemas", ".gitignore"])
def test_no_link_is_followed_out(empty: Project, tmp_path: Path, name: str) -> None:
    """A folder or a file that leads out of the project is named, and nothing is written, there or here."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").write_text("mine\n")
    (empty.root / name).symlink_to(outside / "file" if name == ".gitignore" else outside)
    done = empty.run(*SAID)
    assert (done.code, "error[file-outside]" in done.err) == (64, True)
    assert {path.name: path.read_text() for path in outside.iterdir()} == {"file": "mine\n"}
    assert not (empty.root / "reconciler.yaml").exists()


def test_others_read_what_is_written(empty: Project) -> None:
    """`init` makes files as any program does; `fmt` keeps the mode of what it replaces."""
    assert empty.run(*SAID).code == 0
    usual = empty.root / "usual"
    usual.touch()
    file = empty.root / "spaces/acme.yaml"
    assert file.stat().st_mode == (empty.root / ".gitignore").stat().st_mode == usual.stat().st_mode
    file.write_text("space_id: cams-acme\nspace: acme\n")
    file.chmod(0o664)
    assert empty.run("fmt").out == "spaces/acme.yaml\n"
    assert file.stat().st_mode & 0o777 == 0o664
