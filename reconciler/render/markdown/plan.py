"""A plan as Markdown: first a table of what changes, its costs and what people must give; then the details, folded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from msgspec.structs import replace

from reconciler.core.journal.tip import Tip
from reconciler.core.plan.change import Change, Plan, SpacePlan
from reconciler.core.plan.forecast import forecast
from reconciler.errors import Problem
from reconciler.render import mask
from reconciler.render.markdown.columns import in_columns
from reconciler.render.markdown.fit import CUT, Section, bullet, capped, cut_note, fitted, size
from reconciler.render.markdown.state_seen import folded_details, state_seen
from reconciler.render.markdown.words import bounded, code, fence, in_html, prose
from reconciler.render.text.costs import cloud_waits, costs
from reconciler.render.text.first_line import by_record, first_line, summary
from reconciler.render.text.notes import notes
from reconciler.render.text.overview import HEADS, overview
from reconciler.render.text.plan import change_lines, redirect_lines
from reconciler.render.times import ANY_DAY, counted

UNTRUSTED = "**From an untrusted branch.** This is what its own run says; what is merged is planned again."
# As many lines as a rehearsal's report can have.
REHEARSED = 80
# `2000 (2000 sms)` is no phone number.
_FIGURES = ("Messages", "Daily limit", "Takes", "Settings")
# A diff is coloured by the first character of a line: red, green, and orange for `!`. A `~` has no colour.
_SIGN = re.compile(r"^( +)([+~-])(?= )")
_COLOUR = {"~": "!"}


@dataclass(frozen=True, slots=True)
class CommentSetting:
    """Additions to the plan in a comment.

    untrusted: the plan comes from an untrusted job.
    notes: sentences.
    rehearsal: lines, already masked.
    calls_per_second: the configured rate, for the forecast.
    full: includes the calls.
    """

    untrusted: bool = False
    notes: Sequence[str] = ()
    rehearsal: Sequence[str] = ()
    calls_per_second: int = 10
    full: bool = False


def plan_document(plan: Plan, setting: CommentSetting, room: int) -> str:
    """room: bytes. The part before the folded details is bounded, and never cut."""
    heading = f"### {_heading(plan)}"
    before, points, after = quoted(_said(plan, setting)), list(_points(plan, setting)), _rehearsed(setting.rehearsal)
    seen = [*_digest(plan), *(_seen(plan) if not setting.untrusted else [])]
    before = [*_redirected(plan), *before, *_stopped(plan), *_table(plan)]
    front = [heading, *before, "\n".join(points), *after, *seen]
    sections = [_section(plan, space, setting.full) for space in plan.spaces if space.shown]
    shown, missing = fitted(sections, room - sum(map(size, front)) - CUT)
    points += bullet("Cut", cut_note(missing, len(plan.changes)))
    return "\n\n".join(text for text in [heading, *before, "\n".join(points), *after, *shown, *seen] if text)


def _heading(plan: Plan) -> str:
    line = first_line(plan)
    return line if line == summary(plan) else prose(line)


def quoted(lines: Sequence[str]) -> list[str]:
    """One quotation, if there is anything in it. lines: Markdown, of one line each."""
    return ["\n".join(f"> {line}" for line in capped(lines))] if lines else []


def _said(plan: Plan, setting: CommentSetting) -> list[str]:
    sentences = dict.fromkeys([*by_record(plan, ANY_DAY), *notes(plan, ANY_DAY), *setting.notes])
    return [*([UNTRUSTED] if setting.untrusted else []), *map(prose, sentences)]


def _redirected(plan: Plan) -> list[str]:
    """Where customers' messages go is the most dangerous line of a plan."""
    lines = [f"**{prose(line)}**" for line in redirect_lines(plan)]
    return ["\n".join(f"> {line}" for line in ["[!WARNING]", *capped(lines)])] if lines else []


def _table(plan: Plan) -> list[str]:
    """One row for each of the first resources; a bar in a cell ends nothing."""
    rows, more = overview(plan)
    if not rows:
        return []
    lines = [HEADS, ["---"] * len(HEADS), *(_cells(row) for row in rows)]
    left_out = [f"and {more} more"] if more else []
    return ["\n".join(f"| {' | '.join(line)} |" for line in lines), *left_out]


def _cells(row: Sequence[str]) -> list[str]:
    address, whom, *words = row
    return [text.replace("|", "\\|") for text in (code(address), code(whom) if whom else "", *map(prose, words))]


def _stopped(plan: Plan) -> list[str]:
    """Why it cannot be applied as it is: before all else."""
    refused = bullet("Refused", list(map(refusal, plan.refusals)))
    lines = [*refused, *bullet("Left out", list(map(refusal, plan.left_out)))]
    return ["\n".join(lines)] if lines else []


def _points(plan: Plan, setting: CommentSetting) -> Iterator[str]:
    if plan.changes:
        for label, lines in costs(plan, forecast(plan, setting.calls_per_second), ANY_DAY):
            yield from bullet(label, lines, partial(prose, hide=str if label in _FIGURES else mask.text))
    else:
        yield from bullet("Waiting", cloud_waits(plan), prose)
    yield from bullet("Warned", list(map(refusal, plan.warnings)))
    yield from bullet("Unchanged", _unchanged(plan))


def refusal(problem: Problem) -> str:
    return f"{code(problem.code)}: {prose(problem.what)}. {prose(problem.mend)}"


def _unchanged(plan: Plan) -> list[str]:
    spaces = sum(not space.shown for space in plan.spaces)
    resources = sum(space.unchanged for space in plan.spaces)
    told = [counted(resources, "resource") if resources else "", counted(spaces, "whole space") if spaces else ""]
    return [", ".join(filter(None, told))] if any(told) else []


def _rehearsed(lines: Sequence[str]) -> list[str]:
    shown = [in_columns(f"  {bounded(line, str)}") for line in lines[:REHEARSED]]
    return ["**Rehearsal**", "\n".join([f"{fence(shown)}text", *shown, fence(shown)])] if shown else []


def _digest(plan: Plan) -> list[str]:
    """Of a plan that can be applied: for `apply --digest`."""
    return [folded_details("Digest, for", "apply --digest", plan.digest)] if plan.changes and not plan.basis else []


def _seen(plan: Plan) -> list[str]:
    """Of the spaces in which something is to be done."""
    known = [space for space in plan.spaces if space.serial and space.space_id in plan.touched and not plan.basis]
    return state_seen({space.name: Tip(space.lineage, space.serial, space.hash) for space in known})


def _section(plan: Plan, space: SpacePlan, full: bool) -> Section:
    blocks = [(change.address, partial(_block, change, full)) for change in space.shown]
    counts = summary(replace(plan, spaces=(space,))).removeprefix("Plan: ").removesuffix(".")
    return Section(
        f"<details>\n<summary>{in_html(space.name)} ({in_html(space.space_id)}): {counts}</summary>\n\n",
        blocks,
        "\n\n</details>",
        "  # {} more are left out here",
        "diff",
    )


def _block(change: Change, full: bool) -> str:
    return "\n".join(map(_shown, change_lines(change, ANY_DAY, full)))


@lru_cache(256)  # most lines of a plan are the same few
def _shown(line: str) -> str:
    return in_columns(_SIGN.sub(lambda found: _COLOUR.get(found[2], found[2]) + found[1], bounded(line)))
