"""The table within a page: between two marks, or as a page of its own."""

from __future__ import annotations

from pathlib import Path

BEGIN, END = "<!-- table: python -m tests.bench --markdown docs/performance.md -->\n", "<!-- end of the table -->\n"


def replaced(page: Path, table: str) -> str:
    """The page with this table instead of the one that it has; the table alone where there is no such page."""
    text = page.read_text("utf-8") if page.exists() else ""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    return f"{before}{begin}\n{table}\n{end}{after}" if end else table
