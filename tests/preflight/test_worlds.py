"""What preflight foresees, against what apply then meets: the real executor over HTTP, in contrary worlds."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from urllib.error import HTTPError

import pytest

from reconciler.config.project import load_project
from reconciler.core.consent import NONE
from reconciler.core.journal.state import State
from reconciler.core.model import Limits
from reconciler.core.outcome import Outcome
from reconciler.core.plan.make import plan as planned
from reconciler.core.review.preflight import Foreseen
from reconciler.core.times import stamp
from reconciler.operations import OPERATIONS, Effect
from reconciler.rehearsal import Stage, local_client, local_cloud
from reconciler.rehearsal.memory_copy import ENDPOINT
from reconciler.rehearsal.people import People
from reconciler.runs.readings.check import Readings
from reconciler.runs.readings.preflight import foresee_all
from reconciler.runs.session import read_only
from reconciler.sandbox.people.visitor import Visitor
from tests.heavy import heavy

ACME, GLOBEX = "cams-acme", "cams-globex"
KINDS = {"register": 3, "migrate": 2, "embedded": 2}
NUMBERS = {f"{kind}{n}": f"+8613{at}0000{n:04}" for at, kind in enumerate(KINDS, 4) for n in range(KINDS[kind])}
LIMITS = Limits(calls_per_second=0)
MOST_UNKNOWN = 0.45
"""In contrary worlds: half of them list new numbers with a status that no document has, or review for days."""
Pair = tuple[Foreseen, Outcome, bool]
"""What was foreseen, how it ended, and whether a call with an effect was begun on the way."""


def now() -> str:
    return stamp(datetime.now(UTC))


def declared(folder: Path) -> None:
    blocks = [
        f'  {name}: {{number: "{number}", onboarding: {name[:-1]}, display_name: Acme {name}}}\n'
        for name, number in NUMBERS.items()
    ]
    contact = "contacts:\n  tom: {email: tom@example.com, title: CEO, message_types: [FaultMessage], members: []}\n"
    (folder / "spaces").mkdir()
    (folder / "reconciler.yaml").write_text("state: sqlite:state.db\n")
    (folder / "spaces/acme.yaml").write_text(
        f"space: acme\nspace_id: {ACME}\nphone_numbers:\n{''.join(blocks)}{contact}"
    )


def peopled(visitor: Visitor, random: Random) -> None:
    """What is there before: numbers in this space or in another one, verified or not; an account or none."""
    visitor.settings({"watched_calls_per_second": 0})
    visitor.account(ACME, random.choice(("approved",) * 8 + ("none", "rejected")))
    for number in NUMBERS.values():
        state = random.choice(("", "", "unverified", "verified", "elsewhere", "there"))
        if state:
            visitor.number(number, GLOBEX if state == "there" else ACME, "verified" if state == "there" else state)


def pairs(seed: int, folder: Path, rounds: int) -> Iterator[Pair]:
    """In each round: foreseen, applied, answered by people, and a day passes."""
    declared(folder)
    project, at, random = load_project(folder), now(), Random(seed)
    with local_cloud(LIMITS, seed) as sandbox, closing(local_client(sandbox, LIMITS)) as cloud:
        visitor = Visitor(sandbox.url)
        peopled(visitor, random)
        people = People(visitor, {"acme": ACME}, {}, {}, contrary=True)
        stage: Stage | None = None
        for _ in range(rounds):
            journals = stage.journals if stage else {}
            states = {id: journal.state for id, journal in journals.items()}
            plan = planned(project, states, ENDPOINT, at)
            before = len(visitor.ledger()["calls"])
            known = {ACME: State(ACME, "acme")} | states
            readings = Readings(read_only(cloud.call), 0, lambda *_: None)
            report = foresee_all(plan, known, [State(GLOBEX, "globex")], readings, NONE, at, {})
            read = [call["operation"] for call in visitor.ledger()["calls"][before:]]
            assert {OPERATIONS[name].effect for name in read} <= {Effect.READ}
            stage = Stage(plan, plan.digest, LIMITS, states, folder, lambda: at, journals=dict(journals))
            begun = {id: len(journal.backend.history(id)) for id, journal in stage.journals.items()}
            outcomes = stage.applied(cloud)
            lines = [json.loads(line) for line in stage.journals[ACME].backend.history(ACME)[begun[ACME] :]]
            called = {line["id"] for line in lines if line["type"] == "intent"}
            ended = {outcome.address: outcome for outcome in outcomes}
            ids = {change.address: change.id for change in plan.all_changes}
            for each in report.changes:
                yield each, ended[each.address], ids[each.address] in called
            with suppress(HTTPError):  # nobody signs up what another space has
                people.answer(outcomes, at)
            if typed := people.typed(outcomes):
                stage.answered(cloud, typed)
            visitor.advance(random.choice((0, 3600, 86_400)))


def wrong(pair: Pair) -> bool:
    """What reads alone decide is foreseen as it comes: apply blocks for nothing else than was said."""
    foreseen, outcome, called = pair
    if called:
        return foreseen.verdict == "will_fail" and foreseen.code != "in-another-space"
    if foreseen.verdict == "will_succeed":
        return outcome.result == "blocked"
    return foreseen.verdict == "will_fail" and not (
        outcome.result == "blocked" and outcome.problem.code == foreseen.code
    )


@pytest.mark.parametrize(("seeds", "rounds"), [(range(24), 2), heavy(range(24, 64), 3)])
def test_apply_meets_what_was_foreseen(seeds: range, rounds: int, tmp_path: Path) -> None:
    """No `will succeed` that a read then stops, no `will fail` that does not; 0 messages, only reads; few unknown."""
    found: list[tuple[int, Pair]] = []
    for seed in seeds:
        folder = tmp_path / str(seed)
        folder.mkdir()
        found += [(seed, pair) for pair in pairs(seed, folder, rounds)]
    assert [(seed, pair) for seed, pair in found if wrong(pair)] == []
    tally = Counter(foreseen.verdict for _, (foreseen, _, _) in found)
    print(f"{len(found)} verdicts in {len(seeds)} worlds: {dict(tally)}")
    assert tally["unknown"] < MOST_UNKNOWN * len(found)
    assert min(tally["will_fail"], tally["will_succeed"]) > 0.1 * len(found)
