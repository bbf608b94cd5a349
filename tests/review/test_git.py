"""Revisions are read by git: safely where the repository is a stranger's, and with an error that says what lacks."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from reconciler.errors import ReconcilerError
from reconciler.revisions import git
from tests.review.scene import Scene
from tests.stage.project import SALES, Done

ODD = {"empty": b"", "nul": b"a\0b", "name": b"x" * 300, "path": b"x/" * 3_000, "bytes": b"\xff"}


def code(done: Done) -> tuple[int, str]:
    assert done.out == ""
    return done.code, done.err.partition("[")[2].partition("]")[0]


def test_a_machine_without_git_says_so(repository: Scene, tmp_path: Path) -> None:
    """Exit 1, by name."""
    assert code(repository.run("plan", "--against", "main", PATH=str(tmp_path))) == (1, "git-missing")


def test_a_folder_in_no_repository_says_so(repository: Scene) -> None:
    """For every command that takes a revision."""
    shutil.rmtree(repository.root / ".git")
    ways = (("plan", "--against", "main"), ("state", "snapshot"))
    assert [code(repository.run(*way)) for way in ways] == [(1, "not-a-repository")] * 2


def test_a_folder_that_is_not_there_says_so(repository: Scene) -> None:
    """It is not taken for a machine without git."""
    assert code(repository.run("-C", "nowhere", "state", "snapshot")) == (64, "no-such-folder")


def test_a_name_that_means_no_commit_is_wrong_usage(repository: Scene) -> None:
    """Whatever it looks like, it is never taken for an option of git, and nothing is written."""
    for name in ("nope", "--output=x", "-h", "", "a b", "HEAD:spaces", "x" * 300, "main\n", "HEAD~9", "a\0b"):
        assert problem(repository.root, name) == "revision-unknown"
    assert code(repository.run("plan", "--against=--output=x")) == (64, "revision-unknown")
    assert not (repository.root / "x").exists()


def problem(root: Path, name: str) -> str:
    with pytest.raises(ReconcilerError) as refused:
        git.base(root, name)
    return refused.value.problems[0].code


def test_a_shallow_clone_that_lacks_the_revision_says_how_to_fetch_it(repository: Scene) -> None:
    """A commit that is not there, and one that is but without what leads to it."""
    first = repository.git("rev-parse", "HEAD")
    repository.git("checkout", "--quiet", "-b", "other")
    repository.commit()
    repository.git("checkout", "--quiet", "main")
    repository.commit()
    repository.cloned("--depth=1", "--no-single-branch")
    assert problem(repository.clone, "origin/other") == "revision-shallow"
    done = repository.stranger("plan", "--against", first)
    assert code(done) == (1, "revision-shallow")
    assert "fetch-depth: 0" in done.err


def test_histories_with_nothing_in_common_cannot_be_compared(repository: Scene) -> None:
    """Without a commit that both have there is no telling what the branch changed."""
    repository.git("checkout", "--quiet", "--orphan", "elsewhere")
    repository.commit()
    assert problem(repository.root, "main") == "revision-unknown"


def test_nothing_of_the_repository_is_run(repository: Scene) -> None:
    """Hooks, filters, textual conversions, a monitor, a pager: each would leave a mark; none does."""
    mark = repository.project.scratch / "ran"
    script = repository.project.write("evil", f"#!/bin/sh\ntouch {mark}\ncat\n")
    script.chmod(0o755)
    repository.project.write(".gitattributes", "* filter=evil diff=evil export-ignore\n")
    for hook in ("post-checkout", "post-index-change", "reference-transaction", "pre-auto-gc"):
        (repository.root / ".git/hooks" / hook).symlink_to(script)
    repository.commit()
    settings = ("filter.evil.smudge", "filter.evil.clean", "diff.evil.textconv", "diff.external", "core.fsmonitor")
    for setting in (*settings, "core.pager", "core.alternateRefsCommand"):
        repository.git("config", setting, str(script))
    mark.unlink(missing_ok=True)
    assert repository.run("plan", "--against", "main").code == 0
    assert repository.run("spaces", "--changed-since", "main", "--json").out == '{"space":[]}\n'
    assert not mark.exists()


def test_a_repository_hidden_in_a_folder_is_not_one(repository: Scene) -> None:
    """A branch may hold a folder that looks like a bare repository, with settings that name commands."""
    repository.git("init", "--quiet", "--bare", "inner")
    inner = repository.root / "inner"
    repository.project.write("inner/spaces/acme.yaml", (repository.root / "spaces/acme.yaml").read_text())
    done = repository.run("-C", str(inner), "plan", "--against", "HEAD")
    assert code(done) == (1, "git-failed")
    assert "bare" in done.err


def test_a_hooks_own_variables_lead_nowhere(repository: Scene, tmp_path: Path) -> None:
    """Run from another repository's hook, it still reads the one that the configuration is in."""
    env = {"GIT_DIR": str(tmp_path), "GIT_INDEX_FILE": "nothing", "GIT_WORK_TREE": str(tmp_path)}
    assert repository.run("plan", "--against", "main", **env).code == 0


def test_no_credential_is_handed_to_git() -> None:
    """Of what is around only what git needs to find itself, its settings and a repository that it may read."""
    needed = ("PATH", "HOME", "GIT_CONFIG_COUNT", "GIT_DISCOVERY_ACROSS_FILESYSTEM", "SUDO_UID")
    around = dict.fromkeys((*needed, "GIT_DIR", "GIT_SSH_COMMAND", "GIT_TRACE"), "1")
    secret = {"ALIBABA_CLOUD_ACCESS_KEY_SECRET": "x", "GITHUB_TOKEN": "x", "RECONCILER_STATE": "postgres://u:p@h/d"}
    assert set(git.environment(around | secret)) == {
        *(*needed, "LC_ALL"),
        *("GIT_OPTIONAL_LOCKS", "GIT_TERMINAL_PROMPT", "GIT_NO_LAZY_FETCH", "GIT_NO_REPLACE_OBJECTS"),
    }


def test_a_tree_that_leads_out_of_its_folder_is_refused(repository: Scene) -> None:
    """Such a tree can only be made by hand; nothing of it is written anywhere."""
    blob = repository.git("rev-parse", "HEAD:spaces/acme.yaml")
    inner = _tree(repository.root, b"100644 acme.yaml\0" + bytes.fromhex(blob))
    tree = _tree(repository.root, b"40000 ..\0" + bytes.fromhex(inner))
    made = repository.git("commit-tree", tree, "-p", "HEAD", "-m", "said")
    with pytest.raises(ReconcilerError) as refused:
        git.files(repository.root, made, (".yaml",))
    assert refused.value.problems[0].code == "git-failed"


def _tree(root: Path, body: bytes) -> str:
    return _object(root, body, "-t", "tree", "--literally")


def _object(root: Path, body: bytes, *more: str) -> str:
    command = ["git", "hash-object", "-w", "--stdin", *more]
    return subprocess.run(command, cwd=root, input=body, check=True, capture_output=True).stdout.decode().strip()


def test_nothing_is_written_through_a_forged_link(repository: Scene) -> None:
    """A tree may name a link and a file, or a folder, alike: what the link leads to stays as it is."""
    outside = repository.project.scratch / "outside"
    outside.mkdir()
    (outside / "kept.yaml").write_text("kept\n")
    blob = bytes.fromhex(repository.git("rev-parse", "HEAD:spaces/acme.yaml"))
    there, kept = (_blob(repository.root, os.fsencode(path)) for path in (outside, outside / "kept.yaml"))
    inner = _tree(repository.root, b"120000 link\0" + there + b"100644 new.yaml\0" + blob)
    body = b"120000 a\0" + there + b"40000 a\0" + bytes.fromhex(inner)
    tree = _tree(repository.root, body + b"120000 b.yaml\0" + kept + b"100644 b.yaml\0" + blob)
    made = repository.git("commit-tree", tree, "-p", "HEAD", "-m", "said")
    repository.git("update-ref", "HEAD", made)
    assert "Plan: 2 to add" in repository.run("plan", "--against", made).out
    assert _all(outside) == {str(outside / "kept.yaml"): b"kept\n"}


def _blob(root: Path, body: bytes) -> bytes:
    return bytes.fromhex(_object(root, body))


@pytest.mark.parametrize("target", ODD.values(), ids=ODD)
def test_a_link_that_leads_nowhere_troubles_nobody(repository: Scene, target: bytes) -> None:
    """Wherever it lies, and whatever stands where its path should: every command that reads a revision goes on."""
    blob = _blob(repository.root, target).hex()
    repository.git("update-index", "--add", "--cacheinfo", f"120000,{blob},tools/link")
    repository.git("commit", "--quiet", "--message=said")
    done = repository.run("plan", "--against", "main")
    assert (done.code, done.err, done.out.partition(".")[0]) == (0, "", "No changes")
    done = repository.run("spaces", "--changed-since", "main", "--json")
    assert (done.code, done.out) == (0, '{"space":[]}\n')


def test_a_space_file_that_is_a_link_to_no_path_is_told(repository: Scene) -> None:
    """A name that no file can have is said as any file that cannot be read."""
    blob = _blob(repository.root, b"x" * 300).hex()
    repository.git("update-index", "--add", "--cacheinfo", f"120000,{blob},spaces/link.yaml")
    repository.git("commit", "--quiet", "--message=said")
    assert code(repository.run("plan", "--against", "main")) == (1, "file-unreadable")


def test_a_file_that_cannot_be_laid_out_is_named(repository: Scene) -> None:
    """A name that the file system refuses ends by name, not in a traceback."""
    name = "x" * 300 + ".yaml"
    blob = repository.git("rev-parse", "HEAD:spaces/acme.yaml")
    tree = _tree(repository.root, f"100644 {name}\0".encode() + bytes.fromhex(blob))
    made = repository.git("commit-tree", tree, "-p", "HEAD", "-m", "said")
    repository.git("update-ref", "HEAD", made)
    done = repository.run("plan", "--against", made)
    assert code(done) == (1, "git-failed")
    assert "found: xxx" in done.err


def test_a_link_is_followed_to_a_file_of_any_name(repository: Scene) -> None:
    """Directly, through a linked folder, from reconciler.yaml: as it is in the work tree."""
    for name in ("data", "conf"):
        (repository.root / name).mkdir()
    (repository.root / "spaces/globex.yaml").rename(repository.root / "data/globex.txt")
    (repository.root / "linked").symlink_to("data")
    (repository.root / "spaces/globex.yaml").symlink_to("../linked/globex.txt")
    (repository.root / "spaces").rename(repository.root / "customers")
    repository.project.write("conf/settings.txt", "spaces: [customers/*.yaml]\n")
    (repository.root / "reconciler.yaml").unlink(missing_ok=True)
    (repository.root / "reconciler.yaml").symlink_to("conf/settings.txt")
    repository.commit()
    done = repository.run("plan", "--against", "HEAD")
    assert (done.code, done.err, done.out.partition(".")[0]) == (0, "", "No changes")
    repository.edit("data/globex.txt", "tom@example.com", "tim@example.com")
    assert repository.run("spaces", "--changed-since", "main").out == "globex\n"


def test_a_commit_is_what_it_was_made_as(repository: Scene) -> None:
    """What `git replace` put in its place counts for nothing."""
    first = repository.git("rev-parse", "HEAD")
    repository.edit("spaces/globex.yaml", "tom@example.com", "tim@example.com")
    second = repository.commit()
    repository.git("replace", f"{first}:spaces/globex.yaml", f"{second}:spaces/globex.yaml")
    repository.git("replace", "--force", first, second)
    assert "tom@example.com -> tim@example.com" in repository.run("plan", "--against", first).out


def test_a_file_that_is_not_in_the_clone_matters_only_where_it_is_needed(repository: Scene) -> None:
    """A clone may lack some: git then gives no size. Of a space file that is said by name."""
    repository.project.write("notes.txt", "none of ours\n")
    repository.commit()
    _lost(repository, "HEAD:notes.txt")
    assert repository.run("plan", "--against", "main").code == 0
    _lost(repository, "HEAD:spaces/globex.yaml")
    assert code(repository.run("plan", "--against", "main")) == (1, "revision-shallow")


def _lost(repository: Scene, name: str) -> None:
    blob = repository.git("rev-parse", name)
    (repository.root / ".git/objects" / blob[:2] / blob[2:]).unlink()


def test_links_submodules_and_odd_names_are_read_as_they_lie(repository: Scene) -> None:
    """A link inside the repository is followed, one that leads out is refused, odd names trouble nobody."""
    (repository.root / "spaces/globex.yaml").rename(repository.root / "elsewhere.yaml")
    (repository.root / "spaces/globex.yaml").symlink_to("../elsewhere.yaml")
    (repository.root / os.fsdecode(b"odd\n\xff name.yaml")).write_text("none of ours\n")
    commit = repository.commit()
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{commit},spaces/inner.yaml")
    repository.git("commit", "--quiet", "--message=said")
    assert repository.run("plan", "--against", commit).out.startswith("No changes.")
    (repository.root / "spaces/globex.yaml").unlink()
    (repository.root / "spaces/globex.yaml").symlink_to("/etc/hostname")
    repository.commit()
    repository.git("branch", "bad")
    (repository.root / "spaces/globex.yaml").unlink()
    done = repository.run("plan", "--against", "bad")
    assert code(done) == (1, "file-outside")


def test_the_repository_is_left_as_it_was(repository: Scene) -> None:
    """Reading a revision writes nothing below .git, and leaves no folder behind."""
    before = _all(repository.root)
    repository.project.write("spaces/globex.yaml", "space: globex\nspace_id: cams-globex\n")
    edited = _all(repository.root)
    assert repository.run("plan", "--against", "main").code == 6
    assert repository.run("spaces", "--changed-since", "main").out == "globex\n"
    assert _all(repository.root) == edited != before
    assert list(repository.project.scratch.iterdir()) == []


def _all(root: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def test_a_project_in_a_folder_of_the_repository_is_its_own(repository: Scene) -> None:
    """-C leads to a folder below the root: only what is below it is read, there and then."""
    repository.project.write("customers/spaces/one.yaml", "space: one\nspace_id: cams-one\n")
    repository.commit()
    block = f'phone_numbers:\n  a: {{number: "{SALES}", onboarding: migrate}}\n'
    repository.project.write("customers/spaces/one.yaml", f"space: one\nspace_id: cams-one\n{block}")
    assert repository.run("-C", "customers", "spaces", "--changed-since", "main").out == "one\n"
    out = repository.run("-C", "customers", "plan", "--against", "main").out
    assert "Plan: 1 to add, 0 to change, 0 to destroy." in out
