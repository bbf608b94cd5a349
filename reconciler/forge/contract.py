"""The contract of a forge: what is needed to write comments and to identify a pull request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from reconciler.core.ci_job import CiJob
from reconciler.forge.session import Session
from reconciler.forge.site import Site


@dataclass(frozen=True, slots=True)
class WantedPull:
    """A pull request that is not known by its number.

    query: for the endpoint `pulls`.
    fields: paths (a dot leads inwards), one of which must have the value.
    value: to compare with.
    what: the same in words.
    sides: paths of its source and its target repository. Of several pull requests the one within a repository is meant,
        because others may open one at any commit.
    needed: a path that must be present; "" for none.
    """

    query: Mapping[str, str]
    fields: tuple[str, ...]
    value: str
    what: str
    sides: tuple[str, str]
    needed: str = ""


class Forge(Protocol):
    """What differs between forges. Comments are as the API gives them: `id`, `body` and an author.

    page: comments per answer. order: query for oldest first. longest: the maximum of characters in a comment.
    """

    site: Site
    page: int
    order: Mapping[str, str]
    longest: int

    def pull(self) -> str | WantedPull | None:
        """The job's pull request: its number, or how to find it. None if unknown."""

    def job(self) -> CiJob:
        """Which commit the job planned or applied, and which run it is: by variables and event alone."""

    def number(self, pull: Mapping[str, Any]) -> str:
        """The number of a pull request listed by the endpoint `pulls`."""

    def author(self, comment: Mapping[str, Any]) -> str:
        """The author's name; "" if there is none."""

    def me(self, session: Session) -> str:
        """The token's owner, in the form of `author`. Raises CloudError."""
