"""A code typed by a person. It goes only into the request of the operation that consumes it.

It is not a string: writing, logging or copying it fails, so nothing can keep one by mistake.
"""

from __future__ import annotations

from typing import Any, NoReturn
from unicodedata import category, decimal

from reconciler.errors import Problem
from reconciler.operations import Operation

DIGITS = 6


class Code:
    """Six ASCII digits. Anything else raises ValueError, without showing what was typed."""

    __slots__ = ("__digits",)

    def __init__(self, digits: str) -> None:
        if not (len(digits) == DIGITS and digits.isascii() and digits.isdigit()):
            raise ValueError("not a verification code")
        self.__digits = digits

    def fill(self, operation: Operation, params: dict[str, Any]) -> dict[str, Any]:
        """The complete request of an operation that takes a code."""
        assert operation.secret, f"{operation.name} takes no code"
        return {**params, **dict.fromkeys(operation.secret, self.__digits)}

    def __repr__(self) -> str:
        return "Code(...)"

    def __str__(self) -> NoReturn:
        raise TypeError("a code is no text")

    def __format__(self, form: str) -> NoReturn:
        raise TypeError("a code is no text")

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a code is not copied or stored")


def parsed(typed: str) -> Code | None:
    """The code in a typed text: `123-830`, `123 830` and `123830` are equal, in any dash, blank or digit script.

    None if it is not a code.
    """
    bare = "".join(str(decimal(character, character)) for character in typed if not _is_between(character))
    try:
        return Code(bare)
    except ValueError:
        return None


def _is_between(character: str) -> bool:
    """Blanks, dashes and invisible characters such as a byte order mark."""
    return character.isspace() or character == "\u2212" or category(character) in ("Pd", "Cf")


def malformed() -> Problem:
    """The error for a text that is not a code."""
    return Problem("code-malformed", f"a code has {DIGITS} digits, as in 123-830")
