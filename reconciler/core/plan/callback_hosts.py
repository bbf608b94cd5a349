"""Which hosts a plan sends customers' messages to, and which of them are others than before. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from reconciler.core.plan.change import Change, Plan
from reconciler.kinds.types import TYPES
from reconciler.operations import OPERATIONS

_FIELDS = {"UpCallbackUrl", "StatusCallbackUrl"}


class Redirect(NamedTuple):
    """A change of where something goes.

    what: messages, or reports of delivery.
    of: what it is of, for people.
    before: the host so far.
    after: the host from now on.
    """

    what: str
    of: str
    before: str
    after: str


def host(url: str) -> str:
    """In lower case; "" if it has none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def redirects(plan: Plan) -> list[Redirect]:
    """The changes of a host, those of the most numbers first."""
    found = Counter(each for change in plan.changes for each in _of(change))
    return [each._replace(of=_counted(each.of, times)) for each, times in found.most_common()]


def _counted(label: str, times: int) -> str:
    return f"{times} {label}{'' if times == 1 else 's'}"


def _of(change: Change) -> Iterator[Redirect]:
    row = TYPES[change.type]
    before, after = change.before or {}, change.after or {}
    for name, what in row.callbacks.items() if not change.removal else ():
        was, will_be = host(str(before.get(name) or "")), host(str(after.get(name) or ""))
        if was and will_be and was != will_be:
            yield Redirect(what, row.short, was, will_be)


def sent_to(change: Change) -> Iterator[str]:
    """The hosts that a change sets as targets of callbacks."""
    sets = any(_FIELDS & set(OPERATIONS[call.operation].parameters) for call in change.calls)
    given = (str((change.after or {}).get(name) or "") for name in TYPES[change.type].callbacks if sets)
    return iter(dict.fromkeys(host(url) for url in given if url))
