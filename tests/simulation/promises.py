"""What must hold at every moment, checked as it happens: each line as it becomes durable, each call as it leaves.

I1, I2, I3, I12 and I13 are also watched by the sandbox's world itself. It must never change anything.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.core.answer import Answer, NotSent, Unknown
from reconciler.core.journal.snapshot import dump_state, fold
from reconciler.core.journal.state import State
from reconciler.errors import StateError
from reconciler.kinds.number_settings import FIRST
from reconciler.operations import OPERATIONS, Effect, Operation
from tests.stage.memory import Handle, Store

NOT_SO = "not so in the cloud"
SENT = {"UpdatePhoneWebhook", "ModifyPhoneBusinessProfile", "UpdateCommerceSetting"}
"""What an update of a number in service may send again."""
OPENING = ("opened", "run_opened")
HASHES = re.compile(r'"(previous|plan|lineage|run)":"[0-9a-f]*"')


@dataclass
class Journalled:
    """One journal, folded beside the program. done: steps with a recorded OK, by record, in its present life.

    step: the one that was begun last, by record: an operation, and the members that it binds or unbinds.
    """

    state: State
    done: dict[str, set[str]] = field(default_factory=dict)
    writer: str = ""
    step: dict[str, str] = field(default_factory=dict)


@dataclass
class Promises:
    """codes: every code that a person has typed. asked: records for which one more message was asked for.

    answers: what a run's last call came to. open: intents without an outcome. born: told of the beginning of each
    life, and of each change.
    """

    wrong: list[str] = field(default_factory=list)
    journals: dict[str, Journalled] = field(default_factory=dict)
    codes: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    open: list[dict[str, Any]] = field(default_factory=list)
    born: Callable[[Mapping[str, Any]], None] = lambda declared: None

    def breach(self, what: str) -> None:
        self.wrong.append(what)

    def line(self, space_id: str, text: str) -> None:
        journal = self.journals.setdefault(space_id, Journalled(State(space_id)))
        entry = json.loads(text)
        self._one_writer(journal, entry)
        self._no_code(text)
        self._not_again(journal, entry)
        self._as_answered(entry)
        if entry["type"] == "declared" and (
            entry["phase"] in ("changed", "activated") or entry["id"] not in journal.state.records
        ):
            self.born(entry)
        if entry["type"] == "declared" and entry["door"] == "delete":
            self.breach("I17: what is declared is on its way out")
        try:
            journal.state.advance(text)
        except StateError as error:
            self.breach(f"I5 I6: {error}")
        self._note(journal, entry)

    def restored(self, store: Store) -> None:
        """The journals are what they were at some time; what was done since is known to nobody."""
        self.journals = {}
        for space_id, lines in store.entries.items():
            journal = self.journals[space_id] = Journalled(State(space_id))
            for text in lines:
                journal.state.advance(text)
                self._note(journal, json.loads(text))

    def called(self, run: str, row: Operation, params: Mapping[str, Any]) -> None:
        """I4: no call that does anything without an intent of its own run, durable, unanswered and just like it."""
        said = {name: value for name, value in params.items() if name not in row.secret}
        if row.effect is not Effect.READ and not any(
            each["run"] == run and each["operation"] == row.name and each["params"] == json.loads(json.dumps(said))
            for each in self.open
        ):
            self.breach(f"I4: {row.name} was called without an intent")

    def planned(self, called: Collection[tuple[str, str]], allowed: Mapping[str, Collection[str]]) -> None:
        """I17: what was called in a space, and what the plan shows there."""
        for space_id, operation in set(called):
            if operation not in allowed.get(space_id, ()):
                self.breach(f"I17: {operation} is not in the plan of {space_id}")

    def is_late(self, run: str) -> bool:
        """Whether a run has lost its place: one call may still be under way then, and can be recorded by nobody."""
        return all(journal.writer != run for journal in self.journals.values())

    def readable(self, store: Store) -> None:
        """I5: the snapshot and what follows it say what the whole journal says."""
        handle = Handle(store)
        for space_id in handle.spaces():
            snapshot, lines = handle.read(space_id)
            if dump_state(fold(space_id, lines, snapshot)) != dump_state(fold(space_id, handle.history(space_id))):
                self.breach(f"I5: the snapshot of {space_id} says something else than its journal")

    def _one_writer(self, journal: Journalled, entry: Mapping[str, Any]) -> None:
        if entry["type"] in OPENING:
            journal.writer = entry["run"]
        elif entry["run"] != journal.writer:
            self.breach(f"I7: {entry['type']} was accepted from a run that had lost its place")

    def _no_code(self, text: str) -> None:
        bare = HASHES.sub("", text)
        for code in self.codes:
            if re.search(rf"(?<![0-9a-f]){code[:3]}-?{code[3:]}(?![0-9a-f])", bare):
                self.breach(f"I8: a code stands in a {json.loads(text)['type']}")

    def _not_again(self, journal: Journalled, entry: Mapping[str, Any]) -> None:
        again = entry["type"] == "intent" and _step(entry) in journal.done.get(entry["id"], ())
        if again and (entry["effect"] != "N" or entry["id"] not in self.asked):
            self.breach(f"I3: {entry['operation']} again after its OK was recorded")

    def _as_answered(self, entry: Mapping[str, Any]) -> None:
        """I20: what is unknown is recorded as unknown, what was not sent as not sent."""
        result = {Unknown: "unknown", NotSent: "not_sent"}.get(
            type(self.answers.get(entry["run"])), entry.get("result")
        )
        if entry["type"] == "outcome" and entry["result"] != result:
            self.breach(f"I20: {entry['operation']} came to {result} and is recorded as {entry['result']}")

    def _note(self, journal: Journalled, entry: Mapping[str, Any]) -> None:
        id = entry.get("id", "")
        match entry["type"]:
            case "intent":
                self.open.append(dict(entry))
                journal.step[id] = _step(entry)
            case "outcome":
                self.open = [each for each in self.open if (each["run"], each["id"]) != (entry["run"], id)]
                if entry["result"] == "ok":
                    journal.done.setdefault(id, set()).add(journal.step[id])
            case "settled" if entry["why"] == NOT_SO:
                # What the cloud denies is to be done again; a message is not.
                done = journal.done.get(id, set())
                journal.done[id] = {each for each in done if OPERATIONS[each.split()[0]].effect is Effect.NOTIFY}
            case "forgotten":
                journal.done.pop(id, None)
            case "declared" if entry["phase"] in ("changed", "activated"):
                journal.done.pop(id, None)
            case "declared" if entry["phase"] == FIRST:
                journal.done[id] = {each for each in journal.done.get(id, ()) if each not in SENT}


def _step(entry: Mapping[str, Any]) -> str:
    return " ".join([entry["operation"], *entry["params"].get("Members", ())])
