"""A line for each request to the cloud: what `--debug` prints."""

from __future__ import annotations

from reconciler.core.exchange import Exchange
from reconciler.render import mask
from reconciler.render.escape import escape


def exchange_line(exchange: Exchange, now: str) -> str:
    """Numbers masked, codes hidden. now: when it ended."""
    params = " ".join(f"{name}={mask.text(value)}" for name, value in exchange.params)
    status = f"{exchange.status} " if exchange.status else ""
    request = f", request {exchange.request_id}" if exchange.request_id else ""
    outcome = f"{status}{mask.text(exchange.outcome)}{request}, {exchange.seconds * 1000:.0f} ms"
    return escape(f"{now} {exchange.operation} {params}: {outcome}")
