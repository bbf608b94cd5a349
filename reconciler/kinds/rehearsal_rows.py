"""How a number stands in a space, for a rehearsal's cloud."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from reconciler.kinds.table import Facts, Row


class Standing(NamedTuple):
    """Its status there, whether it is verified, whether a code is open."""

    status: str
    verified: bool = False
    code: bool = False


CONNECTED = Standing("CONNECTED", verified=True)
# What only waits to be in service is so by then.
IN_SERVICE = dict.fromkeys(("reviewing", "registered", "retired"), CONNECTED)


def numbers(stands: Mapping[str, Standing]) -> Callable[[str, str, Facts, str], Mapping[str, Row]]:
    """stands: by phase; where one is missing, the space has no such number."""

    def world(space_id: str, phase: str, facts: Facts, door: str) -> Mapping[str, Row]:
        if phase not in stands:
            return {}
        name = str(facts.get("display_name") or "")
        return {"numbers": {"number": facts["number"], "space": space_id, "name": name, **stands[phase]._asdict()}}

    return world
