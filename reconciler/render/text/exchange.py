"""A line for each request to the cloud: what `--debug` prints."""

from __future__ import annotations

from reconciler.core.exchange import Exchange
from reconciler.render import mask
from reconciler.render.escape import escape


def exchange_line(exchange: Exchange, now: str) -> str:
    """Numbers masked, codes hidden, of URLs the host. now: when it ended."""
    params = " ".join(f"{name}={_masked(name, value)}" for name, value in exchange.params)
    status = f"{exchange.status} " if exchange.status else ""
    request = f", request {exchange.request_id}" if exchange.request_id else ""
    outcome = f"{status}{mask.text(exchange.outcome)}{request}, {exchange.seconds * 1000:.0f} ms"
    return escape(f"{now} {exchange.operation} {params}: {outcome}")


def _masked(name: str, value: str) -> str:
    return mask.text(mask.url(value) if name.endswith("Url") else value)
