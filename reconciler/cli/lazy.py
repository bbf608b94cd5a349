"""A group of commands that are imported when they are called, not when they are listed."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import click

from reconciler.runtime.gc_pause import paused


class Lazy(click.Group):
    """places: name of a command -> `module:attribute`, the module below reconciler.cli.verbs."""

    def __init__(self, *arguments: Any, places: Mapping[str, str], **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._places = places

    def list_commands(self, context: click.Context) -> list[str]:
        return list(self._places)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in self._places:
            return None
        module, _, attribute = self._places[name].partition(":")
        with paused(once=True):
            command = getattr(importlib.import_module(f"reconciler.cli.verbs.{module}"), attribute)
        assert isinstance(command, click.Command)
        return command
