"""The question before an apply."""

from __future__ import annotations

from collections.abc import Callable

from reconciler.cli.prompt import ask
from reconciler.cli.terminal import complain
from reconciler.errors import Problem, ReconcilerError


def approve(person: bool, about: Callable[[], tuple[str, str]]) -> None:
    """Raises unless somebody at a terminal types the one word that counts. about: what is shown first, the question."""
    if not person:
        raise ReconcilerError(Problem("approval-needed", "there is no terminal to ask for approval"))
    shown, question = about()
    complain(f"\n{shown}")
    if ask(f"{question} Type yes: ") != "yes":
        raise ReconcilerError(Problem("not-approved", "the plan was not approved; nothing was done"))
