"""`reconciler pending`: everything that waits for a human, read from the record."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import click

from reconciler.cli import options
from reconciler.cli.terminal import say
from reconciler.core.outcome import Challenge
from reconciler.core.plan.challenge import challenge, last_refusal
from reconciler.kinds import KINDS
from reconciler.render.escape import escape
from reconciler.render.text.outcome import Again, none_waits, said_instead, waits_for
from reconciler.render.text.outcome import command as to_go_on
from reconciler.runs.start import Start
from reconciler.runs.workspace import Workspace, here, now

CLOUD = "Waiting for the cloud, and looked at by the next apply:"
EPILOG = """\b
Examples:
  reconciler pending
  reconciler pending --older-than 2d                what a scheduled job reminds people of
  reconciler pending --json | jq -r '.[] | select(.in_doubt) | .address'
"""


@click.command("pending", epilog=EPILOG)
@options.spaces
@options.option(
    "--older-than",
    type=options.Duration(),
    metavar="DURATION",
    default=0.0,
    help="Only what has waited longer, such as 2d or 12h.",
)
@options.option("--json", "as_json", is_flag=True, help="A JSON list, with whole numbers.")
@options.format(("text", "json", "markdown"))
@options.state
@click.pass_obj
def command(
    start: Start, only: Sequence[str], older_than: float, as_json: bool, form: str | None, state: str | None
) -> int:
    """List what waits for a human: which code, sent when and how, and the command that takes it."""
    workspace = Workspace(start, state)
    waits = waiting(workspace, only, older_than)
    say(FORMATS[form or ("json" if as_json else "text")](waits, workspace.again))
    return 0


@dataclass(frozen=True, slots=True)
class Waits:
    """listed: for a human, by address; cloud: what only takes time. older_than: seconds, below which none is listed.

    total: of those that wait for a human, with the younger ones.
    """

    listed: Sequence[Challenge]
    cloud: Sequence[Challenge]
    older_than: float
    total: int


def waiting(workspace: Workspace, only: Sequence[str], older_than: float = 0.0) -> Waits:
    """older_than: seconds since the last message, or since the record last changed where none was sent."""
    until = datetime.fromisoformat(now()).timestamp() - older_than
    found = sorted(_waiting(workspace, only), key=lambda each: each[0].address)
    listed = [each for each, since in found if not (older_than and since) or _at(since) <= until]
    human = [each for each in listed if each.kind != "time"]
    cloud = [each for each in listed if each.kind == "time"]
    return Waits(human, cloud, older_than, sum(each.kind != "time" for each, _ in found))


def _at(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()


def _waiting(workspace: Workspace, only: Sequence[str]) -> Iterator[tuple[Challenge, str]]:
    """And since when, "" where nothing tells."""
    for state in workspace.chosen(only):
        for record in state.records.values():
            kind = KINDS[record.kind]
            if record.phase in kind.ends:
                continue
            step, refusal = kind.steps[record.phase], last_refusal(record)
            if step.ask or refusal:
                since = (refusal.at if refusal and not step.ask else record.requested_at) or record.changed_at
                yield challenge(kind, record, f"{state.name}/{record.address}"), since


def _text(waits: Waits, again: Again) -> str:
    lines = [line for each in waits.listed for line in _lines(each, again)]
    lines = lines or [none_waits(waits.older_than, waits.total)]
    cloud = [f"  {escape(each.address)}: {waits_for(each, here())}" for each in waits.cloud]
    return "\n".join([*lines, *(["", CLOUD, *cloud] if cloud else [])])


def _lines(waits: Challenge, again: Again) -> Iterator[str]:
    yield f"{escape(waits.address)}: {waits_for(waits, here())}"
    if said := said_instead(waits, here()):
        yield f"  {said}"
    yield f"  {to_go_on(waits, again)}"


def _json(waits: Waits, again: Again) -> str:
    from reconciler.render.documents.events import challenge as as_dict

    return json.dumps([as_dict(each, whole=True) for each in (*waits.listed, *waits.cloud)], indent=2)


def _markdown(waits: Waits, again: Again) -> str:
    from reconciler.render.markdown.comments import pending_comment

    # A reminder reminds nobody of what needs nobody.
    listed = [*waits.listed, *([] if waits.older_than else waits.cloud)]
    return pending_comment(listed, "pending", again, older_than=waits.older_than, total=waits.total)


FORMATS: dict[str, Callable[[Waits, Again], str]] = {"text": _text, "json": _json, "markdown": _markdown}
