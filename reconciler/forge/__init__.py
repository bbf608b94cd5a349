"""Comments on pull requests, and issues: one for each key, created, found again and updated in place. Nothing else is
done there.

The endpoints of a forge are a table; anything else cannot be called.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from reconciler.forge import github, gitlab
from reconciler.forge.comments import Thread, Written
from reconciler.forge.contract import Forge, WantedPull
from reconciler.forge.issues import Issues, KeptIssue
from reconciler.forge.pulls import find_pull
from reconciler.forge.session import Session

__all__ = ["FORGES", "Issues", "KeptIssue", "Session", "Thread", "WantedPull", "Written", "find_pull"]

FORGES: Mapping[str, Callable[[Mapping[str, str]], Forge]] = {"github": github.open_forge, "gitlab": gitlab.open_forge}
"""Name -> function that reads the job's environment. Raises UsageError if a variable is missing or invalid."""
