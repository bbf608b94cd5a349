"""Differences between two sets of values. The only user of deepdiff, which is slow, so equal values never reach it."""

from __future__ import annotations

from typing import Any

from reconciler.core.model import Attributes


def differences(before: Attributes, after: Attributes) -> tuple[tuple[str, Any, Any], ...]:
    """(name, before, after) of each differing value, sorted by name. None means absent."""
    if before == after:
        return ()
    from deepdiff import DeepDiff  # costs 130 ms, and most plans change little

    # Without this threshold deepdiff reports a mapping that changed a lot as one difference.
    found = DeepDiff(dict(before), dict(after), threshold_to_diff_deeper=0, ignore_order=True)
    names = {path.path(output_format="list")[0] for group in found.tree.values() for path in group}
    return tuple((name, before.get(name), after.get(name)) for name in sorted(names))
