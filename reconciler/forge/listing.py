"""A list at a forge, read page by page. No header is trusted alone, and what is deleted meanwhile hides no row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.errors import CloudError, Problem
from reconciler.forge.session import Session
from reconciler.net.http import Reply

PAGES = 100
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list.

    session: to call the forge.
    endpoint: that gives the list, by its name in the table.
    query: which rows, oldest first.
    size: rows to ask for in a page.
    place: fills the rest of the endpoint's path.
    """

    session: Session
    endpoint: str
    query: Mapping[str, str]
    size: int
    place: Mapping[str, str] = field(default_factory=dict)

    def pick(self, wanted: Callable[[Row], bool]) -> list[Row]:
        """Reads pages upwards, then, where none was found, downwards: a deletion meanwhile moves rows to earlier
        pages, where reading upwards misses them and reading downwards does not."""
        up = list(self._up())
        found = _picked(up, wanted)
        if not found and len(up) > 1:
            found = _picked([self._page(page)[0] for page in range(len(up), 0, -1)], wanted)
        return found

    def _up(self) -> Iterator[list[Row]]:
        for page in range(1, PAGES + 1):
            rows, more = self._page(page)
            yield rows
            if not more:
                return
        raise CloudError(Problem("forge-unreachable", f"{self.session.site.whose}: more than {PAGES} pages"))

    def _page(self, number: int) -> tuple[list[Row], bool]:
        """Rows, and whether there are more. A page with fewer rows than requested is not necessarily the last one."""
        query = {**self.query, "per_page": self.size, "page": number}
        reply = self.session.answer(self.endpoint, query, None, **self.place)
        rows = self.session.parsed(reply)
        if not isinstance(rows, list):
            raise CloudError(Problem("forge-unreachable", f"{self.session.site.whose}: the answer is no list"))
        headers = reply.headers if isinstance(reply, Reply) else {}
        told = 'rel="next"' in headers.get("link", "") or bool(headers.get("x-next-page"))
        return [row for row in rows if isinstance(row, dict)], told or len(rows) >= self.size


def _picked(pages: list[list[Row]], wanted: Callable[[Row], bool]) -> list[Row]:
    return [row for page in pages for row in page if wanted(row)]
