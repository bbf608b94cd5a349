"""What an account has, for `import`. Reads only, and no journal."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any, NamedTuple

from reconciler.core.answer import Answer, Error, Ok
from reconciler.core.explain import explain
from reconciler.core.plan.forecast import least
from reconciler.errors import CloudError
from reconciler.executor.apply import WORKERS
from reconciler.kinds import wire
from reconciler.kinds.number_settings import READINGS, UNLISTED
from reconciler.operations import Product
from reconciler.runs.account import check_accounts
from reconciler.runs.readings.check import Watching
from reconciler.runs.workspace import Workspace
from reconciler.store.side_by_side import side_by_side

PRODUCTS: tuple[Product, ...] = ("cams", "resourcedirectorymaster")
ROWS = 100
"""Rows of a page."""
Row = Mapping[str, Any]


class Instance(NamedTuple):
    """A space as the account lists it.

    space_id: in the cloud.
    title: its name in the console; "" for none.
    """

    space_id: str
    title: str


class AccountContents:
    """What an account has, by reads. They raise CloudError."""

    def __init__(self, ask: Callable[[str, Mapping[str, Any]], Answer], calls_per_second: int, watch: Watching) -> None:
        self._ask, self._pace, self._watch = ask, calls_per_second, watch

    def instances(self) -> list[Instance]:
        """All spaces for WhatsApp."""
        rows = self._pages("ListInstance", "Data", "PageIndex")
        kept = (row for row in rows if wire.text(row, "ChannelType").lower() in ("", "whatsapp"))
        found = (Instance(wire.text(row, "CustSpaceId"), wire.text(row, "InstanceName")) for row in kept)
        return [each for each in found if each.space_id]

    def numbers(self, space_id: str) -> list[Row]:
        """The rows of a space, as fresh as a sync makes them."""
        asked = {"CustSpaceId": space_id}
        synced = wire.rows(self._call("ChatappSyncPhoneNumber", asked), "PhoneNumbers")
        listed = wire.rows(self._call("QueryChatappPhoneNumbers", asked), "PhoneNumbers")
        rows = {wire.text(row, "PhoneNumber").lstrip("+"): row for row in (*listed, *synced)}
        return [row for number, row in rows.items() if number]

    def settings(self, space_id: str, numbers: Sequence[str]) -> dict[str, dict[str, Row | str]]:
        """Number in E.164 -> group of settings -> the answer's data, or why the cloud refused to show it."""
        asked = [(number, group) for number in numbers for group in UNLISTED]
        made = count(1)

        def read(each: tuple[str, str]) -> Row | str:
            operation = READINGS[each[1]][0]
            answer = self._ask(operation, wire.number_in_space({"space_id": space_id, "number": each[0]}))
            left = len(asked) - (done := next(made))
            self._watch(done, len(asked), least({operation: left // len(UNLISTED)}, self._pace))
            return explain(operation, answer).what if isinstance(answer, Error) else _data(operation, answer)

        found: dict[str, dict[str, Row | str]] = {number: {} for number in numbers}
        for (number, group), data in zip(asked, side_by_side(read, asked, WORKERS), strict=True):
            found[number][group] = data
        return found

    def contacts(self) -> list[Row]:
        """The whole directory."""
        return list(self._pages("ListMessageContacts", "Contacts", "PageNumber"))

    def _call(self, operation: str, params: Mapping[str, Any]) -> Row:
        return _data(operation, self._ask(operation, params))

    def _pages(self, operation: str, field: str, page: str) -> Iterator[Row]:
        number, seen = 1, 0
        while True:
            answer = self._call(operation, {page: number, "PageSize": ROWS})
            rows = wire.rows(answer, field)
            yield from rows
            number, seen = number + 1, seen + len(rows)
            total = answer.get("TotalCount")
            if not rows or (isinstance(total, int) and seen >= total):
                return


def _data(operation: str, answer: Answer) -> Row:
    if not isinstance(answer, Ok):
        raise CloudError(explain(operation, answer))
    return answer.data


@contextlib.contextmanager
def account_contents(workspace: Workspace, watch: Watching) -> Iterator[AccountContents]:
    """watch: is shown the progress of many reads. Raises CloudError, also where the credentials are of another
    account."""
    limits = workspace.settings.limits
    check_accounts(workspace, limits, PRODUCTS)
    with contextlib.closing(workspace.cloud(limits, workspace.signer(PRODUCTS))) as cloud:
        yield AccountContents(cloud.call, limits.calls_per_second, watch)
