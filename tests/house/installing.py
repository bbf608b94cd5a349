"""Every install command that a file of ours gives, as the words that pip would be given."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.house.imports import ROOT

HOST = "https://git.example.com"
# What the commands find in the environment where they are meant to run.
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "CI_SERVER_URL": HOST,
    "GITHUB_ACTION_PATH": f"{ROOT}/.github/actions/reconciler",
    "ACTION_EXTRAS": "postgres",
    "NUMBERS_REQUIREMENT": f"number-reconciler @ git+{HOST}/example/reconciler.git@{'0123456789abcdef' * 2}01234567",
}
TOOLS = re.compile(
    r"\b(pip[0-9.]*|pipx|uv|uvx|poetry|pdm|conda)\s+(install|download|wheel|tool|add|run|pip)\b[ \t]*(.*)"
)
QUIETLY = ("--quiet", "--disable-pip-version-check")
# By a bare name, in a requirement or not: it is a stranger's.
BARE = re.compile(r"(?<![\w./-])reconciler(\[[\w,]*\]|[=~<>]=)")
VARIABLE = re.compile(r"\b(?:NUMBERS_REQUIREMENT|requirement): ([^\"\s|].*)$", re.MULTILINE)
HOOK = re.compile(r"- repo: (\S+)\s+rev: (\S+)")
USES = re.compile(r"uses: (example/reconciler)/\S+@(\S+)")
INCLUDED = re.compile(r"project: (example/reconciler)\b,?\s+ref: ([^\s,]+)")


def files() -> dict[str, str]:
    """Path -> text, of every file that people get, tests apart."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    names = [name for name in listed.split("\0") if name and not name.startswith("tests/") and (ROOT / name).is_file()]
    return {name: Path(ROOT, name).read_text("utf-8", "replace") for name in names}


def commands(text: str) -> Iterator[tuple[str, ...]]:
    """The words after `pip install`; a tool other than pip stays in front, for nothing here runs it."""
    for tool, verb, rest in TOOLS.findall(text.replace("\\\n", " ")):
        front = () if (tool.startswith("pip"), verb) == (True, "install") and tool != "pipx" else (tool, verb)
        yield (*front, *(word for word in _words(rest) if word not in QUIETLY))
    yield from ((bare.group(),) for bare in BARE.finditer(text))
    yield from (tuple(_words(f'"{value}"')) for value in VARIABLE.findall(text))
    yield from ((f"git+{repository}@{revision}",) for repository, revision in HOOK.findall(text))
    for name, revision in USES.findall(text) + INCLUDED.findall(text):
        yield (f"git+{HOST}/{name}@{revision}",)


def _words(line: str) -> list[str]:
    """As a shell splits and fills them in."""
    done = subprocess.run(
        ["bash", "-c", f"printf '%s\\n' {line}"], env=ENVIRONMENT, capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()
