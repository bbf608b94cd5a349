"""The main job as people live it, with one process killed on the way, and the truth told by the sandbox's ledger.

Whoever resumes is another user on another host. A person answers what is asked, and asks for another message only
where the program says that it does not know and no message has come.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import re
import shlex
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reconciler.sandbox import Sandbox
from reconciler.sandbox.people.visitor import Visitor
from tests.stage.forks import Ended, Forks
from tests.stage.places import Where

# No operation tells whether a lost purchase code was taken, so it is asked for and sent again.
REPEATED_BY_DESIGN = {"GetPreValidatePhoneId"}
ROUNDS = 12
FIRST = """space: acme
space_id: {space_id}
phone_numbers:
  one: {{number: "{register}", onboarding: register, display_name: One, on_remove: deregister}}
  two: {{number: "{migrate}", onboarding: migrate}}
  three: {{number: "{bought}", onboarding: prevalidated}}
contacts:
  tom: {{email: tom@example.com, phone: "{phone}", title: CEO, message_types: [FaultMessage]}}
"""
SECOND = """space: acme
space_id: {space_id}
phone_numbers:
  deux: {{number: "{migrate}", onboarding: migrate}}
  three: {{number: "{bought}", onboarding: prevalidated}}
contacts:
  tom: {{email: tom@example.com, phone: "{other_phone}", title: Other, message_types: [FaultMessage]}}
"""
THIRD = """space: acme
space_id: {space_id}
phone_numbers:
  deux: {{number: "{migrate}", onboarding: migrate}}
removed: {{tom: delete, three: forget}}
"""
NUMBERS = itertools.count(10_000_000 + (os.getpid() % 500) * 100_000)


@dataclass
class Report:
    """questions: times a person was told that something is unknown."""

    kills: int = 0
    questions: int = 0
    wrong: list[str] = field(default_factory=list)
    places: tuple[str, ...] = ()
    seconds: float = 0.0


class Story:
    def __init__(self, folder: Path, forks: Forks, sandbox: Sandbox, where: Where, seed: int) -> None:
        self.folder, self.forks, self.sandbox, self.where = folder, forks, sandbox, where
        self.visitor = Visitor(sandbox.url)
        self.random = random.Random(seed)
        self.report = Report()
        self.allowed: Counter[str] = Counter()
        self.answered: set[str] = set()
        self._people = (f"person{n}" for n in itertools.count())

    def tell(self, *failpoints: tuple[str, int]) -> Report:
        """Three chapters, each applied and answered until nothing is left; then the promise is checked.

        failpoints: (place, which time it is reached from now on). The first is in force until it has killed a
        process, then the next, and so on.
        """
        self.failpoints = list(failpoints)
        began = time.monotonic()
        self._declare()
        for chapter in (FIRST, SECOND, THIRD):
            self._write(chapter)
            self._converge()
            if failpoints and not self.failpoints:
                break  # what was to be killed was killed, and everything is as declared again
        self._check()
        self.report.seconds = time.monotonic() - began
        return self.report

    def _converge(self) -> None:
        """Who was killed at registering again and again tries it once more by a word of consent, when told so."""
        allowed = ["--allow-deletes", "100"]
        for _ in range(ROUNDS):
            ended = self._run("apply", "--auto-approve", "--no-input", "--lock-wait", "10s", *allowed)
            if ended.exit == 0:
                return
            if "error[metered-out]" in ended.err and self.report.kills > 1 and "--allow-metered" not in allowed:
                allowed.append("--allow-metered")
                continue
            if ended.exit not in (3, -signal.SIGKILL):
                self._wrong(f"apply ended {ended.exit}: {ended.err[-600:]}")
                return
            if ended.exit == 3:
                self._answer_all()
        self._wrong("it never converged")

    def _declare(self) -> None:
        self.visitor.reset()
        self.visitor.settings({"watched_calls_per_second": 0})
        base = next(NUMBERS)
        names = ("register", "migrate", "bought", "phone", "other_phone")
        self.numbers = {name: f"+86{138 - n}{base:08}" for n, name in enumerate(names)}
        self.space_id = f"cams-{base}"
        self.phone, self.bought = self.numbers["phone"], self.numbers["bought"]
        self.purchase_code = self.visitor.purchase(self.bought)
        (self.folder / "spaces").mkdir()
        (self.folder / "reconciler.yaml").write_text("limits: {calls_per_second: 0}\n")

    def _write(self, chapter: str) -> None:
        self.phone = self.numbers["phone" if chapter == FIRST else "other_phone"]
        text = chapter.format(space_id=self.space_id, **self.numbers)
        (self.folder / "spaces" / "acme.yaml").write_text(text)

    def _run(self, *argv: str, stdin: str = "") -> Ended:
        who = next(self._people)
        env = {
            "RECONCILER_ENDPOINT": self.sandbox.url,
            "ALIBABA_CLOUD_ACCESS_KEY_ID": self.sandbox.access_key_id,
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": self.sandbox.access_key_secret,
            "RECONCILER_LEASE_TERM": "0.1",
            "RECONCILER_WHO": who,
            "RECONCILER_HOST": f"host-of-{who}",
            "HOME": str(self.folder),
            "RECONCILER_STATE": self.where.url,
            **self.where.environ,
        }
        place, nth = self.failpoints[0] if self.failpoints else ("", 0)
        ended = self.forks.run(self.folder, env, argv, stdin, f"{place} {nth} kill" if place else "")
        self.report.places += ended.places
        if ended.exit == -signal.SIGKILL:
            self.failpoints.pop(0)
            self.report.kills += 1
        elif place:
            # The count goes on from one process to the next.
            self.failpoints[0] = (place, nth - ended.places.count(place))
        if "error[state-locked]" in ended.err:
            self._release(ended.err)
            return self._run(*argv, stdin=stdin)
        if "Traceback" in ended.err + ended.out or ended.exit == 70:
            self._wrong(f"{argv}: a traceback: {ended.err[-800:]}")
        return ended

    def _release(self, told: str) -> None:
        """Whoever was killed under a server's lock left it behind; a person releases it by the command that is told."""
        key = "{TF_HTTP_USERNAME}:{TF_HTTP_PASSWORD}".format_map(self.where.environ)
        (hint,) = [line for line in told.splitlines() if "curl" in line]
        command = shlex.split(hint[hint.index("curl") :].replace("USER", key))
        subprocess.run([*command, "--silent", "--fail"], check=True)

    def _answer_all(self) -> None:
        pending = self._run("pending", "--json")
        if pending.exit != 0:
            return
        waiting: list[dict[str, Any]] = json.loads(pending.out)
        self.random.shuffle(waiting)
        for waits in waiting:
            self._answer(waits)

    def _answer(self, waits: dict[str, Any]) -> None:
        address = waits["address"]
        self.report.questions += bool(waits["in_doubt"])
        if waits["challenge"] == "confirmation":
            self._confirm(address, waits)
            return
        code = self.visitor.code(waits["number"]) or (self.purchase_code if waits["number"] == self.bought else None)
        if code is None or (waits["attempts"] >= 3 and waits["number"] != self.bought):
            self._resend(address, waits["number"])
            code = self.visitor.code(waits["number"])
        if self.random.random() < 0.2:
            self._run("verify", address, "--lock-wait", "10s", stdin="000000\n")
        self._run("verify", address, "--lock-wait", "10s", stdin=f"{code}\n")

    def _confirm(self, address: str, waits: dict[str, Any]) -> None:
        for target in (self.phone, "tom@example.com"):
            if not any(message["to"] == target for message in self.visitor.inbox()):
                if not waits["in_doubt"]:
                    self._wrong(f"{target} was never sent a link, and nobody says so")
                self._resend(address, target)
            if target not in self.answered and any(message["to"] == target for message in self.visitor.inbox()):
                self.visitor.confirm(target)
                self.answered.add(target)
        self._run("verify", address, "--lock-wait", "10s")

    def _resend(self, address: str, target: str) -> None:
        """The person looked: nothing has come. Only now, and only by this word, may another message go out."""
        self.visitor.allow(target, 1)
        self.allowed[target] += 1
        self._run("verify", address, "--resend", "--lock-wait", "10s")

    def _check(self) -> None:
        plan = self._run("plan", "--detailed-exitcode")
        if plan.exit != 0:
            self._wrong(f"not converged: {plan.out[-600:]}{plan.err[-300:]}")
        for violation in self.visitor.ledger()["violations"]:
            if not (violation["invariant"] == "I3" and any(name in violation["what"] for name in REPEATED_BY_DESIGN)):
                self._wrong(f"the sandbox saw {violation}")
        sent = Counter(message["to"] for message in self.visitor.inbox())
        for target, number in sent.items():
            if number > 1 + self.allowed[target]:
                self._wrong(f"{number} messages to {target}")
        self._check_journal()
        self._check_codes()

    def _check_journal(self) -> None:
        """I3 from the journal's side: an operation whose OK is recorded is not called again for that record."""
        log = self._run("log", "--json")
        done: set[tuple[str, str]] = set()
        for line in log.out.splitlines():
            entry = json.loads(line)
            if entry["type"] == "forgotten" or entry.get("phase") == "changed" != entry.get("door", ""):
                done = {pair for pair in done if pair[0] != entry["id"]}
            key = (entry.get("id", ""), entry.get("operation", ""))
            if entry["type"] == "intent" and key in done and not self.allowed:
                self._wrong(f"{key} was called again after its OK was recorded")
            if entry["type"] == "outcome" and entry["result"] == "ok":
                done.add(key)

    def _check_codes(self) -> None:
        codes = {message["code"] for message in self.visitor.inbox() if message["code"]} | {self.purchase_code}
        spellings = {text for code in codes for text in (code, code.replace("-", ""))}
        for path, content in _written(self.folder):
            # Six digits also occur inside hashes and numbers: a code stands by itself.
            found = [text for text in spellings if re.search(rb"(?<![0-9a-f])%b(?![0-9a-f])" % text.encode(), content)]
            if found:
                self._wrong(f"the code {found} stands in {path}")

    def _wrong(self, what: str) -> None:
        self.report.wrong.append(what)


def _written(folder: Path) -> Iterator[tuple[Path, bytes]]:
    return ((path, path.read_bytes()) for path in folder.rglob("*") if path.is_file())
