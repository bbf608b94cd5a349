"""The pipeline files that `init` writes: the examples' own, with the place that this program comes from in them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path

PLACES = {"github": ".github/workflows", "gitlab": ""}
"""Forge -> the folder of its pipeline files in a repository."""
FILES = {"github": ("plan.yml", "comment.yml", "apply.yml", "nudge.yml", "drift.yml"), "gitlab": (".gitlab-ci.yml",)}
_SOURCE = re.compile(r"https://([A-Za-z0-9.:-]+)/([A-Za-z0-9._/-]+?)(?:\.git)?@([0-9a-f]{40})")
_LIST = "[trial, staging, production]"
_BLOCK = re.compile(r"^  \S.*\n(?:    .*\n)+", re.MULTILINE)
_OF_ONE = re.compile("trial|staging|production")
_NAMED = re.compile(r"trial|staging|TRIAL|STAGING|100000000000000[12]")
_REPOSITORY, _SERVER, _COMMIT = "example/reconciler", "git.example.com", "0123456789abcdef0123456789abcdef01234567"


def well_formed(source: str) -> bool:
    """Whether it is an address of a repository and a commit: `https://HOST/OWNER/NAME@COMMIT`."""
    return _SOURCE.fullmatch(source) is not None


def pipeline_files(forge: str, source: str, environments: Mapping[str, str]) -> dict[str, str]:
    """Path -> text. source: a well-formed one. environments: name -> account; empty without environments."""
    found = _SOURCE.fullmatch(source)
    assert found
    server, repository, commit = found.groups()
    said = {_REPOSITORY: repository, _SERVER: server, _COMMIT: commit}
    kind = "environments" if environments else ""
    texts = {name: _filled(_example(kind, forge, name), said) for name in FILES[forge]}
    return {
        f"{PLACES[forge]}/{name}".lstrip("/"): _for_each(text, environments) if environments else text
        for name, text in texts.items()
    }


def _for_each(text: str, environments: Mapping[str, str]) -> str:
    """The example with these environments in place of its own: in its list of them, or in a block for each. The first
    block waits for no other; each later one is like the second."""
    if _LIST in text:
        return text.replace(_LIST, f"[{', '.join(environments)}]")
    first, second, *rest = (found for found in _BLOCK.finditer(text) if _OF_ONE.search(found[0]))
    names = list(environments)
    blocks = (
        _NAMED.sub(partial(_renamed, names[max(at - 1, 0)], name, environments[name]), (second if at else first)[0])
        for at, name in enumerate(names)
    )
    return text[: first.start()] + "".join(blocks) + text[rest[-1].end() :]


def _renamed(before: str, name: str, account: str, found: re.Match[str]) -> str:
    """In the second block, `trial` is the one before; in the first, it is its own."""
    if found[0].isdigit():
        return account
    own = before if found[0].lower() == "trial" else name
    return own.upper().replace("-", "_") if found[0].isupper() else own


def _filled(text: str, said: dict[str, str]) -> str:
    for old, new in said.items():
        text = text.replace(old, new)
    return text


def _example(kind: str, forge: str, name: str) -> str:
    """From the wheel, or from the source tree beside the package."""
    packaged = Path(__file__).parents[2] / "pipelines" / kind / forge
    source = Path(__file__).parents[3] / "examples" / (kind or forge) / PLACES[forge]
    return ((packaged if packaged.is_dir() else source) / name).read_text("utf-8")
