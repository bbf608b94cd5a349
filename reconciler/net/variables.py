"""Variables whose values become parts of a request: keys, tokens, regions. A value is never shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from reconciler.errors import Problem

_HINT = "Set it without that: `printf %s`, unlike `echo`, writes no line break; quotation marks are a shell's."


def unfit(environ: Mapping[str, str], names: Iterable[str], code: str) -> Iterator[Problem]:
    """A problem, of this code, for each variable whose value fits into no header."""
    for name in names:
        if fault := odd(environ.get(name, "")):
            yield Problem(code, f"{name} {fault}", hint=_HINT)


def odd(value: str) -> str:
    """What is wrong with a part of a key; "" for nothing. Valid are visible ASCII characters without quotes."""
    if value != value.rstrip("\r\n"):
        return "ends in a line break"
    if value != value.strip():
        return "begins or ends with a blank"
    if value[:1] in ("'", '"') or value[-1:] in ("'", '"'):
        return "is in quotation marks"
    fits = value.isascii() and value.isprintable() and " " not in value
    return "" if fits else "holds a character that no key has"
