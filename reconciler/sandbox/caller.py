"""Whose credentials a call is signed with: there is one access key, of one account."""

from __future__ import annotations

from reconciler.sandbox.numbers.operations import Parameters
from reconciler.sandbox.world import Answer, World


def caller_identity(world: World, given: Parameters) -> Answer:
    account = world.settings.account
    return {
        "AccountId": account,
        "Arn": f"acs:ram::{account}:root",
        "IdentityType": "Account",
        "PrincipalId": account,
        "UserId": account,
    }
