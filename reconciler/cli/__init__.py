"""The command line: one file for each verb."""

from reconciler.cli.main import main

__all__ = ["main"]
