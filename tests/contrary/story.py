"""A story in a contrary world: the real program, forked, killed, resumed elsewhere, over real HTTP; and people.

Whoever answers looks at the phone first: the code that came is typed, sometimes a wrong one before it; another message
is asked for where none came or the code was not taken. Time passes between rounds. It ends as declared, or where it
rests: then what it waits for is said, and no promise is broken on the way.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from urllib.error import HTTPError

from reconciler.sandbox.invariants import CAP
from reconciler.store.safety import transfer
from tests.contrary.chapters import EMAIL, Chapter, drawn, unlike, untrue
from tests.crash.matrix import places_of
from tests.crash.story import REPEATED_BY_DESIGN, Report, Story
from tests.simulation.promises import Promises
from tests.stage.project import APPLY, Done

DOCUMENTED = {0, 1, 3, 4, 5, 6, 130}
ROUNDS = 16
RESENDS = 2
HOUR, DAY = 3600, 86_400
STILL = 4 * DAY
"""No review, no cap and no window lasts so long."""
SETTING = {"setting-not-shown"}
"""A number that only waits for its settings is in service: what comes next can be declared."""
CONSENTING = (*APPLY, "--lock-wait", "10s", "--allow-deletes", "100")


class Contrary(Story):
    """waits: what it rests with, nothing where all is as declared. by_word: other messages that people asked for."""

    waits: Sequence[str] = ()
    by_word = 0
    runs = 0

    def tell(self, *failpoints: tuple[str, int]) -> Report:
        self.failpoints = list(failpoints) or self._drawn_failpoints()
        self._declare()
        for chapter in self.chapters:
            self.resends: Counter[str] = Counter()
            self.followed: set[str] = set()
            self._write_all(chapter)
            self.waits = self._as_declared(chapter)
            self._check_recorded()
            if set(self.waits) - SETTING:
                break
        self._check_promises()
        return self.report

    def _drawn_failpoints(self) -> list[tuple[str, int]]:
        places = places_of("sqlite")
        killed = self.random.sample(sorted(places), self.random.choice((0, 1, 2, 3)))
        return [(place, self.random.randint(1, places[place])) for place in killed]

    def _declare(self) -> None:
        self.world = self.cloud.world()
        named, self.chapters = drawn(self.random)
        self.bought, self.acme = named["three"], named["acme"]
        self.purchase_code = self.cloud.purchase(self.bought)
        self.cloud.tell("signups", number=named["four"], space=named["acme"])
        trusting = not self.world["settings"]["limit_control_acts"] and self.random.random() < 0.5
        limits = f"{{calls_per_second: 0, throttled_means_not_sent: {str(trusting).lower()}}}"
        self.project.write("reconciler.yaml", f"limits: {limits}\n")

    def _write_all(self, chapter: Chapter) -> None:
        self.phone = chapter.phone or self.phone
        for name, text in chapter.files.items():
            self.project.write(f"spaces/{name}.yaml", text)

    def _as_declared(self, chapter: Chapter) -> Sequence[str]:
        """Nothing once an apply ends well, else what it rests with."""
        before, still, metered = "", 0, 0
        for _ in range(ROUNDS):
            ended = self._run(*CONSENTING, *(["--allow-metered"] if metered > 3 * DAY else []))
            if ended.code == 0:
                for what in untrue(chapter, self.cloud.world()["truth"]):
                    self._wrong(what)
                return ()
            if ended.code < 0:
                continue
            self._answer_all()
            passed = self.random.choice((HOUR, 30 * HOUR, 30 * HOUR))
            self.cloud.advance(passed)
            told = _untimed(ended.out)
            # The sandbox's days are not this machine's, whose own count of tries would go on for three of them.
            metered = metered + passed if "[metered-out]" in ended.out + ended.err else 0
            still = still + passed if told == before else 0
            if still > STILL:
                break
            before = told
        return _why(ended)

    def _run(self, *argv: str, stdin: str = "") -> Done:
        self.runs += 1
        ended = super()._run(*argv, stdin=stdin)
        if ended.code >= 0 and ended.code not in DOCUMENTED:
            self._wrong(f"I14: {argv} ended {ended.code}: {ended.err[-800:]}")
        return ended

    def _answer(self, waits: dict[str, Any]) -> None:
        self.report.questions += bool(waits["in_doubt"])
        match waits["challenge"]:
            case "confirmation":
                self._follow(waits["address"])
            case "code":
                self._type(waits)
            case "time" if waits["reason"] == "signup" and waits["number"] == self.bought:
                self._sign_up()

    def _type(self, waits: dict[str, Any]) -> None:
        address, number = waits["address"], waits["number"]
        bought = number == self.bought
        code = self.purchase_code if bought else self.cloud.code(number)
        if not bought and (code is None or waits["parked"] or waits["attempts"] >= 2):
            self._resend(address, number)
            code = self.cloud.code(number)
        if code and not bought and waits["attempts"] == 0 and self.random.random() < 0.2:
            self._run("verify", address, "--lock-wait", "10s", stdin="000000\n")
        if code:
            self._run("verify", address, "--lock-wait", "10s", stdin=f"{code}\n")

    def _sign_up(self) -> None:
        """With the id that the purchase code was exchanged for; a second time is refused."""
        with suppress(HTTPError):
            self.cloud.tell("signups", number=self.bought, space=self.acme)

    def _follow(self, address: str) -> None:
        for target in (self.phone, EMAIL):
            came = any(message["to"] == target for message in self.cloud.messages())
            if not came:
                self._resend(address, target)
            with suppress(HTTPError):  # no link waits there
                self.cloud.confirm(target)
        self._run("verify", address, "--lock-wait", "10s")

    def _resend(self, address: str, target: str) -> None:
        """By word of the person; what was allowed and not sent stays allowed."""
        if self.resends[target] >= RESENDS:
            return
        self.resends[target] += 1
        self.by_word += 1
        sent = sum(message["to"] == target for message in self.cloud.messages())
        if self.allowed[target] <= self._extra(sent):
            self.cloud.allow(target, 1)
            self.allowed[target] += 1
        self._run("verify", address, "--resend", "--lock-wait", "10s")

    def _extra(self, sent: int) -> int:
        return max(0, sent - 1)

    def _check_promises(self) -> None:
        for violation in self.cloud.violations():
            unknown = violation["invariant"] == "I3" and self._may_repeat(violation["what"])
            unknown |= violation["invariant"] == "I12" and self._cap_unseen()
            if not unknown:
                self._wrong(f"{violation['invariant']}: {violation['what']} ({violation['about']})")
        plan = self._run("plan")
        if plan.code not in (0, 6) or "error[state" in plan.err:
            self._wrong(f"I5: {plan.code} {plan.err[-300:]}")
        self._check_journal()
        self._check_codes()

    def _check_recorded(self) -> None:
        backend = self.where.open()
        states = transfer.states(backend)
        backend.close()
        for what in unlike(states, self.cloud.world()["truth"]):
            self._wrong(what)

    def _may_repeat(self, what: str) -> bool:
        """Who was killed with the answer in hand knows nothing of it, and a late listing does not tell: then I3 is the

        journal's to judge.
        """
        return self.report.kills > 0 or any(name in what for name in REPEATED_BY_DESIGN)

    def _cap_unseen(self) -> bool:
        """Whether somebody was killed with a cap's answer in hand: who asks by word after that cannot know of it."""
        backend = self.where.open()
        lines = [json.loads(line) for space_id in backend.spaces() for line in backend.history(space_id)]
        backend.close()
        answers = sum(call["result"] == CAP for call in self.cloud.calls())
        return self.report.kills > 0 and answers > sum(bool(line.get("capped")) for line in lines)

    def _check_journal(self) -> None:
        """Entry by entry as the simulation does: one writer, no code, no step after its OK again, all readable."""
        backend, promises = self.where.open(), Promises()
        promises.codes = {message["code"].replace("-", "") for message in self.cloud.messages() if message["code"]}
        for space_id in backend.spaces():
            lines = backend.history(space_id)
            if self.by_word:
                promises.asked += [json.loads(line).get("id", "") for line in lines]
            for line in lines:
                promises.line(space_id, line)
        backend.close()
        self.report.wrong += promises.wrong


def _why(ended: Done) -> Sequence[str]:
    """The problems that an apply rests with, by code, and what it waits for."""
    codes = sorted(set(re.findall(r"error\[([a-z-]+)\]", ended.out + ended.err)))
    asked = sorted(set(re.findall(r"(waits for the \w+|parked|may have been sent)", ended.out)))
    return codes + asked or [f"exit {ended.code}"]


def _untimed(text: str) -> str:
    return re.sub(r"[0-9]", "0", text)
