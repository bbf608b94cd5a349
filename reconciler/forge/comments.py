"""One comment for each marker: found among our own comments, updated in place, left alone if it is unchanged.

Somebody else's comment with our marker is ignored, and no comment is ever deleted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from reconciler.errors import CloudError, Problem
from reconciler.forge.contract import Forge
from reconciler.forge.session import Session, untold
from reconciler.net.http import Reply

PAGES = 100
TRIES = 2
LOOKS = (1.0, 2.0, 4.0)
"""Seconds before each read after an unanswered creation."""

Comment = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Written:
    """A comment that was put.

    action: what was done.
    id: of the comment.
    author: as the forge names it.
    """

    action: Literal["created", "updated", "unchanged"]
    id: int
    author: str


@dataclass(frozen=True, slots=True)
class Thread:
    """The comments of one pull request.

    forge: that it is on.
    session: to call the forge.
    number: of the pull request.
    mine: our own author name, as the forge gives it.
    """

    forge: Forge
    session: Session
    number: str
    mine: str

    def put(self, marker: str, text: str, anew: bool = True, passing: re.Pattern[str] | None = None) -> Written | None:
        """Updates our newest comment whose first line is the marker, or creates one.

        text: of the comment; its first line is the marker.
        anew: whether one may be created; otherwise None is returned if there is none.
        passing: text to ignore when the new comment is compared with the old one, such as the time.
        """
        if len(text) > self.forge.longest:
            what = f"{len(text)} characters, and {self.forge.site.forge} takes {self.forge.longest}"
            raise CloudError(Problem("comment-too-long", what))
        found = self._newest(marker)
        if found:
            same = _plain(found["body"], passing) == _plain(text, passing)
            return self._written("unchanged", found) if same else self._updated(found, marker, text)
        return self._created(marker, text) if anew else None

    def _updated(self, found: Comment, marker: str, text: str) -> Written:
        reply = self.session.answer("update", None, {"body": text}, number=self.number, id=str(found["id"]))
        if isinstance(reply, Reply) and reply.status in (404, 410):
            return self._replaced(found, reply, marker, text)
        return self._written("updated", self._comment(self.session.parsed(reply)))

    def _replaced(self, gone: Comment, reply: Reply, marker: str, text: str) -> Written:
        """After 404 or 410: if the comment is really gone, creates a new one. If it is still there, raises the
        answer as a refusal."""
        left = self._newest(marker)
        if left:
            raise self.session.refused(reply)
        return self._created(marker, text)

    def _created(self, marker: str, text: str) -> Written:
        for _ in range(TRIES):
            reply = self.session.answer("create", None, {"body": text}, number=self.number)
            if not untold(reply):
                return self._written("created", self._comment(self.session.parsed(reply)))
            if found := self._looked_up(marker):
                return self._written("created", found)
        what = f"{self.forge.site.whose}: whether the comment was written is unknown, as no answer came"
        raise CloudError(Problem("comment-unsure", what))

    def _looked_up(self, marker: str) -> Comment | None:
        for seconds in LOOKS:
            self.session.sleep(seconds)
            if found := self._newest(marker):
                return found
        return None

    def _newest(self, marker: str) -> Comment | None:
        """Reads pages upwards, then downwards: a deletion meanwhile moves comments to earlier pages, where reading
        upwards misses them and reading downwards does not."""
        up: list[list[Comment]] = list(self._up())
        found = self._ours(up, marker)
        if not found and len(up) > 1:
            found = self._ours([self._page(page)[0] for page in range(len(up), 0, -1)], marker)
        return max(found, key=lambda comment: int(comment["id"]), default=None)

    def _ours(self, pages: list[list[Comment]], marker: str) -> list[Comment]:
        every = (comment for page in pages for comment in page if self.forge.author(comment) == self.mine)
        return [comment for comment in every if comment["body"].split("\n", 1)[0].rstrip() == marker]

    def _up(self) -> Iterator[list[Comment]]:
        for page in range(1, PAGES + 1):
            comments, more = self._page(page)
            yield comments
            if not more:
                return
        what = f"{self.forge.site.whose}: more than {PAGES} pages of comments"
        raise CloudError(Problem("forge-unreachable", what))

    def _page(self, number: int) -> tuple[list[Comment], bool]:
        """Comments, oldest first, and whether there are more. A page with fewer comments than requested
        is not necessarily the last one."""
        query = {**self.forge.order, "per_page": self.forge.page, "page": number}
        reply = self.session.answer("comments", query, number=self.number)
        rows = self.session.parsed(reply)
        if not isinstance(rows, list):
            raise CloudError(Problem("forge-unreachable", f"{self.forge.site.whose}: the answer is no list"))
        headers = reply.headers if isinstance(reply, Reply) else {}
        told = 'rel="next"' in headers.get("link", "") or bool(headers.get("x-next-page"))
        return [row for row in rows if _is_comment(row)], told or len(rows) >= self.forge.page

    def _comment(self, row: Any) -> Comment:
        if not _is_comment(row):
            raise CloudError(Problem("comment-unsure", f"{self.forge.site.whose}: the answer is no comment"))
        comment: Comment = row
        return comment

    def _written(self, action: Literal["created", "updated", "unchanged"], comment: Comment) -> Written:
        return Written(action, comment["id"], self.forge.author(comment))


def _is_comment(row: Any) -> bool:
    return isinstance(row, dict) and type(row.get("id")) is int and isinstance(row.get("body"), str)


def _plain(text: str, passing: re.Pattern[str] | None) -> str:
    """For comparison: a forge may change line ends, or remove trailing blank lines."""
    kept = text.replace("\r\n", "\n").rstrip()
    return passing.sub("", kept) if passing else kept
