"""Recorded state for tests: what somebody's earlier run left."""

from __future__ import annotations

from collections.abc import Mapping

from reconciler.core.model import Space
from reconciler.rehearsal.past import Past, relive
from reconciler.store.backend import Backend
from reconciler.store.lease import Holder
from reconciler.store.safety.emergency import Emergency

AMY = Holder("amy", "desk", 1, "", "")


def record(backend: Backend, emergency: Emergency, space: Space, pasts: Mapping[str, Past]) -> None:
    """pasts: by the addresses of the space's resources."""
    relive(backend, emergency, space, pasts, AMY)
