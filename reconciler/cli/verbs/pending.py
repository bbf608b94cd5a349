"""`reconciler pending`: everything that waits for a person, from recorded state."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence

import click

from reconciler.cli import options
from reconciler.cli.terminal import here, say
from reconciler.core.outcome import Challenge
from reconciler.render.escape import escape
from reconciler.render.text.outcome import Again, none_waits, said_instead, waits_for
from reconciler.render.text.outcome import command as to_go_on
from reconciler.runs.codes.open_challenges import OpenChallenges, open_challenges
from reconciler.runs.workspace import Workspace

CLOUD = "Waiting for the cloud; the next apply checks it:"
EPILOG = """\b
Examples:
  reconciler pending
  reconciler pending --older-than 2d      for a reminder in a scheduled job
  reconciler pending --json | jq -r '.[] | select(.in_doubt) | .address'
"""


@click.command("pending", epilog=EPILOG)
@options.spaces
@options.option(
    "--older-than",
    type=options.Duration(),
    metavar="DURATION",
    default=0.0,
    help="Only challenges that have waited longer, such as 2d or 12h.",
)
@options.option("--json", "as_json", is_flag=True, help="A JSON list, with full numbers.")
@options.format(("text", "json", "markdown"))
@options.expect
@options.workspace
def command(workspace: Workspace, only: Sequence[str], older_than: float, as_json: bool, form: str | None) -> int:
    """List what waits for a person: which code, when and how it was sent, and the command to type it into."""
    waits = open_challenges(workspace, only, older_than)
    form = form or ("json" if as_json else "text")
    say(FORMATS[form](waits, workspace.again), paint=form == "text")
    return 0


def _text(waits: OpenChallenges, again: Again) -> str:
    lines = [line for each in waits.listed for line in _lines(each, again)]
    lines = lines or [none_waits(waits.older_than, waits.total)]
    cloud = [f"  {escape(each.address)}: {waits_for(each, here())}" for each in waits.cloud]
    held = ["", *(f"{escape(each)}." for each in waits.held)] if waits.held else []
    return "\n".join([*lines, *(["", CLOUD, *cloud] if cloud else []), *held])


def _lines(waits: Challenge, again: Again) -> Iterator[str]:
    yield f"{escape(waits.address)}: {waits_for(waits, here())}"
    if said := said_instead(waits, here()):
        yield f"  {said}"
    yield f"  {to_go_on(waits, again)}"


def _json(waits: OpenChallenges, again: Again) -> str:
    from reconciler.render.documents.events import challenge_row as as_dict

    return json.dumps([as_dict(each, whole=True) for each in (*waits.listed, *waits.cloud)], indent=2)


def _markdown(waits: OpenChallenges, again: Again) -> str:
    from reconciler.render.markdown.comments import pending_comment

    listed = [*waits.listed, *waits.cloud]
    return pending_comment(listed, "pending", again, older_than=waits.older_than, total=waits.total, tips=waits.tips)


FORMATS: dict[str, Callable[[OpenChallenges, Again], str]] = {"text": _text, "json": _json, "markdown": _markdown}
