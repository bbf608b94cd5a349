"""The outcome of an apply as Markdown: its last line, what waits for whom and how to continue, what failed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

from reconciler.core.journal.tip import NOWHERE, Tips
from reconciler.core.outcome import Challenge, Figures, Outcome
from reconciler.core.review.checked import CheckReport
from reconciler.errors import Problem
from reconciler.render import mask
from reconciler.render.escape import escape
from reconciler.render.markdown.columns import command_in_columns
from reconciler.render.markdown.fit import CUT, Section, bullet, cut_note, fitted, size
from reconciler.render.markdown.plan import quoted, refusal
from reconciler.render.markdown.state_seen import state_seen
from reconciler.render.markdown.words import code, fence, prose
from reconciler.render.text.outcome import (
    Again,
    by_hand,
    command,
    last_line,
    said_instead,
    stopped,
    waits_for,
    when_to_go_on,
)
from reconciler.render.text.readings.check import findings
from reconciler.render.times import ANY_DAY

TO_GO_ON = "**To continue, one command each:**"
NOTHING_DONE = "Apply refused: nothing was done"
WHY = "**Why:**"
NOT_DONE = "**Not done:**"
BY_HAND = "**To clean up by hand:**"
REFUSED = "**Refused by the cloud, until somebody removes the cause:**"
REVIEWED = "**Being reviewed, nobody is needed:**"
REVIEWS = ("account", "name")
CLOUD = "**Waiting for the cloud, nobody is needed:**"
NOT_SO = "**Not as recorded, by `reconciler check`:**"


def applied(
    outcomes: Sequence[Outcome],
    again: Again,
    notes: Sequence[str],
    room: int,
    plan: Figures | None = None,
    tips: Tips = NOWHERE,
) -> str:
    """room: bytes. plan: what has been done of the plan so far, if more than this run did it. tips: by space name."""
    asked = [(each.challenge, each) for each in outcomes if each.challenge]
    waiting = [_open(challenge, again, each) for challenge, each in asked if challenge.kind != "time"]
    cloud = [_awaited(challenge, each) for challenge, each in asked if challenge.kind == "time"]
    failed = [(each.address, _failed(each)) for each in outcomes if each.result != "done" and not each.challenge]
    left = [(each.address, f"- {code(each.address)}: {prose(by_hand(each))}") for each in outcomes if each.left]
    sections = [
        titled_section(*each)
        for each in ((TO_GO_ON, waiting), (CLOUD, cloud), (NOT_DONE, failed), (BY_HAND, left))
        if each[1]
    ]
    later = when_to_go_on(outcomes, ANY_DAY)
    last, first = last_line(outcomes), [mask.text_with_addresses(line) for line in stopped(outcomes)]
    heading, *more = [*first, *_with_earlier(last, plan)]
    said = [*more, *notes, *([later] if later else [])]
    return document(prose(heading) if first else heading, said, sections, room, last=state_seen(tips))


def _with_earlier(last: str, plan: Figures | None) -> list[str]:
    """The last line with the figures of the whole plan, and a sentence with those of this run, where they differ."""
    found = re.search(r"[0-9]+ added, [0-9]+ changed, [0-9]+ destroyed", last)
    whole_plan = f"{plan.added} added, {plan.changed} changed, {plan.destroyed} destroyed" if plan else ""
    if plan is None or found is None or found[0] == whole_plan:
        return [last]
    return [
        last.replace(found[0], whole_plan),
        f"This run: {found[0]}; the rest was done by earlier runs of the plan, or by `verify`.",
    ]


def refused(problems: Sequence[Problem], room: int) -> str:
    """room: bytes."""
    return document(
        NOTHING_DONE, [], [titled_section(WHY, [(each.address or each.code, _why(each)) for each in problems])], room
    )


def pending(
    challenges: Sequence[Challenge],
    again: Again,
    none: str,
    room: int,
    tips: Tips = NOWHERE,
    checked: CheckReport | None = None,
) -> str:
    """none: the text if nobody is needed. room: bytes. tips: by space name. checked: what `check` found."""
    human = [each for each in challenges if each.kind != "time"]
    rows = (
        (NOT_SO, [(at, f"- {code(at)} {found}: {prose(seen)}") for at, found, seen in findings(checked)]),
        (TO_GO_ON, [_open(each, again) for each in human if each.kind != "refusal"]),
        (REFUSED, [_open(each, again) for each in human if each.kind == "refusal"]),
        (REVIEWED, [_awaited(each) for each in challenges if each.kind == "time" and each.reason in REVIEWS]),
        (CLOUD, [_awaited(each) for each in challenges if each.kind == "time" and each.reason not in REVIEWS]),
    )
    sections = [titled_section(*each) for each in rows if each[1]]
    heading = f"Waiting for a human: {len(human)}" if human else none
    return document(heading, [], sections, room, last=state_seen(tips))


def document(
    heading: str,
    notes: Sequence[str],
    sections: Sequence[Section],
    room: int,
    before: Sequence[str] = (),
    last: Sequence[str] = (),
) -> str:
    """notes: sentences. before: Markdown, quoted above them. last: Markdown that is not cut, either. room: bytes."""
    front = [f"### {heading}", *quoted([*before, *map(prose, notes)])]
    shown, missing = fitted(sections, room - sum(map(size, (*front, *last))) - CUT)
    points = bullet("Cut", cut_note(missing, sum(len(section.blocks) for section in sections)))
    return "\n\n".join([*front, *points, *shown, *last])


def titled_section(begin: str, blocks: Sequence[tuple[str, str]]) -> Section:
    made = [(name, partial(str, text)) for name, text in blocks]
    return Section(f"{begin}\n", made, "", "- and {} more, left out here")


def _open(challenge: Challenge, again: Again, outcome: Outcome | None = None) -> tuple[str, str]:
    """The complete command is in its own fence, to be copied."""
    said, whom = waits_for(challenge, ANY_DAY), mask.target(challenge.number)
    about = f"{code(challenge.address)}{'' if whom in said else f' ({code(whom)})'}: {prose(said)}"
    problem = [f"  {refusal(outcome.problem)}", ""] if outcome and outcome.problem else []
    if instead := "" if outcome else said_instead(challenge, ANY_DAY):
        about += f". {prose(instead)}"  # on the same line: data begins none
    line = command_in_columns(escape(command(challenge, again))).replace("\n", "\n  ")
    ticks = fence([line])
    return challenge.address, "\n".join([f"- {about}", "", *problem, f"  {ticks}sh", f"  {line}", f"  {ticks}"])


def _awaited(challenge: Challenge, outcome: Outcome | None = None) -> tuple[str, str]:
    why = f". {refusal(outcome.problem)}" if outcome and outcome.problem else ""
    return challenge.address, f"- {code(challenge.address)}: {prose(waits_for(challenge, ANY_DAY))}{why}"


def _why(problem: Problem) -> str:
    return f"- {f'{code(problem.address)} ' if problem.address else ''}{refusal(problem)}"


def _failed(outcome: Outcome) -> str:
    why = f": {refusal(outcome.problem)}" if outcome.problem else ""
    return f"- {code(outcome.address)} {outcome.result.replace('_', ' ')}{why}"
