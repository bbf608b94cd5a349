"""Problems as a forge shows them: their text, and their places relative to the whole repository."""

from __future__ import annotations

from reconciler.errors import Place, Problem
from reconciler.render import mask
from reconciler.render.escape import escape

# What limits a whole run is set there.
_EVERYWHERE = Place("reconciler.yaml")


def place_of(problem: Problem, folder: str) -> Place:
    """folder: the project's in the repository, "" for its root."""
    place = problem.place or _EVERYWHERE
    return place._replace(file=f"{folder}/{place.file}" if folder else place.file)


def shown(text: str) -> str:
    """Escaped, with numbers masked."""
    return escape(mask.text_with_addresses(text))
