"""A plan as JSON values and back. The digest goes with it, so an edited plan is found out before it is used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from reconciler.core.change import Change, Plan, PlannedCall, Removal, SpacePlan
from reconciler.errors import Problem, Stale

FORMAT = 1


def dump(plan: Plan) -> dict[str, Any]:
    spaces = [asdict(space) for space in plan.spaces]
    return {"format": FORMAT, "digest": plan.digest, "endpoint": plan.endpoint, "spaces": spaces}


def load(data: Mapping[str, Any]) -> Plan:
    """Raises Stale when this is no plan, is of a newer format, or is not what its digest says."""
    try:
        if data["format"] > FORMAT:
            raise _bad("plan-newer", f"the plan's format {data['format']} is newer than this program reads")
        plan = Plan(data["endpoint"], tuple(_space(row) for row in data["spaces"]))
        digest = plan.digest
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        raise _bad("plan-unreadable", "the plan file holds no plan that can be read") from None
    if digest != data.get("digest"):
        raise _bad("plan-edited", "the plan is not what its digest says: it was edited or cut")
    return plan


def _space(row: Mapping[str, Any]) -> SpacePlan:
    return SpacePlan(**{**row, "changes": tuple(_change(change) for change in row["changes"])})


def _change(row: Mapping[str, Any]) -> Change:
    return Change(
        **{
            **row,
            "differences": tuple((name, before, after) for name, before, after in row["differences"]),
            "calls": _calls(row["calls"]),
            "removal": _removal(row["removal"]) if row["removal"] else None,
            "carried": _pair(row["carried"]),
        }
    )


def _removal(row: Mapping[str, Any]) -> Removal:
    return Removal(**{**row, "calls": _calls(row["calls"]), "after": _pair(row["after"])})


def _calls(rows: list[Mapping[str, Any]]) -> tuple[PlannedCall, ...]:
    return tuple(PlannedCall(**{**row, "looks": tuple(row["looks"])}) for row in rows)


def _pair(row: list[str] | None) -> tuple[str, str] | None:
    return (row[0], row[1]) if row else None


def _bad(code: str, what: str) -> Stale:
    return Stale(Problem(code, what))
