"""A project's folder, and the installed command run in it as people and pipelines run it.

Whatever a command prints is kept, so that the canary can search it. It must never call our code in this process.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pexpect

COMMAND = os.environ.get("RECONCILER_TESTS_COMMAND") or str(Path(sys.executable).with_name("reconciler"))
"""The program under test: of this environment, or another copy, such as an installed wheel."""
ROOT = Path(__file__).parents[2]
QUICKSTART = ROOT / "examples/quickstart"
APPLY = ("apply", "--auto-approve", "--no-input")
HEARS = ("env", "--default-signal=INT")
"""Runs a command that hears SIGINT, also where whoever started the tests had it ignored, as a shell's `&` does."""
NUMBERS = {"support": "+8613800001234", "sales": "+8613800001235", "desk": "+8613800001236"}
SUPPORT, SALES, DESK = NUMBERS.values()
GLOBEX = """space: globex
space_id: cams-globex
contacts:
  tom: {email: tom@example.com, title: CEO, message_types: [FaultMessage]}
"""
# What may print numbers whole: their reader asked for them.
_WHOLE = (
    ("pending", "--json"),
    ("show", "--json"),
    ("--format", "json"),
    ("state", "pull"),
    ("state", "show", "--whole"),
    ("import", "--out", "-"),
)


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it printed. code: minus the signal's number for a killed one.

    places: the failpoints it reached, in order, where they are heard (forks.py).
    """

    code: int
    out: str
    err: str
    places: tuple[str, ...] = field(default=(), compare=False)

    @property
    def last(self) -> str:
        return self.out.rstrip("\n").rpartition("\n")[2]


@dataclass(frozen=True)
class Said:
    """A command and all it printed. whole: it is one of those that show numbers in full."""

    arguments: tuple[str, ...]
    text: str

    @property
    def whole(self) -> bool:
        return any(set(words) <= set(self.arguments) for words in _WHOLE)


class Project:
    """root: the repository. here: where commands are started. HOME and TMPDIR lie beside the root and are its own.

    encoding: of what the commands write.
    """

    def __init__(self, base: Path, environment: Mapping[str, str]) -> None:
        self.root, self.home, self.scratch = base / "project", base / "home", base / "tmp"
        for folder in (self.root, self.home, self.scratch):
            folder.mkdir()
        self.here, self.encoding = self.root, "utf-8"
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "TMPDIR": str(self.scratch),
            "LANG": "C.UTF-8",
            "TERM": "xterm",
            "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true",
            "RECONCILER_WHO": "ann",
            "RECONCILER_HOST": "tower",
            **environment,
        }
        self.said: list[Said] = []
        self._started: list[subprocess.Popen[bytes]] = []
        self._terminals: list[tuple[tuple[str, ...], pexpect.spawn, io.StringIO]] = []

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def declare(self, *names: str, extra: str = "") -> None:
        """Space acme with these of NUMBERS, all to be registered."""
        blocks = "".join(registered(name, NUMBERS[name]) for name in names)
        self.write("spaces/acme.yaml", f"space: acme\nspace_id: cams-e2e\nphone_numbers:\n{blocks}{extra}")

    def declare_elsewhere(self, name: str) -> None:
        """A second space, with one of NUMBERS."""
        block = registered(name, NUMBERS[name])
        self.write("spaces/other.yaml", f"space: other\nspace_id: cams-other\nphone_numbers:\n{block}")

    def declare_many(self, places: range, space: str = "acme", space_id: str = "cams-e2e") -> dict[str, str]:
        """A space with numbers n0, n1 …, all to be registered. Name -> number."""
        numbers = {f"n{n}": f"+86138{n:08}" for n in places}
        blocks = "".join(registered(name, number) for name, number in numbers.items())
        self.write(f"spaces/{space}.yaml", f"space: {space}\nspace_id: {space_id}\nphone_numbers:\n{blocks}")
        return numbers

    def copy(self, example: Path) -> None:
        shutil.copytree(example, self.root, dirs_exist_ok=True)

    def env(self, changed: Mapping[str, str | None]) -> dict[str, str]:
        """None takes a variable away."""
        whole = {**self.environment, **changed}
        return {name: value for name, value in whole.items() if value is not None}

    def run(self, *arguments: str, given: str | bytes = "", before: tuple[str, ...] = (), **env: str | None) -> Done:
        """To its end, without a terminal. given: standard input. before: a command to run it under."""
        return self.end(self.start(*arguments, before=before, **env), given)

    def start(self, *arguments: str, before: tuple[str, ...] = (), **env: str | None) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [*before, COMMAND, *arguments],
            cwd=self.here,
            env=self.env(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self._started.append(process)
        return process

    def end(self, process: subprocess.Popen[bytes], given: str | bytes = "") -> Done:
        try:
            out, err = process.communicate(given.encode() if isinstance(given, str) else given, timeout=240)
        finally:
            process.kill()
        assert isinstance(process.args, list)
        done = Done(process.returncode, out.decode(self.encoding), err.decode(self.encoding))
        self.said.append(Said(tuple(process.args), done.out + done.err))
        return done

    def terminal(
        self, *arguments: str, columns: int = 100, before: tuple[str, ...] = (), **env: str | None
    ) -> pexpect.spawn:
        """A person at a terminal. What she types is kept only where the terminal shows it. before: as in run()."""
        seen = io.StringIO()
        window: Any = {"encoding": self.encoding, "timeout": 60, "dimensions": (40, columns), "cwd": str(self.here)}
        command, *words = (*before, COMMAND, *arguments)
        person = pexpect.spawn(command, words, env=self.env(env), **window)
        person.logfile_read = seen
        self._terminals.append((arguments, person, seen))
        return person

    def close(self) -> list[Said]:
        """Ends what a test left running. Returns all that was ever printed."""
        for process in self._started:
            if process.poll() is None:
                process.kill()
                process.communicate()
        for arguments, person, seen in self._terminals:
            person.close(force=True)
            # Whoever is asked at a terminal is told the number in full, in the line above the prompt and in no other.
            shown = _OWN.sub(lambda found: _NUMBER.sub("…", found.group()), seen.getvalue())
            self.said.append(Said(arguments, _ASKING.sub("", shown)))
        return self.said


_ASKING = re.compile(
    r"^[^ :]+ (?:waits for|a code may have been sent) [^\n]*\n(?:  [^\n]*\n)*?(?=  6-digit)", re.MULTILINE
)
# At a terminal a number is shown where it was typed, and in a problem of a file as it is there.
_OWN = re.compile(
    r"^(?:error|warning)\[[^]]*\] \S+:\d+:\d+: [^\n]*\n(?:  [^\n]*\n)*|^Phone number, [^\n]*\n", re.MULTILINE
)
_NUMBER = re.compile(r"\+?[0-9]{7,}")


def registered(name: str, number: str) -> str:
    return f'  {name}:\n    number: "{number}"\n    onboarding: register\n    display_name: Acme {name}\n'


def finished(person: pexpect.spawn) -> int:
    """The exit code of what runs at a terminal, once it has ended."""
    person.expect(pexpect.EOF)
    person.close()
    return int(person.exitstatus if person.exitstatus is not None else -person.signalstatus)
