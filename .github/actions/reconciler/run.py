"""One step of a workflow: runs the installed command, and tells GitHub what came of it.

Exit 3 becomes success with `paused=true`, and exit 2 of a plan success with `changes=true`. Exit 6 of a plan is a plan
that exists and is refused: it has all its outputs, with `refused=true`, and fails unless asked otherwise. So does a
plan that leaves a space out (exit 1), whose apply fails again. What the command prints can neither be a workflow
command nor begin a line of the summary. Nothing is read from the checkout.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import secrets
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

# By -I this folder, which is the action's own and no checkout, is not looked at for modules.
sys.path.append(str(Path(__file__).parent))

from identity import NoIdentity, identified
from variables import WrongLine, set_by

FAILED, USAGE = 1, 64
LEFT_OUT, CHANGES, PAUSED, REFUSED = 1, 2, 3, 6
PLANNED = (0, LEFT_OUT, CHANGES, REFUSED)
LONGEST = 256 * 1024
"""Bytes of an output. GitHub takes a megabyte for all of a job's."""

OF_THE_PLACE = ("--environment", "--state", "--endpoint", "--expect")

Environ = Mapping[str, str]


class Step:
    """command: what was asked for, which says what is added to it. Files lie in the job's own scratch folder."""

    def __init__(self, environ: Environ) -> None:
        self.environ = environ
        self.command = environ["ACTION_COMMAND"].strip()
        self._scratch = Path(environ["RUNNER_TEMP"])
        self.plan = self._scratch / "reconciler-plan.out"
        self.events = self._scratch / f"reconciler-{self.name}.jsonl"
        self.stdout = self._scratch / f"reconciler-{self.name}.txt"
        self.emergency = self._scratch / "reconciler-emergency.jsonl"
        self.code = 0

    @property
    def _folder(self) -> Path:
        return Path(self.environ.get("ACTION_DIRECTORY") or ".")

    @property
    def name(self) -> str:
        return "-".join(word for word in self.command.split() if word.isalpha())

    def words(self) -> list[str]:
        added = {
            "plan": ["--detailed-exitcode", "--out", str(self.plan), "--json-into", str(self.events), *self._basis()],
            "apply": ["--no-input", "--json-into", str(self.events)],
            "pending": ["--format", "markdown"],
        }
        asked = shlex.split(self.command) + shlex.split(self.environ.get("ACTION_ARGUMENTS", ""))
        return asked + added.get(self.command, [])

    def _basis(self) -> list[str]:
        snapshot, against = self.environ.get("ACTION_SNAPSHOT", ""), self.environ.get("ACTION_AGAINST", "")
        if snapshot and Path(snapshot).is_file():
            return ["--state", str(Path(snapshot).resolve())]
        # Where a snapshot was asked for, an empty revision is refused: never the state that the branch names.
        return [f"--against={against}"] if snapshot or against else []

    @property
    def planned(self) -> bool:
        """Whether there is a plan, whatever is said against it."""
        return self.command == "plan" and self.code in PLANNED and self.plan.is_file()

    def run(self) -> None:
        if self.command == "plan":
            for file in (self.plan, self.events):
                file.unlink(missing_ok=True)  # of an earlier step
        with silenced():
            self.code, text = self.reconciler(self.words())
            # The result and all else go through one pipe, so that nothing overtakes the end of the silence.
            print(text, end="", flush=True)
        self.stdout.write_text(text, "utf-8")
        self._keep(text)

    def _keep(self, text: str) -> None:
        """Outcomes that the journal could not take, as lines of a file or as words that were printed: for an artifact.

        None of them holds a phone number, an e-mail address or a code.
        """
        words = re.findall(r"reconciler state recover --line ([A-Za-z0-9_=-]+)", text)
        with contextlib.suppress(OSError):
            words += [each.read_text("ascii") for each in self._folder.glob(".reconciler-emergency*.jsonl")]
        if any(words):
            self.emergency.write_text("\n".join(words), "ascii")

    def _seen(self) -> str:
        """What tells one memory of the state from another."""
        with contextlib.suppress(OSError):
            return hashlib.sha256((self._folder / ".reconciler/seen.json").read_bytes()).hexdigest()[:16]
        return ""

    def reconciler(self, words: Sequence[str]) -> tuple[int, str]:
        """Exit code and result; what goes to stderr is shown as it comes."""
        before = [str(Path(sys.executable).with_name("reconciler")), "-C", self.environ.get("ACTION_DIRECTORY") or "."]
        done = subprocess.run([*before, *words], stdout=subprocess.PIPE, stderr=sys.stdout.fileno(), env=self._known())
        return done.returncode, done.stdout.decode("utf-8", "replace")

    def _known(self) -> dict[str, str]:
        """The journal tells who did what from where: whoever started the job, in this run."""
        run = f"run-{self.environ.get('GITHUB_RUN_ID', '')}"
        return {"RECONCILER_WHO": self.environ.get("GITHUB_ACTOR", ""), "RECONCILER_HOST": run, **self.environ}

    def _place(self) -> list[str]:
        """The words of the command that say which state it is about."""
        words = iter(shlex.split(self.environ.get("ACTION_ARGUMENTS", "")))
        found: list[str] = []
        for word in words:
            if word.partition("=")[0] in OF_THE_PLACE:
                found += [word] if "=" in word else [word, next(words, "")]
        return found

    def _environment(self) -> str:
        """Its name where it is well formed, so that it can be part of another; otherwise nothing."""
        said = " ".join(self._place())
        typed = re.search(r"--environment[ =]([^ ]*)", said)
        name = typed[1] if typed else self.environ.get("RECONCILER_ENVIRONMENT", "")
        return name if re.fullmatch(r"[a-z][a-z0-9-]*", name) else ""

    def quietly(self, *words: str, expected: int = 0) -> str:
        """What a second command printed; nothing when it ended in another way than expected."""
        with silenced():
            code, text = self.reconciler(words)
        return text if code == expected else ""

    def annotate(self) -> None:
        """These are workflow commands, each escaped where it was made."""
        if self.planned:
            print(self.quietly("show", str(self.plan), "--format", "github"), end="")
        elif self.command == "plan":
            print(self._failure("github"), end="")

    def _failure(self, form: str) -> str:
        """Why there is no plan, as its stream tells it."""
        return self.quietly("show", "--outcome", str(self.events), "--format", form) if self.events.is_file() else ""

    def summary(self) -> str:
        text = self.stdout.read_text("utf-8")
        if self.planned:
            return self.quietly("show", str(self.plan), "--format", "markdown") or indented(text)
        if self.command == "plan":
            return self._failure("markdown") or f"### Plan failed: exit code {self.code}\n"
        if self.command == "apply":
            waits = self.quietly("pending", *self._place(), "--format", "markdown") if self.code == PAUSED else ""
            return waits + indented(text)
        return text if self.command == "pending" and not self.code else ""

    def outputs(self) -> dict[str, str]:
        planned = self.planned
        return {
            "exit-code": str(self.code),
            "paused": said(self.code == PAUSED),
            "changes": said(self.code in (CHANGES, REFUSED) or changes(self.events)) if planned else "",
            "refused": said(self.code == REFUSED) if planned else "",
            "digest": digest(self.events) if planned else "",
            "plan": str(self.plan) if planned else "",
            "events": str(self.events) if self.events.is_file() else "",
            "stdout": str(self.stdout),
            "checked": f"--checked {shlex.quote(str(self.stdout))}" if self.checked else "",
            "result": self._result(),
            "seen": self._seen(),
            "environment": self._environment(),
            "emergency": str(self.emergency) if self.emergency.is_file() else "",
        }

    def _result(self) -> str:
        small = self.command not in ("plan", "apply") and self.stdout.stat().st_size <= LONGEST
        return self.stdout.read_text("utf-8").rstrip("\n") if small else ""

    @property
    def checked(self) -> bool:
        """Whether `check --json` printed what it found, for `comment --checked`."""
        return self.command == "check" and self.stdout.read_text("utf-8").startswith("{")

    def exit_code(self) -> int:
        forgiven = {CHANGES} if self.command == "plan" else set()
        if self.checked:
            forgiven |= {LEFT_OUT, CHANGES}  # what is unknown, and what is not as recorded, is for the comment
        if self.environ.get("ACTION_FAIL_ON_PAUSE") != "true":
            forgiven.add(PAUSED)
        if self.environ.get("ACTION_FAIL_ON_REFUSAL") == "false" and self.planned:
            forgiven |= {LEFT_OUT, REFUSED}
        return 0 if self.code in forgiven else self.code


@contextlib.contextmanager
def silenced() -> Iterator[None]:
    """No workflow command is heard in here: the word that ends it cannot be guessed."""
    word = secrets.token_hex(16)
    print(f"::stop-commands::{word}", flush=True)
    yield
    print(f"\n::{word}::", flush=True)


def indented(text: str) -> str:
    """As code, in which nothing is markup."""
    return "\n" + "".join(f"    {line}\n" for line in text.splitlines())


def said(yes: bool) -> str:
    return "true" if yes else "false"


def told(events: Path, type: str) -> Iterator[Mapping[str, object]]:
    rows = map(json.loads, events.read_text("utf-8").splitlines())
    return (row for row in rows if row["type"] == type)


def digest(events: Path) -> str:
    """As the plan's summary says it."""
    return next((str(row.get("digest", "")) for row in told(events, "change_summary")), "")


def changes(events: Path) -> bool:
    """Whether a plan that is no success has something to do."""
    return any(True for _ in told(events, "planned_change"))


def tell(environ: Environ, outputs: Mapping[str, str], summary: str) -> None:
    with Path(environ["GITHUB_OUTPUT"]).open("a", encoding="utf-8") as file:
        for name, value in outputs.items():
            border = secrets.token_hex(16)
            file.write(f"{name}<<{border}\n{value}\n{border}\n")
    with Path(environ["GITHUB_STEP_SUMMARY"]).open("a", encoding="utf-8") as file:
        file.write(summary + "\n" if summary else "")


def main(environ: Environ) -> int:
    try:
        given = set_by(environ)
        with identified(given) as files:
            return ran({**given, **files})
    except WrongLine as wrong:
        print(f"::error title=variables::{wrong}")
        return USAGE
    except NoIdentity as lacking:
        print(f"::error title=no identity::{lacking}")
        return FAILED


def ran(environ: Environ) -> int:
    step = Step(environ)
    step.run()
    step.annotate()
    tell(environ, step.outputs(), step.summary())
    return step.exit_code()


if __name__ == "__main__":
    sys.exit(main(os.environ))
