"""Whether the credentials belong to the account, which is asked before a run's other calls."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from reconciler.cloud.credentials import Given, Key
from reconciler.core.answer import Ok
from reconciler.core.explain import explain
from reconciler.core.model import Limits
from reconciler.errors import CloudError, Problem
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
