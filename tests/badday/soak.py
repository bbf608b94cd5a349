"""One apply of many numbers against a cloud that loses a tenth of its answers, watched from outside, and resumed."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.stage.cloud import Cloud
from tests.stage.project import APPLY, COMMAND, Project

RESUMES = 5
LOST = 0.1
EVERY = 0.05
# One connection for each of 32 workers, and what a quiet process has open.
FILES = 80
# Bytes of memory: of a process that has loaded everything, and for a number's record, plan and outcome.
QUIET, PER_NUMBER = 100_000_000, 10_000
PER_SPACE = 1000
SETTINGS = "limits: {{calls_per_second: 0}}\nguards: {{max_messages: {numbers}}}\n"


@dataclass
class Watched:
    """Peaks of one process: bytes of memory, open files; and its exit code."""

    memory: int = 0
    files: int = 0
    code: int = 0

    def look(self, pid: int) -> None:
        with contextlib.suppress(OSError, IndexError):  # it may end while it is looked at
            pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
            self.memory = max(self.memory, pages * os.sysconf("SC_PAGE_SIZE"))
            self.files = max(self.files, len(list(Path(f"/proc/{pid}/fd").iterdir())))


@dataclass
class Soak:
    project: Project
    cloud: Cloud
    numbers: int
    runs: list[Watched] = field(default_factory=list)

    def __call__(self) -> list[str]:
        """What is wrong. Answers are lost in every run."""
        for first in range(0, self.numbers, PER_SPACE):
            some = range(first, min(first + PER_SPACE, self.numbers))
            self.project.declare_many(some, f"space{first}", f"cams-{first}")
        self.project.write("reconciler.yaml", SETTINGS.format(numbers=self.numbers))
        self.cloud.tell("settings", lost_share=LOST)
        while len(self.runs) <= RESUMES and not self._converged():
            self.runs.append(self._applied())
        self.cloud.tell("settings", lost_share=0.0)
        return list(self._wrong())

    def _converged(self) -> bool:
        """Every number waits for its code. A run may still not know of one that waits: its read was lost."""
        return bool(self.runs) and len(self._waiting()) == self.numbers

    def _waiting(self) -> list[Any]:
        command = [COMMAND, "pending", "--json"]
        done = subprocess.run(command, cwd=self.project.root, env=self.project.env({}), capture_output=True, check=True)
        waiting: list[Any] = json.loads(done.stdout)
        return waiting

    def _applied(self) -> Watched:
        watched, out = Watched(), self.project.scratch / f"out{len(self.runs)}"
        with out.open("wb") as stream:
            process = subprocess.Popen(
                [COMMAND, *APPLY],
                cwd=self.project.root,
                env=self.project.env({}),
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
            )
            while process.poll() is None:
                watched.look(process.pid)
                time.sleep(EVERY)
        watched.code = process.returncode
        return watched

    def _wrong(self) -> Iterator[str]:
        if not self._converged():
            yield f"after {len(self.runs)} runs {len(self._waiting())} of {self.numbers} wait for people"
        sent = Counter(message["to"] for message in self.cloud.messages())
        if len(sent) != self.numbers or set(sent.values()) != {1}:
            yield f"{len(sent)} numbers of {self.numbers} got a message, and one got {max(sent.values())}"
        yield from (str(violation) for violation in self.cloud.violations())
        for run in self.runs:
            if run.files > FILES:
                yield f"{run.files} files were open"
            if run.memory > QUIET + PER_NUMBER * self.numbers:
                yield f"{run.memory >> 20} MiB of memory"
