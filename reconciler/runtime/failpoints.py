"""Named places at which a test can make this process die, fail or sleep.

Outside tests nothing is ever armed, and nothing but a test's own entry point can arm them: no option, no variable.
"""

from __future__ import annotations

from collections.abc import Callable

_hook: Callable[[str], None] | None = None


def arm(hook: Callable[[str], None] | None) -> None:
    """From now on the hook is told each place that is reached, and may not return."""
    global _hook
    _hook = hook


def reached(place: str) -> None:
    """place: `what.before:detail` or `what.after:detail`."""
    if _hook is not None:
        _hook(place)
