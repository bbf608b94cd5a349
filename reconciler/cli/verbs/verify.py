"""`reconciler verify`: answers a challenge, by anyone, anywhere. It shares its code path with apply's own prompts."""

from __future__ import annotations

from dataclasses import replace

import click

from reconciler.cli import code_sources, completion, options
from reconciler.cli.terminal import at_a_terminal, complain, here, say
from reconciler.core.code import malformed
from reconciler.core.outcome import Outcome, exit_code
from reconciler.errors import Problem, UsageError
from reconciler.render.escape import escape
from reconciler.render.text import problems
from reconciler.render.text.outcome import command as to_go_on
from reconciler.render.text.outcome import waits_for
from reconciler.runs.codes.answer import answer
from reconciler.runs.workspace import Workspace

EPILOG = """\b
Examples:
  reconciler verify acme/phone_number/support     asks for the code
  echo 123-830 | reconciler verify acme/phone_number/support
  reconciler verify acme/phone_number/support --resend    sends once more
  reconciler verify acme/contact/tom              asks whether he confirmed
  reconciler verify - < codes.txt                 lines of: address code
"""


@click.command("verify", epilog=EPILOG)
@click.argument("address", metavar="ADDRESS|-", shell_complete=completion.addresses)
@options.option("--resend", consent=True, is_flag=True, help="Send one more message first.")
@options.lock_wait("30s")
@options.no_input
@options.workspace_and_cloud
def command(workspace: Workspace, address: str, resend: bool, lock_wait: float, no_input: bool) -> int:
    """Answer the open challenge of ADDRESS, and continue with its next steps.

    A code is typed at a hidden prompt or read as one line from standard input. A confirmation, which people
    give by following a link, is only looked up. After a wrong code nothing is undone and nothing is sent.
    """
    if address == "-" and resend:
        raise UsageError(Problem("resend-one", "--resend is for one address at a time"))
    if address == "-":
        from reconciler.runs.codes.batch import answers

        outcomes = answers(workspace, code_sources.lines(), lock_wait)
        return max((_told(workspace, each) for each in outcomes), default=0, key=_SEVERITY.index)
    if at_a_terminal() and not no_input:
        return _told(workspace, answer(workspace, address, code_sources.prompt, resend, lock_wait))
    piped = code_sources.Piped()
    outcome = answer(workspace, address, code_sources.nobody if resend or no_input else piped, resend, lock_wait)
    return _told(workspace, outcome, piped.malformed)


# From the mildest to the worst, for several answers at once.
_SEVERITY = (0, 3, 1)


def _told(workspace: Workspace, outcome: Outcome, is_malformed: bool = False) -> int:
    address = escape(outcome.address)
    problem = malformed() if is_malformed else outcome.problem
    if problem:
        complain(problems.problem(replace(problem, address=outcome.address)))
    if outcome.result == "done":
        say(f"{address}: {'removed' if outcome.action == 'delete' else 'ready'}.")
        return 0
    if outcome.challenge:
        say(f"{address}: {waits_for(outcome.challenge, here())}.")
        if outcome.challenge.kind != "time":
            complain(f"To continue: {to_go_on(outcome.challenge, workspace.again)}")
    wrong = problem is not None and problem.code in ("code-refused", "code-malformed", "parked", "submission-refused")
    return 1 if wrong else exit_code({outcome.result})
