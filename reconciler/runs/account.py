"""The account: whether the credentials belong to it, which is asked before a run's other calls; and what it has.

Reads only, and no journal.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from reconciler.cloud.credentials import Given, Key
from reconciler.core.answer import Ok
from reconciler.core.explain import explain
from reconciler.core.model import Limits
from reconciler.errors import CloudError, Problem
from reconciler.kinds import wire
from reconciler.operations import Product
from reconciler.runs.workspace import Workspace

ASKS = "GetCallerIdentity"


def check_accounts(workspace: Workspace, limits: Limits, products: Sequence[Product]) -> None:
    """Raises CloudError where the credentials of a product belong to another account than reconciler.yaml names, and
    where that cannot be determined. A product can have credentials, and contacts an account, of their own."""
    wanted = workspace.accounts
    signer = workspace.signer(products)
    found: dict[Key, str] = {}
    for product in products:
        if account := wanted[product]:
            key = signer.get(product)
            belongs = found[key] = found.get(key) or _account(workspace, limits, key)
            if belongs != account:
                what = f"the credentials for {product} belong to account {belongs}, and reconciler.yaml names {account}"
                raise CloudError(Problem("wrong-account", what))


def _account(workspace: Workspace, limits: Limits, key: Key) -> str:
    with contextlib.closing(workspace.cloud(limits, Given(key))) as cloud:
        answer = cloud.call(ASKS, {})
    if not isinstance(answer, Ok):
        raise CloudError(explain(ASKS, answer))
    if not (account := answer.data.get("AccountId")):
        raise CloudError(Problem("account-unknown", f"{ASKS} was answered without an account"))
    return str(account)


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

    def __init__(self, call: Callable[[str, Mapping[str, Any]], Row]) -> None:
        self._call = call

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

    def contacts(self) -> list[Row]:
        """The whole directory."""
        return list(self._pages("ListMessageContacts", "Contacts", "PageNumber"))

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


@contextlib.contextmanager
def account_contents(workspace: Workspace) -> Iterator[AccountContents]:
    """Raises CloudError, also where the credentials are of another account."""
    limits = workspace.settings.limits
    check_accounts(workspace, limits, PRODUCTS)
    with contextlib.closing(workspace.cloud(limits, workspace.signer(PRODUCTS))) as cloud:

        def call(operation: str, params: Mapping[str, Any]) -> Row:
            answer = cloud.call(operation, params)
            if not isinstance(answer, Ok):
                raise CloudError(explain(operation, answer))
            return answer.data

        yield AccountContents(call)
