"""All open challenges in recorded state: those that wait for a person, and those that wait for the cloud."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from reconciler.core.journal.tip import Tips, tips_by_name
from reconciler.core.outcome import Challenge
from reconciler.core.plan.challenge import challenge, last_refusal
from reconciler.kinds import KINDS
from reconciler.runs.workspace import Workspace, now
from reconciler.store.lease import holder


@dataclass(frozen=True, slots=True)
class OpenChallenges:
    """All open challenges.

    listed: those that wait for a person, by address.
    cloud: those that only need time.
    older_than: seconds; younger ones are not listed.
    total: of those that wait for a person, including younger ones.
    held: who holds the spaces that are held.
    tips: of the spaces with listed challenges, by name.
    """

    listed: Sequence[Challenge]
    cloud: Sequence[Challenge]
    older_than: float
    total: int
    held: Sequence[str] = ()
    tips: Tips = field(default_factory=dict)


def open_challenges(workspace: Workspace, only: Sequence[str], older_than: float = 0.0) -> OpenChallenges:
    """older_than: seconds since the last message, or since the record last changed if there was none."""
    until = datetime.fromisoformat(now()).timestamp() - older_than
    found = sorted(_waiting(workspace, only), key=lambda each: each[0].address)
    listed = [each for each, since in found if not (older_than and since) or _at(since) <= until]
    human = [each for each in listed if each.kind != "time"]
    cloud = [each for each in listed if each.kind == "time"]
    held = [who for state in workspace.chosen(only) if (who := holder(state))]
    total = sum(each.kind != "time" for each, _ in found)
    spaces = {each.address.partition("/")[0] for each in human}
    tips = tips_by_name(state for state in workspace.chosen(only) if state.name in spaces)
    return OpenChallenges(human, cloud, older_than, total, held, tips)


def _at(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()


def _waiting(workspace: Workspace, only: Sequence[str]) -> Iterator[tuple[Challenge, str]]:
    """Challenges, and since when they wait; "" if unknown."""
    for state in workspace.chosen(only):
        for record in state.records.values():
            kind = KINDS[record.kind]
            if record.phase in kind.ends:
                continue
            step, refusal = kind.steps[record.phase], last_refusal(record)
            if step.ask or refusal:
                since = (refusal.at if refusal and not step.ask else record.requested_at) or record.changed_at
                yield challenge(kind, record, f"{state.name}/{record.address}"), since
