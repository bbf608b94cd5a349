"""What `check --json` prints: core/review/checked.py (`CheckReport`), with numbers masked."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec.structs import replace

from reconciler.core.review.checked import FORMAT, CheckedAspect, CheckedResource, CheckReport
from reconciler.render import mask


def check_document(report: CheckReport) -> dict[str, Any]:
    """As JSON values."""
    unmanaged = tuple(replace(each, key=mask.text(each.key), found=_hidden(each.found)) for each in report.unmanaged)
    unread = tuple(replace(each, why=_hidden(each.why)) for each in report.unmanaged_unknown)
    shown = replace(
        report, resources=tuple(map(_masked, report.resources)), unmanaged=unmanaged, unmanaged_unknown=unread
    )
    return {"format": FORMAT, "exit_code": report.exit_code, **msgspec.to_builtins(shown)}


def _masked(resource: CheckedResource) -> CheckedResource:
    values = {name: _hidden(each) if isinstance(each, str) else each for name, each in resource.values.items()}
    return replace(resource, aspects=tuple(map(_aspect, resource.aspects)), values=values)


def _aspect(aspect: CheckedAspect) -> CheckedAspect:
    return replace(aspect, found=_hidden(aspect.found), recorded=_hidden(aspect.recorded))


def _hidden(text: str) -> str:
    """A number with its middle hidden, an address on the web up to its host."""
    return mask.text(mask.url(text))
