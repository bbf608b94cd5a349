"""A Containerfile's steps, run in a folder in place of an image: each stage has a root of its own below it.

Nothing here can build an image. What a step runs is run by `sh` with the paths of the image led into the stage's root.
What only an image has (its packages, its users) is stood for by programs that write down what they were asked.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

STOOD_FOR = ("apt-get", "useradd")
_PATHS = re.compile(r"(?<![\w./-])/(?=(?:opt|build|usr/local|var|home|work)\b)")


@dataclass
class Stage:
    """name: as the file has it, "" for the last one. root: what stands for `/`. said: instruction -> its last words."""

    name: str
    root: Path
    said: dict[str, str] = field(default_factory=dict)
    env: dict[str, str] = field(default_factory=dict)
    folder: str = "/"
    asked: str = ""


class Build:
    """context: the folder that files are copied from. arguments: as `--build-arg` gives them."""

    def __init__(self, scratch: Path, context: Path, arguments: dict[str, str], index: dict[str, str]) -> None:
        self.scratch, self.context, self.arguments, self.index = scratch, context, arguments, index
        self.stages: list[Stage] = []
        self.programs = scratch / "programs"
        self.programs.mkdir()
        for name in STOOD_FOR:
            (self.programs / name).write_text(f'#!/bin/sh\necho "{name} $*" >> "$ASKED"\n')
            (self.programs / name).chmod(0o755)
        (self.programs / "python").symlink_to(sys.executable)

    def run(self, text: str) -> list[Stage]:
        for word, rest in steps(text):
            if word == "FROM":
                name = rest.partition(" AS ")[2]
                self.stages.append(Stage(name, self.scratch / f"stage-{len(self.stages)}"))
                self.stages[-1].root.mkdir()
            elif self.stages:
                self._step(self.stages[-1], word, rest)
        return self.stages

    def _step(self, stage: Stage, word: str, rest: str) -> None:
        stage.said[word] = rest
        if word == "WORKDIR":
            stage.folder = rest
            self._inside(stage, rest).mkdir(parents=True)
        elif word == "ARG":
            name, _, default = rest.partition("=")
            stage.env[name] = self.arguments.get(name, default.strip('"'))
        elif word == "COPY":
            self._copy(stage, rest.split())
        elif word == "RUN":
            self._shell(stage, rest)

    def _inside(self, stage: Stage, path: str) -> Path:
        return stage.root / (path if path.startswith("/") else f"{stage.folder}/{path}").lstrip("/")

    def _copy(self, stage: Stage, words: list[str]) -> None:
        source = self.context
        if words[0].startswith("--from="):
            name = words.pop(0).removeprefix("--from=")
            (source,) = [each.root for each in self.stages if each.name == name]
        *files, where = words
        for file in files:
            there, here = source / file.lstrip("/"), self._inside(stage, where)
            here = here / there.name if where.endswith("/") else here
            here.parent.mkdir(parents=True, exist_ok=True)
            copy = shutil.copytree if there.is_dir() else shutil.copy
            copy(there, here, **({"symlinks": True} if there.is_dir() else {}))

    def _shell(self, stage: Stage, script: str) -> None:
        asked = self.scratch / "asked"
        asked.write_text("")
        mapped = _PATHS.sub(f"{stage.root}/", script)
        env = {**self.index, **stage.env, "PATH": f"{self.programs}:/usr/bin:/bin", "ASKED": str(asked)}
        env |= {"HOME": str(self.scratch), "LANG": "C.UTF-8"}
        folder = self._inside(stage, stage.folder)
        done = subprocess.run(["sh", "-ec", mapped], cwd=folder, env=env, capture_output=True, text=True, timeout=280)
        assert done.returncode == 0, done.stdout + done.stderr
        stage.asked += asked.read_text()


def steps(text: str) -> list[tuple[str, str]]:
    """Instruction and the rest, comments left out and continued lines put together."""
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("#")).replace("\\\n", " ")
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines.splitlines()) if word]
