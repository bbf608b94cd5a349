"""Finds the verb, runs it, and turns any result into a documented exit code. Imports only what the verb uses."""

from __future__ import annotations

import contextlib
import gc
import io
import os
import resource
import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import click

from reconciler import __version__
from reconciler.cli import habits
from reconciler.cli.lazy import Lazy
from reconciler.cli.screen import is_own
from reconciler.cli.terminal import alert, complain, forgive, release

if TYPE_CHECKING:
    from reconciler.errors import ReconcilerError

EVERYWHERE = {"--no-color": ("NO_COLOR", "1"), "--debug": ("RECONCILER_LOG", "debug")}
UNREAD, USAGE, BUG, INTERRUPTED = 1, 64, 70, 130

# Section of --help -> name -> (module below reconciler.cli.verbs, what --help says of it)
SECTIONS: dict[str, dict[str, tuple[str, str]]] = {
    "Everyday": {
        "init": ("init", "Write the first files of a project."),
        "validate": ("validate", "Check the YAML: every problem at once, no network."),
        "plan": ("plan", "Show what apply would do, its messages, and who is needed."),
        "apply": ("apply", "Make the calls of a plan, and pause where a person is needed."),
        "verify": ("verify", "Submit the code of a number or contact, and continue."),
        "import": ("import_account", "Write the YAML of what an account has already."),
        "fmt": ("fmt", "Format the YAML: one order of keys, one way of quoting."),
        "render": ("render", "Print the space files that come of templates."),
        "pending": ("pending", "List what waits for a person."),
        "check": ("check", "Ask the cloud whether what is ready is still in service."),
        "offboard": ("offboard", "Write the end of a space into its file, for one pull request."),
        "destroy": ("destroy", "Remove what is recorded, after a confirmation of its own."),
        "explain": ("explain", "Explain an error's code, a key of the YAML, or a resource."),
    },
    "Review": {
        "show": ("show", "Show a saved plan."),
        "comment": ("comment", "Write a plan, or what waits, as one comment on a pull request."),
        "issue": ("issue", "Keep one issue about what `check` found in the cloud."),
        "diff": ("diff", "Compare two environments, or two sets of space files."),
        "rehearse": ("rehearse", "Try a saved plan on a local cloud, with every code typed."),
        "test": ("test", "Try scenarios of your own on a local cloud."),
        "spaces": ("spaces", "List the spaces, those a branch changed, or who holds them."),
    },
    "State": {
        "state": ("state", "List, check, copy, move, prune or repair what is recorded."),
        "output": ("output", "Print ids and phases, for other systems."),
        "log": ("log", "Print who did what, when, and what the cloud answered."),
        "force-unlock": ("force_unlock", "Close a run, or release a lock, that was left behind."),
    },
    "Cloud": {
        "sandbox": ("sandbox", "Run a local cloud to try things against."),
        "demo": ("demo", "Run everything once, on a local cloud, in a scratch folder."),
        "ram-policy": ("ram_policy", "Print the least permissions that a verb needs."),
    },
    "Tools": {
        "schema": ("schema", "Print a JSON Schema."),
        "version": ("version", "Print the version."),
    },
}
VERBS = {name: row for section in SECTIONS.values() for name, row in section.items()}

EPILOG = """\b
Examples:
  reconciler validate
  reconciler plan --out plan.out
  reconciler apply plan.out
  reconciler verify acme/phone_number/support
  eval "$(_RECONCILER_COMPLETE=bash_source reconciler)"  for this shell
"""


class Verbs(Lazy):
    """Says what each verb does without importing it."""

    def resolve_command(
        self, context: click.Context, words: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if words[0] not in VERBS:
            _suggest(context, words[0])
        return super().resolve_command(context, words)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        widest = max(map(len, VERBS))
        for title, verbs in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(f"{name:<{widest}}", summary) for name, (_, summary) in verbs.items()])


def _suggest(context: click.Context, word: str) -> None:
    import difflib

    if way := habits.VERBS.get(word):
        context.fail(f"No such command {word!r}. {way}")
    if close := difflib.get_close_matches(word, VERBS, 1):
        context.fail(f"No such command {word!r}. Did you mean {close[0]}?")


@click.group(
    cls=Verbs,
    places={name: f"{module}:command" for name, (module, _) in VERBS.items()},
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option("-C", "directory", metavar="DIR", type=click.Path(), default="", help="Run as if started in DIR.")
@click.option(
    "--allow-network-filesystem", "network_allowed", is_flag=True, help="Trust SQLite on a network file system."
)
@click.option("--no-color", is_flag=True, help="No colour, as NO_COLOR=1 has it.")
@click.option(
    "--debug", is_flag=True, help="A line on stderr for each request to the cloud, as RECONCILER_LOG=debug has it."
)
@click.version_option(__version__, message="reconciler %(version)s")
@click.pass_context
def group(context: click.Context, directory: str, network_allowed: bool, no_color: bool, debug: bool) -> None:
    """Terraform for phone numbers that need a human.

    Spaces, numbers and contacts are declared in YAML; plan says what would happen; apply does that and no
    more, and pauses where only a person can continue.
    """
    from contextlib import ExitStack
    from pathlib import Path

    from reconciler.cli.debug import log_of
    from reconciler.runs.start import Start

    closing = context.with_resource(ExitStack())
    context.obj = Start(Path(directory), complain, alert, closing, network_allowed, log_of(os.environ, closing))


def _end_like_an_interrupt() -> None:
    r"""After SIGTERM, Ctrl-\, or a closed terminal, terminal and state are as after Ctrl-C."""
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        if signal.getsignal(number) is signal.SIG_DFL:  # nohup says otherwise
            signal.signal(number, signal.default_int_handler)


def _leave_no_dump() -> None:
    """What this holds, a code or a key, is written to no disk, however it ends: core(5).

    One byte is less than the smallest dump; unlike none, Linux heeds it also where dumps go to a program.
    """
    limit = 1 if sys.platform == "linux" else 0
    with contextlib.suppress(ValueError):  # less than that is allowed already
        resource.setrlimit(resource.RLIMIT_CORE, (limit, limit))


def main(arguments: Sequence[str] | None = None) -> None:
    _leave_no_dump()
    _end_like_an_interrupt()
    forgive()
    code = run_command(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        release(stream)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)  # everything is printed: Python must not add a message
    gc.freeze()  # at its end the interpreter looks for garbage in all there is, which takes as long as a small plan
    sys.exit(code)


def _global(words: Iterable[str]) -> Iterator[str]:
    """Without the options that may stand behind a verb, too: they become what the environment says."""
    for word in words:
        if word in EVERYWHERE:
            os.environ.update([EVERYWHERE[word]])
        else:
            yield word


def run_command(arguments: Sequence[str]) -> int:
    """The exit code of a command line. Nothing escapes as a traceback."""
    try:
        code = group.main(list(_global(habits.in_our_words(arguments))), prog_name="reconciler", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.exceptions.Exit as error:
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        complain("Interrupted.")
        return INTERRUPTED
    except click.ClickException as error:
        return _misused(error)
    except BrokenPipeError:
        return UNREAD
    except Exception as error:  # noqa: BLE001 - the last resort: any other exception is reported as a bug
        return _failed(error)


def _misused(error: click.ClickException) -> int:
    """A code typed in the wrong place must not appear in a log."""
    import re

    shown = io.StringIO()
    error.show(shown)
    complain(re.sub(r"[0-9](?:[ -]?[0-9]){5,}", "…", shown.getvalue().rstrip()))
    return USAGE


def _failed(error: Exception) -> int:
    from reconciler.errors import ReconcilerError

    return _refused(error) if isinstance(error, ReconcilerError) else _bug(error)


def _refused(error: ReconcilerError) -> int:
    from reconciler.render.text import problems

    complain(problems.problems(error.problems, own=is_own(sys.stderr, os.environ)))
    return error.exit_code


def _bug(error: Exception) -> int:
    from reconciler.errors import Problem
    from reconciler.render.text import problems

    try:
        where = f"where it happened is in {_logged(error)}"
    except OSError as unwritten:
        where = f"where it happened cannot be written: {unwritten.strerror}"
    what = f"this is a bug in reconciler {__version__} ({type(error).__name__}); {where}"
    complain(problems.problem(Problem("bug", what)))
    return BUG


def _logged(error: Exception) -> str:
    """Names and lines only: a frame's values could hold a code."""
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile("w", prefix="reconciler-", suffix=".log", delete=False, encoding="utf-8") as log:
        log.writelines(traceback.format_list(traceback.extract_tb(error.__traceback__)))
        log.write(f"{type(error).__name__}\n")
    return log.name
