"""Bad input: every mistake of a file is named at once, each with its code, its place and a way to mend it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.config.telling import GOOD, lines

CASES = Path(__file__).parent / "bad"


def project(case: Path, root: Path) -> Path:
    """A case is a space file, a reconciler.yaml (`settings-…`) beside a good space, or a whole project."""
    if case.is_dir():
        return case
    (root / "spaces").mkdir()
    if case.name.startswith("settings-"):
        shutil.copy(case, root / "reconciler.yaml")
        (root / "spaces/good.yaml").write_text(GOOD)
    else:
        shutil.copy(case, root / "spaces/acme.yaml")
    return root


@pytest.mark.parametrize("name", sorted(path.stem for path in CASES.glob("*.txt")))
def test_all_that_is_wrong_is_said(name: str, tmp_path: Path) -> None:
    """The problems of bad/NAME.yaml, or of the project bad/NAME, are exactly those of bad/NAME.txt."""
    case = CASES / name if (CASES / name).is_dir() else CASES / f"{name}.yaml"
    assert lines(project(case, tmp_path)) == (CASES / f"{name}.txt").read_text()


def test_each_case_has_its_expectation() -> None:
    """No case lies about without the text that it must lead to, nor a text without its case."""
    cases = {path.stem for path in CASES.iterdir() if path.suffix != ".txt"}
    assert cases == {path.stem for path in CASES.glob("*.txt")}
