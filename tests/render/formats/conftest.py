"""Every story's plan, made once."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from reconciler.core.plan.change import Plan
from tests.render.formats.plans import NAMES, made


class Plans(dict[str, Plan]):
    """Told in a word where a law fails."""

    def __repr__(self) -> str:
        return "Plans()"


@pytest.fixture(scope="session")
def plans(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Plan]:
    return Plans({name: made(name, tmp_path_factory.mktemp(name)) for name in NAMES})
