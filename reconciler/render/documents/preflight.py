"""What `plan --preflight --format json` adds: core/review/preflight.py (`PreflightReport`), with numbers masked."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec.structs import replace

from reconciler.core.review.preflight import PREFLIGHT_FORMAT, Foreseen, PreflightReport
from reconciler.render import mask


def preflight_document(report: PreflightReport) -> dict[str, Any]:
    """As JSON values."""
    shown = replace(report, changes=tuple(map(_masked, report.changes)))
    return {"format": PREFLIGHT_FORMAT, **msgspec.to_builtins(shown)}


def _masked(change: Foreseen) -> Foreseen:
    return replace(change, because=mask.text(change.because), hint=mask.text(change.hint))
