"""Where a command works: the project's folder, its recorded state, the cloud it is pointed at, the time."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.core.journal import State, stamp
from reconciler.core.model import Limits, Project
from reconciler.errors import ConfigError, Problem, UsageError
from reconciler.operations import Product
from reconciler.store import open_backend
from reconciler.store.backend import Backend
from reconciler.store.journal import Journal

if TYPE_CHECKING:
    from reconciler.cloud.client import Cloud
    from reconciler.config.settings import Settings


def now() -> str:
    return stamp(datetime.now(UTC))


@dataclass
class Workspace:
    """Opened as far as it is used: a command that needs no configuration reads none."""

    root: Path
    state_url: str | None = None
    endpoint_url: str | None = None

    @cached_property
    def project(self) -> Project:
        from reconciler.config import load

        if not self.root.is_dir():
            raise UsageError(Problem("no-such-folder", f"{self.root} is not a folder"))
        project = load(self.root)
        return replace(project, limits=self._limits(project.limits))

    def _limits(self, limits: Limits) -> Limits:
        if not limits.calls_per_second and self.identity != "loopback":
            what = "calls_per_second: 0 is for an endpoint on this machine only"
            raise ConfigError(Problem("no-pace-elsewhere", what))
        return limits

    @cached_property
    def backend(self) -> Backend:
        return open_backend(self.state_url or self.settings.state, self.root)

    @cached_property
    def settings(self) -> Settings:
        """What reconciler.yaml says, without reading any space."""
        from reconciler.config.settings import read

        said, problems = read(self.root)
        if problems:
            raise ConfigError.of(problems)
        return replace(said, limits=self._limits(said.limits))

    @cached_property
    def endpoints(self) -> dict[Product, str]:
        from reconciler.cloud.endpoints import endpoints

        return endpoints(self.endpoint_url)

    @cached_property
    def identity(self) -> str:
        """The endpoint, as journals remember it."""
        from reconciler.cloud.endpoints import identity

        return identity(self.endpoints["cams"])

    def journal(self, space_id: str) -> Journal:
        return Journal(self.backend, space_id, now)

    def states(self) -> dict[str, State]:
        return {space_id: self.journal(space_id).state for space_id in self.backend.spaces()}

    def cloud(self, limits: Limits, products: Sequence[Product]) -> Cloud:
        """Finds out now, not midway, whether there are credentials."""
        from reconciler.cloud.client import Cloud
        from reconciler.cloud.credentials import Chain

        chain = Chain(os.environ)
        for product in products:
            chain.get(product)
        return Cloud(self.endpoints, chain, limits)
