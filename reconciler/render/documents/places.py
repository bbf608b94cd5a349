"""Places of problems, relative to the whole repository."""

from __future__ import annotations

from reconciler.errors import Place, Problem

# What limits a whole run is set there.
_EVERYWHERE = Place("reconciler.yaml")


def place_of(problem: Problem, folder: str) -> Place:
    """folder: the project's in the repository, "" for its root."""
    place = problem.place or _EVERYWHERE
    return place._replace(file=f"{folder}/{place.file}" if folder else place.file)
