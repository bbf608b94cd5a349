"""The contract of a forge: what is needed to write comments and issues, and to identify a pull request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

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


class Issue(NamedTuple):
    """An issue, as any forge has it.

    number: in its repository.
    body: its text.
    is_open: whether it is open.
    author: as the forge names it; "" if there is none.
    """

    number: int
    body: str
    is_open: bool
    author: str


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

    def issues_of(self, author: str) -> Mapping[str, str]:
        """The query for every issue of this author, open or closed, oldest first."""

    def issue(self, row: Mapping[str, Any]) -> Issue | None:
        """None for a row that is no issue: GitHub lists pull requests among them."""

    def issue_fields(self, text: str, turns: bool | None) -> Mapping[str, str]:
        """Of a request. text: of the issue. turns: whether it is opened or closed; None for neither."""
