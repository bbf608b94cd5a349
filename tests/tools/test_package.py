"""What is published, held against the tools of its field; and the wheel, installed as people do, does the main job."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
# No address is true in every copy of this repository: who keeps one gives his own.
LEFT_OUT = "AuthorEmail"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source distribution."""
    folder = tmp_path_factory.mktemp("dist")
    words = [sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT]
    subprocess.run(words, check=True, capture_output=True)
    return folder


def wheel(built: Path) -> Path:
    (found,) = built.glob("*.whl")
    return found


@pytest.mark.heavy
def test_twine_takes_both(tool: Any, built: Path) -> None:
    """Also as warnings go: what an index would not show is refused here."""
    done = tool("twine", "check", "--strict", *built.iterdir())
    assert done.returncode == 0, done.stdout


@pytest.mark.heavy
def test_the_wheel_holds_what_it_should(tool: Any, built: Path) -> None:
    """No stray file, no second top level, nothing twice; types are said to be there, and nothing of the tests is."""
    done = tool("check-wheel-contents", wheel(built))
    assert done.returncode == 0, done.stdout
    names = zipfile.ZipFile(wheel(built)).namelist()
    assert "reconciler/py.typed" in names
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"reconciler", "number_reconciler"}


@pytest.mark.heavy
def test_pyroma_rates_it_ten(tool: Any, built: Path) -> None:
    """But for the author's address."""
    (source,) = built.glob("*.tar.gz")
    done = tool("pyroma", "--min", "10", "--skip-tests", LEFT_OUT, "--file", source)
    assert done.returncode == 0, done.stdout


@pytest.mark.heavy
def test_the_project_file_is_valid(tool: Any) -> None:
    """By the published schemas of the field, classifiers included."""
    done = tool("validate-pyproject", ROOT / "pyproject.toml")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.heavy
def test_the_source_builds_the_same_wheel(built: Path, tmp_path: Path) -> None:
    """Whoever builds from the source distribution gets the files that the wheel has."""
    (source,) = built.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        archive.extractall(tmp_path, filter="data")
    (unpacked,) = tmp_path.iterdir()
    words = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", tmp_path / "again", unpacked]
    subprocess.run(words, check=True, capture_output=True)
    (again,) = (tmp_path / "again").iterdir()
    ours, theirs = (zipfile.ZipFile(each) for each in (wheel(built), again))
    assert {each.filename: each.CRC for each in ours.infolist()} == {
        each.filename: each.CRC for each in theirs.infolist()
    }


@pytest.mark.heavy
@pytest.mark.timeout(900)
def test_the_installed_wheel_does_the_main_job(built: Path, tmp_path: Path) -> None:
    """The end-to-end tests pass with the program that pip installed from the wheel, in an environment of its own."""
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    pip = [tmp_path / "venv/bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--constraint", ROOT / "tests/constraints.txt", wheel(built)], check=True)
    environ = {**os.environ, "RECONCILER_TESTS_COMMAND": str(tmp_path / "venv/bin/reconciler")}
    part = [f"tests/e2e/test_{name}.py" for name in ("main_job", "json")]
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *part]
    done = subprocess.run(words, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=800)
    assert done.returncode == 0, done.stdout[-2000:]


def test_the_changelog_says_when_and_what_kind() -> None:
    """Keep a Changelog's form: newest first, each release dated, each line below its kind."""
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    heads = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert heads[0] == "[Unreleased]"
    assert [head for head in heads[1:] if not re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d", head)] == []
    kinds = set(re.findall(r"^### (.*)$", text, re.MULTILINE))
    assert kinds and kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
