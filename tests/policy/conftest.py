"""Plans as policies read them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from reconciler.render.documents.plan_json import plan_json
from tests.render.formats.plans import NAMES, NOW, made

Documents = Mapping[str, dict[str, Any]]


@pytest.fixture(scope="session")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Documents:
    """By the story's name: what `show --json` prints."""
    plans = {name: made(name, tmp_path_factory.mktemp(name)) for name in NAMES}
    return {name: json.loads(plan_json(plan, NOW)) for name, plan in plans.items()}
