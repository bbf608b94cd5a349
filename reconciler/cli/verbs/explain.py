"""`reconciler explain`: explains an error code, a key of the configuration, or a resource. It calls no cloud."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import click
from msgspec.structs import replace

from reconciler.cli import completion, options
from reconciler.cli.terminal import here, say
from reconciler.config.reference import FILES, ConfigKey, keys
from reconciler.core.model import Resource
from reconciler.core.plan.change import Plan
from reconciler.core.plan.forecast import forecast
from reconciler.errors import ERRORS, Problem, UsageError
from reconciler.kinds import KINDS
from reconciler.render.escape import escape
from reconciler.render.text.costs import messages_line
from reconciler.render.text.outcome import command as to_go_on
from reconciler.render.text.outcome import waits_for
from reconciler.render.text.plan import change_lines
from reconciler.render.times import moment
from reconciler.runs.codes.open_challenges import open_challenges
from reconciler.runs.find_record import Found, find_record
from reconciler.runs.planning.make import make
from reconciler.runs.workspace import Workspace

WIDTH = 80
EPILOG = """\b
Examples:
  reconciler explain sms-to-landline              an error's code
  reconciler explain space_id                     a key of the YAML
  reconciler explain acme/phone_number/support    what it waits for
"""


@click.command("explain", epilog=EPILOG)
@click.argument("word", metavar="CODE|KEY|ADDRESS", shell_complete=completion.addresses)
@options.workspace_and_cloud
def command(workspace: Workspace, word: str) -> int:
    """Explain an error's code, a key of the YAML files, or a resource with what it waits for and what comes next."""
    lines = [*_code(word), *_keys(word)] or list(_resource(workspace, word))
    say("\n".join(lines))
    return 0


def _code(word: str) -> Iterator[str]:
    if entry := ERRORS.get(word):
        yield word
        yield from _wrapped(f"{entry.summary}.")
        yield from _wrapped(entry.hint)


def _wrapped(text: str, first: str = "  ", then: str = "  ") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=then, break_on_hyphens=False)


def _keys(word: str) -> Iterator[str]:
    """Every key of this name, or the one of this path; those that are alike in all else together."""
    found: dict[ConfigKey, list[str]] = {}
    for key in (key for name in FILES for key in keys(name) if f".{key.path}".endswith(f".{word}")):
        found.setdefault(key._replace(path=""), []).append(key.path)
    for place, (key, paths) in enumerate(found.items()):
        yield from [""] * bool(place)
        yield from _key(key, paths)


def _key(key: ConfigKey, paths: list[str]) -> Iterator[str]:
    yield from _wrapped(f"{', '.join(paths)} in {FILES[key.file]} ({key.type}, {key.default})", "")
    yield from _wrapped(key.description)
    for label, text in (("Rule", key.rule), ("Example", key.example)):
        yield from _wrapped(f"{label}: {text}") if text else ()
    if len(key.values) > 10:
        yield from _wrapped(f"Values: {', '.join(value for value, _ in key.values)}")
        return
    widest = max((len(value) for value, _ in key.values), default=0)
    for value, meaning in key.values:
        yield from _wrapped(meaning, f"  {value:<{widest}}  ", " " * (widest + 4))


def _resource(workspace: Workspace, word: str) -> Iterator[str]:
    """Declared, recorded, or both. Raises UsageError for neither."""
    declared = _declared(workspace, word)
    found = None if declared and not _is_recorded(workspace, declared) else _recorded(workspace, word)
    address = declared.address if declared else found.address if found else word
    yield escape(address)
    yield from _where(declared, found)
    yield from _waiting(workspace, address) if found else ()
    yield ""
    yield from _next(make(workspace, ()), address)


def _declared(workspace: Workspace, word: str) -> Resource | None:
    every = [resource for space in workspace.project.spaces for resource in space.resources]
    named = [each for each in every if word in (each.address, each.key)]
    found = named or [each for each in every if each.address.endswith(f"/{word}")]
    return found[0] if len(found) == 1 else None


def _is_recorded(workspace: Workspace, declared: Resource) -> bool:
    id = f"{declared.type}/{declared.key}"
    return any(id in state.records for state in workspace.recorded.values())


def _recorded(workspace: Workspace, word: str) -> Found:
    try:
        return find_record(workspace, word)
    except UsageError as error:
        code, found = error.problems[0].code, error.problems[0].found
        if code != "unknown-address":
            raise
        what = "this is no error's code, no key of the YAML, and nothing is declared or recorded under it"
        raise UsageError(Problem("unknown-word", what, found=found, hint=error.problems[0].hint)) from None


def _where(declared: Resource | None, found: Found | None) -> Iterator[str]:
    yield _row("declared", str(declared.place) if declared else "no longer")
    if found is None:
        yield _row("recorded", "nothing yet")
        return
    record = found.record
    yield _row(
        "recorded", f"{escape(record.phase)}, {moment(record.changed_at, here())} by {escape(record.changed_by)}"
    )
    means = KINDS[record.kind].ready_means
    yield _row("ready means", means) if means else _row("messages", f"{record.messages_sent} sent")


def _waiting(workspace: Workspace, address: str) -> Iterator[str]:
    waits = open_challenges(workspace, ())
    for each in (*waits.listed, *waits.cloud):
        if each.address == address:
            yield _row("state", waits_for(each, here()))
            yield _row("continue", to_go_on(each, workspace.again))


def _row(label: str, text: str) -> str:
    return f"  {label:<12}{text}"


def _next(plan: Plan, address: str) -> Iterator[str]:
    """Its change in the plan of this moment, with what that costs."""
    for space in plan.spaces:
        for change in space.changes:
            if change.address == address:
                alone = replace(plan, spaces=(replace(space, changes=(change,)),))
                yield from (*change_lines(change, here(), full=True), "", f"Messages: {messages_line(forecast(alone))}")
                return
    yield "Nothing is planned for it: it is recorded as it is declared."
