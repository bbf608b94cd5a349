"""Programs of the system that tests want. tests/system-packages.txt names the Debian packages that bring them.

With RECONCILER_TESTS_NO_SKIP set, as .ci/run does, a test that would be skipped fails.
"""

from __future__ import annotations

import os
import shutil

import pytest

NO_SKIP = "RECONCILER_TESTS_NO_SKIP"


def found(name: str) -> str | None:
    """Its path; also of what only root has in its PATH."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")


def needs(*names: str, when: bool = True) -> pytest.MarkDecorator:
    """For a test, or for a module's `pytestmark`."""
    lacking = [name for name in names if when and not found(name)]
    return pytest.mark.skipif(bool(lacking), reason=f"not installed: {', '.join(lacking)} (tests/system-packages.txt)")


def refused(report: pytest.TestReport) -> pytest.TestReport:
    """What is to be reported in its place: no skip, where none is wanted."""
    if report.skipped and os.environ.get(NO_SKIP):
        why = report.longrepr[-1] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome, report.longrepr = "failed", f"{why}, and {NO_SKIP} is set"
    return report
