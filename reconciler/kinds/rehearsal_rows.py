"""A number's row in the sandbox's space, for a rehearsal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from reconciler.kinds.number_settings import STEPS, sent_settings
from reconciler.kinds.table import Facts, Row


class Standing(NamedTuple):
    """A number's state in the sandbox.

    status: as the listing writes it.
    verified: whether the phone number is verified.
    code: whether a code was sent and not entered yet.
    """

    status: str
    verified: bool = False
    code: bool = False


CONNECTED = Standing("CONNECTED", verified=True)
# In the sandbox, a review is over at once.
IN_SERVICE = dict.fromkeys(("reviewing", *STEPS, "registered", "retired"), CONNECTED)


def numbers(stands: Mapping[str, Standing]) -> Callable[[str, str, Facts, str], Mapping[str, Row]]:
    """The `world` of a kind of numbers.

    stands: phase -> the number's state in the space. In a phase that is missing, the space does not have the number.
    """

    def world(space_id: str, phase: str, facts: Facts, door: str) -> Mapping[str, Row]:
        if phase not in stands:
            return {}
        name = str(facts.get("display_name") or "")
        row = {"number": facts["number"], "space": space_id, "name": name, **stands[phase]._asdict()}
        return {"numbers": {**row, "settings": sent_settings(phase, facts) if phase in IN_SERVICE else {}}}

    return world
