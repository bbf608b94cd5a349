"""`reconciler ram-policy`: the least permissions that a verb needs, from the tables. It calls nothing."""

from __future__ import annotations

import json

import click

from reconciler.cli import options
from reconciler.cli.terminal import say
from reconciler.render.documents.ram_policy import POLICY_VERBS, policy

EPILOG = """\b
Examples:
  reconciler ram-policy apply > apply.json
  reconciler ram-policy apply --no-input    where nobody types a code
  reconciler ram-policy verify              to type codes, and send no message
  reconciler ram-policy destroy             to remove, and to create or send nothing
  reconciler ram-policy check               to compare with the cloud
  reconciler ram-policy import              only to read an account
  reconciler ram-policy plan --preflight    only to read what apply will meet
  reconciler ram-policy plan                never to send or change anything
"""


@click.command("ram-policy", epilog=EPILOG)
@click.argument("verb", type=click.Choice(POLICY_VERBS))
@options.option("--resend", consent=True, is_flag=True, help="With verify: also what --resend needs to send.")
@options.option("--no-input", consent=True, is_flag=True, help="With apply: without what takes codes at a terminal.")
@options.option("--preflight", is_flag=True, help="With plan: also the reads that --preflight makes.")
def command(verb: str, resend: bool, no_input: bool, preflight: bool) -> int:
    """Print the RAM policy for a role that runs VERB: its calls are allowed, all others that send or change are denied.

    It is derived from the tables of this program and from the vendor's documents, and was not tried on the real cloud.
    """
    if resend and verb != "verify":
        raise click.UsageError("--resend is for verify")
    if no_input and verb != "apply":
        raise click.UsageError("--no-input is for apply")
    if preflight and verb != "plan":
        raise click.UsageError("--preflight is for plan")
    say(json.dumps(policy(verb, resend, no_input, preflight), indent=2), paint=False)
    return 0
