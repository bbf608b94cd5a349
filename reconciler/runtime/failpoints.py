"""Failpoints: named places at which a test can make this process die, fail or sleep.

They can only be armed by a test's own entry point, not by an option or a variable.
"""

from __future__ import annotations

from collections.abc import Callable

_hook: Callable[[str], None] | None = None


def arm(hook: Callable[[str], None] | None) -> None:
    """Calls the hook at each failpoint; it may not return. None disarms."""
    global _hook
    _hook = hook


def reached(place: str) -> None:
    """place: `what.before:detail` or `what.after:detail`."""
    if _hook is not None:
        _hook(place)
