"""Creates something at a forge once, although an answer may be lost: it is looked for before it is tried again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reconciler.errors import CloudError, Problem
from reconciler.forge.session import Session, untold

TRIES = 2
LOOKS = (1.0, 2.0, 4.0)
"""Seconds before each look after an unanswered creation."""

Look = Callable[[], Mapping[str, Any] | None]


def create_once(session: Session, name: str, body: Mapping[str, Any], look: Look, **place: str) -> Any:
    """The JSON of what was created, or found after a lost answer. name, place: of the endpoint. Raises CloudError."""
    for _ in range(TRIES):
        reply = session.answer(name, None, body, **place)
        if not untold(reply):
            return session.parsed(reply)
        if found := _looked_up(session, look):
            return found
    what = f"{session.site.whose}: whether it was written is unknown, as no answer came"
    raise CloudError(Problem("comment-unsure", what))


def _looked_up(session: Session, look: Look) -> Mapping[str, Any] | None:
    for seconds in LOOKS:
        session.sleep(seconds)
        if found := look():
            return found
    return None
