"""What became of an apply as Markdown: its last line, what waits for whom and how to go on, what went wrong."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.core.outcome import Challenge, Outcome
from reconciler.render import mask
from reconciler.render.escape import escape
from reconciler.render.markdown_fit import CUT, Section, bullet, cut, fitted, size
from reconciler.render.markdown_plan import quoted, refusal
from reconciler.render.markdown_text import code, fence, prose
from reconciler.render.outcome_text import Again, command, last_line, waits_for, when_to_go_on

TO_GO_ON = "**To go on, one command each:**"
NOT_DONE = "**Not done:**"
BY_HAND = "**Left by hand:**"


def applied(outcomes: Sequence[Outcome], now: str, again: Again, notes: Sequence[str], room: int) -> str:
    """room: bytes."""
    waiting = [_open(each.challenge, now, again, each) for each in outcomes if each.challenge]
    failed = [(each.address, _failed(each)) for each in outcomes if each.result != "done" and not each.challenge]
    by_hand = [(each.address, f"- {code(each.address)}: {prose(each.left)}") for each in outcomes if each.left]
    sections = [_section(*each) for each in ((TO_GO_ON, waiting), (NOT_DONE, failed), (BY_HAND, by_hand)) if each[1]]
    later = when_to_go_on(outcomes, now)
    return _document(last_line(outcomes), [*notes, *([later] if later else [])], sections, room)


def pending(challenges: Sequence[Challenge], now: str, again: Again, notes: Sequence[str], room: int) -> str:
    """room: bytes."""
    if not challenges:
        return _document("Nothing waits for a human.", notes, [], room)
    sections = [_section(TO_GO_ON, [_open(each, now, again) for each in challenges])]
    return _document(f"Waiting for a human: {len(challenges)}", notes, sections, room)


def _document(heading: str, notes: Sequence[str], sections: Sequence[Section], room: int) -> str:
    front = [f"### {heading}", *quoted(list(map(prose, notes)))]
    shown, missing = fitted(sections, room - sum(map(size, front)) - CUT)
    points = bullet("Cut", cut(missing, sum(len(section.blocks) for section in sections)))
    return "\n\n".join([*front, *points, *shown])


def _section(begin: str, blocks: Sequence[tuple[str, str]]) -> Section:
    return Section(f"{begin}\n", tuple(blocks), "", "- and {} more, left out here")


def _open(challenge: Challenge, now: str, again: Again, outcome: Outcome | None = None) -> tuple[str, str]:
    """The command stands whole in a fence of its own, to be copied."""
    said, whom = waits_for(challenge, now), mask.target(challenge.number)
    about = f"{code(challenge.address)}{'' if whom in said else f' ({code(whom)})'}: {prose(said)}"
    problem = [f"  {refusal(outcome.problem)}", ""] if outcome and outcome.problem else []
    line = escape(command(challenge, again))
    ticks = fence([line])
    return challenge.address, "\n".join([f"- {about}", "", *problem, f"  {ticks}sh", f"  {line}", f"  {ticks}"])


def _failed(outcome: Outcome) -> str:
    why = f": {refusal(outcome.problem)}" if outcome.problem else ""
    return f"- {code(outcome.address)} {outcome.result.replace('_', ' ')}{why}"
