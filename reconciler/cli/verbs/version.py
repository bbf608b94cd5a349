"""`reconciler version`."""

from __future__ import annotations

import json
import platform

import click

from reconciler import __version__
from reconciler.cli import options
from reconciler.cli.terminal import say


@click.command("version")
@options.as_json
def command(as_json: bool) -> int:
    """Print the version; with --json, also that of the interpreter."""
    body = {"reconciler": __version__, "python": platform.python_version(), "platform": platform.system()}
    say(json.dumps(body) if as_json else f"reconciler {__version__}", paint=not as_json)
    return 0
