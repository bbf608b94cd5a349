"""`reconciler demo`: the whole workflow once, over real HTTP, in a temporary folder.

Everything shown is printed by the commands themselves; the demo only plays the people with the phones.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import click

from reconciler.cli.main import INTERRUPTED, run_command
from reconciler.cli.terminal import at_a_terminal, say
from reconciler.cli.verbs.sandbox import variables
from reconciler.core.plan.change import Change, Plan
from reconciler.errors import Problem, ReconcilerError
from reconciler.kinds.types import TYPES
from reconciler.operations import OPERATIONS, Effect
from reconciler.runs.files import plan as plan_file
from reconciler.runtime.scratch import scratch
from reconciler.sandbox import Sandbox
from reconciler.sandbox.people.visitor import Visitor

PURCHASED = "+6581234567"
SIGNED_UP, IN = "+6587654321", "cams-ini8w3e5"
# A third customer, whose number was signed up in a browser before the story begins.
THIRD = f"""space: initech
space_id: {IN}

phone_numbers:
  counter:
    number: "{SIGNED_UP}"
    onboarding: embedded
    callbacks: {{messages: "https://hooks.example.com/initech", status: "https://hooks.example.com/initech/status"}}
    profile: {{about: Ask us anything, vertical: PROF_SERVICES, websites: ["https://initech.example.com"]}}
"""
EPILOG = """\b
Examples:
  reconciler demo              at a terminal you type the codes yourself
  reconciler demo < /dev/null  types the codes for you, too
"""


@click.command("demo", epilog=EPILOG)
def command() -> int:
    """Plan, apply, pause, verify, finish: all kinds of resources, on a local cloud, in a scratch folder."""
    with scratch("reconciler-demo-") as top, Sandbox() as cloud:
        folder = top / "customers"
        shutil.copytree(_quickstart(), folder)
        (folder / "spaces" / "initech.yaml").write_text(THIRD, "utf-8")
        with _environment(cloud), contextlib.chdir(folder):
            _story(Visitor(cloud.url), at_a_terminal())
    return 0


def _quickstart() -> Path:
    packaged = Path(str(resources.files("reconciler") / "quickstart"))
    return packaged if packaged.is_dir() else Path(__file__).parents[3] / "examples" / "quickstart"


@contextlib.contextmanager
def _environment(cloud: Sandbox) -> Iterator[None]:
    """Only what the demo needs: neither the user's settings nor the user's credentials reach it."""
    before = dict(os.environ)
    for name in before:
        if name.startswith(("RECONCILER_", "ALIBABA_CLOUD_", "TF_HTTP_")):
            del os.environ[name]
    os.environ.update(variables(cloud))
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _story(visitor: Visitor, person: bool) -> None:
    purchase_code = visitor.purchase(PURCHASED)
    visitor.sign_up(SIGNED_UP, IN)
    _tell("Three customers keep their WhatsApp numbers and contacts in YAML.")
    for file in sorted(Path("spaces").glob("*.yaml")):
        say(f"\n--- {file}\n{file.read_text('utf-8').rstrip()}")
    _tell("A plan says what would happen, and what it asks of whom. It calls nothing.")
    _run(0, "plan", "--out", "plan.out")
    plan = plan_file.read(Path("plan.out"))
    _tell("Apply makes these calls, and pauses where only a person can continue.")
    _run(3, "apply", "plan.out", "--no-input")
    _tell("Minutes or days later, anyone, anywhere: each code goes in where it is waited for.")
    for change in plan.changes:
        if TYPES[change.type].proof == "link":
            _confirm(visitor, change)
        elif any(call.ask == "code" for call in change.calls):
            _type(change, visitor.code(change.key) or purchase_code, person)
    _tell("The same plan, applied again, finds everything done.")
    _run(0, "apply", "plan.out", "--no-input")
    _run(0, "plan")
    _tally(visitor, plan)


def _confirm(visitor: Visitor, change: Change) -> None:
    targets = [call.to for call in change.calls if call.channel]
    for target in targets:
        visitor.confirm(target)
    say(f"\n[{change.key} follows the links sent to {' and '.join(targets)}]")
    _run(0, "verify", change.address)


def _type(change: Change, code: str, person: bool) -> None:
    say(f"\n[{change.key} reads: {code}]")
    if person:
        ended = _attempt("verify", change.address)
        if ended == INTERRUPTED:
            raise KeyboardInterrupt
        if ended == 0:
            return
    # A person may skip a code: then the demo enters it.
    with _typing(code):
        _run(0, "verify", change.address)


@contextlib.contextmanager
def _typing(code: str) -> Iterator[None]:
    before, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(f"{code}\n".encode()))
    try:
        yield
    finally:
        sys.stdin = before


def _attempt(*arguments: str) -> int:
    say(f"\n$ reconciler {' '.join(arguments)}")
    return run_command(arguments)


def _run(expected: int, *arguments: str) -> None:
    code = _attempt(*arguments)
    if code != expected:
        what = f"`reconciler {' '.join(arguments)}` ended with {code} instead of {expected}"
        raise ReconcilerError(Problem("demo-failed", what))


def _tell(text: str) -> None:
    say(f"\n## {text}")


def _tally(visitor: Visitor, plan: Plan) -> None:
    """Holds the ledger of the local cloud against the plan: these calls and no others, no rule broken."""
    ledger = visitor.ledger()
    made = Counter(call["operation"] for call in ledger["calls"] if call["result"] == "OK")
    refused = len(ledger["calls"]) - made.total()
    planned = Counter(call.operation for change in plan.changes for call in change.all_calls if not call.only_if)
    reads = {look for change in plan.changes for call in change.all_calls for look in call.looks}
    reads |= {name for name in made if OPERATIONS[name].effect is Effect.READ}
    wrong = f" ({refused} refused: a wrong code)" if refused else ""
    _tell(f"What the local cloud saw: {len(ledger['calls'])} calls{wrong}, {ledger['messages']} messages.")
    for operation, number in sorted(made.items()):
        kind = "read" if operation in reads else "as planned" if number == planned[operation] else "NOT PLANNED"
        say(f"  {number:>2} {operation:<40} {kind}")
    _check(made, planned, reads, ledger)
    say("\nRules broken: none. Every planned call was made once; nobody got a second message.")


def _check(made: Mapping[str, int], planned: Mapping[str, int], reads: set[str], ledger: Mapping[str, Any]) -> None:
    other = [name for name in made if name not in planned and name not in reads]
    missed = [name for name in planned if made[name] != planned[name] and name not in reads]
    if other or missed or ledger["violations"]:
        what = f"calls not planned: {other}; not made as planned: {missed}; rules broken: {ledger['violations']}"
        raise ReconcilerError(Problem("demo-failed", what))
