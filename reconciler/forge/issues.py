"""One issue for each marker: opened when there is something to tell, updated in place, closed when there is nothing.

Of our own issues that begin with the marker the oldest is kept, one that is open before one that is closed, whatever
its title says now. Further open ones, which two runs may have made at once, are closed with a line that leads to it.
An issue that somebody closed is opened again while there is something to tell. None is ever deleted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from reconciler.errors import CloudError, Problem
from reconciler.forge.comments import begins_with, says_the_same
from reconciler.forge.contract import Forge, Issue
from reconciler.forge.create_once import create_once
from reconciler.forge.listing import Listing
from reconciler.forge.session import Session

DUPLICATE = "Another run opened #{} at the same time; that one is kept up to date."

IssueAction = Literal["opened", "updated", "unchanged", "reopened", "closed"]


class KeptIssue(NamedTuple):
    """An issue that is kept.

    action: what was done.
    number: of the issue.
    author: as the forge names it.
    """

    action: IssueAction
    number: int
    author: str


@dataclass(frozen=True, slots=True)
class Issues:
    """The issues of one repository.

    forge: that they are on.
    session: to call the forge.
    mine: our own author name, as the forge gives it.
    """

    forge: Forge
    session: Session
    mine: str

    def keep(
        self, marker: str, title: str, text: str, due: bool | None, passing: re.Pattern[str] | None = None
    ) -> KeptIssue | None:
        """Brings the marker's issue up to date. None if there is none, or a closed one, and it needs none.

        title: of a new one only: people may change it.
        text: of the issue; its first line is the marker.
        due: whether an issue has to be open; None: one that is open stays so, and none is opened.
        passing: text that makes no difference, such as the time.
        """
        kept = self._single(marker)
        if kept is None and due:
            return self._opened(marker, title, text, passing)
        if kept is None or not (due or kept.is_open):
            return None
        return self._updated(kept, text, due, passing)

    def _opened(self, marker: str, title: str, text: str, passing: re.Pattern[str] | None) -> KeptIssue:
        body = {"title": title, **self.forge.issue_fields(text, None)}
        made = self._issue(create_once(self.session, "open", body, lambda: next(iter(self._rows(marker)), None)))
        kept = self._single(marker) or made  # a list may be late
        if kept.number != made.number:
            return self._updated(kept, text, True, passing)
        return KeptIssue("opened", made.number, made.author)

    def _updated(self, kept: Issue, text: str, due: bool | None, passing: re.Pattern[str] | None) -> KeptIssue:
        turns = due if due is not None and due != kept.is_open else None
        if turns is None and says_the_same(kept.body, text, passing):
            return KeptIssue("unchanged", kept.number, kept.author)
        self._edit(kept.number, text, turns)
        actions: dict[bool | None, IssueAction] = {True: "reopened", False: "closed", None: "updated"}
        return KeptIssue(actions[turns], kept.number, kept.author)

    def _edit(self, number: int, text: str, turns: bool | None) -> None:
        """turns: whether it is opened or closed; None for neither."""
        self._issue(self.session.value("edit", None, body=self.forge.issue_fields(text, turns), number=str(number)))

    def _single(self, marker: str) -> Issue | None:
        """The issue to keep, after the others that are open were closed."""
        found = sorted(map(self._issue, self._rows(marker)), key=lambda issue: (not issue.is_open, issue.number))
        for extra in (issue for issue in found[1:] if issue.is_open):
            self._edit(extra.number, f"{marker}\n{DUPLICATE.format(found[0].number)}", False)
        return found[0] if found else None

    def _rows(self, marker: str) -> list[Mapping[str, Any]]:
        listing = Listing(self.session, "issues", self.forge.issues_of(self.mine), self.forge.page)
        return listing.pick(lambda row: self._is_ours(self.forge.issue(row), marker))

    def _is_ours(self, issue: Issue | None, marker: str) -> bool:
        return issue is not None and issue.author == self.mine and begins_with(issue.body, marker)

    def _issue(self, row: Any) -> Issue:
        issue = self.forge.issue(row) if isinstance(row, dict) else None
        if issue is None:
            raise CloudError(Problem("comment-unsure", f"{self.session.site.whose}: the answer is no issue"))
        return issue
