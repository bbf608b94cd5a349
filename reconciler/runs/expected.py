"""--expect: the last entries that somebody has seen, so that a fresh runner detects a state restored from a backup.

They are read from a saved plan, a published state, or `.reconciler/seen.json`. No state is read here, and no address is
called but the one given.
"""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from reconciler.core.journal.tip import Tip, Tips
from reconciler.core.plan.change import Plan
from reconciler.errors import Problem, StateError
from reconciler.net.loopback import is_loopback
from reconciler.runs.files import plan as plan_file
from reconciler.runtime import regular_files
from reconciler.store.safety.last_seen import name_of_place, seen_from

if TYPE_CHECKING:
    from reconciler.core.review.published_state import PublishedState

SIZE = 64 << 20
ANYWHERE = ""
"""The place of tips that belong to the present state, as in a comment."""


def expected(source: str, root: Path, place: str, environment: str = "", account: str = "") -> Tips:
    """The last entries in a source. source: a file or an address. place: the state's URL. environment, account: whose
    published state it must be. Raises StateError."""
    content = _fetched(source) if "://" in source else _read(root / source)
    if content.lstrip()[:1] != b"{":  # a saved plan is compressed
        return of_plan(plan_file.parsed(content, source, root))
    from reconciler.core.review.published_state import load_published, of_another

    try:
        found = json.loads(content)
        if "reconciler_snapshot" in found:
            published = load_published(found, source)
            if whose := of_another(published, environment, account):
                raise StateError(Problem("expect-elsewhere", f"{source} is of {whose}"))
            return of_published(published)
        return _of_memory(found, source, place)
    except (ValueError, TypeError, AttributeError, RecursionError):
        what = f"{source} is no saved plan, no published state and no memory of a state"
        raise _unreadable(what) from None


def of_plan(plan: Plan) -> Tips:
    """The last entries when a plan was made."""
    return {space.space_id: Tip(space.lineage, space.serial, space.hash) for space in plan.spaces if space.serial}


def of_published(state: PublishedState) -> Tips:
    """The last entries when a state was published. Older programs published no hash."""
    return {space.name: Tip(space.lineage, space.serial, space.hash or "") for space in state.spaces if space.serial}


def _of_memory(found: Any, source: str, place: str) -> Tips:
    """An empty memory means that this is the first run."""
    seen = seen_from(found)
    here = name_of_place(place)
    if seen and not seen.keys() & {here, ANYWHERE}:
        raise StateError(Problem("expect-elsewhere", f"{source} tells of other places than {place}"))
    return {**seen.get(ANYWHERE, {}), **seen.get(here, {})}


def _read(path: Path) -> bytes:
    try:
        return regular_files.read(path, SIZE)
    except OSError as error:
        raise _unreadable(f"{path}: {error.strerror}") from None


def _fetched(url: str) -> bytes:
    """One GET without credentials, by https, or by http from this machine. Redirects are not followed."""
    from reconciler.net.http import Lost, Transport  # slow import, rarely needed

    parts = urlsplit(url)
    safe = parts.scheme == "https"
    if not safe and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
        raise _unreadable("an address is fetched by https only, or by http from this machine")
    with contextlib.closing(Transport(proxies=safe, tls=safe, cap=SIZE)) as transport:
        reply = transport.send(url, {}, b"", method="GET")
    if isinstance(reply, Lost):
        raise _unreadable(f"{parts.hostname} gave nothing: {reply.reason}")
    if reply.status != 200:
        raise _unreadable(f"{parts.hostname} answered {reply.status}")
    return reply.body


def _unreadable(what: str) -> StateError:
    return StateError(Problem("expect-unreadable", what))
