"""What a command prints at once is one write: in two, another process's line could come between a text and its end."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO

import pytest

from reconciler.cli.terminal import complain, say


class Counting(StringIO):
    def __init__(self) -> None:
        super().__init__()
        self.writes: list[str] = []

    def write(self, text: str) -> int:
        self.writes.append(text)
        return super().write(text)


@pytest.mark.parametrize(("tell", "stream"), [(say, "stdout"), (complain, "stderr")])
def test_a_text_and_its_end_are_one_write(
    tell: Callable[[str], None], stream: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of several lines, too."""
    counting = Counting()
    monkeypatch.setattr(f"sys.{stream}", counting)
    tell("one\ntwo")
    assert counting.writes == ["one\ntwo\n"]
