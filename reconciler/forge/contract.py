"""What a forge must say for comments to be written there, and how a pull request is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from reconciler.core.ci_job import CiJob
from reconciler.forge.session import Session
from reconciler.forge.site import Site


@dataclass(frozen=True, slots=True)
class WantedPull:
    """A pull request that is known by something else than its number. query: for the endpoint `pulls`.

    fields: one of them has to be value. A dot leads inwards. what: the same in words. needed: what has to be there.
    sides: where it comes from, and where it goes: of several, the one that stays in its repository is meant, since
    others may open theirs at any commit.
    """

    query: Mapping[str, str]
    fields: tuple[str, ...]
    value: str
    what: str
    sides: tuple[str, str]
    needed: str = ""


class Forge(Protocol):
    """What differs between forges. Comments are as the API gives them: `id`, `body` and an author.

    page: comments in an answer. order: what has the oldest come first. longest: characters of a comment at most.
    """

    site: Site
    page: int
    order: Mapping[str, str]
    longest: int

    def pull(self) -> str | WantedPull | None:
        """The pull request that this job is about: its number, or what it is known by. None: nothing tells."""

    def job(self) -> CiJob:
        """Which commit the job planned or applied, and which run it is: by variables and event alone."""

    def number(self, pull: Mapping[str, Any]) -> str:
        """Of what the endpoint `pulls` lists."""

    def author(self, comment: Mapping[str, Any]) -> str:
        """Who wrote it, "" for what nobody did."""

    def me(self, session: Session) -> str:
        """Whom the token belongs to, in the form of `author`. Raises CloudError."""
