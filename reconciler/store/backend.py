"""What a backend can do. Text in, text out; compare-and-append is the fence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Backend(Protocol):
    @property
    def url(self) -> str:
        """How to open the same one again, for messages; without credentials."""

    def spaces(self) -> list[str]:
        """Ids of all spaces with entries, sorted."""

    def read(self, space_id: str) -> tuple[str | None, list[str]]:
        """The newest snapshot, if any, and the entries after it, oldest first."""

    def append(self, space_id: str, serial: int, entries: Sequence[str]) -> None:
        """Write entries serial+1, serial+2 … durably and all together, or raise LostPlace and write none.

        serial: the last one the writer knows; somebody else having written more is what LostPlace means.
        """

    def snapshot(self, space_id: str, serial: int, body: str) -> None:
        """Keep what folding up to serial gives, so that reading need not start from the beginning."""

    def history(self, space_id: str) -> list[str]:
        """All entries, oldest first."""

    def close(self) -> None: ...
