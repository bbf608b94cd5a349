"""What people install by a command of ours is ours: each command of a file and each hint is run."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping, Sequence
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest

from reconciler.store import extras
from tests.house.imports import ROOT
from tests.house.installing import HOST, commands, files

FOUND = sorted({words for text in files().values() for words in commands(text)})
BUILT = ("reconciler", "schemas", "examples", "pyproject.toml", "README.md", "LICENSE")
REPOSITORY = re.compile(rf"git\+{HOST}/example/reconciler(\.git)?@[0-9a-f]{{40}}")
STRANGER = "Metadata-Version: 2.1\nName: reconciler\nVersion: 0.2.2\n"
ASKED = "import importlib.metadata as m; print(m.metadata('number-reconciler')['Summary'])"
HINT = "from reconciler.store.extras import hint; print(hint('age'))"


class Machine:
    """Without a network. index: a folder with our wheel, and with a stranger's of the name `reconciler`."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.index, self.repository = folder, folder / "index", folder / "repository"
        self.hints: set[tuple[str, ...]] = set()
        backend = folder / "backend"
        for each in (self.index, self.repository, backend):
            each.mkdir()
        for name in ("hatchling", "pathspec", "pluggy", "packaging", "trove-classifiers", "pip"):
            for top in {Path(file.parts[0]) for file in distribution(name).files or () if file.parts[0] != ".."}:
                (backend / top).symlink_to(Path(str(distribution(name).locate_file(top))))
        settings = {
            "NO_INDEX": "1",
            "FIND_LINKS": str(self.index),
            "NO_DEPS": "1",
            "NO_BUILD_ISOLATION": "0",
            "QUIET": "1",
        }
        pip = {f"PIP_{name}": value for name, value in settings.items()}
        self.env = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "PIP_CONFIG_FILE": "/dev/null", **pip}
        self.builds = {**self.env, "PYTHONPATH": str(backend)}
        self.commit = self._commit()
        self.run([sys.executable, "-m", "pip", "wheel", "--wheel-dir", str(self.index), str(self.repository)])
        (self.wheel,) = self.index.glob("*.whl")
        with zipfile.ZipFile(self.index / "reconciler-0.2.2-py3-none-any.whl", "w") as stranger:
            stranger.writestr("reconciler-0.2.2.dist-info/METADATA", STRANGER)
            stranger.writestr("reconciler-0.2.2.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n")
            stranger.writestr("reconciler-0.2.2.dist-info/RECORD", "")

    def _commit(self) -> str:
        """The working copy as it is, in a repository whose address a command may have."""
        for name in BUILT:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, self.repository / name)
        who = ("-c", "user.name=a", "-c", "user.email=a@example.com")
        for words in (("init", "--quiet"), ("add", "."), (*who, "commit", "--quiet", "--message", "all")):
            subprocess.run(["git", *words], cwd=self.repository, env=self.env, check=True)
        revision = ["git", "rev-parse", "HEAD"]
        return subprocess.run(revision, cwd=self.repository, capture_output=True, text=True, check=True).stdout.strip()

    def run(self, command: Sequence[str]) -> None:
        done = subprocess.run(command, cwd=ROOT, env=self.builds, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr

    def fresh(self) -> Path:
        """The interpreter of an environment with nothing in it."""
        folder = self.folder / f"environment-{len(list(self.folder.iterdir()))}"
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
        return folder / "bin/python"

    def install(self, python: Path, words: tuple[str, ...]) -> None:
        here = f"git+file://localhost{self.repository}@{self.commit}"
        self.run([str(python), "-m", "pip", "install", *(REPOSITORY.sub(here, word) for word in words)])

    def ask(self, python: Path, script: str) -> str:
        asked = [python, "-I", "-c", script]
        return subprocess.run(asked, env=self.env, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    return Machine(tmp_path_factory.mktemp("machine"))


@pytest.mark.parametrize("words", [*FOUND, ("INDEX",), ("WHEEL",)], ids=" ".join)
def test_a_command_installs_ours_and_so_does_its_hint(machine: Machine, words: tuple[str, ...]) -> None:
    """Of a file, or the two ways that no file needs to name; afterwards the copy's own hint for an extra."""
    python = machine.fresh()
    given = {("INDEX",): ("number-reconciler",), ("WHEEL",): (str(machine.wheel),)}
    machine.install(python, given.get(words, words))
    assert machine.ask(python, ASKED).startswith("Terraform for phone numbers")
    run, *command = shlex.split(machine.ask(python, HINT))
    assert (run, command[:4]) == ("Run:", [str(python), "-m", "pip", "install"])
    if (what := tuple(command[4:])) not in machine.hints:
        machine.hints.add(what)
        machine.run(command)
        assert machine.ask(python, ASKED).startswith("Terraform for phone numbers")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Run: pip install 'reconciler[postgres]'", ("reconciler[postgres]",)),
        ("$ python -m pip install --no-deps \\\n  reconciler", ("--no-deps", "reconciler")),
        ("pipx install reconciler", ("pipx", "install", "reconciler")),
        ("needs `reconciler[age]==0.1.0`", ("reconciler[age]",)),
        ("  NUMBERS_REQUIREMENT: reconciler==0.1.0", ("reconciler==",)),
        ("- repo: https://a.example/b\n  rev: v1\n", ("git+https://a.example/b@v1",)),
        ("uses: example/reconciler/.github/x@v1", ("git+https://git.example.com/example/reconciler@v1",)),
    ],
)
def test_a_command_is_found(text: str, words: tuple[str, ...]) -> None:
    """The law can fail: whatever tool installs, and where a name only stands for it."""
    assert words in set(commands(text))


@pytest.mark.parametrize("words", [("reconciler[postgres]",), ("pipx", "install", "number-reconciler")], ids=" ".join)
def test_a_strangers_package_is_found_out(machine: Machine, words: tuple[str, ...]) -> None:
    """The law can fail: by the old name something is installed, and it is not ours; nor is what pip does not know."""
    with pytest.raises((AssertionError, subprocess.CalledProcessError)):
        test_a_command_installs_ours_and_so_does_its_hint(machine, words)


PATH_URL = "file:///home/ann/a%20b"
GIT = {"vcs": "git", "commit_id": "c0ffee"}


@pytest.mark.parametrize(
    ("direct", "words"),
    [
        (None, ["number-reconciler[s3]==1.2"]),
        ({"url": PATH_URL, "dir_info": {"editable": True}}, ["--editable", "/home/ann/a b[s3]"]),
        ({"url": PATH_URL, "dir_info": {}}, [f"number-reconciler[s3] @ {PATH_URL}"]),
        (
            {"url": "https://git.example.com/a.git", "vcs_info": GIT, "subdirectory": "b"},
            ["number-reconciler[s3] @ git+https://git.example.com/a.git@c0ffee#subdirectory=b"],
        ),
        (
            {"url": "https://example.com/a.whl", "archive_info": {"hashes": {"md5": "1", "sha256": "2"}}},
            ["number-reconciler[s3] @ https://example.com/a.whl#sha256=2"],
        ),
        ({"url": "file:///a.whl", "archive_info": {}}, ["number-reconciler[s3] @ file:///a.whl"]),
    ],
)
def test_a_hint_follows_the_way_it_was_installed(direct: Mapping[str, Any] | None, words: list[str]) -> None:
    """Each form that PEP 610 has."""
    assert extras.requirement("s3", "1.2", direct) == words
