"""Texts that want to be more than text, and values that are not what they were."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from random import Random
from typing import Any

NUMBER = "+8613800001234"
ANSI, BIDI, BREAK = "\x1b[31mred\x1b[0m\x1b[2J\x1b]0;title\x07", "\u202eabc\u202c\u2066x\u2069", "\r\n::error file=x::y"
TEXTS = (
    *("", " ", "\0", "\x7f\x85", "\t", "\n", "\r", ANSI, BIDI, BREAK, "\u200b\u200d\ufeff", "\u2028\u2029", "\ue000"),
    *("\ud800", "a\udfffb", "\U000e0041", "e\u0301", "\U0001f600", "王小明", "ｅｒｒｏｒ", "\x9b31m"),
    *("::error::x", "::set-output name=x::y", "##[error]x", "Plan: 9 to add, 0 to change, 0 to destroy.", "Error: x"),
    *("No changes.", "Apply complete!", "\nPlan: 9 to add", "\n  # x will be destroyed", "error[x] y: z", "--resend"),
    *("<script>alert(1)</script>", "@everyone", "![x](//x.example)", "`x`", "```\n", "|a|b|", "<!-- x -->", "[x](y)"),
    *("$(reboot)", "`reboot`", "; reboot", "'; DROP TABLE entries; --", "../../x", "{0.__class__}", "%s%n", "{}", "\\"),
    *(NUMBER, "8613800001234", "138 0000 1234", "(+86) 138-0000-1234", "86-13800001234", "0", "null", "True", "1e999"),
    *("9" * 5_000, "a" * 10_000, "\u202e" * 500, "[red]x[/red]"),
)


def text(random: Random) -> str:
    """One of them, alone, within other text, or several."""
    parts = random.choices(TEXTS, k=random.choice((1, 1, 2, 3)))
    return random.choice((" ", "\n", ", ", "王")).join(random.choice((parts, ["x", *parts])))


OTHERS: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 2**63, 10**400, 0.5, 1e308, float("inf"), float("nan")),
    *("", "1", "ok", "OK", "VERIFIED", "done", NUMBER, "\ud800", "2026-11-20T10:31:00.000Z"),
    "0001-01-01T00:00:00.000Z",
    *([], {}, [[]], [None], [1, "a"], {"a": 1}, {"": None}, [{}], {"Data": {"Data": []}}),
)


def value(random: Random) -> Any:
    return text(random) if random.random() < 0.3 else deepcopy(random.choice(OTHERS))


Spot = tuple[Any, Any]


def spots(document: Any) -> list[Spot]:
    """Every (container, key) of a JSON value."""
    if isinstance(document, dict):
        own: list[Spot] = [(document, key) for key in document]
    else:
        own = [(document, place) for place in range(len(document))] if isinstance(document, list) else []
    return own + [spot for container, key in own for spot in spots(container[key])]


def _other(random: Random, container: Any, key: Any) -> None:
    container[key] = value(random)


def _drop(random: Random, container: Any, key: Any) -> None:
    del container[key]


def _wrap(random: Random, container: Any, key: Any) -> None:
    container[key] = random.choice(([container[key]], {"x": container[key]}, str(container[key]), [container[key]] * 3))


def _add(random: Random, container: Any, key: Any) -> None:
    if isinstance(container, dict):
        container[text(random)[:50]] = value(random)
    else:
        container.insert(key, value(random))


def _nudge(random: Random, container: Any, key: Any) -> None:
    """The same type, another value."""
    now = container[key]
    if isinstance(now, bool):
        container[key] = not now
    elif isinstance(now, int):
        container[key] = now + random.choice((-1, 1, 10**6, -(10**6)))
    elif isinstance(now, str):
        container[key] = random.choice((now + "x", now[:-1], now.upper(), text(random)))


HARMS: tuple[Callable[[Random, Any, Any], None], ...] = (_other, _drop, _wrap, _add, _nudge)


def harmed(random: Random, document: Any, times: int = 1) -> Any:
    """A copy with some of its values changed, dropped, wrapped or added. document: JSON values."""
    copy = json.loads(json.dumps(document))
    for _ in range(times):
        found = spots(copy)
        if found:
            random.choice(HARMS)(random, *random.choice(found))
    return copy


def torn(random: Random, raw: str) -> str:
    """A text with a piece cut out, doubled or replaced."""
    start = random.randrange(len(raw) + 1)
    end = min(len(raw), start + random.choice((0, 1, 1, 2, 10, 100)))
    piece = random.choice(("", "", raw[start:end] * 2, text(random)[:40], chr(random.randrange(1, 0xD800))))
    return raw[:start] + piece + (raw[end:] if random.random() < 0.9 else "")
