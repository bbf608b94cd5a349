"""One comment for each marker: found among our own comments, updated in place, left alone if it is unchanged.

Somebody else's comment with our marker is ignored, and no comment is ever deleted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from reconciler.errors import CloudError, Problem
from reconciler.forge.contract import Forge
from reconciler.forge.create_once import create_once
from reconciler.forge.listing import Listing
from reconciler.forge.session import Session
from reconciler.net.http import Reply

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
            same = says_the_same(found["body"], text, passing)
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
        newest = partial(self._newest, marker)
        row = create_once(self.session, "create", {"body": text}, newest, number=self.number)
        return self._written("created", self._comment(row))

    def _newest(self, marker: str) -> Comment | None:
        comments = Listing(self.session, "comments", self.forge.order, self.forge.page, {"number": self.number})
        found = comments.pick(lambda row: self._is_ours(row, marker))
        return max(found, key=lambda comment: int(comment["id"]), default=None)

    def _is_ours(self, row: Comment, marker: str) -> bool:
        return _is_comment(row) and self.forge.author(row) == self.mine and begins_with(row["body"], marker)

    def _comment(self, row: Any) -> Comment:
        if not _is_comment(row):
            raise CloudError(Problem("comment-unsure", f"{self.forge.site.whose}: the answer is no comment"))
        comment: Comment = row
        return comment

    def _written(self, action: Literal["created", "updated", "unchanged"], comment: Comment) -> Written:
        return Written(action, comment["id"], self.forge.author(comment))


def _is_comment(row: Any) -> bool:
    return isinstance(row, dict) and type(row.get("id")) is int and isinstance(row.get("body"), str)


def begins_with(body: str, marker: str) -> bool:
    """Whether the first line is the marker."""
    return body.split("\n", 1)[0].rstrip() == marker


def says_the_same(old: str, new: str, passing: re.Pattern[str] | None) -> bool:
    """passing: text that makes no difference, such as the time."""
    return _plain(old, passing) == _plain(new, passing)


def _plain(text: str, passing: re.Pattern[str] | None) -> str:
    """For comparison: a forge may change line ends, or remove trailing blank lines."""
    kept = text.replace("\r\n", "\n").rstrip()
    return passing.sub("", kept) if passing else kept
