"""What differs between two sets of values. The one user of deepdiff, which is asked only about what is not equal."""

from __future__ import annotations

from typing import Any

from reconciler.core.model import Attributes


def differences(before: Attributes, after: Attributes) -> tuple[tuple[str, Any, Any], ...]:
    """(name, before, after) for each value that differs, sorted by name; None stands for absent."""
    if before == after:
        return ()
    from deepdiff import DeepDiff  # costs 130 ms, and most plans change little

    # Without the threshold a mapping that changed a lot collapses into one difference.
    found = DeepDiff(dict(before), dict(after), threshold_to_diff_deeper=0, ignore_order=True)
    names = {path.path(output_format="list")[0] for group in found.tree.values() for path in group}
    return tuple((name, before.get(name), after.get(name)) for name in sorted(names))
