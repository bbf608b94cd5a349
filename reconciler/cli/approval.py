"""The questions before an apply. A line that was typed before its question was shown answers none of them."""

from __future__ import annotations

from collections.abc import Callable

from reconciler.cli.prompt import ask
from reconciler.cli.terminal import complain
from reconciler.errors import Problem, ReconcilerError
from reconciler.render.times import counted

FINAL = "irreversible"


def approve(person: bool, about: Callable[[], tuple[str, str]], word: str = "yes", final: int = 0) -> None:
    """Raises unless somebody at a terminal types the one word that counts, and another one for what cannot be undone.

    about: what is shown first, the question. final: how many changes cannot be undone.
    """
    if not person:
        raise ReconcilerError(Problem("approval-needed", "there is no terminal to ask for approval"))
    shown, question = about()
    complain(f"\n{shown}")
    _typed(f"{question} Type {word}: ", word)
    if final:
        _typed(f"{counted(final, 'change')} of these cannot be undone. Type {FINAL}: ", FINAL)


def _typed(text: str, word: str) -> None:
    if ask(text, fresh=True) != word:
        raise ReconcilerError(Problem("not-approved", "the plan was not approved; nothing was done"))
