"""The pipeline files that `init` writes: the examples' own, with the place that this program comes from in them."""

from __future__ import annotations

import re
from pathlib import Path

PLACES = {"github": ".github/workflows", "gitlab": ""}
"""Forge -> the folder of its pipeline files in a repository."""
FILES = {"github": ("plan.yml", "comment.yml", "apply.yml", "nudge.yml"), "gitlab": (".gitlab-ci.yml",)}
_SOURCE = re.compile(r"https://([A-Za-z0-9.:-]+)/([A-Za-z0-9._/-]+?)(?:\.git)?@([0-9a-f]{40})")
_REPOSITORY, _SERVER, _COMMIT = "example/reconciler", "git.example.com", "0123456789abcdef0123456789abcdef01234567"


def well_formed(source: str) -> bool:
    """Whether it is an address of a repository and a commit: `https://HOST/OWNER/NAME@COMMIT`."""
    return _SOURCE.fullmatch(source) is not None


def pipeline_files(forge: str, source: str) -> dict[str, str]:
    """Path -> text. source: a well-formed one."""
    found = _SOURCE.fullmatch(source)
    assert found
    server, repository, commit = found.groups()
    said = {_REPOSITORY: repository, _SERVER: server, _COMMIT: commit}
    return {f"{PLACES[forge]}/{name}".lstrip("/"): _filled(_example(forge, name), said) for name in FILES[forge]}


def _filled(text: str, said: dict[str, str]) -> str:
    for old, new in said.items():
        text = text.replace(old, new)
    return text


def _example(forge: str, name: str) -> str:
    """From the wheel, or from the source tree beside the package."""
    packaged = Path(__file__).parents[2] / "pipelines" / forge
    source = Path(__file__).parents[3] / "examples" / forge / PLACES[forge]
    return ((packaged if packaged.is_dir() else source) / name).read_text("utf-8")
