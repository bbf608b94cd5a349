"""Request parameters in wire format: names and text, lists numbered from 1. Unknown names are refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.operations import Operation


def flattened(operation: Operation, params: Mapping[str, Any]) -> list[tuple[str, str]]:
    """None means absent. Raises ValueError, without a value, for names and types that the table does not know."""
    unknown = sorted(set(params) - set(operation.parameters))
    if unknown:
        raise ValueError(f"{operation.name} has no parameter {', '.join(unknown)}")
    return [pair for name, value in params.items() for pair in _pairs(name, value)]


def _pairs(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, list | tuple):
        for number, item in enumerate(value, start=1):
            yield from _pairs(f"{name}.{number}", item)
    elif isinstance(value, bool):
        yield name, "true" if value else "false"
    elif isinstance(value, str | int):
        yield name, str(value)
    elif value is not None:
        raise ValueError(f"{name} is neither text, number, boolean nor list")
