"""Reads a saved plan. Whatever is wrong with it is said by name, and nothing of it is used."""

from __future__ import annotations

import json
import os
from pathlib import Path

from reconciler.core.plan.change import Plan
from reconciler.core.review import saved
from reconciler.errors import Problem, Stale, UsageError
from reconciler.runtime import regular_files
from reconciler.store.encryption import decrypt_text

SIZE = 256 * 1024 * 1024


def read(path: Path, root: Path = Path()) -> Plan:
    """root: where the paths of key files begin."""
    try:
        data = json.loads(decrypt_text(regular_files.text(path, SIZE), str(path), os.environ, root))
    except (regular_files.NotRegular, regular_files.TooLarge) as error:
        what = f"{path} is no file that could hold a plan: {error.strerror}"
        raise UsageError(Problem("no-such-plan", what)) from None
    except OSError as error:
        raise UsageError(Problem("no-such-plan", f"{path}: {error.strerror}")) from None
    except (ValueError, RecursionError):
        raise Stale(Problem("plan-unreadable", f"{path} is not JSON, or was cut")) from None
    ours = data.get("reconciler") if isinstance(data, dict) else None
    if not isinstance(ours, dict):
        raise Stale(Problem("plan-unreadable", f"{path} holds no plan of reconciler"))
    known = (
        "format",
        "digest",
        "endpoint",
        "spaces",
        "basis",
        "since",
        "settings",
        "sent",
        "refusals",
        "warnings",
        "left_out",
    )
    return saved.load_plan({name: ours.get(name) for name in known})
