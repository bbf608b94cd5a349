from __future__ import annotations

from tests.e2e.conftest import cloud, project, served
from tests.forge.conftest import forge

__all__ = ["cloud", "forge", "project", "served"]
