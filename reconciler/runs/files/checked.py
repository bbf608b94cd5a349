"""The file that `check --json` wrote, read as data."""

from __future__ import annotations

import json
from pathlib import Path

from reconciler.core.review.checked import CheckReport, load_check
from reconciler.errors import Problem, UsageError
from reconciler.runs.files import outcomes
from reconciler.runtime import regular_files


def read_check(path: Path) -> CheckReport:
    """Raises UsageError if it cannot be read, or is something else."""
    try:
        outcomes.check_size(path)
        return load_check(json.loads(regular_files.read(path, outcomes.SIZE)))
    except OSError as error:
        raise UsageError(Problem("check-unreadable", f"{path}: {error.strerror}")) from None
    except (ValueError, RecursionError):
        raise UsageError(Problem("check-unreadable", f"{path} is not what `check --json` prints")) from None
