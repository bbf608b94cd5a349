"""What a person does with a number in the cloud's console, without the knowledge of this program.

Nothing is sent, and nothing is counted as a call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reconciler.sandbox.world import Number, Space, World

Body = Mapping[str, Any]


def on_number(world: World, body: Body) -> None:
    """Does `do` to the `number`. Raises ValueError before anything has changed, KeyError if a field is missing."""
    spaces, act = world.holders(str(body["number"])), NUMBER_ACTS.get(str(body["do"]))
    if not (spaces and act):
        raise ValueError(f"do must be {' or '.join(NUMBER_ACTS)}, to a number that a space has")
    act(world, spaces[0], spaces[0].numbers[str(body["number"])], body)


def _deregister(world: World, space: Space, number: Number, body: Body) -> None:
    number.become("OFFLINE", world.now)
    world.watch.cycle("", number.number)


def _remove(world: World, space: Space, number: Number, body: Body) -> None:
    del space.numbers[number.number]
    world.watch.cycle("", number.number)


def _move(world: World, space: Space, number: Number, body: Body) -> None:
    there = world.space(str(body["space"]))
    there.numbers[number.number] = space.numbers.pop(number.number)


def _rename(world: World, space: Space, number: Number, body: Body) -> None:
    number.name = str(body["name"])


def _verify(world: World, space: Space, number: Number, body: Body) -> None:
    number.verified_at = world.now


def _unverify(world: World, space: Space, number: Number, body: Body) -> None:
    number.verified_at = None


def _connect(world: World, space: Space, number: Number, body: Body) -> None:
    number.verified_at = world.now
    number.become("CONNECTED", world.now)


def _set(world: World, space: Space, number: Number, body: Body) -> None:
    number.settings = {**number.settings, **body["fields"]}


def _show(world: World, space: Space, number: Number, body: Body) -> None:
    """The listing shows these fields so from now on, whatever is true."""
    number.shown = {**number.shown, **{str(name): str(value) for name, value in dict(body["row"]).items()}}


NUMBER_ACTS: dict[str, Callable[[World, Space, Number, Body], None]] = {
    "deregister": _deregister,
    "remove": _remove,
    "move": _move,
    "rename": _rename,
    "verify": _verify,
    "unverify": _unverify,
    "connect": _connect,
    "set": _set,
    "show": _show,
}
