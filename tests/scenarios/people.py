"""People who answer by a script: each code is typed once, in order; then the answer is `later`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from reconciler.core.code import Code, parsed
from reconciler.core.outcome import Challenge
from tests.scenarios.scenario import listed


class People:
    def __init__(self, script: Mapping[str, Any]) -> None:
        self._script = {address: [str(code) for code in listed(codes)] for address, codes in script.items()}
        self.typed: list[str] = []

    @property
    def silent(self) -> dict[str, int]:
        """How many codes of whom were never asked for."""
        return {address: len(codes) for address, codes in self._script.items() if codes}

    def is_near(self, address: str) -> bool:
        return bool(self._script.get(address))

    def code(self, challenge: Challenge) -> Code | None:
        codes = self._script.get(challenge.address)
        if not codes:
            return None
        said = codes.pop(0)
        code = parsed(said)
        assert code, "a scripted code has six digits"
        self.typed.append(re.sub(r"\D", "", said))
        return code
