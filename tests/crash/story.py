"""The main job as people live it, with one process killed on the way, and the truth told by the sandbox's ledger.

Whoever resumes is another user on another host. A person answers what is asked, and asks for another message only
where the program says that it does not know and no message has come.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import shlex
import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.stage.canary import files, leaks
from tests.stage.cloud import Cloud
from tests.stage.failing import Failing
from tests.stage.places import Where
from tests.stage.project import APPLY, Done

# No operation tells whether a lost purchase code was taken, so it is asked for and sent again.
REPEATED_BY_DESIGN = {"GetPreValidatePhoneId"}
ROUNDS = 12
FIRST = """space: acme
space_id: {space_id}
account_callback: https://hooks.example.com/account
phone_numbers:
  one: {{number: "{register}", onboarding: register, display_name: One, on_remove: deregister}}
  two: {{number: "{migrate}", onboarding: migrate}}
  three: {{number: "{bought}", onboarding: prevalidated}}
  four:
    number: "{signed_up}"
    onboarding: embedded
    callbacks: {{messages: "https://hooks.example.com/m", status: "https://hooks.example.com/s"}}
    profile: {{about: Ask us}}
    commerce: {{cart: true, catalog: true}}
contacts:
  tom: {{email: tom@example.com, phone: "{phone}", title: CEO, message_types: [FaultMessage], members: [fd-a]}}
"""
SECOND = """space: acme
space_id: {space_id}
account_callback: https://hooks.example.com/reports
phone_numbers:
  deux: {{number: "{migrate}", onboarding: migrate}}
  three: {{number: "{bought}", onboarding: prevalidated}}
  four:
    number: "{signed_up}"
    onboarding: embedded
    callbacks: {{messages: "https://hooks.example.com/m", status: "https://hooks.example.com/s"}}
    profile: {{about: Ask}}
    commerce: {{cart: true, catalog: true}}
contacts:
  tom: {{email: tom@example.com, phone: "{other_phone}", title: Other, message_types: [FaultMessage], members: [rd-b]}}
"""
THIRD = """space: acme
space_id: {space_id}
phone_numbers:
  deux: {{number: "{migrate}", onboarding: migrate}}
removed: {{tom: delete, three: forget, four: deregister}}
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
    """run: in a project and a cloud that are empty."""

    def __init__(self, run: Failing, cloud: Cloud, where: Where, seed: int) -> None:
        self.run, self.cloud, self.where = run, cloud, where
        self.project, self.random = run.project, random.Random(seed)
        self.project.environment |= {"RECONCILER_LEASE_TERM": "0.1", "RECONCILER_STATE": where.url, **where.environ}
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
            ended = self._run(*APPLY, "--lock-wait", "10s", *allowed)
            if ended.code == 0:
                return
            if "error[metered-out]" in ended.err and self.report.kills > 1 and "--allow-metered" not in allowed:
                allowed.append("--allow-metered")
                continue
            if ended.code not in (3, -signal.SIGKILL):
                self._wrong(f"apply ended {ended.code}: {ended.err[-600:]}")
                return
            if ended.code == 3:
                self._answer_all()
        self._wrong("it never converged")

    def _declare(self) -> None:
        base = next(NUMBERS)
        names = ("register", "migrate", "bought", "phone", "other_phone", "signed_up")
        self.numbers = {name: f"+86{138 - n}{base:08}" for n, name in enumerate(names)}
        self.space_id = f"cams-{base}"
        self.phone, self.bought = self.numbers["phone"], self.numbers["bought"]
        self.purchase_code = self.cloud.purchase(self.bought)
        self.cloud.tell("signups", number=self.numbers["signed_up"], space=self.space_id)

    def _write(self, chapter: str) -> None:
        self.phone = self.numbers["phone" if chapter == FIRST else "other_phone"]
        self.project.write("spaces/acme.yaml", chapter.format(space_id=self.space_id, **self.numbers))

    def _run(self, *argv: str, stdin: str = "") -> Done:
        who = next(self._people)
        person = {"RECONCILER_WHO": who, "RECONCILER_HOST": f"host-of-{who}"}
        place, nth = self.failpoints[0] if self.failpoints else ("", 0)
        ended = self.run(*argv, at=f"{place} {nth} kill" if place else "", stdin=stdin, **person)
        self.report.places += ended.places
        if ended.code == -signal.SIGKILL:
            self.failpoints.pop(0)
            self.report.kills += 1
        elif place:
            # The count goes on from one process to the next.
            self.failpoints[0] = (place, nth - ended.places.count(place))
        if "error[state-locked]" in ended.err:
            self._release(ended.err)
            return self._run(*argv, stdin=stdin)
        if "Traceback" in ended.err + ended.out or ended.code == 70:
            self._wrong(f"{argv}: a traceback: {ended.err[-800:]}")
        return ended

    def _release(self, told: str) -> None:
        """Whoever was killed under a server's lock left it behind; a person releases it by the command that is told."""
        (hint,) = [line for line in told.splitlines() if "reconciler force-unlock" in line]
        command = shlex.split(hint[hint.index("reconciler force-unlock") :])
        freed = self.run(*command[1:])
        if freed.code:
            self._wrong(f"{command}: {freed.err}")

    def _answer_all(self) -> None:
        pending = self._run("pending", "--json")
        if pending.code != 0:
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
        code = self.cloud.code(waits["number"]) or (self.purchase_code if waits["number"] == self.bought else None)
        if code is None or (waits["attempts"] >= 3 and waits["number"] != self.bought):
            self._resend(address, waits["number"])
            code = self.cloud.code(waits["number"])
        if self.random.random() < 0.2:
            self._run("verify", address, "--lock-wait", "10s", stdin="000000\n")
        self._run("verify", address, "--lock-wait", "10s", stdin=f"{code}\n")

    def _confirm(self, address: str, waits: dict[str, Any]) -> None:
        for target in (self.phone, "tom@example.com"):
            if not any(message["to"] == target for message in self.cloud.messages()):
                if not waits["in_doubt"]:
                    self._wrong(f"{target} was never sent a link, and nobody says so")
                self._resend(address, target)
            if target not in self.answered and any(message["to"] == target for message in self.cloud.messages()):
                self.cloud.confirm(target)
                self.answered.add(target)
        self._run("verify", address, "--lock-wait", "10s")

    def _resend(self, address: str, target: str) -> None:
        """The person looked: nothing has come. Only now, and only by this word, may another message go out."""
        self.cloud.allow(target, 1)
        self.allowed[target] += 1
        self._run("verify", address, "--resend", "--lock-wait", "10s")

    def _check(self) -> None:
        plan = self._run("plan", "--detailed-exitcode")
        if plan.code != 0:
            self._wrong(f"not converged: {plan.out[-600:]}{plan.err[-300:]}")
        for violation in self.cloud.violations():
            if not (violation["invariant"] == "I3" and any(name in violation["what"] for name in REPEATED_BY_DESIGN)):
                self._wrong(f"the sandbox saw {violation}")
        sent = Counter(message["to"] for message in self.cloud.messages())
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
            updated = entry["type"] == "declared" and entry["door"] == "update"
            if updated or entry["type"] == "forgotten" or entry.get("phase") == "changed" != entry.get("door", ""):
                done = {pair for pair in done if pair[0] != entry["id"]}
            key = (entry.get("id", ""), entry.get("operation", ""))
            if entry["type"] == "intent" and key in done and not self.allowed:
                self._wrong(f"{key} was called again after its OK was recorded")
            if entry["type"] == "outcome" and entry["result"] == "ok":
                done.add(key)

    def _check_codes(self) -> None:
        written = files(self.project.root, self.project.home, self.project.scratch)
        self.report.wrong += leaks(written, self.cloud.codes(), self.cloud.secret)

    def _wrong(self, what: str) -> None:
        self.report.wrong.append(what)
