"""The command line: one file a verb, and the only place that joins the parts."""

from reconciler.cli.main import main

__all__ = ["main"]
